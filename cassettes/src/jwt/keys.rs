//! What can sign and check tokens. The shared-secret algorithms live here; those that need a crypto
//! library with keys in files are given by whoever has one.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Sha256, Sha384, Sha512};

/// Signs and checks tokens. `None`: has no key for that algorithm and key id, so cannot tell.
pub trait Keys: Send + Sync {
    /// The signature over `input`, as raw bytes.
    fn sign(&self, alg: &str, kid: Option<&str>, input: &[u8]) -> Option<Vec<u8>>;

    /// Whether `signature` is good for `input`.
    fn verify(&self, alg: &str, kid: Option<&str>, input: &[u8], signature: &[u8]) -> Option<bool>;

    /// The algorithm that good tokens of these keys are signed with, where nobody names another.
    fn alg(&self) -> &str {
        "HS256"
    }

    /// The MAC over `input` of a reader that takes the text of the public key for a shared secret, because
    /// a token's own header told it so (RFC 8725 §2.1); none for keys that have no public half.
    fn confused(&self, _alg: &str, _input: &[u8]) -> Option<Vec<u8>> {
        None
    }
}

/// A shared secret, for HS256, HS384 and HS512 (RFC 7518 §3.2).
#[derive(Clone)]
pub struct HmacKey(pub Vec<u8>);

/// Shown without the secret.
impl std::fmt::Debug for HmacKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HmacKey(..)")
    }
}

macro_rules! mac {
    ($digest:ty, $key:expr, $input:expr) => {
        Hmac::<$digest>::new_from_slice($key).ok().map(|mac| mac.chain_update($input))
    };
}

impl Keys for HmacKey {
    fn sign(&self, alg: &str, _kid: Option<&str>, input: &[u8]) -> Option<Vec<u8>> {
        match alg {
            "HS256" => mac!(Sha256, &self.0, input).map(|m| m.finalize().into_bytes().to_vec()),
            "HS384" => mac!(Sha384, &self.0, input).map(|m| m.finalize().into_bytes().to_vec()),
            "HS512" => mac!(Sha512, &self.0, input).map(|m| m.finalize().into_bytes().to_vec()),
            _ => None,
        }
    }

    fn verify(&self, alg: &str, _kid: Option<&str>, input: &[u8], signature: &[u8]) -> Option<bool> {
        match alg {
            "HS256" => mac!(Sha256, &self.0, input).map(|m| m.verify_slice(signature).is_ok()),
            "HS384" => mac!(Sha384, &self.0, input).map(|m| m.verify_slice(signature).is_ok()),
            "HS512" => mac!(Sha512, &self.0, input).map(|m| m.verify_slice(signature).is_ok()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_rfc_7515_a_1_verifies() {
        let key = HmacKey(
            super::super::unbase64(
                "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
            )
            .expect("base64"),
        );
        let token = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let jwt = super::super::Jwt::parse(token).expect("a token");
        let signature = super::super::unbase64(jwt.signature()).expect("base64");
        let input = jwt.signing_input();
        assert_eq!(key.verify("HS256", None, input.as_bytes(), &signature), Some(true));
        assert_eq!(key.verify("HS256", None, b"other", &signature), Some(false));
        assert_eq!(key.sign("HS256", None, input.as_bytes()), Some(signature));
        assert_eq!(key.verify("RS256", None, b"", b""), None);
    }
}

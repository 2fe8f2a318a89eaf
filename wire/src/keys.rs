//! Keys that sign and check tokens (RFC 7518 §3): shared secrets, RSA, elliptic curves and Ed25519, from
//! the text that a user gives.

use aws_lc_rs::{
    encoding::{AsDer, PublicKeyX509Der},
    rand::SystemRandom,
    signature::{self as sig, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RsaKeyPair, UnparsedPublicKey},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use cassettes::jwt::{HmacKey, Keys};
use rustls::pki_types::{PrivateKeyDer, SubjectPublicKeyInfoDer, pem::PemObject as _};

/// Why a token key cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The text is not `ALG:KEY`.
    #[error("expected a token key such as hs256:TEXT, or rs256:, es256: or eddsa: and a PEM key")]
    Spec,
    /// An algorithm that nothing here speaks.
    #[error(
        "expected HS, RS, PS or ES with 256, 384 or 512, or EdDSA as the algorithm of a token key, found {0:?}"
    )]
    Alg(String),
    /// The key is not what its algorithm needs.
    #[error("expected a PEM key for {alg}, private (PKCS#8, PKCS#1 or SEC1) or public (SPKI): {why}")]
    Pem {
        /// The algorithm asked for.
        alg: String,
        /// What was wrong.
        why: String,
    },
    /// An empty shared secret signs nothing.
    #[error("expected a shared secret, found an empty one")]
    Empty,
}

#[derive(Clone, Copy, PartialEq)]
enum Family {
    Hmac,
    Rsa,
    Ec,
    Ed,
}

/// The algorithm as tokens spell it.
fn algorithm(text: &str) -> Result<(String, Family), KeyError> {
    let alg = text.to_ascii_uppercase();
    let family = match alg.as_str() {
        "HS256" | "HS384" | "HS512" => Family::Hmac,
        "RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" => Family::Rsa,
        "ES256" | "ES384" | "ES512" => Family::Ec,
        "EDDSA" => return Ok(("EdDSA".to_owned(), Family::Ed)),
        _ => return Err(KeyError::Alg(text.to_owned())),
    };
    Ok((alg, family))
}

/// A key that signs (if it is private or shared) and checks tokens of its family's algorithms.
pub struct TokenKey {
    kind: Kind,
    /// What tokens are signed with where nobody names another algorithm.
    alg: String,
    /// The text of the public half, as readers have it in a file.
    public: Option<String>,
}

enum Kind {
    Hmac(HmacKey),
    Rsa { pair: Option<RsaKeyPair>, public: Vec<u8> },
    Ec { pair: Option<EcdsaKeyPair>, public: Vec<u8>, alg: &'static str },
    Ed { pair: Option<Ed25519KeyPair>, public: Vec<u8> },
}

/// Shown without the key.
impl std::fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenKey(..)")
    }
}

/// The curves of RFC 7518 §3.4: name, length of an uncompressed point, how to sign and check.
type Curve =
    (&'static str, usize, &'static sig::EcdsaSigningAlgorithm, &'static sig::EcdsaVerificationAlgorithm);
const CURVES: [Curve; 3] = [
    ("ES256", 65, &sig::ECDSA_P256_SHA256_FIXED_SIGNING, &sig::ECDSA_P256_SHA256_FIXED),
    ("ES384", 97, &sig::ECDSA_P384_SHA384_FIXED_SIGNING, &sig::ECDSA_P384_SHA384_FIXED),
    ("ES512", 133, &sig::ECDSA_P521_SHA512_FIXED_SIGNING, &sig::ECDSA_P521_SHA512_FIXED),
];

/// The object identifier of RSA keys (RFC 8017 appendix A.1).
const RSA_ENCRYPTION: &[u8] = &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];

impl TokenKey {
    /// Reads `hs256:TEXT` (`hs256:base64:…` for bytes) or `rs256:` and the text of a PEM key, and so on;
    /// without an algorithm as [`TokenKey::new`] does.
    pub fn parse(spec: &str) -> Result<TokenKey, KeyError> {
        if spec.trim().is_empty() {
            return Err(KeyError::Spec);
        }
        match spec.split_once(':') {
            Some((alg, key)) if is_word(alg) && !key.is_empty() => TokenKey::new(Some(alg), key.as_bytes()),
            Some((alg, _)) if is_word(alg) => Err(KeyError::Empty),
            _ => TokenKey::new(None, spec.as_bytes()),
        }
    }

    /// The key in `material`: a shared secret, or a PEM key. Without an algorithm PEM tells for itself, a
    /// text of the form `hs256:TEXT` is taken at its word, and anything else is a shared secret.
    pub fn new(alg: Option<&str>, material: &[u8]) -> Result<TokenKey, KeyError> {
        let pem = material.windows(11).any(|w| w == b"-----BEGIN ");
        let Some(alg) = alg else {
            if pem {
                return any_pem(material);
            }
            let text = String::from_utf8_lossy(material);
            return match text.split_once(':').map(|(head, rest)| (algorithm(head), rest)) {
                Some((Ok((alg, Family::Hmac)), rest)) => TokenKey::new(Some(&alg), rest.as_bytes()),
                _ => TokenKey::new(Some("HS256"), material),
            };
        };
        let (alg, family) = algorithm(alg)?;
        if family != Family::Hmac {
            return from_pem(&alg, family, material);
        }
        let decoded =
            material.strip_prefix(b"base64:").and_then(|text| STANDARD.decode(text.trim_ascii()).ok());
        // A file or a variable ends in a line break more often than a secret does.
        let secret = decoded.unwrap_or_else(|| material.strip_suffix(b"\n").unwrap_or(material).to_vec());
        if secret.is_empty() {
            return Err(KeyError::Empty);
        }
        Ok(TokenKey { kind: Kind::Hmac(HmacKey(secret)), alg, public: None })
    }
}

/// What can only be meant as an algorithm.
fn is_word(text: &str) -> bool {
    text.len() <= 6 && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn any_pem(material: &[u8]) -> Result<TokenKey, KeyError> {
    let mut last = KeyError::Spec;
    for (alg, family) in [
        ("RS256", Family::Rsa),
        ("ES256", Family::Ec),
        ("ES384", Family::Ec),
        ("ES512", Family::Ec),
        ("EdDSA", Family::Ed),
    ] {
        match from_pem(alg, family, material) {
            Ok(key) => return Ok(key),
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn from_pem(alg: &str, family: Family, material: &[u8]) -> Result<TokenKey, KeyError> {
    let wrong = |why: &str| KeyError::Pem { alg: alg.to_owned(), why: why.to_owned() };
    let refused = |error: aws_lc_rs::error::KeyRejected| wrong(&error.to_string());
    let curve = || CURVES.into_iter().find(|(name, ..)| *name == alg).ok_or_else(|| wrong("no such curve"));
    if let Ok(private) = PrivateKeyDer::from_pem_slice(material) {
        let kind = match (family, &private) {
            (Family::Rsa, PrivateKeyDer::Pkcs8(der)) => {
                rsa(RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()).map_err(refused)?)
            }
            (Family::Rsa, PrivateKeyDer::Pkcs1(der)) => {
                rsa(RsaKeyPair::from_der(der.secret_pkcs1_der()).map_err(refused)?)
            }
            (Family::Ec, PrivateKeyDer::Pkcs8(der)) => {
                let (alg, _, signing, _) = curve()?;
                ec(EcdsaKeyPair::from_pkcs8(signing, der.secret_pkcs8_der()).map_err(refused)?, alg)
            }
            (Family::Ec, PrivateKeyDer::Sec1(der)) => {
                let (alg, _, signing, _) = curve()?;
                ec(EcdsaKeyPair::from_private_key_der(signing, der.secret_sec1_der()).map_err(refused)?, alg)
            }
            (Family::Ed, PrivateKeyDer::Pkcs8(der)) => {
                let pair = Ed25519KeyPair::from_pkcs8(der.secret_pkcs8_der()).map_err(refused)?;
                Kind::Ed { public: pair.public_key().as_ref().to_vec(), pair: Some(pair) }
            }
            _ => return Err(wrong("the private key is of another kind")),
        };
        let public = public_half(&kind).map(|der| spki(&der));
        return Ok(TokenKey { kind, alg: alg.to_owned(), public });
    }
    let public = SubjectPublicKeyInfoDer::from_pem_slice(material).map_err(|e| wrong(&e.to_string()))?;
    // The key itself stands at the end of its envelope (RFC 5280 §4.1.2.7).
    let tail = |len: usize| public.len().checked_sub(len).map(|at| public[at..].to_vec());
    let kind = match family {
        Family::Rsa if public.windows(RSA_ENCRYPTION.len()).any(|w| w == RSA_ENCRYPTION) => {
            Kind::Rsa { pair: None, public: public.to_vec() }
        }
        Family::Rsa => return Err(wrong("the public key is of another kind")),
        Family::Ec => {
            let (alg, len, ..) = curve()?;
            let point = tail(len).filter(|p| p.first() == Some(&4) && public.len() < len + 32);
            Kind::Ec {
                pair: None,
                public: point.ok_or_else(|| wrong("the public key is of another curve"))?,
                alg,
            }
        }
        Family::Ed => {
            let point = tail(32).filter(|_| public.len() == 44);
            Kind::Ed { pair: None, public: point.ok_or_else(|| wrong("the public key is of another kind"))? }
        }
        Family::Hmac => return Err(wrong("a shared secret is no PEM key")),
    };
    Ok(TokenKey { kind, alg: alg.to_owned(), public: Some(spki(&public)) })
}

/// The public half of a private key in its envelope (RFC 5280 §4.1.2.7).
fn public_half(kind: &Kind) -> Option<Vec<u8>> {
    let der = match kind {
        Kind::Hmac(_) => return None,
        Kind::Rsa { pair, .. } => AsDer::<PublicKeyX509Der<'_>>::as_der(pair.as_ref()?.public_key()),
        Kind::Ec { pair, .. } => AsDer::<PublicKeyX509Der<'_>>::as_der(pair.as_ref()?.public_key()),
        Kind::Ed { pair, .. } => AsDer::<PublicKeyX509Der<'_>>::as_der(pair.as_ref()?.public_key()),
    };
    der.ok().map(|der| der.as_ref().to_vec())
}

/// PEM as every tool writes it (RFC 7468 §13): 64 characters a line, and a line break at the end.
fn spki(der: &[u8]) -> String {
    let mut text = String::from("-----BEGIN PUBLIC KEY-----\n");
    let encoded = STANDARD.encode(der);
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    text.push_str("-----END PUBLIC KEY-----\n");
    text
}

fn rsa(pair: RsaKeyPair) -> Kind {
    Kind::Rsa { public: pair.public_key().as_ref().to_vec(), pair: Some(pair) }
}

fn ec(pair: EcdsaKeyPair, alg: &'static str) -> Kind {
    Kind::Ec { public: pair.public_key().as_ref().to_vec(), pair: Some(pair), alg }
}

/// How an RSA algorithm signs and checks.
fn rsa_algorithm(alg: &str) -> Option<(&'static dyn sig::RsaEncoding, &'static sig::RsaParameters)> {
    Some(match alg {
        "RS256" => (&sig::RSA_PKCS1_SHA256, &sig::RSA_PKCS1_2048_8192_SHA256),
        "RS384" => (&sig::RSA_PKCS1_SHA384, &sig::RSA_PKCS1_2048_8192_SHA384),
        "RS512" => (&sig::RSA_PKCS1_SHA512, &sig::RSA_PKCS1_2048_8192_SHA512),
        "PS256" => (&sig::RSA_PSS_SHA256, &sig::RSA_PSS_2048_8192_SHA256),
        "PS384" => (&sig::RSA_PSS_SHA384, &sig::RSA_PSS_2048_8192_SHA384),
        "PS512" => (&sig::RSA_PSS_SHA512, &sig::RSA_PSS_2048_8192_SHA512),
        _ => return None,
    })
}

impl Keys for TokenKey {
    fn sign(&self, alg: &str, kid: Option<&str>, input: &[u8]) -> Option<Vec<u8>> {
        match &self.kind {
            Kind::Hmac(key) => key.sign(alg, kid, input),
            Kind::Rsa { pair, .. } => {
                let (pair, (encoding, _)) = (pair.as_ref()?, rsa_algorithm(alg)?);
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(encoding, &SystemRandom::new(), input, &mut signature).ok().map(|()| signature)
            }
            Kind::Ec { pair, alg: own, .. } => {
                let pair = pair.as_ref().filter(|_| alg == *own)?;
                pair.sign(&SystemRandom::new(), input).ok().map(|signature| signature.as_ref().to_vec())
            }
            Kind::Ed { pair, .. } => {
                pair.as_ref().filter(|_| alg == "EdDSA").map(|pair| pair.sign(input).as_ref().to_vec())
            }
        }
    }

    fn verify(&self, alg: &str, kid: Option<&str>, input: &[u8], signature: &[u8]) -> Option<bool> {
        let check = |how: &'static dyn sig::VerificationAlgorithm, public: &[u8]| {
            UnparsedPublicKey::new(how, public).verify(input, signature).is_ok()
        };
        match &self.kind {
            Kind::Hmac(key) => key.verify(alg, kid, input, signature),
            Kind::Rsa { public, .. } => rsa_algorithm(alg).map(|(_, how)| check(how, public)),
            Kind::Ec { public, alg: own, .. } => {
                let (_, _, _, how) = CURVES.into_iter().find(|(name, ..)| *name == alg && alg == *own)?;
                Some(check(how, public))
            }
            Kind::Ed { public, .. } => (alg == "EdDSA").then(|| check(&sig::ED25519, public)),
        }
    }

    fn alg(&self) -> &str {
        &self.alg
    }

    fn confused(&self, alg: &str, input: &[u8]) -> Option<Vec<u8>> {
        HmacKey(self.public.as_ref()?.clone().into_bytes()).sign(alg, None, input)
    }
}

#[cfg(test)]
#[path = "keys_tests.rs"]
mod tests;

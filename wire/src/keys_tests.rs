use super::*;

fn pem(label: &str, der: &[u8]) -> String {
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der))
}

/// Private and public keys made on the spot.
fn pairs() -> Vec<(&'static str, String, String)> {
    let rsa = RsaKeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).expect("a key");
    let rsa_der =
        aws_lc_rs::encoding::AsDer::<aws_lc_rs::encoding::Pkcs8V1Der<'_>>::as_der(&rsa).expect("DER");
    let rsa_public: PublicKeyX509Der<'_> = rsa.public_key().as_der().expect("DER");
    let mut pairs =
        vec![("RS256", pem("PRIVATE KEY", rsa_der.as_ref()), pem("PUBLIC KEY", rsa_public.as_ref()))];
    pairs.push(("PS512", pairs[0].1.clone(), pairs[0].2.clone()));
    for (alg, _, signing, _) in CURVES {
        let pair = EcdsaKeyPair::generate(signing).expect("a key");
        let der = pair.to_pkcs8v1().expect("DER");
        let public: PublicKeyX509Der<'_> = pair.public_key().as_der().expect("DER");
        pairs.push((alg, pem("PRIVATE KEY", der.as_ref()), pem("PUBLIC KEY", public.as_ref())));
    }
    let der = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("a key");
    let pair = Ed25519KeyPair::from_pkcs8(der.as_ref()).expect("a key");
    let public: PublicKeyX509Der<'_> = pair.public_key().as_der().expect("DER");
    pairs.push(("EdDSA", pem("PRIVATE KEY", der.as_ref()), pem("PUBLIC KEY", public.as_ref())));
    pairs
}

#[test]
fn what_is_signed_verifies_with_either_half() {
    for (alg, private, public) in pairs() {
        let private_key =
            TokenKey::new(Some(alg), private.as_bytes()).unwrap_or_else(|e| panic!("{alg}: {e}"));
        let public_key = TokenKey::new(None, public.as_bytes()).unwrap_or_else(|e| panic!("{alg}: {e}"));
        let signature = private_key.sign(alg, None, b"input").expect("a private key signs");
        for key in [&private_key, &public_key] {
            assert_eq!(key.verify(alg, None, b"input", &signature), Some(true), "{alg}");
            assert_eq!(key.verify(alg, None, b"other", &signature), Some(false), "{alg}");
            assert_eq!(key.verify("HS256", None, b"input", &signature), None, "{alg}");
        }
        assert_eq!(public_key.sign(alg, None, b"input"), None, "{alg}");
        let confused = private_key.confused("HS256", b"input");
        assert!(confused.is_some() && confused == public_key.confused("HS256", b"input"), "{alg}");
        assert_eq!(private_key.confused("RS256", b"input"), None, "{alg}");
        assert_eq!(private_key.alg(), alg);
    }
}

#[test]
fn specs_and_materials_are_read() {
    let signs = |spec| TokenKey::parse(spec).map(|key| key.sign("HS256", None, b"").is_some());
    assert_eq!(signs("hs256:a:b"), Ok(true));
    assert_eq!(signs("a secret: with a colon"), Ok(true));
    for wrong in ["", " ", "hs256:", "none:x", "rs256:text", "es256:-----BEGIN PRIVATE KEY-----"] {
        assert!(signs(wrong).is_err(), "{wrong}");
    }
    let good = |alg, material: &str| {
        TokenKey::new(alg, material.as_bytes()).is_ok_and(|k| k.sign("HS256", None, b"").is_some())
    };
    assert!(good(None, "hs384:secret") && good(None, "secret\n") && good(Some("hs256"), "base64:AAAA"));
    assert!(
        !good(Some("HS256"), "")
            && !good(Some("RS256"), "secret")
            && !good(Some("ES256"), "-----BEGIN X-----")
    );
}

/// One good token a kind of key, and from it every bad one: minted in another year, each has the same fault.
#[test]
fn every_fault_of_every_algorithm_is_minted_afresh() {
    use cassettes::jwt::{Fault, Good, Jwt, mint};
    use cassettes::model::{Place, SignatureVerdict as Verdict, Timestamp, TokenFacts};
    use cassettes::{json::Json, plan::settled};
    let then = Timestamp(1_800_000_000_000_000);
    let now = Timestamp(then.0 + 400 * 86_400 * 1_000_000);
    let json = |text: &str| Json::parse(text.as_bytes()).expect("JSON");
    let claims = json(r#"{"iss":"i","aud":"api","sub":"u1","scope":"a b","iat":"now","exp":"+1h"}"#);
    let mut keys: Vec<(String, TokenKey)> = Vec::new();
    for alg in ["HS256", "HS384", "HS512"] {
        keys.push((alg.to_owned(), TokenKey::new(Some(alg), b"a secret").expect("a key")));
    }
    for (alg, private, _) in pairs() {
        keys.push((alg.to_owned(), TokenKey::new(Some(alg), private.as_bytes()).expect("a key")));
    }
    let mut made = 0;
    for (alg, key) in &keys {
        let keys: Option<&dyn Keys> = Some(key);
        let good = Good::of(json(r#"{"kid":"k1"}"#), settled(&claims, then));
        for fault in Fault::ALL {
            let Ok(Some(token)) = good.with(fault, then, keys) else { continue };
            let read = |text: &str| Jwt::parse(text).or_else(|| Jwt::parse(&format!("{text}.")));
            let Some(jwt) = read(&token) else { continue };
            made += 1;
            let place = Place::of("request", "header", "authorization");
            let facts = TokenFacts { place, signature: jwt.verdict(keys), times: jwt.times_from(then) };
            assert_ne!(facts.signature, Verdict::Unknown, "{alg} {fault}");
            let again = mint(&token, &facts, then, now, keys);
            assert!(again.faithful, "{alg} {fault}");
            assert_eq!(again.token.matches('.').count(), token.matches('.').count(), "{alg} {fault}");
            let fresh = read(&again.token).expect("a token");
            assert_eq!((fresh.verdict(keys), &fresh.header), (facts.signature, &jwt.header), "{alg} {fault}");
            let moved = |(name, at): &(String, i64)| {
                // What is no moment stays where it is.
                let zero = fault == Fault::ExpZero && name == "exp";
                (name.clone(), if zero { -now.seconds() } else { *at })
            };
            let times: Vec<(String, i64)> = facts.times.iter().map(moved).collect();
            assert_eq!(fresh.times_from(now), times, "{alg} {fault}");
        }
    }
    assert_eq!(made, 9 * 18);
}

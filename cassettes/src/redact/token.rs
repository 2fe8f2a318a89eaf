//! What is kept of a JSON Web Token: header and claims readable, people pseudonymised, the signature
//! gone, and the facts that make it possible to mint it afresh.

use super::{
    leaf::{Leaf, Scalar},
    mask::Mask,
    names::{Judge, fold},
    spans::{json, splice},
};
use crate::{
    json::{Pointer, Step},
    jwt::Jwt,
    model::TokenFacts,
};

/// Claims about a person (OpenID Connect Core §5.1, and what issuers add), at any depth.
const PERSONAL: &[&str] = &[
    "email",
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "first_name",
    "last_name",
    "full_name",
    "display_name",
    "nickname",
    "preferred_username",
    "username",
    "user_name",
    "unique_name",
    "upn",
    "login",
    "profile",
    "picture",
    "avatar",
    "avatar_url",
    "website",
    "gender",
    "birthdate",
    "birthday",
    "phone",
    "phone_number",
    "mobile",
    "address",
    "street_address",
    "postal_code",
    "formatted",
    "locality",
    "ip",
    "ipaddr",
    "ip_address",
    "verified_primary_email",
];

/// Claims that are credentials or name one session.
const DRAWN: &[&str] = &["jti", "sid", "session_state", "nonce", "uti", "rh"];

/// The token with its people and its signature taken out, or none if it is no token. Fills the facts.
pub(super) fn pseudonymise(mask: &mut Mask<'_>, leaf: &Leaf<'_>, text: &str) -> Option<String> {
    if text.len() < 8 || !text.contains('.') {
        return None;
    }
    // Header and claims that lost their third part are to be presented like that again.
    let cut = Jwt::parse_cut(text);
    let jwt = Jwt::parse(text).or_else(|| cut.clone())?;
    let keys = mask.policy.keys();
    let facts =
        TokenFacts { place: leaf.place(), signature: jwt.verdict(keys), times: jwt.times_from(mask.at) };
    mask.token(facts);
    let payload = jwt.payload();
    let mut emails = Vec::new();
    let pseudonyms = mask.policy.pseudonyms();
    let walked =
        json::edit(&payload, json::Start::default(), Judge(Some(mask.policy.names())), &mut |claim| {
            if claim.scalar == Scalar::Number || claim.scalar == Scalar::Key || claim.text.is_empty() {
                return None;
            }
            let secret = claim.mark.wants(claim.text, false);
            if !secret && !is_personal(claim.at, claim.text) {
                return None;
            }
            let with = pseudonyms.of(claim.text);
            if claim.text.contains('@') {
                emails.push((claim.text.to_owned(), with.clone()));
            }
            Some(with)
        });
    for (email, with) in emails {
        mask.remember(&email, &with);
    }
    let kept = if walked.edits.is_empty() { jwt } else { jwt.with_payload(&splice(&payload, &walked.edits)) };
    let signature = pseudonyms.signature(text, kept.signature(), &kept.signing_input());
    let mut kept = kept.with_signature(signature).to_string();
    if cut.is_some() {
        kept.pop();
    }
    Some(kept)
}

fn is_personal(at: &Pointer, value: &str) -> bool {
    if looks_like_email(value) {
        return true;
    }
    at.0.iter().any(|step| match step {
        Step::Member(name) => {
            let name = fold(name).words;
            PERSONAL.contains(&name.as_str())
                || DRAWN.contains(&name.as_str())
                || (name == "sub" && !is_machine(value))
        }
        Step::Index(_) | Step::Every => false,
    })
}

fn looks_like_email(value: &str) -> bool {
    value.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && domain.contains('.') && !value.contains([' ', '/', ':'])
    })
}

/// An id that a program made: it holds a digit or a mark that names do not have.
fn is_machine(subject: &str) -> bool {
    !subject.contains(['@', ' '])
        && subject.contains(|c: char| c.is_ascii_digit() || matches!(c, '|' | ':' | '/' | '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_are_people_or_machines() {
        for machine in ["u1", "auth0|5f7c8ec7", "user_abc", "0190f3a2-7c11-7d4e-8f0a-1c2b3d4e5f60", "urn:x:y"]
        {
            assert!(is_machine(machine), "{machine}");
        }
        for person in ["ada@example.org", "Ada Lovelace", "ada", "a1@b.c"] {
            assert!(!is_machine(person), "{person}");
        }
        assert!(is_personal(&Pointer::root().member("address").member("x"), "y"));
        assert!(!is_personal(&Pointer::root().member("iss"), "https://idp.test"));
    }
}

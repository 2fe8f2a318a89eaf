//! What redaction took out, compared without the key of the pseudonyms: a value and its stand-in have one form,
//! whatever the key was.

use super::{
    leaf::{Carrier, Leaf, Scalar, Side},
    looks,
    names::Judge,
    opened,
    pseudonym::foreign,
    reveal::alone,
    spans::{json, splice},
    walk::{Change, Select, walk},
};
use crate::{
    jwt::{Jwt, base64url, unbase64},
    model::{Body, Place, Redaction, Request},
};
use std::collections::{HashMap, VecDeque};

/// The places of a request where stand-ins stand.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Veil {
    places: Box<[Place]>,
    /// Some of them are no headers.
    inside: bool,
}

/// Shorter segments of a path are ids and words: what redaction takes out of a path is longer.
const MIN_SEGMENT: usize = 8;
/// What a body without a structure is called.
const BODY: &str = "request body";

impl Veil {
    /// Over what was taken out of a request; none where nothing was.
    pub fn of(redactions: &[Redaction]) -> Option<Veil> {
        Veil::over_places(redactions.iter().map(|redaction| redaction.place.0.as_str()))
    }

    /// Over what was taken out of one message of a WebSocket, counted from one.
    pub fn of_frame(redactions: &[Redaction], number: usize) -> Option<Veil> {
        let frame = format!("frame {number} ");
        let places = redactions.iter().filter_map(|redaction| redaction.place.0.strip_prefix(&frame));
        let places: Vec<String> = places.map(|place| format!("request {place}")).collect();
        Veil::over_places(places.iter().map(String::as_str))
    }

    fn over_places<'p>(places: impl Iterator<Item = &'p str>) -> Option<Veil> {
        let places = places.filter(|place| place.starts_with("request "));
        let mut places: Vec<Place> = places.map(|place| Place(place.to_owned())).collect();
        places.sort();
        places.dedup();
        let inside = places.iter().any(|place| !is_field(place));
        (!places.is_empty()).then(|| Veil { places: places.into(), inside })
    }

    /// Whether it lies over more than headers.
    pub fn is_inside(&self) -> bool {
        self.inside
    }

    /// A request with the forms of what stands at the places. Requests that differ in nothing but their secrets,
    /// and in these not in their form, have one veiled request, whichever of them are cleaned and under which key.
    pub fn over(&self, request: &Request) -> Request {
        self.changed(request, &mut |leaf| Some(form(leaf.text)))
    }

    /// A request with the stand-ins that were recorded in the place of its own, wherever these have their form;
    /// headers stay.
    pub fn as_recorded(&self, asked: &Request, recorded: &Request) -> Request {
        let mut stand_ins: HashMap<Place, VecDeque<String>> = HashMap::new();
        self.changed(recorded, &mut |leaf| {
            stand_ins.entry(leaf.place()).or_default().push_back(leaf.text.to_owned());
            None
        });
        self.changed(asked, &mut |leaf| {
            let recorded = stand_ins.get_mut(&leaf.place())?.pop_front()?;
            let is_field = matches!(leaf.carrier, Carrier::Header | Carrier::Trailer);
            (!is_field && form(&recorded) == form(leaf.text)).then_some(recorded)
        })
    }

    fn changed(&self, request: &Request, change: &mut Change<'_>) -> Request {
        let mut exchange = alone(request.clone());
        let opened = Side::BOTH.map(|side| opened::open(&mut exchange, side));
        let select = Select { carriers: |c| c != Carrier::Route, names: Judge(None), bodies: [true, false] };
        walk(&mut exchange, &opened, select, &mut |leaf| self.covers(leaf).then(|| change(leaf)).flatten());
        for (side, opened) in Side::BOTH.into_iter().zip(opened) {
            opened.close(&mut exchange, side);
        }
        exchange.request
    }

    /// The same of a message.
    pub fn over_message(&self, data: &Body) -> Body {
        self.over(&Request { body: data.clone(), ..Request::default() }).body
    }

    fn covers(&self, leaf: &Leaf<'_>) -> bool {
        if leaf.scalar == Scalar::Key || (leaf.carrier == Carrier::Path && leaf.text.len() < MIN_SEGMENT) {
            return false;
        }
        let place = if leaf.carrier == Carrier::Text { Place(BODY.to_owned()) } else { leaf.place() };
        self.places.binary_search(&place).is_ok()
    }
}

fn is_field(place: &Place) -> bool {
    ["request header ", "request trailer "].iter().any(|field| place.0.starts_with(field))
}

/// What a text has in common with each of its stand-ins: a digit stays a digit, a letter one of its case. Where
/// stand-ins were made within base64 it is the form of what that holds.
fn form(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for span in looks::tokens(text) {
        out.push_str(&basic(&text[from..span.start]));
        out.push_str(&token(&text[span.clone()]));
        from = span.end;
    }
    out + &basic(&text[from..])
}

/// A text without signed tokens.
fn basic(text: &str) -> String {
    let begins = |at: usize| text.get(at..at + 6).is_some_and(|scheme| scheme.eq_ignore_ascii_case("basic "));
    let Some(at) = memchr::memchr_iter(b' ', text.as_bytes())
        .filter_map(|space| space.checked_sub(5))
        .find(|at| begins(*at))
    else {
        return plain(text);
    };
    let (before, sent) = (&text[..at], &text[at + 6..]);
    let lawful = |b: &u8| b.is_ascii_alphanumeric() || b"+/-_=".contains(b);
    let len = sent.as_bytes().iter().take_while(|b| lawful(b)).count();
    let decoded = unbase64(&sent[..len]).and_then(|bytes| String::from_utf8(bytes).ok());
    match decoded.filter(|decoded| decoded.contains(':')) {
        Some(decoded) => {
            let credentials = base64url(plain(&decoded).as_bytes());
            format!("{}basic {credentials}{}", plain(before), plain(&sent[len..]))
        }
        None => plain(text),
    }
}

/// A token with the forms of what its claims say; nobody without a key tells signatures apart.
fn token(text: &str) -> String {
    let Some(jwt) = Jwt::parse(text) else { return plain(text) };
    let payload = jwt.payload();
    let walked = json::edit(&payload, json::Start::default(), Judge(None), &mut |claim| {
        (claim.scalar == Scalar::Text && !claim.text.is_empty()).then(|| plain(claim.text))
    });
    let signature = if jwt.signature().is_empty() { "" } else { "signature" };
    jwt.with_payload(&splice(&payload, &walked.edits)).with_signature(signature.to_owned()).to_string()
}

/// The letter is one that numbers hold, too: the form of a number is one.
fn plain(text: &str) -> String {
    let symbols = text.bytes().all(|b| b.is_ascii() && !b.is_ascii_alphanumeric());
    let first = text.find(|c: char| c != '-').unwrap_or(0);
    let class = |(at, c): (usize, char)| match c {
        '1'..='9' if at == first => '1',
        '0'..='9' => '0',
        'a'..='z' => 'e',
        'A'..='Z' => 'E',
        c if symbols && c.is_ascii_graphic() => 'e',
        c if c.is_ascii() => c,
        c => foreign(c, 0),
    };
    text.char_indices().map(class).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{Exchange, Headers, RedactRules},
        redact::{Policy, PseudonymKey},
    };

    fn policy(key: u8) -> Policy {
        Policy::new(&RedactRules::default(), Vec::new(), PseudonymKey([key; 32]), None).unwrap()
    }

    fn request(target: &str, authorization: &str, body: &str) -> Request {
        let headers = Headers::from_pairs([("Authorization", authorization), ("X-A", "b")]);
        Request { headers, body: body.to_owned().into(), ..Request::new("POST", target) }
    }

    #[test]
    fn what_two_keys_made_of_a_request_has_one_veil() {
        let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGFAZXhhbXBsZS5vcmciLCJleHAiOjF9.c2lnbmF0dXJl";
        for asked in [
            request(
                "/a?api_key=k9Xq2LmZ84Rt",
                "Bearer s3cr3tS3ss10n",
                r#"{"signature":"0a1b2c3d4e5f60718293","n":1.50}"#,
            ),
            request(
                "/services/T0A1B2C3D/B0A1B2C3D/aBcDeFgHiJkLmNoPqRsT1234",
                "Basic dXNlcjpwYXNzd29yZA==",
                "client_secret=7Fjfp0ZBr1KtDRbnfVdmIw&a=%26",
            ),
            request(
                "/a",
                jwt,
                &format!(r#"{{"note":"it is Bearer {jwt} then","key":"AKIAIOSFODNN7ABCDEFG"}}"#),
            ),
            request("/a", "x", r#"{"note":"ghp_aB3dE5gH7jK9mN1pQ3sT5vX7zA9cE1gH3jK5","password":1234567}"#),
            request("/a", "x", "password: hunter22, and é"),
            request(
                "/a",
                "x",
                r#"{"authorization":"Basic dXNlcjpwYXNzd29yZA==","card_number":"4111 1111 1111 1111"}"#,
            ),
        ] {
            let exchange = Exchange::alone(asked.clone());
            let [one, other] = [1, 2].map(|key| policy(key).clean(exchange.clone()).into_exchange());
            let veil = Veil::of(&one.redactions).expect("something was taken out");
            assert_ne!(one.request, other.request);
            assert_eq!(veil.over(&one.request), veil.over(&other.request));
            let headless = |request: &Request| Request { headers: Headers::new(), ..veil.over(request) };
            assert_eq!(headless(&one.request), headless(&asked), "{asked:?}");
            assert_eq!(veil.over(&veil.over(&asked)), veil.over(&asked), "{asked:?}");
            assert_eq!(headless(&veil.as_recorded(&other.request, &one.request)), headless(&one.request));
            assert_eq!(veil.as_recorded(&other.request, &one.request).body, one.request.body);
        }
    }

    #[test]
    fn what_differs_beside_the_secret_differs_under_the_veil() {
        let places = |place: &str| Veil::over_places([place].into_iter()).expect("a place");
        let body = |text: &str| Request {
            body: text.to_owned().into(),
            ..Request::new("POST", "/v1/users/42/keys/aB3dE5gH7j")
        };
        let veil = places("request json /signature");
        let of = |text: &str| veil.over(&body(text));
        assert_eq!(of(r#"{"signature":"ab12","n":1}"#), of(r#"{"signature":"cd34","n":1}"#));
        assert_ne!(of(r#"{"signature":"ab12","n":1}"#), of(r#"{"signature":"cd34","n":2}"#));
        assert_ne!(of(r#"{"signature":"ab12","n":1}"#), of(r#"{"signature":"1b12","n":1}"#));
        assert_eq!(places("request path").over(&body("")).target, "/v1/users/42/keys/eE0eE0eE0e");
        assert!(veil.is_inside() && !places("request header authorization").is_inside());
        assert_eq!(plain("-1.50e10"), "-1.00e00");
    }
}

use super::super::{View, key};
use super::*;
use crate::{
    model::{Body, RedactRules, Request},
    redact::Names,
};

/// `METHOD target`, header lines, an empty line, a body.
fn request(text: &str) -> Request {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = head.lines();
    let (method, target) = lines.next().and_then(|l| l.split_once(' ')).expect("METHOD target");
    let mut request = Request::new(method, target);
    for line in lines {
        let (name, value) = line.split_once(": ").expect("name: value");
        request.headers.push(name, value);
    }
    request.body = Body::from(body.trim_end_matches('\n').replace('\n', "\r\n").into_bytes());
    request
}

fn parts(aspect: &Aspect, request: &Request, names: &Names) -> Vec<(String, Vec<u8>)> {
    let mut parts = Vec::new();
    (aspect.parts)(&View::of(request), names, &mut |name, value| {
        parts.push((name.to_owned(), value.to_vec()));
    });
    parts
}

#[test]
fn every_page_runs() {
    let names = Names::new(&RedactRules::default()).expect("no rules of our own");
    for aspect in ASPECTS {
        let name = aspect.meta.name;
        for (heading, differ) in [("Fires", true), ("Quiet", false)] {
            let examples = aspect.meta.examples(heading);
            assert!(!examples.is_empty(), "{name} has no {heading}");
            for example in examples {
                let (asked, recorded) = example.split_once("---\n").expect("two requests");
                let (asked, recorded) = (request(asked), request(recorded));
                let parted = parts(aspect, &asked, &names) != parts(aspect, &recorded, &names);
                assert_eq!(parted, differ, "{name} {heading}:\n{example}");
                assert_eq!(
                    key(&asked, &names) != key(&recorded, &names),
                    differ,
                    "key of {name} {heading}:\n{example}"
                );
            }
        }
        assert!(
            !aspect.meta.summary().is_empty() && aspect.meta.section("Why it matters").is_some(),
            "{name}"
        );
    }
}

//! Whose life it is that something is there no more: the life of the thing that was asked for, where it was that thing
//! that was answered.

use cassettes::codec;
use cassettes::json::{Json, Pointer, Step};
use cassettes::model::{Cassette, Response};
use cassettes::operation::Operations;
use std::collections::{BTreeMap, BTreeSet};

/// A success whose path names a thing: what it is called there, and what the answer says.
struct Told {
    position: usize,
    name: String,
    said: BTreeMap<Pointer, String>,
}

/// The positions of successes that told of another thing than the path named, where the same path told others by their
/// names: whoever asked for that was never told whether it is there.
pub(super) fn of_another(cassette: &Cassette, known: &Operations) -> BTreeSet<usize> {
    let mut templates: BTreeMap<String, Vec<Told>> = BTreeMap::new();
    for (position, exchange) in cassette.exchanges.iter().enumerate() {
        let template = known.of(&exchange.request).template;
        let path = template.split(' ').next().unwrap_or_default();
        let is_name = path.rsplit('/').next().is_some_and(|last| last.starts_with('{'));
        let reply = exchange.answer.reply().filter(|reply| is_name && reply.is_success());
        let (Some(reply), Some(name)) = (reply, exchange.request.segments().pop()) else { continue };
        let said = singles(reply);
        if !said.is_empty() {
            templates.entry(path.to_owned()).or_default().push(Told { position, name, said });
        }
    }
    let mut found = BTreeSet::new();
    for all in templates.into_values() {
        let of = |one: &Told| -> Vec<Pointer> {
            one.said.iter().filter(|(_, said)| **said == one.name).map(|(at, _)| at.clone()).collect()
        };
        let places: BTreeSet<Pointer> = all.iter().flat_map(of).collect();
        let foreign = |one: &&Told| of(one).is_empty() && places.iter().any(|at| one.said.contains_key(at));
        found.extend(all.iter().filter(foreign).map(|one| one.position));
    }
    found
}

/// The single values of a document, outside of lists.
fn singles(reply: &Response) -> BTreeMap<Pointer, String> {
    let mut found = BTreeMap::new();
    if let Some(json) = codec::json_of(&reply.headers, &reply.body) {
        Pointer::walk(&json, &mut |at, value| {
            let listed = at.0.iter().any(|step| matches!(step, Step::Index(_)));
            if let (false, Some(text)) = (listed, Json::scalar_text(value)) {
                found.insert(at.clone(), text.to_owned());
            }
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples;

    #[test]
    fn what_is_answered_to_any_name_is_no_thing_of_that_name() {
        let text = r#"
> GET /v1/things/th_000001
< 200 {"id":"th_000001","name":"one"}
> GET /v1/things/th_000002
< 200 {"id":"th_000002","name":"two"}
> GET /v1/things/none
< 200 {"id":"th_000001","name":"one"}
> GET /v1/sizes/th_000001
< 200 {"width":7}
"#;
        let example = examples::parse(text).expect("an example");
        let [cassette] = example.cassettes.as_slice() else { panic!("one cassette") };
        let known = Operations::learn(&cassette.exchanges);
        assert_eq!(of_another(cassette, &known), BTreeSet::from([2]));
    }
}

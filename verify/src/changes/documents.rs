//! Documents that are no JSON: what separates the fields of a table, in which order they stand, and the namespace
//! of XML.

use super::difference::{Change, Kind, Weight};
use crate::case::{Case, Said};
use crate::run::Run;
use cassettes::codec;
use cassettes::json::Json;

/// What parsers go by before they read a value.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Form {
    place: &'static str,
    what: &'static str,
    told: String,
}

/// Answers whose documents are parsed in another way; each of both successes.
pub(super) fn changes(run: &Run<'_>) -> Vec<Change> {
    let both = |case: &&Case<'_>| case.real.is_success() && case.other.is_success();
    let of = |cases: Vec<&Case<'_>>| {
        let cases: Vec<&Case<'_>> = cases.into_iter().filter(both).collect();
        cases.iter().find_map(|case| change(case)).or_else(|| columns(&cases))
    };
    run.operations().into_values().filter_map(of).collect()
}

/// Columns that stand in another order than in every table before: whoever reads by position reads other things.
fn columns(cases: &[&Case<'_>]) -> Option<Change> {
    let tables: Vec<(&Case<'_>, Vec<String>, Vec<String>)> =
        cases.iter().filter_map(|case| Some((*case, named(&case.real)?, named(&case.other)?))).collect();
    let (first, then, now) = tables.first()?;
    let common = |names: &[String], others: &[String]| -> Vec<String> {
        names.iter().filter(|name| others.contains(name)).cloned().collect()
    };
    let (was, is) = (common(then, now), common(now, then));
    let steady = tables.iter().all(|(_, a, b)| a == then && b == now);
    let at = was.iter().zip(&is).position(|(a, b)| a != b).filter(|_| steady && was.len() == is.len())?;
    Some(Change {
        kind: Kind::Order,
        rule: "order-changed",
        weight: Weight::Breaking,
        operation: first.operation.clone(),
        message: format!(
            "the columns of the table stand in another order: where `{}` was, there is `{}` now",
            crate::excerpt::bounded(&was[at]),
            crate::excerpt::bounded(&is[at])
        ),
        place: "table columns".to_owned(),
        before: first.real.whole(),
        after: first.other.whole(),
    })
}

/// The columns of a table in text, in their order.
fn named(said: &Said<'_>) -> Option<Vec<String>> {
    let media = said.reply()?.headers.media_type()?;
    let is_text = matches!(media.as_str(), "text/csv" | "application/csv" | "text/tab-separated-values");
    let Json::Array(rows) = said.table.as_ref().filter(|_| is_text)? else { return None };
    Some(rows.first()?.members().iter().map(|(name, _)| name.clone()).collect())
}

fn change(case: &Case<'_>) -> Option<Change> {
    let (then, now) = (form(&case.real)?, form(&case.other)?);
    if then == now || then.place != now.place {
        return None;
    }
    Some(Change {
        kind: Kind::MediaType,
        rule: "media-type-changed",
        weight: Weight::Breaking,
        operation: case.operation.clone(),
        message: format!("{} was {}, and is {} now", then.what, then.told, now.told),
        place: then.place.to_owned(),
        before: case.real.whole(),
        after: case.other.whole(),
    })
}

fn form(said: &Said<'_>) -> Option<Form> {
    let reply = said.reply()?;
    let media = reply.headers.media_type()?;
    let text = codec::text_of(&reply.headers, &reply.body)?;
    match media.as_str() {
        "text/csv" | "application/csv" => {
            let first = text.lines().next()?;
            let often = |mark: &char| first.matches(*mark).count();
            let mark =
                [',', ';', '\t', '|'].into_iter().rev().max_by_key(often).filter(|mark| often(mark) > 0)?;
            let told = if mark == '\t' { "a tab".to_owned() } else { format!("`{mark}`") };
            Some(Form { place: "table separator", what: "what separates the fields of the table", told })
        }
        media if media.ends_with("xml") => {
            let root =
                text.split('<').find(|tag| tag.starts_with(|c: char| c.is_alphabetic() || c == '_'))?;
            let tag = root.split('>').next()?;
            let prefix =
                tag.split(|c: char| c.is_whitespace() || c == '/').next()?.split_once(':').map(|(p, _)| p);
            let name = prefix.map_or("xmlns=".to_owned(), |prefix| format!("xmlns:{prefix}="));
            let uri = tag.split_once(&name).map(|(_, rest)| rest.trim_start());
            let uri = uri.and_then(|rest| rest.get(1..)?.split(['"', '\'']).next());
            let told =
                uri.map_or_else(|| "none".to_owned(), |uri| format!("`{}`", crate::excerpt::bounded(uri)));
            Some(Form { place: "document namespace", what: "the namespace of the document", told })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::changes::between;
    use crate::examples;

    fn told(media: &str, then: &str, now: &str) -> Vec<String> {
        let one = |body: &str| format!("> GET /v1/things\n< content-type: {media}\n< 200 {body}\n");
        let example =
            examples::parse(&format!("{}--- new.yaml\n{}", one(then), one(now))).expect("an example");
        let difference = between(&example.cassettes[0], &example.cassettes[1]);
        difference.telling().map(|change| change.message.clone()).collect()
    }

    #[test]
    fn a_namespace_is_part_of_every_name() {
        let words = "the namespace of the document was none, and is `urn:v3` now";
        assert_eq!(told("application/xml", "<a><b>1</b></a>", "<a xmlns=\"urn:v3\"><b>1</b></a>"), [words]);
        assert_eq!(told("application/xml", "<a><b>1</b></a>", "<a><b>2</b></a>"), [""; 0]);
    }

    #[test]
    fn columns_are_read_by_their_position() {
        let words = "the columns of the table stand in another order: where `id` was, there is `n` now";
        assert_eq!(told("text/csv", "id,n\n<< 1,2", "n,id\n<< 2,1"), [words]);
        assert_eq!(told("text/csv", "id,n\n<< 1,2", "id,n\n<< 2,1"), [""; 0]);
    }

    #[test]
    fn a_separator_is_no_data() {
        let words = "what separates the fields of the table was `,`, and is `;` now".to_owned();
        assert!(told("text/csv", "id,name,n", "id;name;n").contains(&words));
    }
}

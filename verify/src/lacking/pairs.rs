//! Two values of a body that go together, and that never did so wrongly: the same thing on both sides, the end
//! before the start.

use super::spoilt::said;
use cassettes::facets::time_form::time_form;
use cassettes::facets::words::words;
use cassettes::json::{Json, Pointer};

/// Words by which the names of two sides differ.
const SIDES: [(&str, &str); 12] = [
    ("from", "to"),
    ("source", "target"),
    ("source", "destination"),
    ("origin", "destination"),
    ("sender", "receiver"),
    ("sender", "recipient"),
    ("payer", "payee"),
    ("debtor", "creditor"),
    ("debit", "credit"),
    ("start", "end"),
    ("starts", "ends"),
    ("min", "max"),
];

/// The first two members beside each other that go together, with the second as it must not be, and that in words.
pub(super) fn together(members: &[(Pointer, &Json)]) -> Option<(Pointer, String, Json)> {
    members.iter().find_map(|(at, one)| {
        let (other, two) = members.iter().find(|(other, _)| is_other_side(at, other))?;
        if let (Some(a), Some(b)) = (one.as_str(), two.as_str())
            && a != b
            && time_form(a).is_none()
        {
            let what = format!("`{}` the same as `{}`", said(other), said(at));
            return Some((other.clone(), what, (*one).clone()));
        }
        before(one, two)
            .map(|early| (other.clone(), format!("`{}` before `{}`", said(other), said(at)), early))
    })
}

/// Whether two members stand in the same object, and their names differ in the word for their side.
fn is_other_side(one: &Pointer, other: &Pointer) -> bool {
    let (Some(a), Some(b)) = (one.name(), other.name()) else { return false };
    let beside = one.0.len() == other.0.len() && one.0[..one.0.len() - 1] == other.0[..other.0.len() - 1];
    let (a, b) = (words(a), words(b));
    beside
        && a.len() == b.len()
        && a.iter().zip(&b).filter(|(a, b)| a != b).count() == 1
        && a.iter().zip(&b).filter(|(a, b)| a != b).all(|(a, b)| SIDES.contains(&(a.as_str(), b.as_str())))
}

/// For the later of two times or numbers, what is before the earlier one.
fn before(one: &Json, two: &Json) -> Option<Json> {
    match (one, two) {
        (Json::Number(a), Json::Number(b)) => {
            let (low, high): (f64, f64) = (a.parse().ok()?, b.parse().ok()?);
            (low <= high && low.fract() == 0.0).then(|| Json::Number(format!("{:.0}", low - 1.0)))
        }
        (Json::String(a), Json::String(b)) if a.len() == b.len() && time_form(b).is_some() && a.len() > 4 => {
            // The same moment some thousand years ago.
            a[..4].bytes().all(|c| c.is_ascii_digit()).then(|| Json::String(format!("1{}", &b[1..])))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_are_told_by_their_names() {
        let of = |text: &str| {
            let json = Json::parse(text.as_bytes()).expect("parses");
            let members: Vec<(Pointer, &Json)> =
                json.members().iter().map(|(name, value)| (Pointer::root().member(name), value)).collect();
            together(&members).map(|(_, what, value)| format!("{what}: {value}"))
        };
        let wrong = |what: &str| Some(what.to_owned());
        assert_eq!(
            of(r#"{"from_account":"a1","to_account":"a2"}"#),
            wrong("`to_account` the same as `from_account`: \"a1\"")
        );
        assert_eq!(of(r#"{"min":3,"max":9}"#), wrong("`max` before `min`: 2"));
        assert_eq!(
            of(r#"{"startDate":"2026-01-02","endDate":"2026-01-05"}"#),
            wrong("`endDate` before `startDate`: \"1026-01-05\"")
        );
        assert_eq!(of(r#"{"customer_id":"c1","product_id":"p1"}"#), None);
        assert_eq!(of(r#"{"from":"a","to":"a"}"#), None);
    }
}

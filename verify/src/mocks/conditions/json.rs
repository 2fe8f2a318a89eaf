//! JSON documents that a stub wants.

use super::{Dialect, Fit, Pattern};
use cassettes::json::{Json, plain_number};

/// A JSON document that a stub wants.
#[derive(Debug, Clone, PartialEq)]
pub struct JsonTest {
    /// The document. Numbers are compared by value.
    pub wanted: Json,
    /// Arrays may have another order.
    pub any_order: bool,
    /// Objects may have further members, arrays further items.
    pub extra: bool,
    /// Strings such as `${json-unit.any-string}` stand for what they name.
    pub placeholders: bool,
}

impl JsonTest {
    /// This document and no other.
    pub fn strict(wanted: Json) -> Self {
        JsonTest { wanted, any_order: false, extra: false, placeholders: false }
    }

    /// Whether a document is the one that is wanted.
    pub fn fit(&self, json: &Json) -> Fit {
        self.same(&self.wanted, json)
    }

    fn same(&self, wanted: &Json, found: &Json) -> Fit {
        if let (true, Json::String(text)) = (self.placeholders, wanted)
            && let Some(rest) =
                text.strip_prefix("${json-unit.").or_else(|| text.strip_prefix("#{json-unit."))
        {
            return placeholder(rest, found);
        }
        match (wanted, found) {
            (Json::Number(a), Json::Number(b)) => Fit::of(same_number(a, b)),
            (Json::Array(a), Json::Array(b)) => self.arrays(a, b),
            (Json::Object(a), Json::Object(b)) => self.objects(a, b),
            (a, b) => Fit::of(a == b),
        }
    }

    fn objects(&self, wanted: &[(String, Json)], found: &[(String, Json)]) -> Fit {
        // The last member of a name counts, as for every parser that keeps one.
        let last = |members: &[(String, Json)], name: &str| members.iter().rposition(|(n, _)| n == name);
        let surplus = || found.iter().any(|(name, _)| last(wanted, name).is_none());
        if !self.extra && surplus() {
            return Fit::Unmet;
        }
        Fit::all(wanted.iter().enumerate().filter(|(at, (name, _))| last(wanted, name) == Some(*at)).map(
            |(_, (name, value))| match last(found, name) {
                Some(at) => self.same(value, &found[at].1),
                None => Fit::of(self.placeholders && value.as_str() == Some("${json-unit.ignore-element}")),
            },
        ))
    }

    fn arrays(&self, wanted: &[Json], found: &[Json]) -> Fit {
        if wanted.len() > found.len() || (!self.extra && wanted.len() != found.len()) {
            return Fit::Unmet;
        }
        if !self.any_order {
            return Fit::all(wanted.iter().zip(found).map(|(a, b)| self.same(a, b)));
        }
        let table: Vec<Vec<Fit>> =
            wanted.iter().map(|a| found.iter().map(|b| self.same(a, b)).collect()).collect();
        let paired = |good: &dyn Fn(Fit) -> bool| pairing(&table, found.len(), good);
        if paired(&|fit| fit == Fit::Met) {
            Fit::Met
        } else if paired(&|fit| fit != Fit::Unmet) {
            Fit::Unsure
        } else {
            Fit::Unmet
        }
    }
}

/// Whether each row can have a column of its own (augmenting paths).
fn pairing(table: &[Vec<Fit>], columns: usize, good: &dyn Fn(Fit) -> bool) -> bool {
    fn place(
        row: usize,
        table: &[Vec<Fit>],
        good: &dyn Fn(Fit) -> bool,
        owner: &mut [Option<usize>],
        seen: &mut [bool],
    ) -> bool {
        for column in 0..owner.len() {
            if seen[column] || !good(table[row][column]) {
                continue;
            }
            seen[column] = true;
            if owner[column].is_none_or(|other| place(other, table, good, owner, seen)) {
                owner[column] = Some(row);
                return true;
            }
        }
        false
    }
    let mut owner = vec![None; columns];
    (0..table.len()).all(|row| place(row, table, good, &mut owner, &mut vec![false; columns]))
}

fn placeholder(rest: &str, found: &Json) -> Fit {
    let Some((name, argument)) = rest.split_once('}') else { return Fit::Unsure };
    match name {
        "ignore" | "ignore-element" | "any-value" => Fit::Met,
        "any-string" => Fit::of(matches!(found, Json::String(_))),
        "any-number" => Fit::of(matches!(found, Json::Number(_))),
        "any-boolean" => Fit::of(matches!(found, Json::Bool(_))),
        "regex" => match (Pattern::whole(argument, Dialect::Java), found.as_str()) {
            (Ok(pattern), Some(text)) => pattern.fit(text),
            (Ok(_), None) => Fit::Unmet,
            (Err(_), _) => Fit::Unsure,
        },
        _ => Fit::Unsure,
    }
}

/// Whether two numbers have one value: `1.0`, `1` and `10e-1`.
pub fn same_number(a: &str, b: &str) -> bool {
    a == b || plain_number(a).is_some_and(|a| plain_number(b) == Some(a))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(test: &JsonTest, found: &str) -> Fit {
        test.fit(&Json::parse(found.as_bytes()).expect("JSON"))
    }

    fn test(wanted: &str) -> JsonTest {
        JsonTest::strict(Json::parse(wanted.as_bytes()).expect("JSON"))
    }

    #[test]
    fn order_and_extras_count_unless_told_otherwise() {
        let mut wanted = test(r#"{"a":[1,{"b":"x"}],"c":1e1}"#);
        assert_eq!(fit(&wanted, r#"{"c":10.0,"a":[1.0,{"b":"x"}]}"#), Fit::Met);
        assert_eq!(fit(&wanted, r#"{"c":10,"a":[{"b":"x"},1]}"#), Fit::Unmet);
        wanted.any_order = true;
        assert_eq!(fit(&wanted, r#"{"c":10,"a":[{"b":"x"},1]}"#), Fit::Met);
        assert_eq!(fit(&wanted, r#"{"c":10,"a":[{"b":"x","d":1},1]}"#), Fit::Unmet);
        wanted.extra = true;
        assert_eq!(fit(&wanted, r#"{"c":10,"a":[7,{"b":"x","d":1},1],"e":null}"#), Fit::Met);
        assert_eq!(fit(&wanted, r#"{"a":[1,{"b":"x"}]}"#), Fit::Unmet);
    }

    #[test]
    fn placeholders_stand_for_what_they_name() {
        let mut wanted =
            test(r#"["${json-unit.any-string}","${json-unit.regex}[a-z]+","${json-unit.new-one}"]"#);
        wanted.placeholders = true;
        assert_eq!(fit(&wanted, r#"["x","abc",1]"#), Fit::Unsure);
        assert_eq!(fit(&wanted, r#"["x","ABC",1]"#), Fit::Unmet);
        assert_eq!(fit(&wanted, r#"[1,"abc",1]"#), Fit::Unmet);
    }
}

//! How old evidence may be, operation by operation.

use cassettes::model::Micros;
use cassettes::operation::Operation;
use std::collections::BTreeMap;

/// How old evidence may be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Budget {
    /// Of operations that are not named; none: any age.
    pub most: Option<Micros>,
    /// By operation, as reports print it: `GET /v1/customers/{id}`.
    pub operations: BTreeMap<String, Micros>,
}

impl Budget {
    /// One age for all.
    pub fn of_all(most: Micros) -> Self {
        Budget { most: Some(most), operations: BTreeMap::new() }
    }

    /// Whether nothing is ever too old.
    pub fn is_empty(&self) -> bool {
        self.most.is_none() && self.operations.is_empty()
    }

    /// How old the evidence of an operation may be. Who names it as reports print it is meant first, then who gives
    /// its variables other names, then who has a variable where only one value was ever seen.
    pub fn of(&self, operation: &Operation) -> Option<Micros> {
        let nearest =
            self.operations.iter().filter_map(|(name, most)| Some((distance(name, operation)?, *most)));
        nearest.min_by_key(|(distance, _)| *distance).map(|(_, most)| most).or(self.most)
    }

    /// The named operations that are none of these.
    pub fn unknown<'o>(&self, operations: impl IntoIterator<Item = &'o Operation>) -> Vec<&str> {
        let mut unknown: Vec<&str> = self.operations.keys().map(String::as_str).collect();
        for operation in operations {
            if unknown.is_empty() {
                break;
            }
            unknown.retain(|name| distance(name, operation).is_none());
        }
        unknown
    }
}

/// How far a name is from an operation: in how many segments it has a variable where the operation has none; none
/// where it names another.
fn distance(name: &str, operation: &Operation) -> Option<usize> {
    let (method, path) = name.trim().split_once(char::is_whitespace)?;
    if !method.eq_ignore_ascii_case(&operation.method) {
        return None;
    }
    let open = |segment: &str| segment.starts_with('{') && segment.ends_with('}');
    let (mut named, mut own) = (path.trim().split('/'), operation.template.split('/'));
    let mut distance = 0;
    loop {
        match (named.next(), own.next()) {
            (None, None) => return Some(distance),
            (Some(one), Some(other)) if one == other || (open(one) && open(other)) => {}
            (Some(one), Some(_)) if open(one) => distance += 1,
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_of_an_operation_counts() {
        let operation = |method: &str, template: &str| Operation {
            method: method.to_owned(),
            template: template.to_owned(),
        };
        let named = [("GET /v1/x/{key}", 1), ("GET /v1/x/latest", 2), ("post /v1/x", 3), ("GET /v1/nope", 4)];
        let operations = named.map(|(name, most)| (name.to_owned(), most)).into();
        let budget = Budget { most: Some(9), operations };
        let known = [
            (operation("GET", "/v1/x/{id}"), 1),
            (operation("GET", "/v1/x/latest"), 2),
            (operation("POST", "/v1/x"), 3),
            (operation("GET", "/v1/y"), 9),
        ];
        for (operation, most) in &known {
            assert_eq!(budget.of(operation), Some(*most), "{operation}");
        }
        assert_eq!(budget.unknown(known.iter().map(|(operation, _)| operation)), ["GET /v1/nope"]);
    }
}

//! Places in a JSON document (RFC 6901), with `*` for "every item" where rules speak of an operation.

use super::Json;
use std::fmt;

/// One step of a pointer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// An object's member.
    Member(String),
    /// An array's item.
    Index(usize),
    /// Any item of an array.
    Every,
}

/// A place in a JSON document. The root is written as the empty string.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Pointer(pub Vec<Step>);

impl Pointer {
    /// The whole document.
    pub fn root() -> Self {
        Pointer::default()
    }

    /// This place's member.
    pub fn member(&self, name: &str) -> Self {
        self.with(Step::Member(name.to_owned()))
    }

    /// This place's item.
    pub fn index(&self, index: usize) -> Self {
        self.with(Step::Index(index))
    }

    /// One step further.
    pub fn with(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Pointer(steps)
    }

    /// With every index replaced by `*`, so that items of one list share a place.
    pub fn generic(&self) -> Self {
        Pointer(
            self.0
                .iter()
                .map(|s| if matches!(s, Step::Index(_)) { Step::Every } else { s.clone() })
                .collect(),
        )
    }

    /// The last member name on the way, which names what stands here.
    pub fn name(&self) -> Option<&str> {
        self.0.iter().rev().find_map(|s| match s {
            Step::Member(name) => Some(name.as_str()),
            Step::Index(_) | Step::Every => None,
        })
    }

    /// The value at this place; `*` takes the first item that has one.
    pub fn find<'j>(&self, json: &'j Json) -> Option<&'j Json> {
        find(&self.0, json)
    }

    /// Every value at this place, with its exact pointer.
    pub fn find_all<'j>(&self, json: &'j Json) -> Vec<(Pointer, &'j Json)> {
        let mut found = vec![(Pointer::root(), json)];
        for step in &self.0 {
            let mut next = Vec::new();
            for (at, value) in found {
                match step {
                    Step::Member(name) => next.extend(value.get(name).map(|v| (at.member(name), v))),
                    Step::Index(i) => next.extend(value.items().get(*i).map(|v| (at.index(*i), v))),
                    Step::Every => {
                        next.extend(value.items().iter().enumerate().map(|(i, v)| (at.index(i), v)));
                    }
                }
            }
            found = next;
        }
        found
    }

    /// Calls `visit` for the value here and everything below it, parents first.
    pub fn walk<'j>(json: &'j Json, visit: &mut dyn FnMut(&Pointer, &'j Json)) {
        fn go<'j>(at: &mut Pointer, json: &'j Json, visit: &mut dyn FnMut(&Pointer, &'j Json)) {
            visit(at, json);
            for (name, value) in json.members() {
                at.0.push(Step::Member(name.clone()));
                go(at, value, visit);
                at.0.pop();
            }
            for (i, value) in json.items().iter().enumerate() {
                at.0.push(Step::Index(i));
                go(at, value, visit);
                at.0.pop();
            }
        }
        go(&mut Pointer::root(), json, visit);
    }
}

fn find<'j>(steps: &[Step], json: &'j Json) -> Option<&'j Json> {
    let Some((step, rest)) = steps.split_first() else { return Some(json) };
    match step {
        Step::Member(name) => find(rest, json.get(name)?),
        Step::Index(i) => find(rest, json.items().get(*i)?),
        Step::Every => json.items().iter().find_map(|item| find(rest, item)),
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.0 {
            match step {
                Step::Member(name) => write!(f, "/{}", name.replace('~', "~0").replace('/', "~1"))?,
                Step::Index(i) => write!(f, "/{i}")?,
                Step::Every => f.write_str("/*")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_find_and_print() {
        let json = Json::parse(br#"{"a/b":[{"x":1},{"y":2},{"x":3}]}"#).expect("valid");
        let every = Pointer::root().member("a/b").with(Step::Every).member("x");
        assert_eq!(every.to_string(), "/a~1b/*/x");
        assert_eq!(every.find(&json), Some(&Json::Number("1".into())));
        let all: Vec<String> = every.find_all(&json).iter().map(|(p, v)| format!("{p}={v}")).collect();
        assert_eq!(all, ["/a~1b/0/x=1", "/a~1b/2/x=3"]);
        assert_eq!(Pointer::root().member("a").index(4).member("x").generic().to_string(), "/a/*/x");
    }
}

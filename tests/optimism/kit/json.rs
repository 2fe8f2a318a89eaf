//! Building and changing documents.

use cassettes::json::{Json, Pointer, Step};

/// What can stand in a document.
pub(crate) trait ToJson {
    fn json(self) -> Json;
}

impl ToJson for Json {
    fn json(self) -> Json {
        self
    }
}

impl ToJson for &str {
    fn json(self) -> Json {
        Json::String(self.to_owned())
    }
}

impl ToJson for String {
    fn json(self) -> Json {
        Json::String(self)
    }
}

impl ToJson for bool {
    fn json(self) -> Json {
        Json::Bool(self)
    }
}

impl ToJson for i64 {
    fn json(self) -> Json {
        Json::Number(self.to_string())
    }
}

impl ToJson for usize {
    fn json(self) -> Json {
        Json::Number(self.to_string())
    }
}

impl<T: ToJson> ToJson for Option<T> {
    fn json(self) -> Json {
        self.map_or(Json::Null, ToJson::json)
    }
}

impl<T: ToJson> ToJson for Vec<T> {
    fn json(self) -> Json {
        Json::Array(self.into_iter().map(ToJson::json).collect())
    }
}

/// A number with exactly this text.
pub(crate) fn num(text: impl Into<String>) -> Json {
    Json::Number(text.into())
}

/// An object, in this order: `obj! { "id": id, "n": 3 }`.
macro_rules! obj {
    ($($name:literal : $value:expr),* $(,)?) => {
        cassettes::json::Json::Object(vec![$(($name.to_owned(), $crate::kit::json::ToJson::json($value))),*])
    };
}
pub(crate) use obj;

/// Changes on documents.
pub(crate) trait Edit {
    /// With a member at the end, where there is a value.
    fn and<T: ToJson>(self, name: &str, value: Option<T>) -> Json;
    /// Puts a member in its place, or at the end.
    fn put<T: ToJson>(&mut self, name: &str, value: T);
    /// Takes a member out.
    fn take(&mut self, name: &str) -> Option<Json>;
    /// Changes every value at a generic place; gives how many there were.
    fn edit(&mut self, at: &Pointer, change: &mut dyn FnMut(&mut Json)) -> usize;
    /// The text of a scalar below the root, by its pointer.
    fn text_at(&self, pointer: &str) -> Option<String>;
}

impl Edit for Json {
    fn and<T: ToJson>(mut self, name: &str, value: Option<T>) -> Json {
        if let Some(value) = value {
            self.put(name, value);
        }
        self
    }

    fn put<T: ToJson>(&mut self, name: &str, value: T) {
        let Json::Object(members) = self else { return };
        match members.iter_mut().find(|(n, _)| n == name) {
            Some((_, old)) => *old = value.json(),
            None => members.push((name.to_owned(), value.json())),
        }
    }

    fn take(&mut self, name: &str) -> Option<Json> {
        let Json::Object(members) = self else { return None };
        let at = members.iter().position(|(n, _)| n == name)?;
        Some(members.remove(at).1)
    }

    fn edit(&mut self, at: &Pointer, change: &mut dyn FnMut(&mut Json)) -> usize {
        go(self, &at.0, change)
    }

    fn text_at(&self, pointer: &str) -> Option<String> {
        let mut here = self;
        for step in pointer.split('/').skip(1) {
            here = match here {
                Json::Array(items) => items.get(step.parse::<usize>().ok()?)?,
                _ => here.get(step)?,
            };
        }
        here.scalar_text().map(str::to_owned)
    }
}

fn go(json: &mut Json, steps: &[Step], change: &mut dyn FnMut(&mut Json)) -> usize {
    let Some((step, rest)) = steps.split_first() else {
        change(json);
        return 1;
    };
    match (step, json) {
        (Step::Member(name), Json::Object(members)) => {
            members.iter_mut().filter(|(n, _)| n == name).map(|(_, v)| go(v, rest, change)).sum()
        }
        (Step::Index(i), Json::Array(items)) => items.get_mut(*i).map_or(0, |v| go(v, rest, change)),
        (Step::Every, Json::Array(items)) => items.iter_mut().map(|v| go(v, rest, change)).sum(),
        _ => 0,
    }
}

/// Reads a document that is written down here.
pub(crate) fn read(text: &str) -> Json {
    Json::parse(text.as_bytes()).unwrap_or(Json::Null)
}

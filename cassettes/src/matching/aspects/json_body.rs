//! # json-body
//!
//! A JSON body as a tree: members in any order, white space free, but number text and kinds as they
//! stand, so `1.0` is not `1` and `"1"` is not `1`. Duplicate members keep their order.
//!
//! ## Why it matters
//! A changed amount must be a miss that says so, not an answer recorded for another amount.
//!
//! ## Fires
//! ```http
//! POST /v1/charges
//!
//! {"amount": 10.0, "currency": "eur"}
//! ---
//! POST /v1/charges
//!
//! {"amount": 10, "currency": "eur"}
//! ```
//! ```http
//! POST /v1/charges
//!
//! {"amount": "10"}
//! ---
//! POST /v1/charges
//!
//! {"amount": 10}
//! ```
//!
//! ## Quiet
//! ```http
//! POST /v1/charges
//!
//! {"currency":"eur","amount":10}
//! ---
//! POST /v1/charges
//!
//! {"amount": 10, "currency": "\u0065ur"}
//! ```
//! ```http
//! POST /login
//!
//! {"user": "ann", "password": "dummy"}
//! ---
//! POST /login
//!
//! {"user": "ann", "password": "another"}
//! ```

use super::super::{
    Aspect, Content, View,
    aspect::{Emit, MASK, masked},
};
use crate::{
    json::{Json, Pointer, Step},
    meta::Meta,
    redact::Names,
};

pub(super) static ASPECT: Aspect =
    Aspect { meta: Meta::new("json-body", include_str!("json_body.rs")), place: "json", parts };

fn parts(view: &View<'_>, names: &Names, emit: &mut Emit<'_>) {
    if let Content::Json(json) = &view.content {
        Walk { names, emit, pointer: Pointer::root(), text: String::new() }.go(json);
    }
}

struct Walk<'w, 'e> {
    names: &'w Names,
    emit: &'w mut Emit<'e>,
    pointer: Pointer,
    /// The pointer as text.
    text: String,
}

impl Walk<'_, '_> {
    fn go(&mut self, json: &Json) {
        if matches!(json, Json::String(_) | Json::Number(_)) && self.names.json(&self.pointer) {
            return (self.emit)(&self.text, MASK);
        }
        match json {
            Json::Null => (self.emit)(&self.text, b"null"),
            Json::Bool(true) => (self.emit)(&self.text, b"true"),
            Json::Bool(false) => (self.emit)(&self.text, b"false"),
            Json::Number(number) => (self.emit)(&self.text, number.as_bytes()),
            Json::String(text) => {
                if masked(false, text.as_bytes(), self.names) == MASK {
                    return (self.emit)(&self.text, MASK);
                }
                (self.emit)(&self.text, json.to_string().as_bytes());
            }
            Json::Array(items) if items.is_empty() => (self.emit)(&self.text, b"[]"),
            Json::Object(members) if members.is_empty() => (self.emit)(&self.text, b"{}"),
            Json::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    self.step(Step::Index(at), &at.to_string(), item);
                }
            }
            Json::Object(members) => {
                let mut order: Vec<&(String, Json)> = members.iter().collect();
                order.sort_by(|a, b| a.0.cmp(&b.0));
                for (name, value) in order {
                    let escaped = name.replace('~', "~0").replace('/', "~1");
                    self.step(Step::Member(name.clone()), &escaped, value);
                }
            }
        }
    }

    fn step(&mut self, step: Step, name: &str, value: &Json) {
        let length = self.text.len();
        self.text.push('/');
        self.text.push_str(name);
        self.pointer.0.push(step);
        self.go(value);
        self.pointer.0.pop();
        self.text.truncate(length);
    }
}

//! A question taken apart once, for all the stubs that look at it.

use cassettes::codec;
use cassettes::json::Json;
use cassettes::model::{Request, Timestamp};
use std::borrow::Cow;
use std::cell::OnceCell;

/// A text that is looked at, and its JSON once somebody asked for it.
#[derive(Debug)]
pub struct Value<'a> {
    /// As it stands.
    pub text: Cow<'a, str>,
    json: OnceCell<Option<Json>>,
}

impl<'a> Value<'a> {
    /// A text to look at.
    pub fn new(text: impl Into<Cow<'a, str>>) -> Self {
        Value { text: text.into(), json: OnceCell::new() }
    }

    /// The text as JSON, if it is one document.
    pub fn json(&self) -> Option<&Json> {
        self.json.get_or_init(|| Json::parse(self.text.as_bytes()).ok()).as_ref()
    }
}

/// A question taken apart.
#[derive(Debug)]
pub struct Asked<'a> {
    /// As it was sent.
    pub request: &'a Request,
    /// The moment of the run.
    pub now: Timestamp,
    target: Value<'a>,
    path: Value<'a>,
    method: Value<'a>,
    query: OnceCell<Vec<(String, String)>>,
    cookies: OnceCell<Vec<(String, String)>>,
    form: OnceCell<Vec<(String, String)>>,
    bytes: OnceCell<Cow<'a, [u8]>>,
    body: OnceCell<Option<Value<'a>>>,
}

impl<'a> Asked<'a> {
    /// A question at a moment.
    pub fn new(request: &'a Request, now: Timestamp) -> Self {
        Asked {
            request,
            now,
            target: Value::new(request.target.as_str()),
            path: Value::new(request.path()),
            method: Value::new(request.method.as_str()),
            query: OnceCell::new(),
            cookies: OnceCell::new(),
            form: OnceCell::new(),
            bytes: OnceCell::new(),
            body: OnceCell::new(),
        }
    }

    /// Path and query as sent.
    pub fn target(&self) -> &Value<'a> {
        &self.target
    }

    /// The path as sent, without the query.
    pub fn path(&self) -> &Value<'a> {
        &self.path
    }

    /// The method as sent.
    pub fn method(&self) -> &Value<'a> {
        &self.method
    }

    /// Query names and values in order, decoded.
    pub fn query(&self) -> &[(String, String)] {
        self.query.get_or_init(|| self.request.query_pairs())
    }

    /// Cookies in order (RFC 6265 §4.2.1), without quotes.
    pub fn cookies(&self) -> &[(String, String)] {
        self.cookies.get_or_init(|| {
            let lines = self.request.headers.get_all("cookie");
            let pairs: Vec<String> =
                lines.flat_map(|line| line.split(';').map(str::to_owned).collect::<Vec<_>>()).collect();
            pairs
                .iter()
                .filter_map(|pair| pair.split_once('='))
                .map(|(name, value)| (name.trim().to_owned(), value.trim().trim_matches('"').to_owned()))
                .collect()
        })
    }

    /// The fields of a form body, decoded; none if it says that it is something else.
    pub fn form(&self) -> &[(String, String)] {
        self.form.get_or_init(|| {
            let media = self.request.headers.media_type();
            let form = media.is_none_or(|media| media == "application/x-www-form-urlencoded");
            let body = self.body().filter(|_| form);
            // A body without spaces is a query by another name.
            let target = format!("?{}", body.map_or("", |body| body.text.trim()));
            Request::new("", target).query_pairs()
        })
    }

    /// The body's bytes, its content codings undone.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get_or_init(|| codec::decoded(&self.request.headers, &self.request.body))
    }

    /// The body as text; none if nothing was sent. What is no UTF-8 becomes U+FFFD.
    pub fn body(&self) -> Option<&Value<'a>> {
        let text = || {
            let bytes = self.bytes();
            (!bytes.is_empty()).then(|| Value::new(String::from_utf8_lossy(bytes).into_owned()))
        };
        self.body.get_or_init(text).as_ref()
    }

    /// Every value of a header, as text.
    pub fn header(&self, name: &str) -> Vec<Value<'_>> {
        let bytes = self.request.headers.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name));
        bytes.map(|(_, value)| Value::new(String::from_utf8_lossy(value))).collect()
    }
}

/// Every value under a name.
pub(super) fn under<'p>(pairs: &'p [(String, String)], name: &str) -> Vec<Value<'p>> {
    pairs.iter().filter(|(n, _)| n == name).map(|(_, value)| Value::new(value.as_str())).collect()
}

//! Ordered exchanges with a header.

use super::{Exchange, ExchangeId};

/// What stands at the head of a cassette file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Header {
    /// The program that wrote it, for example `truetape 0.1.0`.
    pub recorder: String,
    /// The base URLs recorded, in the order they were given, without trailing slashes.
    pub upstreams: Vec<String>,
    /// The project's own redaction rules, kept so that replay masks requests as recording did.
    pub redact: RedactRules,
}

/// Redaction rules that a project adds to the default list.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct RedactRules {
    /// Header names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<String>,
    /// Query and form names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub query: Vec<String>,
    /// JSON members: a bare name at any depth, or a path such as `$.user.ssn` or `$.items[*].key`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub json: Vec<String>,
    /// Regular expressions; what they match is replaced wherever text stands.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub patterns: Vec<String>,
    /// Names from the default list that are not secret here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keep: Vec<String>,
}

/// Ordered exchanges with a header.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cassette {
    /// As evidence names it: the file name.
    pub name: String,
    /// What stands at its head.
    pub header: Header,
    /// In the order in which their requests began.
    pub exchanges: Vec<Exchange>,
}

impl Cassette {
    /// `billing.yaml#3`.
    pub fn cite(&self, id: ExchangeId) -> String {
        format!("{}{id}", self.name)
    }
}

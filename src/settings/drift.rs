//! `drift:`, how the real side is asked again.

use serde::{Deserialize, Deserializer};

/// `drift: {allow: ["POST /v1/search"], upstream: https://sandbox.example.com, rate: 5, concurrency: 2}`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct DriftSettings {
    /// Routes that may be asked although their methods are not safe.
    #[serde(deserialize_with = "listed")]
    pub(crate) allow: Vec<String>,
    /// Who is asked in the place of what was recorded: a base URL, or FROM=TO for each.
    #[serde(deserialize_with = "listed")]
    pub(crate) upstream: Vec<String>,
    /// Requests per second.
    pub(crate) rate: Option<f64>,
    /// Requests under way at once.
    pub(crate) concurrency: Option<usize>,
}

/// One text, or a list of them, or nothing.
fn listed<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "a text or a list of texts")]
    enum Written {
        One(String),
        Several(Vec<String>),
    }
    Ok(match Option::<Written>::deserialize(deserializer)? {
        None => Vec::new(),
        Some(Written::One(text)) => vec![text],
        Some(Written::Several(all)) => all,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_a_list_of_one() {
        let read = |text: &str| serde_yaml::from_str::<DriftSettings>(text).expect("read");
        assert_eq!(read("{allow: POST /v1/search}").allow, ["POST /v1/search"]);
        assert_eq!(read("{upstream: [a=b, c=d], rate: 0.5}").upstream, ["a=b", "c=d"]);
        assert!(read("allow:").allow.is_empty());
        assert!(serde_yaml::from_str::<DriftSettings>("{alow: x}").is_err());
    }
}

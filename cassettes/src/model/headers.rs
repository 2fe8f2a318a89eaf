//! Header fields in the order, case and number in which they were sent.

use std::borrow::Cow;

/// Header fields as captured: order, case and duplicates kept, values as bytes (RFC 9110 §5.5 allows
/// any octet above 0x7f). Lookups ignore case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers(pub Vec<(String, Vec<u8>)>);

/// Whether this is a token of RFC 9110 §5.6.2, hence a lawful field name.
pub fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

impl Headers {
    /// No fields.
    pub fn new() -> Self {
        Headers::default()
    }

    /// From text pairs, for tests and fixtures.
    pub fn from_pairs<N: Into<String>, V: Into<Vec<u8>>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        Headers(pairs.into_iter().map(|(n, v)| (n.into(), v.into())).collect())
    }

    /// Every field in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0.iter().map(|(n, v)| (n.as_str(), v.as_slice()))
    }

    /// How many fields there are, duplicates counted.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no field.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first value under a name, as text (bytes that are not UTF-8 are shown as U+FFFD).
    pub fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        self.get_bytes(name).map(String::from_utf8_lossy)
    }

    /// The first value under a name.
    pub fn get_bytes(&self, name: &str) -> Option<&[u8]> {
        self.0.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_slice())
    }

    /// Every value under a name, in order.
    pub fn get_all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = Cow<'a, str>> {
        self.0
            .iter()
            .filter(move |(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, v)| String::from_utf8_lossy(v))
    }

    /// Whether the name occurs.
    pub fn contains(&self, name: &str) -> bool {
        self.get_bytes(name).is_some()
    }

    /// Adds a field at the end.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<Vec<u8>>) {
        self.0.push((name.into(), value.into()));
    }

    /// Replaces the first field of that name where it stands and drops its duplicates; adds it if absent.
    pub fn set(&mut self, name: &str, value: impl Into<Vec<u8>>) {
        let Some(first) = self.0.iter().position(|(n, _)| n.eq_ignore_ascii_case(name)) else {
            return self.push(name, value);
        };
        self.0[first].1 = value.into();
        let mut index = 0;
        self.0.retain(|(n, _)| {
            index += 1;
            index - 1 <= first || !n.eq_ignore_ascii_case(name)
        });
    }

    /// Drops every field of that name.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(n, _)| !n.eq_ignore_ascii_case(name));
    }

    /// The media type without parameters, in lower case.
    pub fn media_type(&self) -> Option<String> {
        let value = self.get("content-type")?;
        let media = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        (!media.is_empty()).then_some(media)
    }

    /// The content codings in the order they were applied, in lower case, without `identity`.
    pub fn codings(&self) -> Vec<String> {
        self.get_all("content-encoding")
            .flat_map(|v| v.split(',').map(|c| c.trim().to_ascii_lowercase()).collect::<Vec<_>>())
            .filter(|c| !c.is_empty() && c != "identity")
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn set_replaces_the_first_and_drops_the_rest() {
        let mut headers = Headers::from_pairs([("A", "1"), ("b", "2"), ("a", "3"), ("c", "4")]);
        headers.set("a", "9");
        assert_eq!(headers, Headers::from_pairs([("A", "9"), ("b", "2"), ("c", "4")]));
        headers.set("d", "5");
        assert_eq!(headers.get("D").as_deref(), Some("5"));
    }
}

//! Challenges: how a server says which credential it wants (RFC 9110 §11.6.1, RFC 6750 §3).

use crate::model::{Headers, Response};

/// One challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// In lower case: schemes ignore case.
    pub scheme: String,
    /// Names in lower case, values unquoted, in order.
    pub params: Vec<(String, String)>,
}

impl Challenge {
    /// A parameter's value.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// The code of RFC 6750 §3.1: `invalid_request`, `invalid_token`, `insufficient_scope`, …
    pub fn error(&self) -> Option<&str> {
        self.param("error")
    }
}

/// Every challenge of a reply, in order; several may stand in one field and several fields may come.
pub fn challenges(response: &Response) -> Vec<Challenge> {
    let name = if response.status == 407 { "proxy-authenticate" } else { "www-authenticate" };
    parse_all(&response.headers, name)
}

fn parse_all(headers: &Headers, name: &str) -> Vec<Challenge> {
    headers.get_all(name).flat_map(|value| parse(&value)).collect()
}

/// Reads one field. What does not fit the grammar is passed over.
fn parse(value: &str) -> Vec<Challenge> {
    let mut challenges: Vec<Challenge> = Vec::new();
    for piece in pieces(value) {
        let piece = piece.trim();
        if piece.is_empty() {
            continue;
        }
        // `Scheme`, `Scheme name=value`, `Scheme token68`, or a further `name=value`.
        let name_end = piece.find([' ', '\t', '=']).unwrap_or(piece.len());
        let after = piece[name_end..].trim_start();
        if let (Some(value), Some(challenge)) = (after.strip_prefix('='), challenges.last_mut()) {
            challenge.params.push((piece[..name_end].to_ascii_lowercase(), unquoted(value.trim())));
            continue;
        }
        let mut params = Vec::new();
        if let Some((name, value)) = after.split_once('=')
            && !name.trim().is_empty()
            && !value.is_empty()
            && !value.starts_with('=')
        {
            params.push((name.trim().to_ascii_lowercase(), unquoted(value.trim())));
        }
        challenges.push(Challenge { scheme: piece[..name_end].to_ascii_lowercase(), params });
    }
    challenges
}

/// Split at commas outside of quotes.
fn pieces(value: &str) -> Vec<&str> {
    let (mut pieces, mut start, mut quoted, mut escaped) = (Vec::new(), 0, false, false);
    for (i, c) in value.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ',' if !quoted => {
                pieces.push(&value[start..i]);
                start = i + 1;
            }
            _ => {}
        }
    }
    pieces.push(&value[start..]);
    pieces
}

fn unquoted(value: &str) -> String {
    let Some(inner) = value.strip_prefix('"') else { return value.to_owned() };
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    let mut text = String::new();
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        text.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_challenges_in_one_field_and_in_several() {
        let mut headers = Headers::new();
        headers
            .push("WWW-Authenticate", r#"Newauth realm="a, \"b\"", type=1, Basic realm="simple", Negotiate"#);
        headers
            .push("www-authenticate", r#"Bearer realm="x",error="invalid_token",error_description="a, b""#);
        headers.push("www-authenticate", "NTLM TlRMTVNTUAAC==, ,");
        let all = challenges(&Response::new(401, headers, Vec::new()));
        let schemes: Vec<_> = all.iter().map(|c| c.scheme.as_str()).collect();
        assert_eq!(schemes, ["newauth", "basic", "negotiate", "bearer", "ntlm"]);
        assert_eq!(all[0].params, [("realm".into(), "a, \"b\"".into()), ("type".into(), "1".into())]);
        assert_eq!(all[3].error(), Some("invalid_token"));
        assert!(all[4].params.is_empty());
    }

    #[test]
    fn nonsense_does_not_panic() {
        for text in ["", ",", "=", "\"", "a=b", "Bearer =", "Bearer é=\"", "\\", "x \"y\\"] {
            let headers = Headers::from_pairs([("www-authenticate", text)]);
            let _ = challenges(&Response::new(401, headers, Vec::new()));
        }
    }
}

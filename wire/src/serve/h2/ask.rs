//! A request of HTTP/2 as the text of one of HTTP/1.1.

use crate::head::Length;
use http::{
    HeaderMap, Method,
    header::{CONTENT_LENGTH, COOKIE, HOST},
    request::Parts,
};

/// The head, and how the body follows it.
pub(super) fn text(asked: &Parts, ends: bool) -> (Vec<u8>, Length) {
    let mut out = Vec::with_capacity(512);
    let connect = asked.method == Method::CONNECT;
    let authority = asked.uri.authority().map(http::uri::Authority::as_str);
    let target = match asked.uri.path_and_query() {
        _ if connect => authority.unwrap_or_default(),
        Some(target) => target.as_str(),
        None => "/",
    };
    for part in [asked.method.as_str(), " ", target, " HTTP/1.1\r\n"] {
        out.extend_from_slice(part.as_bytes());
    }
    if let Some(authority) = authority {
        field(&mut out, "host", authority.as_bytes());
    }
    let mut baked = false;
    for (name, value) in &asked.headers {
        match name {
            // The authority is the better word for it (RFC 9113 §8.3.1).
            name if *name == HOST && authority.is_some() => {}
            name if *name == COOKIE => {
                if !std::mem::replace(&mut baked, true) {
                    field(&mut out, "cookie", &crumbs(&asked.headers));
                }
            }
            name => field(&mut out, name.as_str(), value.as_bytes()),
        }
    }
    out.extend_from_slice(b"\r\n");
    let length = match asked.headers.get(CONTENT_LENGTH) {
        _ if connect => Length::UntilClose,
        _ if ends => Length::None,
        // The library sees to it that so many bytes come.
        Some(bytes) => match bytes.to_str().ok().and_then(|bytes| bytes.parse().ok()) {
            None | Some(0) => Length::None,
            Some(bytes) => Length::Exactly(bytes),
        },
        None => Length::Chunked,
    };
    (out, length)
}

fn field(out: &mut Vec<u8>, name: &str, value: &[u8]) {
    for part in [name.as_bytes(), b": ", value, b"\r\n"] {
        out.extend_from_slice(part);
    }
}

/// A cookie field that was cut for the sake of compression (RFC 9113 §8.2.3).
fn crumbs(headers: &HeaderMap) -> Vec<u8> {
    let all: Vec<_> = headers.get_all(COOKIE).iter().map(http::HeaderValue::as_bytes).collect();
    all.join(&b"; "[..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pseudo_fields_become_the_first_line_and_crumbs_one_field() {
        let asked = http::Request::builder()
            .method("PUT")
            .uri("https://a.example:8443/p?q=%20#f")
            .header("x-b", "1")
            .header("cookie", "a=1")
            .header("host", "other")
            .header("cookie", "b=2")
            .body(())
            .unwrap();
        let (text, length) = super::text(&asked.into_parts().0, false);
        assert_eq!(
            String::from_utf8(text).unwrap(),
            "PUT /p?q=%20 HTTP/1.1\r\nhost: a.example:8443\r\nx-b: 1\r\ncookie: a=1; b=2\r\n\r\n"
        );
        assert_eq!(length, Length::Chunked);
    }
}

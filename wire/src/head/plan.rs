//! What a request's head says about its body and its connection (RFC 9112 §6.3, §9.3).

use super::{Head, HeadError};
use cassettes::model::HttpVersion;

/// How the end of a body is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Length {
    /// There is none.
    #[default]
    None,
    /// `Content-Length`, in bytes.
    Exactly(u64),
    /// `Transfer-Encoding: chunked`.
    Chunked,
    /// Until the connection closes; replies only.
    UntilClose,
}

/// What a request's head asks of whoever answers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// How its body ends.
    pub length: Length,
    /// Whether the connection may carry another request afterwards.
    pub keep_alive: bool,
    /// `Expect: 100-continue` (RFC 9110 §10.1.1).
    pub expects_continue: bool,
}

impl Plan {
    /// Reads the framing fields, refusing every head that two readers could frame differently.
    pub fn of(head: &Head) -> Result<Plan, HeadError> {
        let old = head.version() == HttpVersion::Http10;
        let mut plan = Plan { length: Length::None, keep_alive: !old, expects_continue: false };
        let mut length = None;
        let mut chunked = false;
        let mut hosts = 0;
        for (name, value) in head.fields() {
            // The length of a name tells most fields apart from these five.
            match name.len() {
                4 if name.eq_ignore_ascii_case("host") => hosts += 1,
                6 if name.eq_ignore_ascii_case("expect") => {
                    plan.expects_continue |= !old && value.eq_ignore_ascii_case(b"100-continue");
                }
                10 if name.eq_ignore_ascii_case("connection") => {
                    if has_token(value, "close") {
                        plan.keep_alive = false;
                    } else if old && has_token(value, "keep-alive") {
                        plan.keep_alive = true;
                    }
                }
                14 if name.eq_ignore_ascii_case("content-length") => {
                    if length.is_some() {
                        return Err(HeadError::Framing("Content-Length is given more than once"));
                    }
                    length =
                        Some(number(value).ok_or(HeadError::Framing("Content-Length is not one number"))?);
                }
                17 if name.eq_ignore_ascii_case("transfer-encoding") => {
                    if chunked || !value.eq_ignore_ascii_case(b"chunked") {
                        return Err(HeadError::Framing("Transfer-Encoding is other than one `chunked`"));
                    }
                    chunked = true;
                }
                _ => {}
            }
        }
        if hosts > 1 {
            return Err(HeadError::Host("the Host field is given more than once"));
        }
        if hosts == 0 && !old {
            return Err(HeadError::Host("an HTTP/1.1 request needs a Host field"));
        }
        if chunked && length.is_some() {
            return Err(HeadError::Framing("both Content-Length and Transfer-Encoding are given"));
        }
        if chunked && old {
            return Err(HeadError::Framing("HTTP/1.0 knows no Transfer-Encoding"));
        }
        plan.length = match (chunked, length) {
            (true, _) => Length::Chunked,
            (false, None | Some(0)) => Length::None,
            (false, Some(bytes)) => Length::Exactly(bytes),
        };
        Ok(plan)
    }
}

/// Digits only: no sign, no list, no blank.
pub(super) fn number(value: &[u8]) -> Option<u64> {
    let digits = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
    digits.then(|| std::str::from_utf8(value).ok()?.parse().ok()).flatten()
}

/// Whether a comma-separated list holds a token, whatever its case.
pub(crate) fn has_token(list: &[u8], token: &str) -> bool {
    list.split(|b| *b == b',').any(|t| t.trim_ascii().eq_ignore_ascii_case(token.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(fields: &str) -> Result<Plan, HeadError> {
        let mut head = Head::default();
        head.read(format!("POST / HTTP/1.1\r\nHost: x\r\n{fields}\r\n").as_bytes()).unwrap().unwrap();
        Plan::of(&head)
    }

    #[test]
    fn ambiguous_framing_is_refused() {
        for smuggled in [
            "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
            "Content-Length: 5\r\nContent-Length: 5\r\n",
            "Content-Length: 5, 5\r\n",
            "Content-Length: +5\r\n",
            "Content-Length: 99999999999999999999\r\n",
            "Transfer-Encoding: gzip, chunked\r\n",
            "Transfer-Encoding: chunked\r\ntransfer-encoding: chunked\r\n",
            "Transfer-Encoding: xchunked\r\n",
            "Host: y\r\n",
        ] {
            assert!(plan(smuggled).is_err(), "{smuggled}");
        }
        assert!(
            Plan::of(&{
                let mut head = Head::default();
                head.read(b"GET / HTTP/1.1\r\n\r\n").unwrap();
                head
            })
            .is_err()
        );
    }

    #[test]
    fn plans_are_read() {
        let whole =
            plan("Expect: 100-Continue\r\nTRANSFER-ENCODING: Chunked\r\nConnection: TE, Close\r\n").unwrap();
        assert_eq!(whole, Plan { length: Length::Chunked, keep_alive: false, expects_continue: true });
        assert_eq!(plan("Content-Length: 7\r\n").unwrap().length, Length::Exactly(7));
    }
}

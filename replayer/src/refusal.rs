//! Misses: a request that no recorded answer is left for is refused with everything that explains it.

use cassettes::matching::Difference;
use serde::Serialize;
use std::borrow::Cow;
use std::fmt;

/// The answer to a request that found none, unless told otherwise. Never 404: a test that expects
/// not-found must not pass on a miss.
pub const MISS_STATUS: u16 = 501;

/// The longest value of the `truetape-miss` header.
const LONGEST: usize = 400;

/// Why a request found no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    /// No exchange has such a request.
    Unknown,
    /// Every answer to it was given.
    Exhausted,
    /// On a WebSocket the client said something else than was recorded.
    Frame,
}

/// A request that found no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Miss {
    /// Why.
    pub reason: Reason,
    /// As asked.
    pub method: String,
    /// As asked, secrets cleaned.
    pub target: String,
    /// The nearest exchanges, the nearest first; for an exhausted queue its last one.
    pub nearest: Vec<Nearest>,
    /// Declarations that let it pass to the nearest, as they would stand under `matching:`; none where it
    /// differs in what is meant.
    pub advice: Option<String>,
}

/// An exchange that comes near.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nearest {
    /// As evidence cites it: `billing.yaml#3`.
    pub exchange: String,
    /// Each difference from what was asked.
    pub differences: Vec<Difference>,
}

impl Reason {
    /// `unknown` or `exhausted`.
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::Unknown => "unknown",
            Reason::Exhausted => "exhausted",
            Reason::Frame => "frame",
        }
    }
}

impl Miss {
    /// What to do about it.
    pub fn hint(&self) -> Cow<'static, str> {
        match &self.advice {
            Some(declared) if self.reason == Reason::Unknown => {
                format!(
                    "if that makes no difference, declare it in truetape.yaml, `matching: {declared}`; else make the client \
                     ask what was recorded, or record this request with `truetape record --mode new`"
                )
                .into()
            }
            _ => self.usual_hint().into(),
        }
    }

    fn usual_hint(&self) -> &'static str {
        match (self.reason, self.nearest.is_empty()) {
            (Reason::Exhausted, _) => {
                "the client asked more often than was recorded: record the longer sequence, or replay with \
                 --repeat to give the last answer again"
            }
            (Reason::Frame, _) => {
                "make the client say what was recorded, in that order, or record the conversation again"
            }
            (Reason::Unknown, true) => {
                "nothing like it was recorded: record it with `truetape record --mode new`"
            }
            (Reason::Unknown, false) => {
                "make the client ask what was recorded, or record this request with `truetape record --mode new`"
            }
        }
    }

    /// A sentence without a full stop.
    pub fn detail(&self) -> String {
        let asked = format!("{} {}", self.method, self.target);
        match (self.reason, self.nearest.first()) {
            (Reason::Exhausted, Some(last)) => {
                format!("every recorded answer to {asked} was given, the last of them {}", last.exchange)
            }
            (Reason::Frame, near) => {
                let exchange = near.map_or("the recording", |near| near.exchange.as_str());
                let differences = near.map_or(&[][..], |near| &near.differences);
                let differences: Vec<String> = differences.iter().map(ToString::to_string).collect();
                format!("on {asked} the client left {exchange}: {}", differences.join("; "))
            }
            (Reason::Exhausted, None) => format!("every recorded answer to {asked} was given"),
            (Reason::Unknown, None) => format!("no exchange has a request like {asked}"),
            (Reason::Unknown, Some(near)) => {
                let differences: Vec<String> = near.differences.iter().map(ToString::to_string).collect();
                format!("no exchange has {asked}; nearest is {}: {}", near.exchange, differences.join("; "))
            }
        }
    }

    /// The value of the `truetape-miss` header: one line of harmless characters.
    pub fn header(&self) -> String {
        let mut value = self.reason.as_str().to_owned();
        if let Some(near) = self.nearest.first() {
            value.push_str(&format!("; nearest=\"{}\"", quoted(&near.exchange)));
            if !near.differences.is_empty() {
                let places: Vec<&str> = near.differences.iter().map(|d| d.place.as_str()).collect();
                value.push_str(&format!("; differs=\"{}\"", quoted(&places.join(", "))));
            }
        }
        value
    }

    /// The `application/problem+json` body (RFC 9457).
    pub fn problem(&self, status: u16) -> Vec<u8> {
        let problem = Problem {
            r#type: match self.reason {
                Reason::Unknown => "urn:truetape:miss:unknown",
                Reason::Exhausted => "urn:truetape:miss:exhausted",
                Reason::Frame => "urn:truetape:miss:frame",
            },
            title: match self.reason {
                Reason::Unknown => "Nothing recorded for this request",
                Reason::Exhausted => "Every recorded answer was given",
                Reason::Frame => "Another message than was recorded",
            },
            status,
            detail: self.detail(),
            reason: self.reason,
            nearest: self.near(),
            hint: self.hint(),
        };
        let mut body = serde_json::to_vec_pretty(&problem).unwrap_or_default();
        body.push(b'\n');
        body
    }

    /// The whole reply, for a request with this method.
    pub(crate) fn reply(&self, method: &str, status: u16) -> Vec<u8> {
        let fields = [("truetape-miss", self.header())];
        problem_reply(method, status, &fields, &self.problem(status))
    }

    /// The nearest exchanges as the problem and the admin API show them.
    pub(crate) fn near(&self) -> Vec<Near<'_>> {
        let plain = |d: &'_ Difference| Plain {
            aspect: d.aspect,
            place: d.place.clone(),
            asked: d.asked.clone(),
            recorded: d.recorded.clone(),
        };
        self.nearest
            .iter()
            .map(|n| Near { exchange: &n.exchange, differences: n.differences.iter().map(plain).collect() })
            .collect()
    }
}

impl fmt::Display for Miss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail())
    }
}

#[derive(Serialize)]
struct Problem<'m> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: String,
    reason: Reason,
    nearest: Vec<Near<'m>>,
    hint: Cow<'static, str>,
}

/// An exchange that comes near, as JSON.
#[derive(Serialize)]
pub(crate) struct Near<'m> {
    exchange: &'m str,
    differences: Vec<Plain>,
}

#[derive(Serialize)]
struct Plain {
    aspect: &'static str,
    place: String,
    asked: Option<String>,
    recorded: Option<String>,
}

/// A reply of the replay's own, which no cassette holds.
pub(crate) fn problem_reply(method: &str, status: u16, fields: &[(&str, String)], body: &[u8]) -> Vec<u8> {
    let reason = if status == MISS_STATUS { "Not Implemented" } else { "" };
    let mut reply = format!("HTTP/1.1 {status} {reason}\r\nContent-Type: application/problem+json\r\n");
    for (name, value) in fields {
        reply.push_str(&format!("{name}: {value}\r\n"));
    }
    reply.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
    let mut reply = reply.into_bytes();
    if method != "HEAD" {
        reply.extend_from_slice(body);
    }
    reply
}

/// Fit to stand between quotes in a header: what is not printable ASCII becomes `?`.
fn quoted(text: &str) -> String {
    let harmless = |c: char| match c {
        '"' | '\\' => '\'',
        ' '..='~' => c,
        _ => '?',
    };
    text.chars().take(LONGEST).map(harmless).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_one_harmless_line() {
        let place = "json /a\"\r\nSet-Cookie: x=ü".to_owned();
        let difference = Difference { aspect: "json", place, asked: Some("1".into()), recorded: None };
        let nearest = vec![Nearest { exchange: "billing.yaml#3".into(), differences: vec![difference] }];
        let miss = Miss {
            reason: Reason::Unknown,
            method: "GET".into(),
            target: "/a".into(),
            nearest,
            advice: None,
        };
        let header = miss.header();
        assert_eq!(header, "unknown; nearest=\"billing.yaml#3\"; differs=\"json /a'??Set-Cookie: x=?\"");
        let problem: serde_json::Value = serde_json::from_slice(&miss.problem(501)).unwrap();
        assert_eq!(problem["nearest"][0]["differences"][0]["asked"], "1");
        assert_eq!((&problem["status"], &problem["reason"]), (&501.into(), &"unknown".into()));
        assert!(String::from_utf8(miss.reply("HEAD", 501)).unwrap().ends_with("\r\n\r\n"));
    }
}

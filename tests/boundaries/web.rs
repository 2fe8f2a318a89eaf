//! Small HTTP services, written as functions from a request to a reply.

use crate::upstream::Upstream;
use std::{collections::BTreeMap, io::Write as _, thread, time::Duration};

pub(crate) use crate::upstream::Asked;

/// What a service says to one request.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
    /// How long the service thinks before its first byte.
    after: Duration,
}

impl Reply {
    pub(crate) fn new(status: u16, media_type: &str, body: impl Into<String>) -> Reply {
        let headers = vec![("Content-Type", media_type.to_owned())];
        Reply { status, headers, body: body.into(), after: Duration::ZERO }
    }

    pub(crate) fn json(status: u16, body: impl Into<String>) -> Reply {
        Reply::new(status, "application/json", body)
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Reply {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn after(self, after: Duration) -> Reply {
        Reply { after, ..self }
    }

    fn bytes(&self) -> Vec<u8> {
        let reason = match self.status {
            200 => "OK",
            201 => "Created",
            400 => "Bad Request",
            401 => "Unauthorized",
            402 => "Payment Required",
            404 => "Not Found",
            429 => "Too Many Requests",
            500 => "Internal Server Error",
            504 => "Gateway Timeout",
            _ => "",
        };
        let mut head = format!("HTTP/1.1 {} {reason}\r\n", self.status);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("Content-Length: {}\r\n\r\n", self.body.len()));
        (head + &self.body).into_bytes()
    }
}

/// A service; what it remembers is its own.
pub(crate) type Handler = Box<dyn Fn(&Asked) -> Reply + Send + Sync>;

/// Starts a service and gives its base URL. It ends with the test's process.
pub(crate) fn serve(handler: Handler) -> String {
    let upstream = Upstream::start(move |asked, stream| {
        let reply = handler(asked);
        thread::sleep(reply.after);
        stream.write_all(&reply.bytes()).is_ok()
    });
    upstream.url
}

/// The path of a request, and its query by name. Values are left as they were written.
pub(crate) fn target(asked: &Asked) -> (&str, BTreeMap<&str, &str>) {
    let (path, query) = asked.target.split_once('?').unwrap_or((&asked.target, ""));
    (path, query.split('&').filter_map(|pair| pair.split_once('=')).collect())
}

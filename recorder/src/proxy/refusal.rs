//! What the recorder says in its own name: never a 5xx that could be taken for the upstream's, but for the
//! miss, whose status says that nobody was asked.

use cassettes::json::Json;
use wire::serve::Call;

/// A refusal in the recorder's own name, sent as a problem document (RFC 9457).
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) title: &'static str,
    /// The field by which clients and people know who speaks, and its value.
    pub(super) mark: (&'static str, &'static str),
    pub(super) detail: String,
}

impl Refusal {
    /// The cassette alone is asked, and it does not know this request.
    pub(super) fn miss(request: &str) -> Self {
        Refusal {
            status: 501,
            title: "Not Implemented",
            mark: ("truetape-miss", "unknown"),
            detail: format!("the cassette does not know `{request}`, and mode `once` asks nobody else"),
        }
    }

    /// The body is longer than can be kept.
    pub(super) fn too_large(limit: usize) -> Self {
        Refusal {
            status: 413,
            title: "Content Too Large",
            mark: ("truetape-refusal", "body"),
            detail: format!(
                "the recorder keeps bodies of at most {limit} bytes; this request was not recorded"
            ),
        }
    }

    /// The path is the replay's own.
    pub(super) fn reserved() -> Self {
        Refusal {
            status: 404,
            title: "Not Found",
            mark: ("truetape-refusal", "reserved"),
            detail: "below `/__truetape/` only a replay answers; nothing was asked or recorded".to_owned(),
        }
    }

    /// The request is for a forward proxy.
    pub(super) fn tunnel(upstream: &str) -> Self {
        Refusal {
            status: 405,
            title: "Method Not Allowed",
            mark: ("truetape-refusal", "connect"),
            detail: format!("this listener stands in for {upstream} and opens no tunnels"),
        }
    }

    /// Sends it. The connection ends with it: the request may not have been read.
    pub(super) async fn send(&self, call: &mut Call<'_>) {
        let text = |text: &str| Json::String(text.to_owned());
        let problem = Json::Object(vec![
            ("title".to_owned(), text(self.title)),
            ("status".to_owned(), Json::Number(self.status.to_string())),
            ("detail".to_owned(), text(&self.detail)),
        ]);
        let mut body = String::new();
        problem.write(&mut body, false);
        let (name, value) = self.mark;
        let head = format!(
            "HTTP/1.1 {} {}\r\nContent-Type: application/problem+json\r\n{name}: {value}\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n",
            self.status,
            self.title,
            body.len()
        );
        // A client that has left needs no explanation.
        let _ = call.send(head.as_bytes()).await;
        if call.head().method() != "HEAD" {
            let _ = call.send(body.as_bytes()).await;
        }
        let _ = call.flush().await;
    }
}

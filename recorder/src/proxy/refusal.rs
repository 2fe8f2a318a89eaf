//! What the recorder says in its own name: never a 5xx that could be taken for the upstream's, but for the
//! miss, whose status says that nobody was asked.

use cassettes::json::Json;
use wire::serve::{Call, Flow};

/// A refusal in the recorder's own name, sent as a problem document (RFC 9457).
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) title: &'static str,
    /// The field by which clients and people know who speaks, and its value.
    pub(super) mark: (&'static str, &'static str),
    pub(super) detail: String,
}

impl Refusal {
    /// The cassette does not know this request, and nobody else is asked.
    pub(super) fn miss(request: &str) -> Self {
        Refusal {
            status: 501,
            title: "Not Implemented",
            mark: ("truetape-miss", "unknown"),
            detail: format!("the cassette does not know `{request}`, and nobody else is asked about it"),
        }
    }

    /// The body cannot be kept, and nobody can be asked without it.
    pub(super) fn not_kept(why: &str) -> Self {
        Refusal {
            status: 413,
            title: "Content Too Large",
            mark: ("truetape-refusal", "body"),
            detail: format!("the request can neither be passed on nor recorded: {why}"),
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

    /// The request is none that a forward proxy answers.
    pub(super) fn not_forward(detail: &str) -> Self {
        Refusal {
            status: 400,
            title: "Bad Request",
            mark: ("truetape-refusal", "form"),
            detail: detail.to_owned(),
        }
    }

    /// The host is not on the list.
    pub(super) fn other(host: &str) -> Self {
        Refusal {
            status: 403,
            title: "Forbidden",
            mark: ("truetape-refusal", "host"),
            detail: format!(
                "this forward proxy records only hosts on its list, and {host} is not on it: start it with \
                 `--host {host}`, list it under `proxy: hosts:` in truetape.yaml, or let all others pass \
                 unrecorded with `--others tunnel`"
            ),
        }
    }

    /// The request would come back to us.
    pub(super) fn looped(authority: &str) -> Self {
        Refusal {
            status: 403,
            title: "Forbidden",
            mark: ("truetape-refusal", "loop"),
            detail: format!("{authority} is this proxy itself: ask for the real side by its own name"),
        }
    }

    /// What is said in a tunnel is for another host than the tunnel leads to.
    pub(super) fn misdirected(tunnel: &str, named: &str) -> Self {
        Refusal {
            status: 421,
            title: "Misdirected Request",
            mark: ("truetape-refusal", "misdirected"),
            detail: format!(
                "the tunnel leads to {tunnel}, and this request is for {named}; it was not asked"
            ),
        }
    }

    /// A tunnel that is not recorded leads nowhere.
    pub(super) fn unreached(host: &str, why: &str) -> Self {
        Refusal {
            status: 502,
            title: "Bad Gateway",
            mark: ("truetape-refusal", "unreached"),
            detail: format!("no tunnel to {host}: {why}"),
        }
    }

    /// Sends it; the connection carries the next request if this one was read.
    pub(super) async fn send_and_stay(&self, call: &mut Call<'_>) -> Flow {
        let stays = !call.unread();
        self.write(call, stays).await;
        if stays { Flow::KeepAlive } else { Flow::Close }
    }

    /// Sends it. The connection ends with it: the request may not have been read.
    pub(super) async fn send(&self, call: &mut Call<'_>) {
        self.write(call, false).await;
    }

    async fn write(&self, call: &mut Call<'_>, stays: bool) {
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
             Content-Length: {}\r\n{}\r\n",
            self.status,
            self.title,
            body.len(),
            if stays { "" } else { "Connection: close\r\n" }
        );
        // A client that has left needs no explanation.
        let _ = call.send(head.as_bytes()).await;
        if call.head().method() != "HEAD" {
            let _ = call.send(body.as_bytes()).await;
        }
        let _ = call.flush().await;
    }
}

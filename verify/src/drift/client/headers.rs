//! What a header of a request is for.

use crate::finding::Severity;

/// Headers that say nothing of the request: where it goes, how its bytes are laid out, and what other items tell.
const FRAMING: [&str; 10] = [
    "host",
    "connection",
    "keep-alive",
    "proxy-connection",
    "content-length",
    "te",
    "trailer",
    "upgrade",
    "http2-settings",
    "via",
];

/// What follows from the rest of a request, and from secrets.
const FOLLOWING: [&str; 12] = [
    "authorization",
    "proxy-authorization",
    "signature",
    "signature-input",
    "digest",
    "content-digest",
    "repr-digest",
    "content-md5",
    "cookie",
    "x-amz-content-sha256",
    "x-amz-security-token",
    "date",
];

/// Headers that change what the other side answers.
const MEANT: [&str; 26] = [
    "accept",
    "accept-encoding",
    "accept-language",
    "accept-charset",
    "authorization",
    "cache-control",
    "content-encoding",
    "content-language",
    "content-type",
    "cookie",
    "expect",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "idempotency-key",
    "origin",
    "pragma",
    "prefer",
    "priority",
    "proxy-authorization",
    "range",
    "referer",
    "transfer-encoding",
    "x-http-method-override",
];

/// Words in the names of headers that tell of the client and not of what it wants.
const TELEMETRY: [&str; 34] = [
    "telemetry",
    "trace",
    "traceparent",
    "tracestate",
    "span",
    "b3",
    "baggage",
    "sentry",
    "datadog",
    "newrelic",
    "correlation",
    "invocation",
    "attempt",
    "retry",
    "sdk",
    "stainless",
    "runtime",
    "lang",
    "language",
    "package",
    "agent",
    "client",
    "useragent",
    "platform",
    "os",
    "arch",
    "sec",
    "dnt",
    "timeout",
    "metrics",
    "request-id",
    "async",
    "helper",
    "raw-response",
];

/// Whether a header says nothing of what is asked.
pub(super) fn is_framing(name: &str) -> bool {
    FRAMING.contains(&name)
}

/// Whether its value follows from other things.
pub(super) fn is_following(name: &str) -> bool {
    FOLLOWING.contains(&name) || name.starts_with("x-amz-checksum-") || name.contains("signature")
}

/// Whether it names the client's libraries and what they run on.
pub(super) fn is_agent(name: &str) -> bool {
    let parts: Vec<&str> = name.split(['-', '_']).collect();
    parts.iter().any(|part| {
        ["agent", "useragent", "client", "sdk", "runtime", "package", "lang", "os", "arch", "platform"]
            .contains(part)
    }) && !name.contains("client-id")
        && !name.contains("request")
}

/// Whether a date in it stands for a version of an interface.
pub(super) fn is_version(name: &str) -> bool {
    name.to_ascii_lowercase().contains("version")
}

/// Whether it speaks of the client alone.
fn is_telemetry(name: &str) -> bool {
    let parts: Vec<&str> = name.split(['-', '_']).collect();
    let told = parts.iter().any(|part| TELEMETRY.contains(part)) || name.ends_with("request-id");
    told && !name.contains("checksum")
}

/// Whether it may not go missing without a word.
pub(super) fn is_weighty(name: &str) -> bool {
    is_credential(name) || is_key(name) || name == "content-type" || name.starts_with("if-")
}

/// Whether it shows who asks.
pub(super) fn is_credential(name: &str) -> bool {
    name == "authorization"
        || name.ends_with("api-key")
        || name.ends_with("apikey")
        || name.ends_with("auth-token")
}

/// Whether it holds a key by which a request is known again.
pub(super) fn is_key(name: &str) -> bool {
    name.contains("idempot")
}

/// How much it matters that a header is there that was not.
pub(super) fn of_new(name: &str) -> Severity {
    if MEANT.contains(&name) || is_credential(name) || !is_telemetry(name) {
        Severity::Warning
    } else {
        Severity::Info
    }
}

/// How much it matters that a header is gone. `unsafe_calls`: requests that do something lack it.
pub(super) fn of_gone(name: &str, unsafe_calls: bool) -> Severity {
    if is_credential(name) || (is_key(name) && unsafe_calls) {
        Severity::Error
    } else if is_telemetry(name) && !MEANT.contains(&name) {
        Severity::Info
    } else {
        Severity::Warning
    }
}

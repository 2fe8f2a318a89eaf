//! A client that changed in one habit: what is told of it, and by which rule.

use super::habits::{Call, Habits, document, token};
use super::kinds::{KINDS, Kind};
use super::replayed::Evidence;
use super::told::{Seen, told};
use crate::kit::json::{Edit as _, ToJson as _};
use cassettes::journal::Journal;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// A change, the rules of which one must name it (none: nothing may be told), and how it is made.
pub(super) struct Change {
    pub(super) name: &'static str,
    pub(super) rules: &'static [&'static str],
    pub(super) make: fn(&mut Habits),
}

/// A header put at the end.
fn push(headers: &mut Vec<(String, String)>, name: &str, value: &str) {
    headers.push((name.to_owned(), value.to_owned()));
}

fn set(headers: &mut [(String, String)], name: &str, value: &str) {
    for (_, old) in headers.iter_mut().filter(|(n, _)| n == name) {
        value.clone_into(old);
    }
}

const HEADER: &[&str] = &["header-changed"];
const QUERY: &[&str] = &["query-changed"];
const BODY: &[&str] = &["body-changed"];
const CLAIMS: &[&str] = &["claims-changed"];
const CONNECTIONS: &[&str] = &["connections-changed"];

const CHANGES: &[Change] = &[
    Change {
        name: "header-added",
        rules: HEADER,
        make: |h| h.headers = Some(|_, all| push(all, "X-Trace", "on")),
    },
    Change {
        name: "telemetry-added",
        rules: HEADER,
        make: |h| {
            h.headers = Some(|_, all| {
                push(all, "X-Sdk-Telemetry", "{\"last_request_ms\":12}");
                push(all, "X-Sdk-Runtime", "rust");
            });
        },
    },
    Change {
        name: "header-gone",
        rules: HEADER,
        make: |h| h.headers = Some(|_, all| all.retain(|(name, _)| name != "Accept-Language")),
    },
    Change {
        name: "header-value",
        rules: HEADER,
        make: |h| h.headers = Some(|_, all| set(all, "Accept", "*/*")),
    },
    Change {
        name: "coding-accepted",
        rules: HEADER,
        make: |h| h.headers = Some(|_, all| push(all, "Accept-Encoding", "gzip, br")),
    },
    Change {
        name: "cookie-sent",
        rules: HEADER,
        make: |h| h.headers = Some(|_, all| push(all, "Cookie", "visitor=1")),
    },
    Change {
        name: "media-type-with-charset",
        rules: HEADER,
        make: |h| h.headers = Some(|_, all| set(all, "Content-Type", "application/json; charset=utf-8")),
    },
    Change {
        name: "idempotency-key-gone",
        rules: HEADER,
        make: |h| h.headers = Some(|_, all| all.retain(|(name, _)| name != "Idempotency-Key")),
    },
    Change {
        name: "idempotency-key-fixed",
        rules: HEADER,
        make: |h| h.headers = Some(|_, all| set(all, "Idempotency-Key", "always-the-same")),
    },
    Change {
        name: "header-of-one-call",
        rules: HEADER,
        make: |h| {
            h.headers = Some(|target, all| {
                if target == "/v1/report" {
                    push(all, "Prefer", "respond-async");
                }
            });
        },
    },
    Change {
        name: "query-added",
        rules: QUERY,
        make: |h| {
            h.asked = Some(|_, target, _| {
                if target.starts_with("/v1/things?") {
                    target.push_str("&expand=owner");
                }
            });
        },
    },
    Change {
        name: "query-added-where-none-was",
        rules: QUERY,
        make: |h| {
            h.asked = Some(|_, target, _| {
                if target == "/v1/report" {
                    target.push_str("?full=true");
                }
            });
        },
    },
    Change { name: "page-size", rules: &["page-size-changed"], make: |h| h.page = 25 },
    Change {
        name: "page-size-left-out",
        rules: &["page-size-changed", "query-changed"],
        make: |h| {
            h.asked = Some(|_, target, _| *target = target.replace("limit=3&", "").replace("?limit=3", ""));
        },
    },
    Change {
        name: "body-member-gone",
        rules: BODY,
        make: |h| h.asked = Some(|_, _, body| document(body, |json| drop(json.take("note")))),
    },
    Change {
        name: "body-member-new",
        rules: BODY,
        make: |h| h.asked = Some(|_, _, body| document(body, |json| json.put("capture", true))),
    },
    Change {
        name: "body-number-text",
        rules: BODY,
        make: |h| {
            h.asked = Some(|_, _, body| *body = body.take().map(|text| text.replace(":1250", ":1250.0")));
        },
    },
    Change {
        name: "body-number-as-text",
        rules: BODY,
        make: |h| h.asked = Some(|_, _, body| document(body, |json| json.put("amount", "1250"))),
    },
    Change {
        name: "body-member-null",
        rules: BODY,
        make: |h| {
            h.asked = Some(|_, _, body| document(body, |json| json.put("note", cassettes::json::Json::Null)));
        },
    },
    Change {
        name: "body-word",
        rules: BODY,
        make: |h| h.asked = Some(|_, _, body| document(body, |json| json.put("currency", "EUR"))),
    },
    Change { name: "more-tries", rules: &["retries-changed"], make: |h| h.tries = 7 },
    Change { name: "fewer-tries", rules: &["retries-changed"], make: |h| h.tries = 2 },
    Change { name: "no-retry", rules: &["retries-changed"], make: |h| h.tries = 1 },
    Change { name: "longer-backoff", rules: &["backoff-changed"], make: |h| h.backoff = (900, 80) },
    Change { name: "no-backoff", rules: &["backoff-changed"], make: |h| h.backoff = (0, 1) },
    Change {
        name: "gives-up",
        rules: &["give-up-changed"],
        make: |h| h.patience = Some(Duration::from_millis(400)),
    },
    Change { name: "connection-for-each", rules: CONNECTIONS, make: |h| h.fresh = true },
    Change {
        name: "connection-close",
        rules: &["connections-changed", "header-changed"],
        make: |h| h.headers = Some(|_, all| push(all, "Connection", "close")),
    },
    Change {
        name: "claim-vanished",
        rules: CLAIMS,
        make: |h| h.token = |now| token(now, |_, claims| drop(claims.take("exp"))),
    },
    Change {
        name: "claim-new",
        rules: CLAIMS,
        make: |h| h.token = |now| token(now, |_, claims| claims.put("tenant", "t1")),
    },
    Change {
        name: "claim-changed",
        rules: CLAIMS,
        make: |h| h.token = |now| token(now, |_, claims| claims.put("scope", "read write")),
    },
    Change {
        name: "claim-kind",
        rules: CLAIMS,
        make: |h| {
            h.token = |now| token(now, |_, claims| claims.put("aud", vec!["https://api.vendor.test"].json()));
        },
    },
    Change {
        name: "longer-life",
        rules: CLAIMS,
        make: |h| h.token = |now| token(now, |_, claims| claims.put("exp", now_and_a_day(claims))),
    },
    Change {
        name: "algorithm",
        rules: CLAIMS,
        make: |h| h.token = |now| token(now, |header, _| header.put("alg", "HS512")),
    },
    Change {
        name: "key-id-gone",
        rules: CLAIMS,
        make: |h| h.token = |now| token(now, |header, _| drop(header.take("kid"))),
    },
    Change {
        name: "token-gone",
        rules: &["claims-changed", "header-changed"],
        make: |h| h.headers = Some(|_, all| all.retain(|(name, _)| name != "Authorization")),
    },
    Change { name: "call-lost", rules: &["calls-lost"], make: |h| h.calls.retain(|c| *c != Call::Report) },
    Change { name: "page-lost", rules: &["calls-lost"], make: |h| h.turns_pages = false },
    Change { name: "call-added", rules: &["calls-added"], make: |h| h.calls.push(Call::Limits) },
    Change { name: "call-twice", rules: &["calls-added"], make: |h| h.calls.push(Call::Me) },
    Change { name: "calls-reordered", rules: &["calls-reordered"], make: |h| h.calls.swap(2, 4) },
    Change {
        name: "method-changed",
        rules: &["calls-added", "calls-lost"],
        make: |h| {
            h.asked = Some(|method, target, _| {
                if target == "/v1/report" {
                    *method = "POST".to_owned();
                }
            });
        },
    },
    Change {
        name: "path-changed",
        rules: &["calls-added", "calls-lost"],
        make: |h| {
            h.asked = Some(|_, target, _| {
                if target == "/v1/report" {
                    *target = "/v2/report".to_owned();
                }
            });
        },
    },
    // What means the same.
    Change {
        name: "user-agent-version",
        rules: &[],
        make: |h| h.headers = Some(|_, all| set(all, "User-Agent", "things-sdk/1.5.0")),
    },
    Change {
        name: "json-spacing",
        rules: &[],
        make: |h| {
            h.asked = Some(|_, _, body| {
                *body = body.take().map(|text| text.replace("\":", "\": ").replace(",\"", ", \""));
            });
        },
    },
    Change {
        name: "member-order",
        rules: &[],
        make: |h| {
            h.asked = Some(|_, _, body| {
                document(body, |json| {
                    if let cassettes::json::Json::Object(members) = json {
                        members.reverse();
                    }
                });
            });
        },
    },
    Change {
        name: "header-case",
        rules: &[],
        make: |h| h.headers = Some(|_, all| all.iter_mut().for_each(|(name, _)| name.make_ascii_lowercase())),
    },
    Change { name: "header-order", rules: &[], make: |h| h.headers = Some(|_, all| all.reverse()) },
    Change {
        name: "query-order",
        rules: &[],
        make: |h| {
            h.asked = Some(|_, target, _| {
                if let Some((path, "limit=3", cursor)) =
                    target.split_once('?').and_then(|(p, q)| q.split_once('&').map(|(a, b)| (p, a, b)))
                {
                    *target = format!("{path}?{cursor}&limit=3");
                }
            });
        },
    },
    Change { name: "fewer-threads", rules: &[], make: |h| h.threads = 2 },
    Change { name: "other-jitter", rules: &[], make: |h| h.backoff = (320, 80) },
];

fn now_and_a_day(claims: &cassettes::json::Json) -> i64 {
    claims.text_at("/exp").and_then(|t| t.parse::<i64>().ok()).unwrap_or_default() + 86_400
}

/// What was told of one change.
pub(crate) struct Outcome {
    pub(crate) name: String,
    pub(crate) rules: &'static [&'static str],
    pub(crate) seen: Vec<Seen>,
}

impl Outcome {
    /// Told by one of the right rules; or nothing told where there is nothing to tell.
    pub(crate) fn is_right(&self) -> bool {
        let telling = || self.seen.iter().filter(|s| s.fails);
        match self.rules {
            [] => telling().next().is_none(),
            rules => self.seen.iter().any(|s| rules.contains(&s.rule)),
        }
    }

    /// Nothing else is told.
    pub(crate) fn is_alone(&self) -> bool {
        self.seen.iter().filter(|s| s.fails).all(|s| self.rules.contains(&s.rule))
    }

    /// Everything about it, for whoever mends it.
    pub(crate) fn told(&self) -> String {
        let mut lines = vec![format!("{}: one of {:?}", self.name, self.rules)];
        lines.extend(self.seen.iter().map(|s| format!("    {}", s.line)));
        lines.join("\n")
    }
}

/// What is told of every change.
pub(crate) fn everything() -> Vec<Outcome> {
    let evidence = Evidence::new();
    let only = std::env::var("TRUETAPE_HABIT").ok();
    let usual = Kind { name: "", habits: Habits::usual, changes: CHANGES };
    let kinds: Vec<&Kind> = std::iter::once(&usual).chain(KINDS).collect();
    let baselines: Vec<[Journal; 2]> =
        at_once(&kinds, |_, kind| [1, 2].map(|n| evidence.journal(&(kind.habits)(), n)));
    let all = kinds.iter().zip(&baselines);
    let meant: Vec<_> = all
        .flat_map(|(kind, baselines)| {
            kind.changes.iter().map(move |change| (kind.of(change), *kind, baselines, change))
        })
        .filter(|(name, ..)| only.as_deref().is_none_or(|only| only == "all" || only == name))
        .collect();
    at_once(&meant, |n, (name, kind, baselines, change)| {
        let mut habits = (kind.habits)();
        (change.make)(&mut habits);
        let after = evidence.journal(&habits, 100 + n as u64);
        Outcome { name: name.clone(), rules: change.rules, seen: told(&evidence, *baselines, &after) }
    })
}

/// A few at once: they mostly wait.
pub(crate) fn at_once<T: Sync, R: Send>(tasks: &[T], run: impl Fn(usize, &T) -> R + Sync) -> Vec<R> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(task) = tasks.get(at) else { break };
                    let came = run(at, task);
                    done.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((at, came));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, came)| came).collect()
}

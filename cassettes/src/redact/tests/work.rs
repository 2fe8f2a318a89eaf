//! Cleaning takes time in proportion to what is cleaned.

use super::support::{exchange, policy};
use crate::model::Body;
use std::time::{Duration, Instant};

#[expect(clippy::disallowed_methods, reason = "how long it takes is what is asked")]
/// The best of three, against what else the machine is doing.
fn time(text: &str) -> Duration {
    let run = |_| {
        let mut recorded = exchange("GET /a/x\nHTTP/1.1 200 OK\nContent-Type: text/plain");
        recorded.answer.head_mut().expect("a reply").body = Body::from(text.to_owned());
        let policy = policy();
        let begun = Instant::now();
        policy.clean(recorded);
        begun.elapsed()
    };
    (0..3).map(run).min().unwrap_or_default()
}

/// Eight times the text takes about eight times as long, and not sixty-four times.
#[test]
fn time_grows_as_texts_do() {
    for line in [
        "x\n",
        "a=1\n",
        "it's\n",
        "\\\"\n",
        "\\'x\n",
        "'a': \"\\\"\n",
        "token=abcdef12\n",
        "'token': 'abc\\'\n",
        "%41\n",
        "<a b='\n",
        "<!--\n",
        "data: {\"a\":\n",
        "[\n",
        "://\n",
        "a=\n",
        "/",
        ";a=",
        "--x",
        "-----BEGIN PRIVATE KEY-----\n",
        "{\"a\":[",
        "\u{e9}\"",
        "<script>",
        "<name>",
        "services/",
        "basic ",
        "--token ",
        "{\"name\":\"token\",\"value\":\"a1b2c3d4\"}",
    ] {
        in_proportion(line, || (time(&line.repeat(400)), time(&line.repeat(3200))));
    }
}

/// Eight times the text must not take the square of it. A busy machine stalls now one, now the other
/// measurement, but not every time: what is really quadratic fails in all of them.
fn in_proportion(what: &str, measure: impl Fn() -> (Duration, Duration)) {
    let mut last = (Duration::ZERO, Duration::ZERO);
    let good = (0..6).any(|_| {
        last = measure();
        last.1 < last.0 * 32 + Duration::from_millis(5)
    });
    assert!(good, "{what:?}: small, then large: {last:?}");
}

/// So does a single value.
#[test]
fn time_grows_as_values_do() {
    let time_of = |len: usize| time(&format!("{{\"password\":\"{}\"}}", "a1 \\n".repeat(len)));
    in_proportion("a value", || (time_of(2000), time_of(16_000)));
}

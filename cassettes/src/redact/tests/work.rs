//! Cleaning takes time in proportion to what is cleaned.

use super::support::{exchange, policy};
use crate::model::Body;
use std::time::{Duration, Instant};

fn time(text: &str) -> Duration {
    let mut recorded = exchange("GET /\nHTTP/1.1 200 OK\nContent-Type: text/plain");
    recorded.answer.head_mut().expect("a reply").body = Body::from(text.to_owned());
    let policy = policy();
    let begun = Instant::now();
    policy.clean(recorded);
    begun.elapsed()
}

#[test]
fn tmp_measure() {
    for line in ["x\n", "a=1\n", "it's\n", "\"x\n", "a: b\n", "token=abcdef1\n", "it's a: \"b\"\n", "{{\n", "http://a@b\n", "'a': 'b'\n", "<a>\n", "<a \n", "%\n", "&\n", "e\n", "{\"a\":1}\n", "[\n", "[1\n", "{\"token\":\"abcdef1\"}\n","-----BEGIN \n", "data: {\n", "data: {\"token\":\"ab%ccccc\"}\n", "\\\n", "--\r\n\r\n", "<input name=token value=abcdeff1>\n","é\n", "?a=b\n", "{'a':\n"] {
        for n in [250, 2000] {
            eprintln!("{:?} {n} {:?}", line, time(&line.repeat(n)));
        }
    }
}

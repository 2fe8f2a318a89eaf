//! Orders that the cassettes show to be unstable are drawn anew; all others stay.

use crate::support::*;
use cassettes::model::Exchange;
use replayer::{Conditions, Settings};
use std::collections::BTreeSet;

const ONE: &str = r#"{"tags":["a","b","c","d"],"fixed":[3,1,2],"n": 1.10}"#;
const OTHER: &str = r#"{"tags":["c","d","a","b"],"fixed":[3,1,2],"n": 1.10}"#;

fn shuffled(seed: u64, exchanges: Vec<Exchange>, turns: usize) -> Vec<String> {
    let conditions = Conditions { shuffle: Some(seed), repeat: Some(true), ..Conditions::default() };
    let running = serve(tape(exchanges), Settings { conditions, ..Settings::new(now) }, &[None]);
    (0..turns).map(|_| running.get("/v1/tags").text()).collect()
}

fn recorded(bodies: &[&str]) -> Vec<Exchange> {
    bodies.iter().map(|body| exchange(get("/v1/tags"), reply(200, body))).collect()
}

#[test]
fn what_has_no_order_comes_in_any_by_its_seed() {
    let turns = shuffled(7, recorded(&[ONE, OTHER]), 12);
    assert_eq!(turns, shuffled(7, recorded(&[ONE, OTHER]), 12), "the same seed, the same orders");
    assert_ne!(turns, shuffled(8, recorded(&[ONE, OTHER]), 12));
    let orders: BTreeSet<&String> = turns.iter().collect();
    assert!(orders.len() > 4, "{orders:?}");
    for turn in &turns {
        assert!(turn.ends_with(r#","fixed":[3,1,2],"n": 1.10}"#) && turn.len() == ONE.len(), "{turn}");
        let json: serde_json::Value = serde_json::from_str(turn).unwrap();
        let tags: BTreeSet<&str> =
            json["tags"].as_array().unwrap().iter().map(|t| t.as_str().unwrap()).collect();
        assert_eq!(tags, BTreeSet::from(["a", "b", "c", "d"]));
    }
}

#[test]
fn what_always_had_one_order_keeps_it() {
    assert_eq!(shuffled(7, recorded(&[ONE, ONE]), 3), [ONE, ONE, ONE]);
    assert_eq!(shuffled(7, recorded(&[ONE]), 2), [ONE, ONE]);
}

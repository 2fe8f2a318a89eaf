//! Two scoreboards; one of them keeps its list.

use crate::web::{Handler, Reply};
use std::sync::Mutex;

type Score = (&'static str, u32);

pub(super) fn listed(scores: &[Score]) -> Reply {
    let scores: Vec<String> =
        scores.iter().map(|(player, value)| format!(r#"{{"player":"{player}","value":{value}}}"#)).collect();
    Reply::json(200, format!(r#"{{"scores":[{}]}}"#, scores.join(",")))
}

pub(super) fn best(mut scores: Vec<Score>) -> Vec<Score> {
    scores.sort_by_key(|(_, value)| std::cmp::Reverse(*value));
    scores.truncate(3);
    scores
}

const OURS: [Score; 5] = [("kim", 10), ("lou", 40), ("ash", 20), ("jo", 30), ("max", 50)];

pub(super) fn optimistic() -> Handler {
    // >> lie
    let scores = Mutex::new(OURS.to_vec());
    Box::new(move |asked| {
        let mut scores = scores.lock().expect("nobody panics");
        if asked.target == "/v1/scores/top" {
            scores.sort_by_key(|(_, value)| std::cmp::Reverse(*value));
            return listed(&scores[..3]);
        }
        listed(&scores)
    })
    // << lie
}

pub(super) fn honest() -> Handler {
    Box::new(|asked| match asked.target.as_str() {
        "/v1/scores/top" => listed(&best(OURS.to_vec())),
        _ => listed(&OURS),
    })
}

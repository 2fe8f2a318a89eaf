//! A scoreboard: in the order of play, and the best three.

use super::mocks::{best, listed};
use crate::web::{Handler, Reply};

const SCORES: [(&str, u32); 6] =
    [("eve", 71), ("ben", 94), ("cleo", 58), ("finn", 88), ("ada", 63), ("dov", 97)];

pub(super) fn start() -> Handler {
    Box::new(|asked| match asked.target.as_str() {
        "/v1/scores" => listed(&SCORES),
        "/v1/scores/top" => listed(&best(SCORES.to_vec())),
        _ => Reply::json(404, r#"{"error":{"code":"not_found"}}"#),
    })
}

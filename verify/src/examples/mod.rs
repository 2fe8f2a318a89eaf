//! The examples on rules' pages, executed: a cassette and a mock's answers in a few lines of text.
//!
//! ```text
//! --- other.yaml                        another cassette from here on; the first is example.yaml
//! > GET /v1/things?limit=2              a recorded request …
//! > accept: application/json            … its headers …
//! >> {"a": 1}                           … and its body, a line at a time
//! @ token request header authorization good exp=-60
//! @ edited                              facts: a token, an edit, a moment (`@ at 2026-…`), a delay
//! < link: </v1/things?page=2>; rel=next the real answer: headers first …
//! < 200 {"data": []}                    … then the status and the body (`<<` adds lines to it)
//! ~ 200 {"data": []}                    the mock's answer; further ones answer further questions
//! ~ failed reset                        answers may fail
//! ~ first-byte 7500000                  … and the next one may take its time
//! ~ same                                as the real side
//! ~ forever                             the last answer again and again
//! ```
//!
//! The mock answers in the order of its lines, whatever is asked. An exchange that is not asked, because
//! the mock gave no cursor for it, has no `~` line. `jwt({header}{claims})` stands for a token.

mod parse;
mod play;

pub use parse::{Example, parse};
pub use play::{play, play_identity, ready};

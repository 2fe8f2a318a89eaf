//! A replay inside of a Rust test: it starts on a free port, ends when it is dropped, and fails the test with the
//! text of each miss.
//!
//! ```no_run
//! # async fn client(_: &str) -> u16 { 200 }
//! #[tokio::test]
//! async fn a_customer_is_found() {
//!     let replay = replayer::testing::Replay::start(["cassettes/billing.yaml"]).unwrap();
//!     assert_eq!(client(&replay.url()).await, 200);
//!     replay.done();
//! }
//! # fn main() {}
//! ```

mod failure;
mod replay;
mod setup;

pub use replay::{Replay, Session};
pub use setup::{NoReplay, Setup};

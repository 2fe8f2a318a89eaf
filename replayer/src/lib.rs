//! Replays cassettes to clients: each answer once and in order, byte for byte, never from the network.
//!
//! A [`Tape`] is prepared once and shared; a [`Playback`] adds sessions and settings; a [`Server`] binds
//! listeners for it. [`Replay`] is asked in memory, [`Known`] on somebody
//! else's listener. There is no client of any kind in here.

mod admin;
mod answer;
mod ask;
mod door;
mod forward;
mod journal;
mod known;
mod outcome;
mod pace;
mod play;
mod playback;
mod refusal;
mod replay;
mod reserved;
mod said;
mod server;
mod session;
mod sessions;
mod socket;
mod tape;
mod websocket;

pub use journal::Journal;
pub use known::{Known, Knows};
pub use outcome::{Outcome, SessionOutcome, Unused};
pub use pace::{NoSpeed, Speed};
pub use playback::{Playback, Settings};
pub use refusal::{MISS_STATUS, Miss, Nearest, Reason};
pub use replay::Replay;
pub use server::{Server, Wanted, Way};
pub use session::Session;
pub use sessions::MOST as MOST_SESSIONS;
pub use tape::Tape;

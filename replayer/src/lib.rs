//! Replays cassettes to clients: each answer once and in order, byte for byte, never from the network.
//!
//! A [`Tape`] is prepared once and shared; a [`Playback`] adds sessions and settings; a [`Server`] binds
//! listeners for it. [`Replay`] is asked in memory, [`Known`] on somebody
//! else's listener. There is no client of any kind in here.

mod admin;
mod answer;
mod ask;
mod broken;
mod clock;
mod conditions;
mod counters;
mod door;
mod dress;
mod echo;
mod faults;
mod forward;
mod journal;
mod keeper;
mod known;
mod lens;
mod loaded;
mod loosely;
mod moods;
mod no_session;
mod options;
mod outcome;
mod pace;
mod past;
mod play;
mod playback;
mod ports;
mod question;
mod reel;
mod refusal;
mod replay;
mod reserved;
mod said;
mod seed;
mod server;
mod session;
mod sessions;
mod socket;
mod struck;
mod studies;
mod swap;
mod tape;
pub mod testing;
mod variables;
mod waiting;
mod websocket;
mod whims;
mod window;

pub use clock::{Clock, NoClock};
pub use conditions::Conditions;
pub use faults::{Amount, Fault, Instead, NoAmount, NoFault, Rate, RetryAfter, Struck, What, When};
pub use journal::Journal;
pub use keeper::{AdminToken, Auditor};
pub use known::{Known, Knows};
pub use no_session::NoSession;
pub use options::Settings;
pub use outcome::{Outcome, SessionOutcome, Unused};
pub use pace::{Latency, NoSpan, NoSpeed, Span, Speed};
pub use playback::Playback;
pub use refusal::{MISS_STATUS, Miss, Nearest, Reason};
pub use replay::Replay;
pub use server::{Server, Wanted, Way};
pub use session::Session;
pub use sessions::MOST as MOST_SESSIONS;
pub use tape::{Hand, Loading, Settled, Tape};

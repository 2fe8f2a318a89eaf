//! Who may ask the admin API.

use crate::{
    env,
    exit::{Exit, Stop},
    ui::{self, Flags},
};
use replayer::AdminToken;
use std::{fmt::Write as _, net::SocketAddr};

#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct AdminFlags {
    /// Answer the admin API only to those who send this token: env:NAME or the text itself. Where it listens for
    /// other machines one is made if none is given
    #[arg(long, value_name = "TOKEN")]
    admin_token: Option<String>,
}

impl AdminFlags {
    /// The token that is asked for; one that was made is told.
    pub(crate) fn token(&self, listen: SocketAddr, ui: &Flags) -> Result<Option<AdminToken>, Stop> {
        if let Some(given) = &self.admin_token {
            let text = match given.strip_prefix("env:") {
                None => given.clone(),
                Some(name) => env::var(name).ok_or_else(|| {
                    Stop::usage(
                        format!("--admin-token: expected a token in the variable {name}, found none"),
                        "export it first",
                    )
                })?,
            };
            let wrong = || {
                Stop::usage(
                    "--admin-token: expected visible ASCII without blanks",
                    "a header has to carry it: letters and digits will do",
                )
            };
            return AdminToken::new(&text).map(Some).ok_or_else(wrong);
        }
        if listen.ip().is_loopback() {
            return Ok(None);
        }
        let Some(bytes) = env::random() else {
            return Err(Stop::new(
                Exit::CouldNotAsk,
                "the system gave no random numbers for a token of the admin API",
                "give one with --admin-token",
            ));
        };
        let text = bytes.iter().take(16).fold(String::new(), |mut text, byte| {
            // Writing to memory cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        });
        ui.say(format!(
            "{yellow}note:{yellow:#} other machines reach this replay: its admin API asks for the token {text}",
            yellow = ui::YELLOW
        ));
        Ok(AdminToken::new(&text))
    }
}

//! What the admin API needs of whoever runs the replay: a secret, a judge, and an ear for its wish to stop.

use std::sync::Arc;
use tokio::sync::watch;

/// Judges a journal, given as text, and gives a report of that format with its media type; an error is a
/// sentence for people.
pub type Auditor = Arc<dyn Fn(&str, &str) -> Result<(String, Vec<u8>), String> + Send + Sync>;

/// The secret by which the admin API knows those who may ask it. It is shown to nobody but who asks for it by [`AdminToken::expose`].
#[derive(Clone, PartialEq, Eq)]
pub struct AdminToken(String);

impl AdminToken {
    /// None if it is empty or could not stand in a header: only visible ASCII can.
    pub fn new(text: &str) -> Option<Self> {
        let lawful = !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
        lawful.then(|| AdminToken(text.to_owned()))
    }

    /// The secret itself, for a program that we start and that is to ask.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether that is it. The time it takes tells nothing but the length of what was given.
    pub(crate) fn is(&self, given: &[u8]) -> bool {
        let own = self.0.as_bytes();
        let mut differs = u8::from(own.len() != given.len());
        for (at, byte) in given.iter().enumerate() {
            differs |= byte ^ own[at % own.len()];
        }
        std::hint::black_box(differs) == 0
    }
}

impl std::fmt::Debug for AdminToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AdminToken(…)")
    }
}

/// Whether somebody asked the replay to stop by its admin API.
#[derive(Debug)]
pub(crate) struct Wish(watch::Sender<bool>);

impl Default for Wish {
    fn default() -> Self {
        Wish(watch::Sender::new(false))
    }
}

impl Wish {
    pub(crate) fn stop(&self) {
        self.0.send_replace(true);
    }

    /// Resolves when it is wished.
    pub(crate) fn wished(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut wish = self.0.subscribe();
        async move {
            if wish.wait_for(|wished| *wished).await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_token_is_it() {
        let token = AdminToken::new("s3cret").unwrap();
        assert!(token.is(b"s3cret"));
        for other in ["", "s3cre", "s3cret ", "S3cret", "s3crets3cret"] {
            assert!(!token.is(other.as_bytes()), "{other}");
        }
        assert!(AdminToken::new("").is_none() && AdminToken::new("a b").is_none());
        assert!(!format!("{token:?}").contains("s3cret"));
    }
}

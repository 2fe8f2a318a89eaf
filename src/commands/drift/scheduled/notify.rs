//! Posts to webhooks. Nobody waits for them for long, and a run's outcome is not theirs to change.

use crate::{settings::Webhook, ui, ui::Flags};
use cassettes::{
    model::{Answer, Body, Headers, Request},
    subject::Subject as _,
};
use recorder::{Live, LiveLimits};
use std::time::Duration;
use tokio::task::JoinSet;

/// For a connection, for a byte, for the whole answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// Between the one try and the other.
const PAUSE: Duration = Duration::from_secs(1);

/// Posts the text to each. Whether all of them took it; who did not is told.
pub(super) async fn post(hooks: &[Webhook], text: &str, ui: &Flags) -> bool {
    let mut posts = JoinSet::new();
    for hook in hooks {
        let (hook, text) = (hook.clone(), text.to_owned());
        posts.spawn(async move { (hook.name.clone(), twice(&hook, &text).await) });
    }
    let mut all = true;
    while let Some(came) = posts.join_next().await {
        match came {
            Ok((name, Ok(()))) => ui.detail(format!("told {name}")),
            Ok((name, Err(why))) => {
                all = false;
                warn(&format!("could not notify {name}: {why}"));
            }
            Err(_) => all = false,
        }
    }
    all
}

fn warn(text: &str) {
    anstream::eprintln!("{yellow}warning:{yellow:#} {text}", yellow = ui::YELLOW);
}

async fn twice(hook: &Webhook, text: &str) -> Result<(), String> {
    let mut last = String::new();
    for turn in 0..2 {
        if turn > 0 {
            tokio::time::sleep(PAUSE).await;
        }
        match once(hook, text).await {
            Ok(()) => return Ok(()),
            Err(Refused { why, again: true }) => last = why,
            Err(Refused { why, .. }) => return Err(why),
        }
    }
    Err(last)
}

/// Why a webhook did not take it.
struct Refused {
    why: String,
    /// Whether it may, another time.
    again: bool,
}

async fn once(hook: &Webhook, text: &str) -> Result<(), Refused> {
    let limits = LiveLimits { connect: PATIENCE, silence: PATIENCE, whole: PATIENCE };
    // Messages of libraries may hold the URL, which is a secret: they are not passed on.
    let live = Live::new(&hook.origin, None, limits)
        .map_err(|_| Refused { why: "its URL cannot be asked".to_owned(), again: false })?;
    let mut headers = Headers::new();
    headers.push("content-type", "application/json");
    headers.push("user-agent", concat!("truetape/", env!("CARGO_PKG_VERSION")));
    let request =
        Request { headers, body: Body::from(text.to_owned()), ..Request::new("POST", hook.target.as_str()) };
    let answer = live
        .answer(&request)
        .await
        .map_err(|no| Refused { why: "nobody answers".to_owned(), again: no.fatal })?;
    match &answer.answer {
        Answer::Reply(reply) if (200..300).contains(&reply.status) => Ok(()),
        Answer::Reply(reply) => Err(Refused {
            why: format!("it answers {}", reply.status),
            again: reply.status == 429 || reply.status >= 500,
        }),
        Answer::Failed(failed) => {
            Err(Refused { why: format!("the connection failed ({})", failed.kind.as_str()), again: true })
        }
    }
}

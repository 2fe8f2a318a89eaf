//! # rate
//!
//! Asks until it is told to stop, within a bound that the plan states, and stops at the first such word.
//!
//! ## Why it matters
//!
//! Nearly every real side has a limit, hardly any fake has one. What is answered then, whether it says when to
//! come back and in which form decides whether a client backs off or hammers on.
//!
//! Settings: `most`, how often it may ask (required); `at-once`, so many of them at the same time (a limit of so
//! many a second is met by nobody who waits for each answer); `pause` between questions; `wait: true` waits as long as
//! the answer wishes, a minute at most or `within`, and shows that it is open again. Beliefs: `limit-after`,
//! how many answers come before the limit; `retry-hint` (`seconds`, `date`, `milliseconds`, `duration`,
//! `moment`, `none`); `opens` again; and those of `ask`, about the answer that says stop.
//!
//! ## Shows
//!
//! ```text
//! - rate: GET /v1/limited
//!   most: 10
//!   wait: true
//!   believe: {limit-after: 2, retry-hint: seconds, opens: true, status: 429}
//! > GET /v1/limited
//! < 200 {"ok":true}
//! > GET /v1/limited
//! < 200 {"ok":true}
//! > GET /v1/limited
//! < retry-after: 1
//! < 429 {"error":{"code":"rate_limited"}}
//! > GET /v1/limited
//! < 200 {"ok":true}
//! = shown: limited after 2, retry in 1, open again
//! = held: limit-after, retry-hint, status, opens
//! ```
//!
//! ```text
//! - rate: GET /v1/limited
//!   most: 10
//!   at-once: 2
//! > GET /v1/limited
//! < 200 {"ok":true}
//! > GET /v1/limited
//! < 429 {"error":{"code":"rate_limited"}}
//! = shown: limited after 1
//! ```
//!
//! ```text
//! - rate: GET /v1/limited
//!   most: 2
//!   believe: {retry-hint: seconds}
//! > GET /v1/limited
//! < 200 {"ok":true}
//! > GET /v1/limited
//! < 200 {"ok":true}
//! = not shown: no limit within 2 questions
//! = broken: retry-hint: expected seconds, came nothing showed it; the last answer was 200
//! ```

use super::lesson::{Lesson, Name, Takes, count};
use crate::desk::{Asked, Desk, LessonError, Taught, Weighing, span, wanted_pause};
use cassettes::facets::retry_hint::{HintForm, retry_hint};
use cassettes::json::Json;
use cassettes::meta::Meta;
use cassettes::plan;
use std::time::Duration;

/// How long is waited for a limit to pass, where the plan does not say.
const WITHIN: Duration = Duration::from_secs(60);
/// How long is waited where the answer does not say.
const UNTOLD: Duration = Duration::from_secs(1);

pub(super) static LESSON: Lesson = Lesson {
    meta: Meta::new("rate", include_str!("rate.rs")),
    settings: &[
        Name::required("most", Takes::Count(1, 100_000)),
        Name::new("at-once", Takes::Count(1, 100)),
        Name::new("pause", Takes::Span),
        Name::new("wait", Takes::Flag),
        Name::new("within", Takes::Span),
    ],
    beliefs: &[
        Name::new("limit-after", Takes::Count(0, 100_000)),
        Name::new(
            "retry-hint",
            Takes::Word(&["seconds", "date", "milliseconds", "duration", "moment", "none"]),
        ),
        Name::new("opens", Takes::Flag),
    ],
    weighs_answer: true,
    openly: false,
    wants_limits: true,
    teach: |desk, lesson| Box::pin(teach(desk, lesson)),
};

async fn teach(desk: &mut Desk<'_>, lesson: &plan::Lesson) -> Result<Taught, LessonError> {
    let most: usize = count(lesson, "most").unwrap_or(1);
    let pause = lesson.setting("pause").and_then(span);
    let request = desk.request(lesson)?;
    let at_once: usize = count(lesson, "at-once").unwrap_or(1);
    let mut before = 0_usize;
    let asked = loop {
        let group = at_once.min(most.saturating_sub(before)).max(1);
        let mut all = match group {
            1 => vec![desk.ask_once(&request).await?],
            _ => desk.ask_at_once(&vec![request.clone(); group]).await?,
        };
        let limited = all.iter().position(Asked::is_limited);
        // Of those that were asked at once nobody knows which came first.
        before += all.iter().filter(|asked| !asked.is_limited()).count();
        let last = all.swap_remove(limited.unwrap_or(all.len() - 1));
        if limited.is_some() || before >= most {
            break last;
        }
        if let Some(pause) = pause {
            desk.pause(pause).await;
        }
    };
    let mut weighing = Weighing::of(lesson);
    let limited = &asked;
    if !limited.is_limited() {
        let seen = format!("{most} answers, the last {}", limited.in_short());
        return Ok(Taught::not_shown(
            seen,
            format!("no limit within {most} questions"),
            weighing.done(&[limited]),
        ));
    }
    weighing.number("limit-after", before as u64, ("status", &[limited]));
    let hint = limited.reply().and_then(retry_hint);
    let form = hint.as_ref().map_or("none", |hint| spelt(hint.form));
    let at = hint.as_ref().map_or_else(|| "header retry-after".to_owned(), |hint| hint.at.to_string());
    weighing.word("retry-hint", form, (&at, &[limited]));
    weighing.answer(limited);
    let mut seen = format!("limited after {before}");
    if let Some(hint) = &hint {
        seen.push_str(&format!(", retry in {}", hint.text));
    }
    if lesson.setting("wait") == Some(&Json::Bool(true)) {
        let within = lesson.setting("within").and_then(span).unwrap_or(WITHIN);
        let wish = wanted_pause(limited, desk.now()).unwrap_or(UNTOLD);
        if wish > within {
            let why = "it wants to be left alone for longer than is waited: say how long with `within:`";
            return Ok(Taught::not_shown(seen, why, weighing.done(&[limited])));
        }
        desk.pause(wish).await;
        let again = desk.ask_once(&request).await?;
        let opens = !again.is_limited();
        weighing.flag("opens", opens, again.in_short(), ("status", &[limited, &again]));
        seen.push_str(if opens { ", open again" } else { ", still closed" });
    }
    let beliefs = weighing.done(&[limited]);
    Ok(Taught::shown(seen, beliefs))
}

fn spelt(form: HintForm) -> &'static str {
    match form {
        HintForm::Seconds => "seconds",
        HintForm::HttpDate => "date",
        HintForm::Millis => "milliseconds",
        HintForm::Duration => "duration",
        HintForm::Moment => "moment",
    }
}

//! # reject
//!
//! Asks for what must be refused, and weighs how it is.
//!
//! ## Why it matters
//!
//! What a client does after a refusal hangs on its class: try again, ask the user, give up. A fake that
//! refuses nothing, or everything alike, leaves all of that untested.
//!
//! Beliefs: those of `ask`; `status`, `class` and `code` are the ones that matter.
//!
//! ## Shows
//!
//! ```text
//! - reject: POST /v1/charges
//!   json: {amount: ten, source: tok_ok}
//!   believe: {status: 422, class: validation, code: amount_invalid}
//! > POST /v1/charges
//! > Content-Type: application/json
//! >> {"amount":"ten","source":"tok_ok"}
//! < 422 {"error":{"code":"amount_invalid"}}
//! = shown: 422 validation, amount_invalid
//! = held: status, class, code
//! ```
//!
//! What was let in shows nothing:
//!
//! ```text
//! - reject: POST /v1/charges
//!   json: {amount: ten}
//!   believe: {status: 4xx}
//! > POST /v1/charges
//! > Content-Type: application/json
//! >> {"amount":"ten"}
//! < 201 {"id":"ch_1"}
//! = not shown: it was not refused
//! = broken: status: expected 4xx, came 201
//! ```

use super::ask::once;
use super::lesson::Lesson;
use crate::desk::{Desk, LessonError, Taught};
use cassettes::meta::Meta;
use cassettes::plan;

pub(super) static LESSON: Lesson = Lesson {
    meta: Meta::new("reject", include_str!("reject.rs")),
    settings: &[],
    beliefs: &[],
    weighs_answer: true,
    openly: true,
    wants_limits: false,
    teach: |desk, lesson| Box::pin(teach(desk, lesson)),
};

async fn teach(desk: &mut Desk<'_>, lesson: &plan::Lesson) -> Result<Taught, LessonError> {
    let (asked, beliefs) = once(desk, lesson).await?;
    let code = asked.error.as_ref().and_then(|error| error.codes.first());
    let seen = match code {
        Some(code) => format!("{}, {}", asked.in_short(), code.value),
        None => asked.in_short(),
    };
    Ok(match asked.is_good() {
        true => Taught::not_shown(seen, "it was not refused", beliefs),
        false => Taught::shown(seen, beliefs),
    })
}

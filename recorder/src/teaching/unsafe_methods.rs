//! Requests that change something are sent only because a plan says so.

use crate::lessons::Lesson as Kind;
use cassettes::json::Json;
use cassettes::plan::{Lesson, PlanError};

/// Refuses a lesson that would change something without having said so.
pub(super) fn check(kind: &Kind, lesson: &Lesson) -> Result<(), PlanError> {
    let allowed = lesson.setting("unsafe") == Some(&Json::Bool(true));
    if kind.openly || allowed {
        return Ok(());
    }
    let refused = |line: u32, method: &str| {
        PlanError::new(
            line,
            format!(
                "`{}` would send {method}, which may change something, more often than the plan shows",
                lesson.kind
            ),
        )
        .advised("say `unsafe: true` in the lesson, if that is meant")
    };
    if !lesson.is_safe() {
        return Err(refused(lesson.line, &lesson.method));
    }
    let change = lesson.setting("change").and_then(Json::as_str).and_then(|text| text.split_once(' '));
    match change {
        Some((method, target)) if !Lesson::new("", method, target).is_safe() => {
            Err(refused(lesson.line_of("/change"), method))
        }
        _ => Ok(()),
    }
}

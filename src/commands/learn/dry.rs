//! `--dry-run`: what would be sent, without asking anybody.

use super::plan::{Only, Read};
use cassettes::plan::{Content, Lesson};
use std::fmt::Write as _;

/// What would be sent, lesson by lesson. Values that are not there yet stay as they stand in the plan.
pub(super) fn shown(read: &Read, only: &Only, upstream: &str) -> String {
    let mut out = format!("would ask {upstream}\n");
    let lessons = read.plan.lessons.len();
    for (number, lesson) in (1..).zip(read.plan.all()) {
        let finally = number > lessons;
        if !finally && !only.wants(number, lesson) {
            continue;
        }
        let place = if finally { "finally, " } else { "" };
        let _ = writeln!(out, "{number:>4}  {lesson}  ({place}{}:{})", read.file, lesson.line);
        said(lesson, read, &mut out);
    }
    out
}

fn said(lesson: &Lesson, read: &Read, out: &mut String) {
    let says = |name: &str| lesson.headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name));
    let mut line = |text: String| {
        let _ = writeln!(out, "      {text}");
    };
    for (name, value) in read.plan.headers.iter().filter(|(name, _)| !says(name)) {
        line(format!("{name}: {value}"));
    }
    for (name, value) in &lesson.headers {
        if let Some(value) = value {
            line(format!("{name}: {value}"));
        }
    }
    if let Some(token) = &read.plan.token {
        let (name, value) = token.carry("(a good token)");
        if !says(&name) {
            line(format!("{name}: {value}"));
        }
    }
    match &lesson.content {
        Content::Nothing => {}
        Content::Json(json) => line(json.to_string()),
        content => line(String::from_utf8_lossy(&content.bytes().unwrap_or_default()).into_owned()),
    }
    for (name, value) in &lesson.settings {
        line(format!("{name}: {value} (a setting)"));
    }
    if !lesson.believe.members().is_empty() {
        line(format!("believed: {}", lesson.believe));
    }
}

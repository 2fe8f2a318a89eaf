//! Parts of what is large, that nobody asked for.

use super::lack::Lack;
use super::lesson::{about, lesson};
use super::seen::{One, Seen};
use cassettes::plan::Lesson;

/// What has so many bytes may be given in parts.
const LARGE: usize = 64 * 1024;

/// Nobody asked for a part of what is given in parts (RFC 9110 §14), or for one that it has not.
pub(super) fn ranges(seen: &Seen<'_>, found: &mut Vec<Lack>) {
    if !seen.is(&["GET"]) || seen.is_call() {
        return;
    }
    let asked = seen.all.iter().any(|one| one.exchange.request.headers.contains("range"));
    let parts = |one: &&One<'_>| {
        let told = one.said.header("accept-ranges").is_some_and(|units| !units.eq_ignore_ascii_case("none"));
        let reply = one.exchange.answer.reply();
        let media = reply.and_then(|reply| reply.headers.media_type()).unwrap_or_default();
        // Bytes that have versions are files.
        let file =
            ["image/", "video/", "audio/", "application/octet-stream", "application/zip", "application/pdf"];
        let stored = one.said.header("etag").or(one.said.header("last-modified")).is_some();
        told || reply.is_some_and(|reply| reply.status == 206 || reply.body.len() >= LARGE)
            || (stored && file.iter().any(|start| media.starts_with(start)))
    };
    let Some(one) = seen.good().find(parts).filter(|_| !asked) else { return };
    let of = |kind: &str, range: &str, note: &str| -> Lesson {
        let mut lesson = about(lesson(kind, seen, one.exchange.request.target.as_str()), note);
        lesson.headers.push(("Range".to_owned(), Some(range.to_owned())));
        lesson
    };
    let because = "what it gives may be given in parts, and nobody asked for one";
    let beyond = of("reject", "bytes=999999999-", "a part beyond its end");
    let lack = Lack::new("range", one.at, of("ask", "bytes=0-3", "its first bytes"), because);
    found.push(lack.and([beyond]));
}

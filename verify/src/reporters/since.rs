//! What was known already, and what is gone: the findings of earlier runs, which are not this run's news.

use super::columns::wrap;
use super::counts::plural;
use super::paint::Paint;
use crate::history::since::{Since, Standing, Stands};
use crate::report::Report;
use std::fmt::Write as _;
use std::io::{self, Write};

/// So many of each are told to people.
const MOST: usize = 5;

/// For a terminal; nothing where nothing is remembered.
pub(super) fn show(report: &Report, width: usize, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let Some(since) = &report.since else { return Ok(()) };
    for (stands, all) in since.lists() {
        if all.is_empty() {
            continue;
        }
        writeln!(out, "{}", paint.bold(stands.title()))?;
        for standing in all.iter().take(MOST) {
            let mark = match stands {
                Stands::Otherwise => paint.bad("≠"),
                Stands::Still | Stands::Unseen => paint.quiet("•"),
                Stands::NoMore => paint.good("✓"),
            };
            let text = format!("{}  {}", line(standing), when(since, standing, stands));
            for (number, line) in wrap(&text, width - 4).iter().enumerate() {
                writeln!(out, "  {} {line}", if number == 0 { &mark } else { " " })?;
            }
        }
        if all.len() > MOST {
            let more = format!("and {}; --format json has all", all.len() - MOST);
            writeln!(out, "    {}", paint.dim(&more))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// For a comment, each list in a fold.
pub(super) fn markdown(report: &Report, page: &mut String) {
    let Some(since) = &report.since else { return };
    for (stands, all) in since.lists() {
        if all.is_empty() {
            continue;
        }
        let title = stands.title().to_lowercase();
        let _ = writeln!(page, "\n<details><summary>{} {title}</summary>\n", plural(all.len(), "finding"));
        for standing in all.iter().take(10 * MOST) {
            // Of backticks in a text no code could be made.
            let text = line(standing).replace('`', "'");
            let _ = writeln!(page, "- `{text}` {}", when(since, standing, stands));
        }
        if all.len() > 10 * MOST {
            let _ = writeln!(page, "- and {} more", all.len() - 10 * MOST);
        }
        page.push_str("\n</details>\n");
    }
}

/// What a standing finding is about.
fn line(standing: &Standing) -> String {
    let Standing { rule, operation, message, .. } = standing;
    let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("{rule}  {operation}  {message}")
}

/// How long it has stood, or when it was seen.
pub(super) fn when(since: &Since, standing: &Standing, stands: Stands) -> String {
    match stands {
        Stands::Otherwise => format!("(so until {})", standing.last_day()),
        Stands::Still => format!("({})", since.age(standing)),
        Stands::Unseen | Stands::NoMore => format!("(last found {})", standing.last_day()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;
    use cassettes::model::Timestamp;

    #[test]
    fn ages_are_told_and_what_is_gone_is_dated() {
        let at = |text: &str| Timestamp::parse(text).expect("a moment");
        let standing = |rule: &str| Standing {
            fingerprint: "0".repeat(16),
            rule: rule.to_owned(),
            severity: Severity::Error,
            operation: "GET /x".to_owned(),
            message: "a `b`\nis gone".to_owned(),
            first: at("2026-11-01T03:00:00Z"),
            last: at("2026-11-21T03:00:00Z"),
        };
        let since = Since {
            before: Some(at("2026-11-21T03:00:00Z")),
            now: at("2026-11-22T03:00:00Z"),
            new: 1,
            changed: Vec::new(),
            unseen: Vec::new(),
            known: vec![standing("field-missing"); 7],
            gone: vec![standing("status-changed")],
        };
        assert_eq!(since.words(), "1 new, 7 known since 2026-11-01, 1 gone");
        let report = Report { since: Some(since), ..Report::empty("drift vendor") };
        let mut out = Vec::new();
        show(&report, 100, Paint(false), &mut out).expect("a vector takes it");
        let text = String::from_utf8(out).expect("text");
        assert!(
            text.contains("• field-missing  GET /x  a `b` is gone  (for 21 d)")
                || text.contains("(for 21 d)"),
            "{text}"
        );
        assert!(text.contains("and 2; --format json") && text.contains("(last found 2026-11-21)"), "{text}");
        let mut page = String::new();
        markdown(&report, &mut page);
        assert!(page.contains("- `field-missing  GET /x  a 'b' is gone` (for 21 d)"), "{page}");
        let json: serde_json::Value = serde_json::from_str(&report.to_json().expect("JSON")).expect("JSON");
        assert_eq!(
            (&json["since"]["known"], &json["since"]["ended"][0]["rule"]),
            (&7.into(), &"status-changed".into())
        );
    }
}

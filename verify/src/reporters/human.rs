//! # human
//!
//! The report for people: each finding with the real answer and the mock's side by side, the evidence
//! and the repair; then what was seen and what was reproduced; then the counts.
//!
//! ## Why it matters
//!
//! A finding is about two answers. Whoever has to decide which of them is wrong must see both, and what was
//! recorded, without opening a file.

use super::columns::{pad, wrap};
use super::counts::{named, plural, sentence};
use super::drift;
use super::lessons;
use super::matrix;
use super::numbers;
use super::paint::Paint;
use super::requests;
use super::since;
use super::unjudged::unjudged;
use super::wording::{self, Judged, Side, vacuous};
use super::{Reporter, View};
use crate::behaviour::OperationCoverage;
use crate::finding::{Evidence, Finding};
use crate::report::{Report, Verdict};
use cassettes::meta::Meta;
use std::io::{self, Write};

pub(super) static REPORTER: Reporter = Reporter { meta: Meta::new("human", include_str!("human.rs")), write };

/// From this width on the two sides stand beside each other.
const SIDE_BY_SIDE: usize = 100;
/// Wider lines are hard to read.
const WIDEST: usize = 140;
/// An excerpt takes at most so many lines.
const MOST_LINES: usize = 8;
/// So much of what was never recorded is told.
const MOST_LACKS: usize = 3;
const INDENT: &str = "  ";

fn write(report: &Report, view: &View, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint(view.color);
    let width = view.width.clamp(40, WIDEST);
    let judged = Judged::of(report);
    if judged == Judged::Beliefs {
        // Its rows have every finding, in the place where the plan has it.
        lessons::show(report, width, paint, out)?;
        return counts(report, width, paint, out);
    }
    numbers::reporters(report, width, paint, out)?;
    requests::show(report, paint, out)?;
    for finding in &report.findings {
        show(report, finding, judged, width, paint, out)?;
    }
    matrix::show(report, view.quiet, width, paint, out)?;
    numbers::close(report, width, paint, out)?;
    coverage(report, width, paint, out)?;
    unjudged(report, width, paint, out)?;
    lacks(report, width, paint, out)?;
    drift::show(report, width, paint, out)?;
    since::show(report, width, paint, out)?;
    counts(report, width, paint, out)
}

fn show(
    report: &Report,
    finding: &Finding,
    judged: Judged,
    width: usize,
    paint: Paint,
    out: &mut dyn Write,
) -> io::Result<()> {
    let operation = judged.about(finding);
    let title = format!("{}  {}", finding.severity.as_str(), finding.rule);
    let gap = width.saturating_sub(title.chars().count() + operation.chars().count()).max(2);
    let severity = paint.severity(finding.severity);
    writeln!(out, "{severity}  {}{}{}", paint.bold(finding.rule), " ".repeat(gap), paint.dim(&operation))?;
    for line in wrap(&sentence(&finding.message), width - INDENT.len()) {
        writeln!(out, "{INDENT}{line}")?;
    }
    writeln!(out)?;
    match judged.sides(finding).as_slice() {
        _ if let Some((table, case)) = matrix::case(report, finding) => {
            matrix::answers(table, case, width, paint, out)?;
        }
        [left, right] if width >= SIDE_BY_SIDE => beside(*left, *right, width, paint, out)?,
        sides => below(sides, width, paint, out)?,
    }
    if let Some(wrong) = finding.wrong {
        writeln!(out)?;
        for line in wrap(&sentence(wrong.told()), width - INDENT.len()) {
            writeln!(out, "{INDENT}{line}")?;
        }
    }
    if let Some(hint) = &finding.hint {
        writeln!(out)?;
        let lines = wrap(hint, width - INDENT.len() - "hint: ".len());
        for (i, line) in lines.iter().enumerate() {
            let mark = if i == 0 { paint.advice("hint:") } else { "     ".to_owned() };
            writeln!(out, "{INDENT}{mark} {line}")?;
        }
    }
    let more = finding.places - 1;
    if more > 0 && judged.counts_places(report) {
        let text = format!("and {} like it", plural(more as usize, judged.place()));
        writeln!(out, "{INDENT}{}", paint.dim(&text))?;
    }
    writeln!(out)
}

/// Where an excerpt comes from: cassette and exchange, or file and line, and the place in the answer.
fn source(evidence: &Evidence) -> String {
    let from = match (&evidence.exchange, &evidence.location) {
        (Some(exchange), _) => exchange.clone(),
        (None, Some(spot)) => format!("{}:{}", spot.file, spot.line),
        (None, None) => String::new(),
    };
    let pointer = if evidence.pointer.is_empty() { "body" } else { &evidence.pointer };
    if from.is_empty() { pointer.to_owned() } else { format!("{from}  {pointer}") }
}

/// Where the evidence stands, on a line or two. Of a long path the end tells more: it has the line's number.
fn places(evidence: &Evidence, room: usize) -> Vec<String> {
    let whole = source(evidence);
    let fits = |text: &str| text.chars().count() <= room;
    if fits(&whole) {
        return vec![whole];
    }
    let end = |text: &str| -> String {
        let length = text.chars().count();
        if length <= room {
            return text.to_owned();
        }
        let tail: String = text.chars().skip(length + 1 - room).collect();
        format!("…{tail}")
    };
    whole.split("  ").map(end).collect()
}

fn excerpt(evidence: &Evidence, width: usize) -> Vec<String> {
    let mut lines = wrap(&evidence.excerpt, width);
    if lines.len() > MOST_LINES {
        lines.truncate(MOST_LINES - 1);
        lines.push("…".to_owned());
    }
    lines
}

fn beside(one: Side<'_>, two: Side<'_>, width: usize, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let column = (width - 2 * INDENT.len() - 3) / 2;
    // Beside the name and two spaces.
    let room = |side: Side<'_>| column - side.name.chars().count() - 2;
    let (from, to) = (places(one.evidence, room(one)), places(two.evidence, room(two)));
    let bar = paint.dim("│");
    for line in 0..from.len().max(to.len()) {
        let name = |name: &str| if line == 0 { paint.bold(name) } else { " ".repeat(name.chars().count()) };
        let place = |lines: &[String]| lines.get(line).cloned().unwrap_or_default();
        // Only the left column needs filling up.
        let (left, right) = (pad(&place(&from), room(one)), place(&to));
        let (left, right) = (paint.dim(&left), paint.dim(&right));
        writeln!(out, "{INDENT}{}  {left} {bar} {}  {right}", name(one.name), name(two.name))?;
    }
    let (left, right) = (excerpt(one.evidence, column), excerpt(two.evidence, column));
    let tone = |side: Side<'_>, text: &str| if side.truth { paint.good(text) } else { paint.bad(text) };
    for line in 0..left.len().max(right.len()) {
        let text = |lines: &[String]| lines.get(line).cloned().unwrap_or_default();
        let (left, right) = (pad(&text(&left), column), text(&right));
        writeln!(out, "{INDENT}{} {bar} {}", tone(one, &left), tone(two, &right))?;
    }
    Ok(())
}

fn below(sides: &[Side<'_>], width: usize, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    for Side { name, evidence, truth } in sides {
        writeln!(out, "{INDENT}{}  {}", paint.bold(name), paint.dim(&source(evidence)))?;
        for line in excerpt(evidence, width - 3 * INDENT.len()) {
            let line = if *truth { paint.good(&line) } else { paint.bad(&line) };
            writeln!(out, "{INDENT}{INDENT}{INDENT}{line}")?;
        }
    }
    Ok(())
}

fn coverage(report: &Report, width: usize, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    if report.coverage.operations.is_empty() {
        return Ok(());
    }
    let longest =
        report.coverage.operations.iter().map(|o| named(o).chars().count()).max().unwrap_or_default();
    let column = longest.clamp(20, width.saturating_sub(40).max(20));
    writeln!(out, "{}", paint.bold("What the real side was seen to do, and the mock did too"))?;
    for operation in &report.coverage.operations {
        row(operation, column, width, paint, out)?;
    }
    writeln!(out)
}

fn row(
    operation: &OperationCoverage,
    column: usize,
    width: usize,
    paint: Paint,
    out: &mut dyn Write,
) -> io::Result<()> {
    let done = operation.behaviours.iter().filter(|b| b.reproduced == Some(true)).count();
    let count = format!("{done}/{}", operation.behaviours.len());
    let name = pad(&named(operation), column);
    write!(out, "{INDENT}{name}  {}", pad(&count, 5))?;
    let start = INDENT.len() + column.max(named(operation).chars().count()) + 2 + 5;
    let mut at = start;
    for behaviour in &operation.behaviours {
        let (mark, evidence) = match (behaviour.reproduced, behaviour.evidence.first()) {
            (Some(true), _) => (paint.good("✓"), String::new()),
            (Some(false), Some(cite)) => (paint.bad("✗"), format!(" ({cite})")),
            (None, Some(cite)) => (paint.quiet("?"), format!(" ({cite})")),
            (Some(false), None) => (paint.bad("✗"), String::new()),
            (None, None) => (paint.quiet("?"), String::new()),
        };
        let len = 4 + behaviour.kind.chars().count() + evidence.chars().count();
        if at > start && at + len > width {
            write!(out, "\n{}", " ".repeat(start))?;
            at = start;
        }
        at += len;
        write!(out, "  {mark} {}{}", behaviour.kind, paint.dim(&evidence))?;
    }
    writeln!(out)
}

/// What the cassettes never showed, and the lessons that would.
fn lacks(report: &Report, width: usize, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let operations = &report.coverage.operations;
    let all: Vec<_> =
        operations.iter().flat_map(|o| o.unverified.iter().map(move |u| (&o.operation, u))).collect();
    if all.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}", paint.bold("Unverified: the cassettes never showed it"))?;
    for (operation, lack) in all.iter().take(MOST_LACKS) {
        let text = format!("{operation}  {} (lesson: {})", lack.kind, lack.lesson);
        for (number, line) in wrap(&text, width - 2 * INDENT.len()).iter().enumerate() {
            let mark = if number == 0 { paint.quiet("◌") } else { " ".to_owned() };
            writeln!(out, "{INDENT}{mark} {line}")?;
        }
    }
    if all.len() > MOST_LACKS {
        let more = format!("{} more; --format html shows all", all.len() - MOST_LACKS);
        writeln!(out, "{INDENT}  {}", paint.dim(&more))?;
    }
    writeln!(out)
}

fn counts(report: &Report, width: usize, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    if let Some(why) = vacuous(report) {
        writeln!(out, "{}", sentence(why))?;
    }
    let word = match report.verdict {
        Verdict::Agreed => paint.good(report.verdict.as_str()),
        Verdict::Findings => paint.bad(report.verdict.as_str()),
        Verdict::Vacuous => paint.quiet(report.verdict.as_str()),
    };
    let parts = wording::counts(report);
    write!(out, "{word}")?;
    let mut at = report.verdict.as_str().len();
    for part in parts {
        let len = part.chars().count() + 3;
        if at + len > width {
            write!(out, "\n{INDENT}{part}")?;
            at = INDENT.len() + part.chars().count();
        } else {
            write!(out, " · {part}")?;
            at += len;
        }
    }
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::{parse, play};
    use crate::rules::{RULES, find};

    fn shown(width: usize, command: &'static str) -> String {
        let rule = find("pagination-flattened").expect("on the shelf");
        let example = parse(&rule.meta.examples("Fires")[0]).expect("reads");
        let report = Report { command, ..play(&example, RULES).expect("asks") };
        let mut out = Vec::new();
        write(&report, &View { width, color: false, quiet: false }, &mut out).expect("a vector takes it");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn wide_reports_have_two_columns_and_narrow_ones_one() {
        let wide = shown(110, "verify");
        let line = |text: &str| {
            wide.lines().find(|l| l.contains(text)).unwrap_or_else(|| panic!("{text} in\n{wide}"))
        };
        assert!(line("mock  ").contains("real  example.yaml#1  /has_more"));
        assert!(line("│ false").trim_start().starts_with("true"));
        assert!(line("hint:").contains("more items"));
        assert!(wide.lines().all(|l| l.chars().count() <= 112), "{wide}");
        assert!(line("◌").contains("(lesson: ") && wide.contains(" unverified\n"), "{wide}");
        let narrow = shown(60, "verify");
        assert!(!narrow.contains('│') && narrow.lines().all(|l| l.chars().count() <= 64), "{narrow}");
    }

    #[test]
    fn both_columns_stand_below_their_heads_whatever_these_are_called() {
        for command in ["verify", "audit"] {
            let text = shown(100, command);
            let mut bars: Vec<usize> =
                text.lines().filter_map(|line| line.chars().position(|c| c == '│')).collect();
            assert!(bars.len() > 1, "{text}");
            bars.dedup();
            assert_eq!(bars.len(), 1, "{text}");
        }
    }
}

//! # markdown
//!
//! The report as Markdown, for a comment under a change or a page of a wiki: the fidelity table, then each
//! finding in a fold.
//!
//! ## Why it matters
//!
//! The table tells in one glance what a green suite over this mock is worth, where everybody reads it:
//! which operations turn pages, miss, refuse and reject as the real side does, and of which nobody knows.

use super::aspect::ASPECTS;
use super::counts::{plural, sentence};
use super::drift;
use super::fidelity::{STATES, State, table};
use super::lessons;
use super::matrix;
use super::numbers;
use super::requests;
use super::since;
use super::wording::{Judged, Side, counts, vacuous};
use super::{Reporter, View};
use crate::finding::{Evidence, Finding, Severity};
use crate::lesson::{Lesson, Outcome};
use crate::report::{Report, Verdict};
use cassettes::meta::Meta;
use std::fmt::Write as _;
use std::io::{self, Write};

pub(super) static REPORTER: Reporter =
    Reporter { meta: Meta::new("markdown", include_str!("markdown.rs")), write };

/// Comments on the large forges hold 65 536 characters; what would not fit is counted instead. So far goes
/// the table, so far the findings, so far all.
const MOST: [usize; 3] = [20_000, 55_000, 64_000];

fn write(report: &Report, _: &View, out: &mut dyn Write) -> io::Result<()> {
    let mut page = String::new();
    head(report, &mut page);
    match Judged::of(report) {
        Judged::Mock => fidelity(report, &mut page),
        Judged::Beliefs => taught(report, &mut page),
        Judged::Contract => contract(report, &mut page),
        Judged::Client | Judged::Vendor | Judged::Requests | Judged::Files => {}
    }
    let mut left = 0;
    for (number, finding) in report.findings.iter().enumerate() {
        if number == 0 {
            page.push_str("\n## Findings\n");
        }
        let text = show(report, finding, Judged::of(report));
        if page.len() + text.len() > MOST[1] {
            left = report.findings.len() - number;
            break;
        }
        page.push_str(&text);
    }
    if left > 0 {
        let _ = writeln!(page, "\n{}; `--format html` shows all.", plural(left, "more finding"));
    }
    lacks(report, &mut page);
    requests::markdown(report, &mut page);
    drift::markdown(report, &mut page);
    since::markdown(report, &mut page);
    out.write_all(page.as_bytes())
}

fn head(report: &Report, page: &mut String) {
    let verdict = match report.verdict {
        Verdict::Agreed => "✅ agreed",
        Verdict::Findings => "❌ findings",
        Verdict::Vacuous => "⚠️ vacuous",
    };
    let _ = writeln!(page, "# truetape {}: {verdict}\n", report.command);
    if let Some(why) = vacuous(report) {
        let _ = writeln!(page, "{}\n", sentence(why));
    }
    if !report.about.subject.is_empty() {
        let cassettes: Vec<String> = report.about.cassettes.iter().map(|c| code(c)).collect();
        let subject = code(&report.about.subject);
        let _ = match &report.teaching {
            Some(teaching) => {
                writeln!(
                    page,
                    "{} asked {subject}, recorded in {}\n",
                    code(&teaching.plan),
                    cassettes.join(", ")
                )
            }
            None if cassettes.is_empty() => writeln!(page, "{subject}\n"),
            None => writeln!(page, "{subject} against {}\n", cassettes.join(", ")),
        };
    }
    for count in counts(report) {
        let _ = writeln!(page, "- {count}");
    }
}

/// Who reports a number.
fn reporters(report: &Report, page: &mut String) {
    let Some(all) = &report.numbers else { return };
    let _ = writeln!(page, "\n## {}\n", plain(&numbers::title(all)));
    page.push_str("| reporter | where | form | seen | example |\n|---|---|---|---|---|\n");
    for (number, one) in all.reporters.iter().enumerate() {
        if page.len() > MOST[0] {
            let left = plural(all.reporters.len() - number, "more reporter");
            let _ = writeln!(page, "\n{left}; `--format html` shows all.");
            break;
        }
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} | {} |",
            code(&numbers::operation(all, one)),
            code(&one.pointer),
            plain(&one.forms.join("; or ")),
            plain(&numbers::extent(one)),
            code(&numbers::example(one))
        );
    }
    for note in all.notes.iter().take(20) {
        let _ = write!(page, "\n- {}", plain(note));
    }
    if all.reporters.len() > 1 {
        let _ = writeln!(page, "\n\n**{}**", numbers::QUESTION);
    }
}

/// The table of a contract, and the question that it ends with.
fn contract(report: &Report, page: &mut String) {
    reporters(report, page);
    let Some(table) = &report.matrix else { return };
    let _ = write!(page, "\n## {}\n\n| case | expected |", plain(&matrix::title(table)));
    for at in 0..table.implementations.len() {
        let _ = write!(page, " {} |", code(&matrix::heading(table, at)));
    }
    let _ = writeln!(page, "\n|---|---|{}", "---|".repeat(table.implementations.len()));
    let (rows, mut left) = matrix::shown(table, 200);
    for (number, row) in rows.iter().enumerate() {
        if page.len() > MOST[0] {
            left += rows.len() - number;
            break;
        }
        let expect = row.expect.as_deref().map(code).unwrap_or_default();
        let _ = write!(page, "| {} {} | {expect} |", matrix::mark(row.outcome), code(&row.name));
        for cell in &row.answers {
            let _ = write!(page, " {}{} |", code(&cell.answer), if cell.differs { " ✗" } else { "" });
        }
        page.push('\n');
    }
    if left > 0 {
        let _ = writeln!(page, "\n{}; `--format html` shows all.", plural(left, "more case"));
    }
    if let Some(question) = &table.question {
        let _ = writeln!(page, "\n**{}**", plain(question));
    }
}

fn fidelity(report: &Report, page: &mut String) {
    let rows = table(report);
    if rows.is_empty() {
        return;
    }
    page.push_str("\n## Fidelity\n\n| operation |");
    for aspect in ASPECTS {
        let _ = write!(page, " {} |", aspect.title());
    }
    page.push_str(" behaviours |\n|---|");
    page.push_str(&":-:|".repeat(ASPECTS.len()));
    page.push_str("--:|\n");
    let mut used: Vec<State> = Vec::new();
    for (number, row) in rows.iter().enumerate() {
        if page.len() > MOST[0] {
            let left = plural(rows.len() - number, "more operation");
            let _ = writeln!(page, "\n{left}; `--format html` shows all.");
            break;
        }
        let _ = write!(page, "| {} |", code(&row.operation));
        for cell in &row.cells {
            let _ = write!(page, " {} |", cell.text());
            used.push(cell.state());
        }
        let _ = writeln!(page, " {}/{} |", row.reproduced, row.seen);
    }
    let legend: Vec<String> = STATES
        .iter()
        .filter(|state| used.contains(state))
        .map(|state| format!("{} {}", state.mark(), state.meaning()))
        .collect();
    let _ = writeln!(page, "\n<sub>{}</sub>", legend.join(", "));
}

/// The lessons, a row for each, and below it what is believed of it.
fn taught(report: &Report, page: &mut String) {
    let Some(teaching) = report.teaching.as_ref().filter(|teaching| !teaching.lessons.is_empty()) else {
        return;
    };
    page.push_str("\n## Lessons\n\n| line | lesson | asked | outcome | seen | beliefs |\n");
    page.push_str("|--:|---|--:|---|---|---|\n");
    for (number, lesson) in teaching.lessons.iter().enumerate() {
        if page.len() > MOST[0] {
            let left = plural(teaching.lessons.len() - number, "more lesson");
            let _ = writeln!(page, "\n{left}; `--format html` shows all.");
            break;
        }
        let mark = match lesson.outcome {
            Outcome::Shown => "✅",
            Outcome::Disagrees => "❌",
            Outcome::NotShown | Outcome::CouldNotAsk => "⚠️",
        };
        let beliefs: Vec<String> = lesson
            .beliefs
            .iter()
            .map(|belief| format!("{} {}", if belief.held { "✓" } else { "✗" }, code(&belief.name)))
            .collect();
        let _ = writeln!(
            page,
            "| {} | {} | {} | {mark} {} | {} | {} |",
            lesson.line,
            code(&lesson.title()),
            lesson.asked,
            lesson.outcome.as_str(),
            plain(&lessons::said(lesson)),
            beliefs.join(", ")
        );
    }
    for lesson in &teaching.lessons {
        one_by_one(lesson, page);
    }
}

/// What a lesson has seen one by one: of each credential whether it was let in.
fn one_by_one(lesson: &Lesson, page: &mut String) {
    let rows: Vec<_> =
        lesson.shown.get(1..).unwrap_or_default().iter().filter_map(|l| lessons::parts(l)).collect();
    if rows.is_empty() || page.len() > MOST[0] {
        return;
    }
    let title = html(&lesson.title());
    let _ = writeln!(page, "\n<details><summary><code>{title}</code> one by one</summary>\n");
    page.push_str("| which | outcome | answer |\n|---|---|---|\n");
    for (name, word, more) in rows {
        let _ = writeln!(page, "| {} | {} | {} |", code(name), plain(word), plain(more));
    }
    page.push_str("\n</details>\n");
}

fn show(report: &Report, finding: &Finding, judged: Judged) -> String {
    let mark = match finding.severity {
        Severity::Error => "🔴",
        Severity::Warning => "🟠",
        Severity::Info => "🔵",
    };
    let mut text = format!(
        "\n<details><summary>{mark} <b>{}</b> <code>{}</code> {}</summary>\n\n",
        finding.rule,
        html(&judged.about(finding)),
        html(&sentence(&finding.message)),
    );
    let case = matrix::case(report, finding);
    if let Some((table, case)) = case {
        let _ = writeln!(text, "{}", fence(&matrix::told(table, case)));
    }
    for Side { name, evidence: side, .. } in judged.sides(finding).into_iter().filter(|_| case.is_none()) {
        let _ = writeln!(text, "{name} {}\n\n{}", source(side), fence(&side.excerpt));
    }
    if let Some(wrong) = finding.wrong {
        let _ = writeln!(text, "{}\n", plain(&sentence(wrong.told())));
    }
    if let Some(hint) = &finding.hint {
        let _ = writeln!(text, "**hint:** {}\n", plain(&sentence(hint)));
    }
    if finding.places > 1 && judged.counts_places(report) {
        let _ = writeln!(text, "and {} like it\n", plural(finding.places as usize - 1, judged.place()));
    }
    let _ = writeln!(text, "{}\n\n</details>", code(&finding.fingerprint()));
    text
}

fn source(side: &Evidence) -> String {
    let file = side.location.as_ref().map(|spot| format!("{}:{}", spot.file, spot.line));
    let pointer = if side.pointer.is_empty() { "body" } else { &side.pointer };
    let parts = side.exchange.clone().into_iter().chain(file).chain([pointer.to_owned()]);
    parts.map(|part| code(&part)).collect::<Vec<_>>().join(" ")
}

fn lacks(report: &Report, page: &mut String) {
    if report.coverage.unverified == 0 {
        return;
    }
    page.push_str("\n## Unverified\n\n<details><summary>");
    let _ = writeln!(
        page,
        "{} that no cassette shows</summary>\n",
        plural(report.coverage.unverified, "behaviour")
    );
    let operations = &report.coverage.operations;
    let all = operations.iter().flat_map(|o| o.unverified.iter().map(|u| (&o.operation, u)));
    for (number, (operation, lack)) in all.enumerate() {
        let line = format!("- {} {}: {}\n", code(operation), code(&lack.kind), code(&lack.lesson));
        if page.len() + line.len() > MOST[2] {
            let _ = writeln!(page, "- and {} more", report.coverage.unverified.saturating_sub(number));
            break;
        }
        page.push_str(&line);
    }
    page.push_str("\n</details>\n");
}

/// Text in a span of code, whatever is in it; a bar would end a table's cell.
fn code(text: &str) -> String {
    let text = text.replace(['\n', '\r'], " ").replace('|', "\\|");
    let fence = "`".repeat(longest_run(&text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Text in a block of code, whatever is in it.
fn fence(text: &str) -> String {
    let fence = "`".repeat(longest_run(text).max(2) + 1);
    format!("{fence}\n{text}\n{fence}\n")
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or_default()
}

/// Text in which nothing is markup, but spans of code.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for (number, part) in text.split('`').enumerate() {
        if number % 2 == 1 {
            let _ = write!(out, "{}", code(part));
            continue;
        }
        for c in part.chars() {
            if c.is_ascii_punctuation()
                && !matches!(c, '.' | ',' | ':' | ';' | '?' | '/' | '(' | ')' | '-' | '\'' | '"')
            {
                out.push('\\');
            }
            out.push(if matches!(c, '\n' | '\r') { ' ' } else { c });
        }
    }
    out
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_markup() {
        assert_eq!(code("a`b|c"), "``a`b\\|c``");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(fence("```\nx"), "````\n```\nx\n````\n");
        assert_eq!(plain("see <b> *x* `a<b` @me"), "see \\<b\\> \\*x\\* `a<b` \\@me");
        assert_eq!(html("</summary>&"), "&lt;/summary&gt;&amp;");
    }
}

//! The table of a contract, for people: cases by implementations, and who said what to the smallest case in which
//! they disagree.

use super::columns::{pad, wrap};
use super::counts::plural;
use super::paint::Paint;
use crate::contract::matrix::{Cell, Line, Matrix, Outcome};
use crate::finding::{Evidence, Finding};
use crate::report::Report;
use std::io::{self, Write};

/// So many cases are shown; of more, those that do not agree.
const MOST: usize = 40;
/// The longest name of a case, and of an answer, that is shown whole.
const LONGEST: usize = 36;
const WIDEST: usize = 24;
const INDENT: &str = "  ";

/// The case that a finding tells of, if it tells of one.
pub(super) fn case<'r>(report: &'r Report, finding: &Finding) -> Option<(&'r Matrix, &'r Line)> {
    let matrix = report.matrix.as_ref()?;
    let told = matches!(finding.rule, "definitions-disagree" | "expectation-missed");
    // One that gave no answer stands by itself.
    let told = told && finding.real != Evidence::default();
    let at = finding.other.location.as_ref().filter(|spot| told && spot.file == matrix.file)?;
    Some((matrix, matrix.cases.iter().find(|case| case.line == at.line)?))
}

/// What each implementation said to a case, with what it was asked and the beginning of its reply.
pub(super) fn answers(
    matrix: &Matrix,
    case: &Line,
    width: usize,
    paint: Paint,
    out: &mut dyn Write,
) -> io::Result<()> {
    let names = matrix.implementations.iter().map(|one| one.name.chars().count()).max().unwrap_or_default();
    let labels = case.answers.iter().map(|cell| cell.answer.chars().count()).max().unwrap_or_default();
    let expected = if case.expect.is_some() { "expected".len() } else { 0 };
    let (names, labels) = (names.min(LONGEST).max(expected), labels.min(WIDEST));
    if let Some(expect) = &case.expect {
        writeln!(out, "{INDENT}{}  {}", paint.bold(&pad("expected", names)), paint.good(expect))?;
    }
    for (one, cell) in matrix.implementations.iter().zip(&case.answers) {
        let answer = pad(&middle(&cell.answer, WIDEST), labels);
        let answer = if cell.differs { paint.bad(&answer) } else { answer };
        let head = INDENT.len() + names + 2 + labels + 2;
        let lines = evidence(cell);
        let room = width.saturating_sub(head).max(LONGEST);
        write!(out, "{INDENT}{}  {answer}", paint.bold(&pad(&cut(&one.name, LONGEST), names)))?;
        // Where there is no room beside it, the evidence stands below.
        let beside = head + LONGEST <= width;
        let margin = if beside { head } else { 3 * INDENT.len() };
        let lines = lines.iter().flat_map(|line| {
            let mut lines = wrap(line, if beside { room } else { width.saturating_sub(margin) });
            if lines.len() > 2 {
                lines.truncate(2);
                lines[1].push_str(" …");
            }
            lines
        });
        for (number, line) in lines.enumerate() {
            match (number, beside) {
                (0, true) => writeln!(out, "  {}", paint.dim(&line))?,
                (0, false) => write!(out, "\n{}{}\n", " ".repeat(margin), paint.dim(&line))?,
                _ => writeln!(out, "{}{}", " ".repeat(margin), paint.dim(&line))?,
            }
        }
    }
    Ok(())
}

/// The same as plain text.
pub(super) fn told(matrix: &Matrix, case: &Line) -> String {
    let mut told = case.expect.as_ref().map(|expect| format!("expected: {expect}\n")).unwrap_or_default();
    for (one, cell) in matrix.implementations.iter().zip(&case.answers) {
        let mark = if cell.differs { " ✗" } else { "" };
        told.push_str(&format!("{}: {}{mark}\n", one.name, cell.answer));
        evidence(cell).iter().for_each(|line| told.push_str(&format!("    {line}\n")));
    }
    told.trim_end().to_owned()
}

/// What was asked, and what came.
fn evidence(cell: &Cell) -> Vec<String> {
    let from = cell.exchange.as_ref().map(|cite| format!("  ({cite})")).unwrap_or_default();
    let place = if cell.pointer.is_empty() { String::new() } else { format!("  {}", cell.pointer) };
    let asked = if cell.request.is_empty() { "not asked" } else { &cell.request };
    let mut lines = vec![format!("{asked}{place}{from}")];
    lines.extend(cell.detail.clone().filter(|detail| cell.kind == "not-asked" || !detail.contains(asked)));
    if !cell.excerpt.is_empty() && Some(&cell.excerpt) != cell.detail.as_ref() {
        lines.push(cell.excerpt.clone());
    }
    lines
}

/// A mark that needs no colour.
pub(super) fn mark(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Agree => "✓",
        Outcome::Disagree | Outcome::Missed => "✗",
        Outcome::Unanswered => "?",
        Outcome::Alone => "·",
    }
}

/// The title of the table.
pub(super) fn title(matrix: &Matrix) -> String {
    let unit = matrix.unit.as_ref().map(|unit| format!(", {unit}")).unwrap_or_default();
    format!("{}{unit}: cases by implementations", matrix.number)
}

/// An implementation and its unit, where that is its own.
pub(super) fn heading(matrix: &Matrix, at: usize) -> String {
    let one = &matrix.implementations[at];
    match &one.unit {
        Some(unit) => format!("{} ({unit})", one.name),
        None => one.name.clone(),
    }
}

/// The cases that are shown, and how many are not.
pub(super) fn shown(matrix: &Matrix, most: usize) -> (Vec<&Line>, usize) {
    let all: Vec<&Line> = matrix.cases.iter().collect();
    if all.len() <= most {
        return (all, 0);
    }
    let mut some: Vec<&Line> = all.iter().copied().filter(|case| case.outcome != Outcome::Agree).collect();
    // Where there is no room for all, what disagrees comes before what was not answered.
    some.sort_by_key(|case| !matches!(case.outcome, Outcome::Disagree | Outcome::Missed));
    some.truncate(most);
    some.sort_by_key(|case| case.line);
    let left = all.len() - some.len();
    (some, left)
}

/// How many cases came to what: `12 cases: 10 agree, 1 disagrees, 1 unanswered`.
pub(super) fn cases(matrix: &Matrix) -> String {
    let order = [Outcome::Agree, Outcome::Disagree, Outcome::Missed, Outcome::Unanswered, Outcome::Alone];
    let counted = order.into_iter().map(|outcome| (outcome, matrix.count(outcome))).filter(|(_, n)| *n > 0);
    let parts: Vec<String> = counted
        .map(|(outcome, n)| match outcome {
            Outcome::Agree if n == 1 => "1 agrees".to_owned(),
            Outcome::Disagree if n == 1 => "1 disagrees".to_owned(),
            outcome => format!("{n} {}", outcome.as_str()),
        })
        .collect();
    let all = plural(matrix.cases.len(), "case");
    if parts.is_empty() { all } else { format!("{all}: {}", parts.join(", ")) }
}

/// Writes the table and the question below it; nothing where there is none. `quiet` leaves the cases in which somebody
/// said something wrong.
pub(super) fn show(
    report: &Report,
    quiet: bool,
    width: usize,
    paint: Paint,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Some(matrix) = &report.matrix else { return Ok(()) };
    let (mut rows, mut left) = shown(matrix, MOST);
    if quiet {
        rows.retain(|row| matches!(row.outcome, Outcome::Disagree | Outcome::Missed));
        left = 0;
        if rows.is_empty() {
            return Ok(());
        }
    }
    if !rows.is_empty() {
        writeln!(out, "{}", paint.bold(&title(matrix)))?;
        for block in blocks(matrix, &rows, width) {
            table(matrix, &rows, &block, paint, out)?;
        }
    }
    if left > 0 {
        let text = format!("and {}; --format html shows all", plural(left, "more case"));
        writeln!(out, "{INDENT}{}", paint.dim(&text))?;
    }
    writeln!(out)?;
    if let Some(question) = &matrix.question {
        for line in wrap(question, width) {
            writeln!(out, "{}", paint.bold(&line))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Which implementations stand beside each other, and how wide each is.
struct Block {
    name: usize,
    expect: Option<usize>,
    columns: Vec<(usize, usize)>,
}

fn blocks(matrix: &Matrix, rows: &[&Line], width: usize) -> Vec<Block> {
    // In a narrow terminal a name, an expectation and one answer still stand beside each other.
    let (longest_name, widest) = (LONGEST.min((width / 3).max(12)), WIDEST.min((width / 5).max(10)));
    let names = rows.iter().map(|row| row.name.chars().count());
    let name = names.chain([4]).max().unwrap_or(4).min(longest_name);
    let expects = rows.iter().filter_map(|row| row.expect.as_ref().map(|text| text.chars().count()));
    let expect = expects.max().map(|longest| longest.clamp("expected".len(), widest));
    let start = INDENT.len() + name + expect.map_or(0, |expect| expect + 2);
    let mut blocks: Vec<Block> = Vec::new();
    let mut at = 0;
    for column in 0..matrix.implementations.len() {
        let cells =
            rows.iter().filter_map(|row| row.answers.get(column)).map(|cell| cell.answer.chars().count() + 2);
        let longest =
            cells.chain([heading(matrix, column).chars().count()]).max().unwrap_or_default().min(widest);
        if blocks.is_empty() || at + longest + 2 > width {
            blocks.push(Block { name, expect, columns: Vec::new() });
            at = start;
        }
        at += longest + 2;
        if let Some(block) = blocks.last_mut() {
            block.columns.push((column, longest));
        }
    }
    blocks
}

fn table(
    matrix: &Matrix,
    rows: &[&Line],
    block: &Block,
    paint: Paint,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut head = format!("{INDENT}{}", pad("case", block.name));
    if let Some(expect) = block.expect {
        head.push_str(&format!("  {}", pad("expected", expect)));
    }
    for (column, width) in &block.columns {
        head.push_str(&format!("  {}", pad(&cut(&heading(matrix, *column), *width), *width)));
    }
    writeln!(out, "{}", paint.dim(head.trim_end()))?;
    for row in rows {
        let sign = match row.outcome {
            Outcome::Agree => paint.good(mark(row.outcome)),
            Outcome::Disagree | Outcome::Missed => paint.bad(mark(row.outcome)),
            Outcome::Unanswered | Outcome::Alone => paint.quiet(mark(row.outcome)),
        };
        let mut line = format!("{sign} {}", pad(&cut(&row.name, block.name), block.name));
        if let Some(expect) = block.expect {
            let text = row.expect.as_deref().unwrap_or_default();
            line.push_str(&format!("  {}", pad(&cut(text, expect), expect)));
        }
        for (column, width) in &block.columns {
            let Some(cell) = row.answers.get(*column) else { continue };
            let text = if cell.differs {
                format!("{} ✗", middle(&cell.answer, width - 2))
            } else {
                middle(&cell.answer, *width)
            };
            let is_last = block.columns.last().is_some_and(|(last, _)| last == column);
            let text = if is_last { text } else { pad(&text, *width) };
            line.push_str("  ");
            line.push_str(&if cell.differs { paint.bad(&text) } else { text });
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// The same without its middle: two long numbers often differ at their ends.
fn middle(text: &str, width: usize) -> String {
    let text: Vec<char> = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let tail = width.saturating_sub(1) / 2;
    match text.len() {
        n if n <= width => text.into_iter().collect(),
        n => {
            let head: String = text[..width.saturating_sub(1 + tail)].iter().collect();
            format!("{head}…{}", text[n - tail..].iter().collect::<String>())
        }
    }
}

/// On one line, and no longer than that.
fn cut(text: &str, width: usize) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match text.chars().count() {
        n if n <= width => text,
        _ => format!("{}…", text.chars().take(width.saturating_sub(1)).collect::<String>()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::matrix::Column;
    use crate::reporters::{REPORTERS, View};

    const HOSTILE: &str = "</script><img src=x>]]>|`*_\r\n::error::x\u{1b}[31m\u{202e}";

    fn report(implementations: usize, rows: u32) -> Report {
        let cell = |at: usize| Cell {
            answer: format!("{at}{HOSTILE}"),
            kind: "string",
            differs: at == 1,
            request: HOSTILE.to_owned(),
            pointer: HOSTILE.to_owned(),
            excerpt: HOSTILE.repeat(9),
            exchange: Some(format!("{HOSTILE}#1")),
            detail: Some(HOSTILE.to_owned()),
        };
        let row = |line: u32| Line {
            name: format!("{line}{HOSTILE}"),
            line,
            outcome: if line == 77 { Outcome::Disagree } else { Outcome::Agree },
            expect: Some(HOSTILE.to_owned()),
            kinds: vec![HOSTILE.to_owned()],
            finding: None,
            answers: (0..implementations).map(cell).collect(),
        };
        let column = |at: usize| Column {
            name: format!("{at}{HOSTILE}"),
            asked: "http",
            unit: Some(HOSTILE.to_owned()),
            answered: 1,
        };
        let matrix = Matrix {
            file: HOSTILE.to_owned(),
            number: HOSTILE.to_owned(),
            unit: Some(HOSTILE.to_owned()),
            compare: "text",
            implementations: (0..implementations).map(column).collect(),
            cases: (1..=rows).map(row).collect(),
            smallest: Some(HOSTILE.to_owned()),
            question: Some(HOSTILE.to_owned()),
        };
        Report { matrix: Some(matrix), ..Report::empty("contract run") }
    }

    fn written(form: &str, report: &Report, width: usize) -> String {
        let reporter = crate::reporters::find(form).expect("a form");
        let mut out = Vec::new();
        (reporter.write)(report, &View { width, color: false, quiet: false }, &mut out)
            .expect("a vector takes it");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn no_text_of_a_service_is_more_than_text() {
        let report = report(3, 5);
        for reporter in REPORTERS {
            let text = written(reporter.meta.name, &report, 100);
            match reporter.meta.name {
                "html" | "junit" => assert!(!text.contains("<img"), "{text}"),
                "github" => assert!(!text.lines().any(|line| line.starts_with("::error::")), "{text}"),
                "human" => assert!(!text.contains('\u{1b}') || !text.contains("✗ 1"), "{text}"),
                "markdown" => {
                    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("| ✓")).collect();
                    assert_eq!(rows.len(), 5, "{text}");
                }
                _ => {}
            }
        }
    }

    #[test]
    fn many_cases_show_what_disagrees_and_many_implementations_stand_in_blocks() {
        let text = written("human", &report(12, 500), 80);
        assert!(
            text.lines().any(|line| line.starts_with("✗ 77")) && text.contains("and 499 more cases"),
            "{text}"
        );
        let heads = text.lines().filter(|line| line.trim_start().starts_with("case ")).count();
        assert!(heads > 2, "{text}");
        let table =
            text.lines().filter(|line| line.starts_with('✗') || line.trim_start().starts_with("case "));
        table.for_each(|line| assert!(line.chars().count() <= 80, "{line}"));
    }
}

//! The table of lessons, for people: what was asked, what showed, and what is believed of it.

use super::columns::{pad, wrap};
use super::paint::Paint;
use crate::finding::Finding;
use crate::lesson::{Belief, Lesson, Outcome, Teaching};
use crate::report::Report;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// The longest lesson that is shown whole.
const LONGEST: usize = 48;
/// Narrower columns are not worth having.
const NARROWEST: usize = 16;

/// The finding that a broken belief became; none where it was accepted for a while.
pub(super) fn finding<'r>(report: &'r Report, lesson: &Lesson, belief: &Belief) -> Option<&'r Finding> {
    let place = format!("{}: {}", lesson.title(), belief.name);
    report.findings.iter().find(|finding| finding.place == place)
}

/// A line of what was seen, as the thing's name, a word or two, and what more there is.
pub(super) fn parts(line: &str) -> Option<(&str, &str, &str)> {
    let (name, rest) = line.split_once(": ").filter(|(name, _)| !name.contains(' '))?;
    let (word, more) = rest.split_once(", ").unwrap_or((rest, ""));
    Some((name, word, more))
}

/// Exchanges in short: `billing.yaml#3`, `billing.yaml#3-9`.
pub(super) fn cited(exchanges: &[String]) -> String {
    match exchanges {
        [] => String::new(),
        [one] => one.clone(),
        [first, .., last] => {
            let last = last.rsplit_once('#').map_or(last.as_str(), |(_, number)| number);
            format!("{first}-{last}")
        }
    }
}

/// What was seen in a few words, and why not more.
pub(super) fn said(lesson: &Lesson) -> String {
    let seen = lesson.shown.first().map(String::as_str).unwrap_or_default();
    match &lesson.because {
        Some(why) if seen.is_empty() || why.contains(seen) => why.clone(),
        Some(why) => format!("{seen}: {why}"),
        None => seen.to_owned(),
    }
}

/// Writes the table; nothing where no plan was taught.
pub(super) fn show(report: &Report, width: usize, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let Some(teaching) = &report.teaching else { return Ok(()) };
    let columns = Columns::of(teaching, width);
    let head = pad("lesson", columns.lesson);
    let outcome = pad("outcome", columns.outcome);
    let head = format!("{}  {head}  asked  {outcome}  seen", " ".repeat(columns.number));
    writeln!(out, "{}", paint.bold(&head))?;
    for (number, lesson) in (1..).zip(&teaching.lessons) {
        let number = if lesson.finally { "·".to_owned() } else { number.to_string() };
        row(lesson, &number, columns, paint, out)?;
        details(lesson, columns, paint, out)?;
        beliefs(report, teaching, lesson, columns, paint, out)?;
    }
    writeln!(out)?;
    // Many beliefs have the same repair.
    let hints: BTreeSet<&str> = report.findings.iter().filter_map(|f| f.hint.as_deref()).collect();
    for hint in &hints {
        hanging("hint: ", &paint.advice("hint:"), hint, width, out)?;
    }
    Ok(())
}

#[derive(Clone, Copy)]
struct Columns {
    number: usize,
    lesson: usize,
    outcome: usize,
    /// Of the whole.
    width: usize,
}

impl Columns {
    fn of(teaching: &Teaching, width: usize) -> Self {
        let lessons = &teaching.lessons;
        let number = lessons.len().to_string().len();
        let outcome = lessons.iter().map(|l| l.outcome.as_str().len()).chain([7]).max().unwrap_or(7);
        let longest = lessons.iter().map(|l| l.title().chars().count()).max().unwrap_or_default();
        let room = width.saturating_sub(number + 2 + 2 + 5 + 2 + outcome).max(NARROWEST);
        Columns { number, lesson: longest.clamp(6, LONGEST).min(room), outcome, width }
    }

    /// Where what belongs to a lesson begins.
    fn indent(self) -> usize {
        self.number + 2
    }

    /// What is left behind the outcome.
    fn rest(self) -> usize {
        self.width.saturating_sub(self.indent() + self.lesson + 2 + 5 + 2 + self.outcome + 2)
    }
}

fn row(lesson: &Lesson, number: &str, columns: Columns, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let title = lesson.title();
    let title = match title.chars().count() {
        n if n > columns.lesson => {
            format!("{}…", title.chars().take(columns.lesson - 1).collect::<String>())
        }
        _ => title,
    };
    let outcome = match lesson.outcome {
        Outcome::Shown => paint.good(lesson.outcome.as_str()),
        Outcome::Disagrees => paint.bad(lesson.outcome.as_str()),
        Outcome::NotShown | Outcome::CouldNotAsk => paint.quiet(lesson.outcome.as_str()),
    };
    write!(
        out,
        "{number:>a$}  {}  {:>5}  {outcome}",
        pad(&title, columns.lesson),
        lesson.asked,
        a = columns.number
    )?;
    let call = lesson.call.as_ref().map(|call| format!("{call}  ")).unwrap_or_default();
    let about = lesson.about.as_ref().map(|about| format!("{about}: ")).unwrap_or_default();
    let said = format!("{call}{about}{}", said(lesson));
    let cited = cited(&lesson.exchanges);
    let length = said.chars().count() + 2 + cited.chars().count();
    if length <= columns.rest() {
        let gap = " ".repeat(columns.outcome - lesson.outcome.as_str().len() + 2);
        let more = if cited.is_empty() { String::new() } else { format!("  {}", paint.dim(&cited)) };
        return writeln!(out, "{}", format!("{gap}{said}{more}").trim_end());
    }
    writeln!(out)?;
    let indent = " ".repeat(columns.indent());
    let lines = wrap(&said, columns.width.saturating_sub(indent.len()));
    for (number, line) in lines.iter().enumerate() {
        let fits = indent.len() + line.chars().count() + 2 + cited.chars().count() <= columns.width;
        let is_last = number + 1 == lines.len();
        match (is_last, cited.is_empty(), fits) {
            (true, false, true) => writeln!(out, "{indent}{line}  {}", paint.dim(&cited))?,
            (true, false, false) => writeln!(out, "{indent}{line}\n{indent}{}", paint.dim(&cited))?,
            _ => writeln!(out, "{indent}{line}")?,
        }
    }
    Ok(())
}

/// What was seen one by one.
fn details(lesson: &Lesson, columns: Columns, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let details = lesson.shown.get(1..).unwrap_or_default();
    let names = details.iter().filter_map(|line| parts(line)).map(|(name, ..)| name.chars().count());
    let longest = names.max().unwrap_or_default();
    let indent = " ".repeat(columns.indent());
    for line in details {
        let Some((name, word, more)) = parts(line) else {
            hanging(&indent, &indent, line, columns.width, out)?;
            continue;
        };
        let first = format!("{indent}{}  ", pad(name, longest));
        let text = if more.is_empty() { word.to_owned() } else { format!("{word}, {more}") };
        hanging(&first, &paint.dim(first.trim_end()), &text, columns.width, out)?;
    }
    Ok(())
}

fn beliefs(
    report: &Report,
    teaching: &Teaching,
    lesson: &Lesson,
    columns: Columns,
    paint: Paint,
    out: &mut dyn Write,
) -> io::Result<()> {
    let indent = " ".repeat(columns.indent());
    let held: Vec<&str> = lesson.beliefs.iter().filter(|b| b.held).map(|b| b.name.as_str()).collect();
    if !held.is_empty() {
        let first = format!("{indent}holds: ");
        hanging(&first, &format!("{indent}{}", paint.dim("holds:")), &held.join(", "), columns.width, out)?;
    }
    for broken in lesson.broken() {
        let word = if finding(report, lesson, broken).is_some() { "broken: " } else { "accepted: " };
        let first = format!("{indent}{word}");
        let at = broken.exchange.as_ref().map(|cite| format!(", {cite}")).unwrap_or_default();
        let text = format!(
            "{}: expected {}, came {}  ({}:{}{at})",
            broken.name, broken.expected, broken.came, teaching.plan, broken.line
        );
        let mark = format!("{indent}{}", paint.bad(word.trim_end()));
        hanging(&first, &mark, &text, columns.width, out)?;
    }
    Ok(())
}

/// A text behind its beginning, further lines below it. `shown` is the beginning in its colours.
fn hanging(first: &str, shown: &str, text: &str, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let start = first.chars().count();
    // A long beginning leaves no room; its text goes on a little to the right of the left edge.
    for (number, line) in wrap(text, width.saturating_sub(start).max(NARROWEST)).iter().enumerate() {
        if number == 0 {
            let gap = start - first.trim_end().chars().count();
            let shown = if shown.trim().is_empty() { first } else { shown };
            let gap = if shown == first { 0 } else { gap };
            writeln!(out, "{shown}{}{line}", " ".repeat(gap))?;
        } else {
            writeln!(out, "{}{line}", " ".repeat(start))?;
        }
    }
    Ok(())
}

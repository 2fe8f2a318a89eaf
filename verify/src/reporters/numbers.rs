//! Who reports a number, for people: each reporter with where the number stands, in which form and of how many things.

use super::columns::{pad, wrap};
use super::counts::plural;
use super::paint::Paint;
use crate::numbers::{Numbers, Reporter};
use crate::report::Report;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// So many reporters, and so many notes, are shown.
const MOST: usize = 40;
const MOST_NOTES: usize = 8;
/// The longest operation and the longest pointer that stand in columns.
const LONGEST: usize = 44;
const INDENT: &str = "  ";

/// What decides, once all reporters are known.
pub(super) const QUESTION: &str = "Which of these numbers gates a behaviour (a validation, a bill, a capacity, a lock), and what happens to the user who was shown another?";

/// The title of the table.
pub(super) fn title(numbers: &Numbers) -> String {
    format!("{}: {}", numbers.name, plural(numbers.reporters.len(), "reporter"))
}

/// `3 reporters, 12 comparisons: 10 agree`.
pub(super) fn count(numbers: &Numbers) -> String {
    let all = plural(numbers.reporters.len(), "reporter");
    match numbers.compared {
        0 => format!("{all}, of which no two speak of one thing"),
        n => format!("{all}, {}: {} agree", plural(n, "comparison"), numbers.agreed),
    }
}

/// The operation, and whose it is where that is more than one service.
pub(super) fn operation(numbers: &Numbers, reporter: &Reporter) -> String {
    let services: BTreeSet<&str> = numbers.reporters.iter().map(|one| one.service.as_str()).collect();
    let host = reporter.service.split_once("://").map_or(reporter.service.as_str(), |(_, host)| host);
    if services.len() > 1 { format!("{} at {host}", reporter.operation) } else { reporter.operation.clone() }
}

/// In how many answers, of how many things.
pub(super) fn extent(reporter: &Reporter) -> String {
    let answers = plural(reporter.exchanges, "answer");
    match reporter.entities {
        0 => format!("{answers}, of nothing in particular"),
        1 => format!("{answers}, of 1 entity"),
        n => format!("{answers}, of {n} entities"),
    }
}

/// One of its numbers, and where it stands.
pub(super) fn example(reporter: &Reporter) -> String {
    let example = &reporter.example;
    let about = example.about.as_ref().map(|about| format!(" of {about}")).unwrap_or_default();
    format!("{}{about} in {}", example.text, example.exchange)
}

/// Writes the table; nothing where no number was looked for.
pub(super) fn reporters(report: &Report, width: usize, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let Some(numbers) = &report.numbers else { return Ok(()) };
    writeln!(out, "{}", paint.bold(&title(numbers)))?;
    let shown = &numbers.reporters[..numbers.reporters.len().min(MOST)];
    let longest = |text: fn(&Numbers, &Reporter) -> String| {
        shown.iter().map(|one| text(numbers, one).chars().count()).max().unwrap_or_default().min(LONGEST)
    };
    let columns = (longest(operation), longest(|_, one| one.pointer.clone()));
    // What is longer than its column stands in lines of its own: the others stay in line.
    let fits = |text: &str, column: usize| text.chars().count() <= column;
    for reporter in shown {
        let operation = operation(numbers, reporter);
        let in_line = fits(&operation, columns.0) && fits(&reporter.pointer, columns.1);
        let (operation, pointer) = (pad(&operation, columns.0), pad(&reporter.pointer, columns.1));
        let extent = extent(reporter);
        let beside =
            [&operation, &pointer, &extent].iter().map(|text| text.chars().count() + 2).sum::<usize>();
        if in_line && beside <= width {
            writeln!(out, "{INDENT}{operation}  {}  {}", paint.good(&pointer), paint.dim(&extent))?;
        } else {
            writeln!(out, "{INDENT}{}", operation.trim_end())?;
            for text in [paint.good(pointer.trim_end()), paint.dim(&extent)] {
                writeln!(out, "{INDENT}{INDENT}{text}")?;
            }
        }
        let detail = format!("{}: {}", reporter.forms.join("; or "), example(reporter));
        for line in wrap(&detail, width.saturating_sub(2 * INDENT.len())) {
            writeln!(out, "{INDENT}{INDENT}{}", paint.dim(&line))?;
        }
    }
    if numbers.reporters.len() > MOST {
        let more = plural(numbers.reporters.len() - MOST, "more reporter");
        writeln!(out, "{INDENT}{}", paint.dim(&format!("and {more}; --format html shows all")))?;
    }
    writeln!(out)
}

/// Writes what is to be said besides, and the question that decides.
pub(super) fn close(report: &Report, width: usize, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let Some(numbers) = &report.numbers else { return Ok(()) };
    for note in numbers.notes.iter().take(MOST_NOTES) {
        for (number, line) in wrap(note, width.saturating_sub(2 * INDENT.len())).iter().enumerate() {
            let mark = if number == 0 { paint.quiet("·") } else { " ".to_owned() };
            writeln!(out, "{INDENT}{mark} {line}")?;
        }
    }
    if numbers.notes.len() > MOST_NOTES {
        let more = plural(numbers.notes.len() - MOST_NOTES, "more note");
        writeln!(out, "{INDENT}  {}", paint.dim(&format!("{more}; --format html shows all")))?;
    }
    if !numbers.notes.is_empty() {
        writeln!(out)?;
    }
    if numbers.reporters.len() > 1 {
        for line in wrap(QUESTION, width) {
            writeln!(out, "{}", paint.bold(&line))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

//! The history as a terminal shows it: a column for each run, and below it a line for each finding.

use crate::ui::{self, count};
use anstyle::Style;
use std::io::{self, Write};
use verify::history::past::{Came, Life, Past, lives};

/// The marks beside the columns: the longest word and a space.
const LABEL: usize = 11;
/// So many findings are drawn.
const MOST: usize = 20;
/// Columns that fill up from below.
const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Draws the runs of one kind, of which there is one at least.
pub(super) fn draw(
    runs: &[&Past],
    most: usize,
    width: usize,
    verbose: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (bold, dim) = (ui::BOLD, ui::DIM);
    let width = width.clamp(60, 160);
    // The height of the columns stands behind them.
    let shown = &runs[runs.len().saturating_sub(most.min(width - LABEL - 4))..];
    let (Some(first), Some(last)) = (shown.first(), shown.last()) else { return Ok(()) };
    let part =
        if shown.len() < runs.len() { format!(", the last {} drawn", shown.len()) } else { String::new() };
    writeln!(out, "{bold}drift {}{bold:#} {dim}{}{part}{dim:#}", last.kind, count(runs.len(), "run"))?;
    for (word, style) in COLUMNS {
        let of = |run: &Past| run.counts.said().find(|(said, _)| *said == word).map_or(0, |(_, n)| n);
        bars(shown, word, style, of, out)?;
    }
    write!(out, "{:<LABEL$}", "run")?;
    for run in shown {
        let (mark, style) = mark(run.verdict);
        write!(out, "{style}{mark}{style:#}")?;
    }
    writeln!(out)?;
    dates(first, last, shown.len(), out)?;
    legend(shown, out)?;
    findings(&lives(runs, shown.len()), width, out)?;
    let rows = if verbose { shown.len() } else { 1 };
    for run in &shown[shown.len() - rows..] {
        row(run, width, out)?;
    }
    writeln!(out)
}

/// What is drawn in columns, where there is any of it.
const COLUMNS: [(&str, Style); 5] = [
    ("breaking", ui::RED),
    ("compatible", ui::YELLOW),
    ("errors", ui::RED),
    ("warnings", ui::RED),
    ("infos", ui::YELLOW),
];

fn mark(verdict: Came) -> (char, Style) {
    match verdict {
        Came::Agreed => ('✓', ui::GREEN),
        Came::Findings => ('✗', ui::RED),
        Came::Vacuous => ('?', ui::YELLOW),
        Came::CouldNotAsk => ('!', ui::YELLOW),
    }
}

/// What the marks mean that are there.
fn legend(runs: &[&Past], out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{:LABEL$}", "")?;
    let mut gap = "";
    for (came, meaning) in [
        (Came::Agreed, "agreed"),
        (Came::Findings, "findings"),
        (Came::Vacuous, "nothing compared"),
        (Came::CouldNotAsk, "could not ask"),
    ] {
        if runs.iter().any(|run| run.verdict == came) {
            let (mark, style) = mark(came);
            write!(out, "{gap}{style}{mark}{style:#} {meaning}")?;
            gap = "  ";
        }
    }
    writeln!(out, "\n")
}

/// One column for each run, as high as its count among the highest; nothing where nothing was ever counted.
fn bars(
    runs: &[&Past],
    name: &str,
    style: Style,
    of: impl Fn(&Past) -> u64,
    out: &mut dyn Write,
) -> io::Result<()> {
    let highest = runs.iter().map(|run| of(run)).max().unwrap_or_default();
    if highest == 0 {
        return Ok(());
    }
    write!(out, "{name:<LABEL$}")?;
    let dim = ui::DIM;
    for run in runs {
        match of(run) {
            0 if run.verdict.is_proof() => write!(out, "{dim}·{dim:#}")?,
            0 => write!(out, " ")?,
            n => {
                let level = usize::try_from((n * 8).div_ceil(highest)).unwrap_or(8).clamp(1, 8);
                write!(out, "{style}{}{style:#}", LEVELS[level - 1])?;
            }
        }
    }
    // What the full height stands for, where it does not follow from the last column.
    writeln!(out, "{dim} {highest}{dim:#}")
}

fn dates(first: &Past, last: &Past, columns: usize, out: &mut dyn Write) -> io::Result<()> {
    let (dim, first, last) = (ui::DIM, first.day(), last.day());
    let gap = columns.saturating_sub(first.chars().count() + last.chars().count());
    let line = if first == last {
        first
    } else if gap > 0 {
        format!("{first}{}{last}", " ".repeat(gap))
    } else {
        format!("{first} … {last}")
    };
    writeln!(out, "{:LABEL$}{dim}{line}{dim:#}", "")
}

fn findings(lives: &[Life<'_>], width: usize, out: &mut dyn Write) -> io::Result<()> {
    let (bold, dim) = (ui::BOLD, ui::DIM);
    for life in lives.iter().take(MOST) {
        let style = match life.seen.weight {
            _ if life.is_gone() => dim,
            weight if weight.is_heavy() => ui::RED,
            _ => ui::YELLOW,
        };
        // What stands in a file may hold anything; a line stays a line.
        let (rule, operation) = (plain(&life.seen.rule), plain(&life.seen.operation));
        let title = format!("{rule}  {operation}  {}", plain(&life.seen.message));
        let title = cut(title.trim_end(), width);
        let (name, rest) = title.split_at(rule.len().min(title.len()));
        writeln!(out, "{bold}{name}{bold:#}{rest}")?;
        write!(out, "{:LABEL$}", if life.is_gone() { "gone" } else { life.seen.weight.as_str() })?;
        for run in &life.runs {
            match run {
                Some(true) => write!(out, "{style}■{style:#}")?,
                Some(false) => write!(out, "{dim}·{dim:#}")?,
                None => write!(out, " ")?,
            }
        }
        writeln!(out)?;
        let span = format!(
            "first seen {}, last {}, in {}",
            day(life.first),
            day(life.last),
            count(life.times(), "run")
        );
        writeln!(out, "{:LABEL$}{dim}{span}{dim:#}", "")?;
    }
    if lives.len() > MOST {
        writeln!(
            out,
            "{dim}and {}; --format json has all{dim:#}",
            count(lives.len() - MOST, "more finding")
        )?;
    }
    if lives.is_empty() {
        writeln!(out, "no run found anything")?;
    }
    writeln!(out)
}

/// A run in words, its parts wrapped below its verdict.
fn row(run: &Past, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let (mark, style) = mark(run.verdict);
    let dim = ui::DIM;
    let seconds = run.milliseconds as f64 / 1000.0;
    let came = run.verdict.as_str();
    writeln!(out, "{style}{mark}{style:#} {}  {came}  {dim}{seconds:.1} s{dim:#}", plain(&run.minute()))?;
    let mut parts = Vec::new();
    if run.verdict.is_proof() {
        parts.extend([format!("{} asked", run.asked), format!("{} compared", run.compared)]);
        // Nothing that a client asks is left out.
        parts.extend((run.kind != "client").then(|| format!("{} skipped", run.skipped)));
        parts.extend(run.counts.said().map(|(word, n)| format!("{n} {word}")));
    }
    parts.extend(run.new.map(|new| format!("{new} new")));
    let mut line = String::new();
    for part in parts {
        if !line.is_empty() && line.chars().count() + part.chars().count() + 4 > width {
            writeln!(out, "  {line},")?;
            line.clear();
        }
        line.push_str(if line.is_empty() { "" } else { ", " });
        line.push_str(&part);
    }
    if !line.is_empty() {
        writeln!(out, "  {line}")?;
    }
    match &run.because {
        Some(because) => writeln!(out, "  {}", cut(&plain(because), width - 2)),
        None => Ok(()),
    }
}

fn day(moment: &str) -> String {
    plain(moment.split('T').next().unwrap_or_default())
}

fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

fn cut(text: &str, width: usize) -> String {
    match text.char_indices().nth(width.saturating_sub(1)) {
        Some((end, _)) if text.chars().count() > width => format!("{}…", &text[..end]),
        _ => text.to_owned(),
    }
}

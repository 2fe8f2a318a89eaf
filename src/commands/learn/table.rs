//! The table at the end, for people.

use crate::ui;
use recorder::teaching::{Outcome, Told};
use std::fmt::Write as _;

/// The longest lesson that is shown whole.
const LONGEST: usize = 48;

/// What was asked, what it showed, and what is believed of it.
pub(super) fn table(all: &[Told], cite: &dyn Fn(&Told) -> String) -> String {
    let mut out = String::new();
    let rows: Vec<[String; 5]> = all.iter().map(|told| row(told, cite)).collect();
    let head = ["", "lesson", "asked", "outcome", "seen"];
    let width = |at: usize| {
        rows.iter().map(|row| row[at].chars().count()).chain([head[at].len()]).max().unwrap_or_default()
    };
    let widths = [width(0), width(1), width(2), width(3)];
    let [a, b, c, d] = widths;
    let _ = writeln!(
        out,
        "{bold}{:>a$}  {:b$}  {:>c$}  {:d$}  {}{bold:#}",
        head[0],
        head[1],
        head[2],
        head[3],
        head[4],
        bold = ui::BOLD
    );
    for (row, told) in rows.iter().zip(all) {
        let style = match told.outcome {
            Outcome::Shown => ui::GREEN,
            Outcome::NotShown(_) | Outcome::Disagrees | Outcome::CouldNotAsk(_) => ui::YELLOW,
        };
        let _ = writeln!(
            out,
            "{:>a$}  {:b$}  {:>c$}  {style}{:d$}{style:#}  {}",
            row[0], row[1], row[2], row[3], row[4]
        );
        let indent = a + 2;
        for detail in &told.details {
            let _ = writeln!(out, "{:indent$}{dim}{detail}{dim:#}", "", dim = ui::DIM);
        }
        let held: Vec<&str> = told.beliefs.iter().filter(|b| b.held).map(|b| b.name.as_str()).collect();
        if !held.is_empty() {
            let _ = writeln!(out, "{:indent$}{dim}holds: {}{dim:#}", "", held.join(", "), dim = ui::DIM);
        }
        for broken in told.broken() {
            let _ = writeln!(
                out,
                "{:indent$}{yellow}broken:{yellow:#} {}: expected {}, came {}",
                "",
                broken.name,
                broken.expected,
                broken.came,
                yellow = ui::YELLOW
            );
        }
    }
    out
}

fn row(told: &Told, cite: &dyn Fn(&Told) -> String) -> [String; 5] {
    let name = told.lesson.to_string();
    let shown = match name.chars().count() {
        n if n > LONGEST => format!("{}…", name.chars().take(LONGEST - 1).collect::<String>()),
        _ => name,
    };
    let why = match &told.outcome {
        Outcome::NotShown(why) | Outcome::CouldNotAsk(why) => Some(why),
        Outcome::Shown | Outcome::Disagrees => told.not_shown.as_ref(),
    };
    let said = match why {
        Some(why) if told.seen.is_empty() => why.clone(),
        Some(why) => format!("{}: {why}", told.seen),
        None => told.seen.clone(),
    };
    let cited = cite(told);
    let seen = if cited.is_empty() { said } else { format!("{said}  {dim}{cited}{dim:#}", dim = ui::DIM) };
    let number = if told.finally { "·".to_owned() } else { told.number.to_string() };
    [number, shown, told.asked.to_string(), told.outcome.as_str().to_owned(), seen]
}

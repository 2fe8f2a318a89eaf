//! What it was not possible to judge, by the reason: a run that agreed because it could not ask says so.

use super::columns::wrap;
use super::counts::plural;
use super::paint::Paint;
use crate::report::Report;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// So many reasons are told.
const MOST: usize = 4;
const INDENT: &str = "  ";

/// Writes the reasons, those of most behaviours first; nothing where all was judged.
pub(super) fn unjudged(report: &Report, width: usize, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let reasons = reasons(report);
    if reasons.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}", paint.bold("Not judged"))?;
    for (why, kinds) in reasons.iter().take(MOST) {
        let text = match kinds.as_slice() {
            [kind] => format!("{kind}: {why}"),
            kinds => format!("{}: {why}", plural(kinds.len(), "behaviour")),
        };
        for (number, line) in wrap(&text, width - 2 * INDENT.len()).iter().enumerate() {
            let mark = if number == 0 { paint.quiet("?") } else { " ".to_owned() };
            writeln!(out, "{INDENT}{mark} {line}")?;
        }
    }
    if reasons.len() > MOST {
        let more = format!("{} more; --format html shows all", plural(reasons.len() - MOST, "reason"));
        writeln!(out, "{INDENT}  {}", paint.dim(&more))?;
    }
    writeln!(out)
}

fn reasons(report: &Report) -> Vec<(&str, Vec<String>)> {
    let mut by_reason: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for operation in &report.coverage.operations {
        for behaviour in operation.behaviours.iter().filter(|b| b.reproduced.is_none()) {
            let Some(why) = &behaviour.because else { continue };
            by_reason.entry(why).or_default().push(format!("{}  {}", operation.operation, behaviour.kind));
        }
    }
    let mut list: Vec<_> = by_reason.into_iter().collect();
    list.sort_by_key(|(_, kinds)| std::cmp::Reverse(kinds.len()));
    list
}

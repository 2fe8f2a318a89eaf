//! The difference of a cassette and its proposal as a section of Markdown, for a comment on a change.

use super::shown::Compared;
use std::io::{self, Write};
use verify::{
    Evidence,
    changes::{Counts, Weight},
};

/// Comments on the large forges hold 65 536 characters: so many rows are written, the heaviest first.
const MOST: usize = 100;

/// Writes the difference of one cassette.
pub(super) fn markdown(one: &Compared, noise: bool, out: &mut dyn Write) -> io::Result<()> {
    let Counts { breaking, compatible, noise: quiet } = one.difference.counts();
    writeln!(out, "## {}\n", cell(&one.path.display().to_string()))?;
    writeln!(
        out,
        "{} exchanges then, {} now: **{breaking} breaking**, {compatible} compatible, {quiet} noise.\n",
        one.before.exchanges.len(),
        one.after.exchanges.len()
    )?;
    let shown = one.difference.changes.iter().filter(|change| noise || change.weight != Weight::Noise);
    let mut shown = shown.peekable();
    if shown.peek().is_none() {
        return Ok(());
    }
    writeln!(out, "| weight | operation | change | then | now |\n|---|---|---|---|---|")?;
    let mut left = 0;
    for (number, change) in shown.enumerate() {
        if number >= MOST {
            left += 1;
            continue;
        }
        let weight = match change.weight {
            Weight::Breaking => "**breaking**",
            other => other.as_str(),
        };
        writeln!(
            out,
            "| {weight} | {} | {} | {} | {} |",
            code(&change.operation.to_string()),
            cell(&change.message),
            side(&change.before),
            side(&change.after)
        )?;
    }
    match left {
        0 => writeln!(out),
        n => writeln!(out, "\nand {n} more; `--format json` has all\n"),
    }
}

fn side(evidence: &Evidence) -> String {
    match &evidence.exchange {
        Some(exchange) => format!("{} {}", cell(exchange), code(&evidence.excerpt)),
        None => cell(&evidence.excerpt),
    }
}

/// One line in which nothing ends the cell or begins HTML.
fn cell(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.replace('|', "\\|").replace('<', "&lt;")
}

/// Fenced by more backticks than stand side by side within.
fn code(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|");
    let longest = line.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if line.starts_with('`') || line.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{line}{pad}{fence}")
}

#[cfg(test)]
mod tests {
    use super::{cell, code};

    #[test]
    fn nothing_breaks_out_of_a_cell() {
        assert_eq!(cell("a | b\n<img>"), "a \\| b &lt;img>");
        assert_eq!(code("x ``y`` | z"), "```x ``y`` \\| z```");
        assert_eq!(code("`y`"), "`` `y` ``");
    }
}

//! What came of asking the real side again, besides the findings: what was not compared, and why.

use super::columns::wrap;
use super::counts::plural;
use super::paint::Paint;
use crate::drift::drifted::{Drifted, Skipped};
use crate::report::Report;
use crate::weight::Weight;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

/// So many reasons are told to people.
const MOST: usize = 6;
/// So many exchanges are named for each.
const NAMED: usize = 4;

/// `41 exchanges compared, 3 skipped`.
pub(super) fn compared(drift: &Drifted) -> String {
    let mut text = format!("{} compared", plural(drift.compared, "exchange"));
    if !drift.skipped.is_empty() {
        let _ = write!(text, ", {} skipped", drift.skipped.len());
    }
    text
}

/// `3 breaking (1 left out), 2 compatible, 7 noise`: what is known, ignored or was not asked for is no finding of
/// the report.
pub(super) fn changes(report: &Report, drift: &Drifted) -> String {
    let counts = drift.changes;
    let part = |weight: Weight, all: usize| {
        let told = report.findings.iter().filter(|finding| finding.change == Some(weight)).count();
        match all.saturating_sub(told) {
            0 => format!("{all} {}", weight.as_str()),
            left if left == all => format!("{all} {} left out", weight.as_str()),
            left => format!("{all} {} ({left} left out)", weight.as_str()),
        }
    };
    let breaking = part(Weight::Breaking, counts.breaking);
    format!("{breaking}, {}, {} noise", part(Weight::Compatible, counts.compatible), counts.noise)
}

/// The reasons, those of most exchanges first.
pub(super) fn reasons(drift: &Drifted) -> Vec<(&str, Vec<&Skipped>)> {
    let mut by_reason: BTreeMap<&str, Vec<&Skipped>> = BTreeMap::new();
    for skipped in &drift.skipped {
        by_reason.entry(&skipped.reason).or_default().push(skipped);
    }
    let mut list: Vec<_> = by_reason.into_iter().collect();
    list.sort_by_key(|(_, skipped)| std::cmp::Reverse(skipped.len()));
    list
}

/// `POST /v1/charges (billing.yaml#3, #7 and 2 more)`.
fn named(skipped: &[&Skipped]) -> String {
    let mut operations: Vec<String> = Vec::new();
    let mut cites: Vec<String> = Vec::new();
    let mut last = "";
    for one in skipped {
        let operation = one.operation.to_string();
        if !operations.contains(&operation) {
            operations.push(operation);
        }
        let (cassette, number) = one.exchange.rsplit_once('#').unwrap_or((&one.exchange, ""));
        cites.push(if cassette == last { format!("#{number}") } else { one.exchange.clone() });
        last = cassette;
    }
    let (operations, cites) = (listed(&operations), listed(&cites));
    format!("{operations} ({cites})")
}

fn listed(all: &[String]) -> String {
    let shown = all.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    match all.len().checked_sub(NAMED) {
        Some(more @ 1..) => format!("{shown} and {more} more"),
        _ => shown,
    }
}

/// For a terminal; nothing where everything was compared.
pub(super) fn show(report: &Report, width: usize, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let Some(drift) = report.drift.as_ref().filter(|drift| !drift.skipped.is_empty()) else { return Ok(()) };
    writeln!(out, "{}", paint.bold("Not compared"))?;
    let reasons = reasons(drift);
    for (why, skipped) in reasons.iter().take(MOST) {
        let text = format!("{}: {why}", named(skipped));
        for (number, line) in wrap(&text, width - 4).iter().enumerate() {
            writeln!(out, "  {} {line}", if number == 0 { paint.quiet("?") } else { " ".to_owned() })?;
        }
    }
    if reasons.len() > MOST {
        let more = format!("{} more; --format json has all", plural(reasons.len() - MOST, "reason"));
        writeln!(out, "    {}", paint.dim(&more))?;
    }
    writeln!(out)
}

/// For a comment, in a fold.
pub(super) fn markdown(report: &Report, page: &mut String) {
    let Some(drift) = report.drift.as_ref().filter(|drift| !drift.skipped.is_empty()) else { return };
    let _ = writeln!(
        page,
        "\n<details><summary>{} not compared</summary>\n",
        plural(drift.skipped.len(), "exchange")
    );
    let reasons = reasons(drift);
    for (why, skipped) in reasons.iter().take(10 * MOST) {
        // Of backticks in a text no code could be made.
        let text = format!("{}: {why}", named(skipped)).replace('`', "'");
        let _ = writeln!(page, "- `{}`", text.replace('\n', " "));
    }
    if reasons.len() > 10 * MOST {
        let _ = writeln!(page, "- and {}", plural(reasons.len() - 10 * MOST, "more reason"));
    }
    page.push_str("\n</details>\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Complaint, Evidence, Finding, Findings, Severity};
    use cassettes::operation::Operation;

    fn finding(weight: Weight) -> Finding {
        let mut book = Findings::default();
        book.begin("field-missing");
        book.add(Complaint {
            severity: Severity::Error,
            operation: Operation { method: "GET".to_owned(), template: "/x".to_owned() },
            message: "m".to_owned(),
            place: String::new(),
            real: Evidence::default(),
            other: Evidence::default(),
            hint: None,
        });
        let finding = book.into_list().remove(0);
        Finding { change: Some(weight), ..finding }
    }

    #[test]
    fn what_is_no_finding_of_the_report_is_said_to_be_left_out() {
        let mut drift = Drifted::default();
        (drift.changes.breaking, drift.changes.compatible, drift.changes.noise) = (2, 1, 7);
        let said = |told: &[Weight]| {
            let findings = told.iter().map(|weight| finding(*weight)).collect();
            changes(&Report { findings, ..Report::empty("drift vendor") }, &drift)
        };
        let all = [Weight::Breaking, Weight::Breaking, Weight::Compatible];
        assert_eq!(said(&all), "2 breaking, 1 compatible, 7 noise");
        assert_eq!(said(&all[1..]), "2 breaking (1 left out), 1 compatible, 7 noise");
        assert_eq!(said(&[]), "2 breaking left out, 1 compatible left out, 7 noise");
    }
}

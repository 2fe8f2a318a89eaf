//! # github
//!
//! The report as workflow commands of GitHub Actions: each finding becomes an annotation at the line of the
//! stub, or at the recorded exchange, and the last line sums up.
//!
//! ## Why it matters
//!
//! Whoever changes a mock reads the change, not the log of the build. An annotation stands in the change
//! itself, at the line that lies.

use super::counts::sentence;
use super::wording::{Judged, Side, counts, vacuous};
use super::{Reporter, View};
use crate::finding::{Finding, Severity};
use crate::report::Report;
use cassettes::meta::Meta;
use cassettes::subject::Spot;
use std::io::{self, Write};

pub(super) static REPORTER: Reporter =
    Reporter { meta: Meta::new("github", include_str!("github.rs")), write };

fn write(report: &Report, _: &View, out: &mut dyn Write) -> io::Result<()> {
    if let Some(why) = vacuous(report) {
        let title = property(&format!("truetape {}", report.command));
        writeln!(out, "::error title={title}::{}", data(&sentence(why)))?;
    }
    for finding in &report.findings {
        writeln!(out, "{}", command(report, finding))?;
    }
    // No command: it begins with a word.
    let counts = counts(report).join(" · ");
    writeln!(out, "truetape {}: {} · {counts}", report.command, report.verdict.as_str())
}

fn command(report: &Report, finding: &Finding) -> String {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let mut properties = Vec::new();
    if let Some(spot) = spot(report, finding) {
        properties.push(format!("file={}", property(&spot.file)));
        properties.push(format!("line={}", spot.line));
    }
    let judged = Judged::of(report);
    let title = format!("{}: {}", finding.rule, judged.about(finding));
    properties.push(format!("title={}", property(&title)));
    let mut message = sentence(&finding.message);
    for Side { name, evidence: side, .. } in judged.sides(finding) {
        let from = side.exchange.as_deref().map(|cite| format!(" ({cite})")).unwrap_or_default();
        message.push_str(&format!("\n{name}{from} {}: {}", side.pointer, side.excerpt));
    }
    if let Some(wrong) = finding.wrong {
        message.push_str(&format!("\n{}", wrong.told()));
    }
    if let Some(hint) = &finding.hint {
        message.push_str(&format!("\nhint: {hint}"));
    }
    message.push_str(&format!("\nfingerprint: {}", finding.fingerprint()));
    format!("::{level} {}::{}", properties.join(","), data(&message))
}

/// The stub that gave the answer, else the recorded exchange.
fn spot<'a>(report: &'a Report, finding: &'a Finding) -> Option<&'a Spot> {
    let recorded = finding.real.exchange.as_ref().and_then(|cite| report.about.exchanges.get(cite));
    finding.other.location.as_ref().or(recorded.and_then(|cited| cited.location.as_ref()))
}

/// As the runner reads a message: only these characters are escaped, by the runner's own rule.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// As the runner reads a property's value.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_value_ends_it() {
        assert_eq!(property("a:b,c%\r\n::"), "a%3Ab%2Cc%25%0D%0A%3A%3A");
        assert_eq!(data("100%\n::error::x"), "100%25%0A::error::x");
    }
}

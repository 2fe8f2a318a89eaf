//! What a webhook is told: a short JSON whose `text` chat services show as it is.

use crate::env;
use serde::Serialize;
use verify::{
    Finding, Report, Severity,
    changes::Weight,
    history::{
        past::{Came, Counted, Past, weight},
        since::Standing,
    },
};

/// So many findings are told; the report has all.
const MOST: usize = 5;
/// So many characters of a message.
const LONGEST: usize = 300;

#[derive(Debug, Serialize)]
struct News<'a> {
    text: String,
    verdict: &'static str,
    command: String,
    subject: &'a str,
    cassettes: &'a [String],
    counts: Counts,
    new: u64,
    known: usize,
    gone: usize,
    findings: Vec<Told<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

#[derive(Debug, Serialize)]
struct Counts {
    asked: u64,
    compared: u64,
    skipped: u64,
    #[serde(flatten)]
    found: Counted,
}

#[derive(Debug, Serialize)]
struct Told<'a> {
    rule: &'a str,
    severity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<&'static str>,
    operation: String,
    message: String,
    fingerprint: String,
}

/// The JSON for a run, whose findings are what is new. `again` are those that could not be told before.
pub(super) fn news(past: &Past, report: Option<&Report>, again: &[Standing]) -> serde_json::Result<String> {
    let since = report.and_then(|report| report.since.as_ref());
    let findings = report.map_or(&[][..], |report| &report.findings);
    let fresh: Vec<&Finding> = findings.iter().filter(|finding| weight(finding) != Weight::Noise).collect();
    let own = past.kind == "client";
    let mut told: Vec<Told<'_>> = fresh.iter().map(|finding| Told::of(finding, own)).collect();
    told.extend(again.iter().map(|standing| Told::again(standing, own)));
    let all = told.len();
    told.truncate(MOST);
    let url = run_url();
    let mut text = headline(past, report, fresh.len());
    if !again.is_empty() {
        text.push_str(&format!(" (and {} of before that could not be told)", again.len()));
    }
    for Told { rule, severity, change, operation, message, .. } in &told {
        text.push_str(&format!("\n• {} {rule} {operation}: {message}", change.unwrap_or(*severity)));
    }
    if all > told.len() {
        text.push_str(&format!("\n• and {} more", all - told.len()));
    }
    if let Some(because) = &past.because {
        text.push_str(&format!("\n{}", bounded(because)));
    }
    let mut text = plain(&text);
    if let Some(url) = &url {
        text.push_str(&format!("\n{url}"));
    }
    serde_json::to_string(&News {
        text,
        verdict: past.verdict.as_str(),
        command: format!("drift {}", past.kind),
        subject: &past.subject,
        cassettes: &past.cassettes,
        counts: Counts {
            asked: past.asked,
            compared: past.compared,
            skipped: past.skipped,
            found: past.counts,
        },
        new: fresh.len() as u64,
        known: since.map_or(0, |since| since.known.len()),
        gone: since.map_or(0, |since| since.gone.len()),
        findings: told,
        because: past.because.as_deref(),
        url,
    })
}

fn headline(past: &Past, report: Option<&Report>, fresh: usize) -> String {
    let who = if past.subject.is_empty() { String::new() } else { format!(" ({})", past.subject) };
    let since = report.and_then(|report| report.since.as_ref());
    let what = match (past.verdict, since) {
        (Came::CouldNotAsk, _) => "could not ask: nothing is known about today".to_owned(),
        (Came::Vacuous, _) => "nothing was compared: the run proves nothing".to_owned(),
        (Came::Agreed | Came::Findings, Some(since)) => since.words(),
        (Came::Agreed, None) if fresh == 0 => "nothing changed".to_owned(),
        (Came::Agreed | Came::Findings, None) => {
            let counts = past.counts.said().filter(|(word, _)| *word != "noise");
            counts.map(|(word, n)| format!("{n} {word}")).collect::<Vec<_>>().join(", ")
        }
    };
    format!("truetape drift {}{who}: {what}", past.kind)
}

impl<'a> Told<'a> {
    /// `own`: the change is on our own side, and how much it matters says it.
    fn of(finding: &'a Finding, own: bool) -> Told<'a> {
        Told {
            rule: finding.rule,
            severity: finding.severity.as_str(),
            change: (!own).then(|| weight(finding).as_str()),
            operation: finding.operation.to_string(),
            message: bounded(&finding.message),
            fingerprint: finding.fingerprint(),
        }
    }

    fn again(standing: &'a Standing, own: bool) -> Told<'a> {
        let weight = match standing.severity {
            Severity::Error | Severity::Warning => Weight::Breaking,
            Severity::Info => Weight::Compatible,
        };
        Told {
            rule: &standing.rule,
            severity: standing.severity.as_str(),
            change: (!own).then(|| weight.as_str()),
            operation: standing.operation.clone(),
            message: bounded(&standing.message),
            fingerprint: standing.fingerprint.clone(),
        }
    }
}

fn bounded(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// What a vendor says is not to call anybody: `<!channel>` and `@all` mean something to chat services.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => plain.push('‹'),
            '>' => plain.push('›'),
            '@' => plain.push_str("@\u{200b}"),
            '\n' => plain.push(c),
            c if c.is_control() => plain.push(' '),
            c => plain.push(c),
        }
    }
    plain
}

/// Where the run can be looked at, as the CI services say it.
fn run_url() -> Option<String> {
    let github = || {
        let of = |name: &str| env::var(name);
        Some(format!(
            "{}/{}/actions/runs/{}",
            of("GITHUB_SERVER_URL")?,
            of("GITHUB_REPOSITORY")?,
            of("GITHUB_RUN_ID")?
        ))
    };
    // GitLab's and Jenkins' own names.
    github().or_else(|| env::var("CI_JOB_URL")).or_else(|| env::var("BUILD_URL"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use cassettes::model::Timestamp;

    #[test]
    fn what_a_vendor_says_calls_nobody() {
        let mut past = Past::at(Timestamp(0), "vendor", Came::CouldNotAsk);
        past.because = Some("said <!channel> @all\u{7}".to_owned());
        let again = Standing {
            fingerprint: "0".repeat(16),
            rule: "field-missing".to_owned(),
            severity: Severity::Error,
            operation: "GET /x".to_owned(),
            message: "it is gone".to_owned(),
            first: Timestamp(0),
            last: Timestamp(0),
        };
        let text = news(&past, None, &[again]).expect("JSON");
        let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let text = json["text"].as_str().expect("a text");
        assert!(text.contains("‹!channel› @\u{200b}all") && text.contains("1 of before"), "{text}");
        assert!(text.contains("• breaking field-missing GET /x: it is gone"), "{text}");
        assert_eq!(json["findings"][0]["change"], "breaking");
        assert_eq!((&json["verdict"], &json["new"]), (&"could-not-ask".into(), &0.into()));
    }
}

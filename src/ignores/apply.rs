//! Takes what was accepted out of a report, while it is accepted.

use super::{Ignore, NOTICE};
use cassettes::{model::Timestamp, subject::Spot};
use verify::{Finding, Findings, Report, Verdict};

/// The entries of a settings file.
pub(crate) struct Applied<'a> {
    /// As the file has them, in order.
    pub(crate) ignores: &'a [Ignore],
    /// The file as people would type it, and its text.
    pub(crate) file: &'a str,
    pub(crate) text: &'a str,
    /// Whether all rules were asked: else what was not found says nothing.
    pub(crate) whole: bool,
    /// Whether entries that are over are findings.
    pub(crate) notice: bool,
}

/// Hides what is accepted, and complains of entries that are over. Gives what is to be said about it.
pub(crate) fn apply(report: &mut Report, applied: &Applied<'_>, now: Timestamp) -> Vec<String> {
    let mut notes = Vec::new();
    let mut book = Findings::default();
    book.begin(NOTICE.meta.name);
    for (at, ignore) in applied.ignores.iter().enumerate() {
        // One that was accepted anew is not over.
        let anew = |other: &Ignore| other.finding == ignore.finding && !other.is_over(now);
        if ignore.is_over(now) && applied.ignores.iter().any(anew) {
            continue;
        }
        let hidden = report.findings.iter().find(|finding| finding.fingerprint() == ignore.finding);
        let spot = Spot { file: applied.file.to_owned(), line: line_of(applied.text, ignore, at) };
        if let Some(complaint) = (NOTICE.judge)(ignore, now, spot, hidden) {
            if applied.notice {
                book.check();
                book.add(complaint);
            }
        } else if hidden.is_some() {
            book.check();
            report.findings.retain(|finding| finding.fingerprint() != ignore.finding);
            notes.push(format!("ignored until {}: {} ({})", ignore.until, ignore.finding, ignore.reason));
        } else if applied.whole {
            book.check();
            notes.push(format!("nothing to ignore: {} was not found", ignore.finding));
        }
    }
    settle(report, book);
    notes
}

/// Adds the findings of the book and brings counts and verdict up to date. Where no rule had anything to
/// compare nothing becomes of it: the settings are no evidence.
fn settle(report: &mut Report, book: Findings) {
    if report.verdict != Verdict::Vacuous
        && let Some(&checks) = book.checks().get(NOTICE.meta.name).filter(|&&n| n > 0)
    {
        report.checks.by_rule.insert(NOTICE.meta.name, checks);
        report.checks.total += checks;
    }
    report.findings.extend(book.into_list());
    report.findings.sort_by_key(|finding| finding.severity);
    if report.verdict != Verdict::Vacuous {
        let fails = report.findings.iter().any(Finding::fails);
        report.verdict = if fails { Verdict::Findings } else { Verdict::Agreed };
    }
}

/// The line on which an entry names its finding, counted from one.
fn line_of(text: &str, ignore: &Ignore, at: usize) -> u32 {
    let names = |line: &str| {
        let code = line.split(" #").next().unwrap_or_default();
        !code.trim_start().starts_with('#') && code.contains(&ignore.finding)
    };
    let found = text.lines().position(names);
    let heading = || text.lines().position(|line| line.starts_with("ignore:")).map(|line| line + at);
    found.or_else(heading).and_then(|line| u32::try_from(line + 1).ok()).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cassettes::operation::Operation;
    use verify::{Complaint, Evidence, Severity, report::Checks};

    fn report() -> Report {
        let mut book = Findings::default();
        book.begin("status-changed");
        book.check();
        book.add(Complaint {
            severity: Severity::Error,
            operation: Operation { method: "GET".to_owned(), template: "/x".to_owned() },
            message: "m".to_owned(),
            place: String::new(),
            real: Evidence::default(),
            other: Evidence::default(),
            hint: None,
        });
        let checks = Checks::of(book.checks());
        Report { verdict: Verdict::Findings, checks, findings: book.into_list(), ..Report::empty("verify") }
    }

    fn applied(until: &str) -> (Report, Vec<String>) {
        let mut report = report();
        let finding = report.findings[0].fingerprint();
        let ignores = [Ignore { finding: finding.clone(), reason: "r".to_owned(), until: until.to_owned() }];
        let text = format!("# {finding}\nignore:\n- finding: '{finding}'\n");
        let applied =
            Applied { ignores: &ignores, file: "truetape.yaml", text: &text, whole: true, notice: true };
        let now = Timestamp::parse("2027-02-01T10:00:00Z").expect("a moment");
        let notes = apply(&mut report, &applied, now);
        (report, notes)
    }

    #[test]
    fn what_is_accepted_is_hidden_and_comes_back_after_its_last_day() {
        let (report, notes) = applied("2027-02-01");
        assert_eq!((report.verdict, report.findings.len()), (Verdict::Agreed, 0));
        assert!(notes[0].starts_with("ignored until 2027-02-01"), "{notes:?}");
        let (report, notes) = applied("2027-01-31");
        assert_eq!((report.verdict, report.findings.len()), (Verdict::Findings, 2));
        assert!(notes.is_empty(), "{notes:?}");
        let expired = &report.findings[1];
        assert_eq!((expired.rule, expired.severity), ("ignore-expired", Severity::Warning));
        let spot = expired.other.location.as_ref().expect("a place");
        assert_eq!((spot.file.as_str(), spot.line), ("truetape.yaml", 3));
        assert_eq!(report.checks.by_rule["ignore-expired"], 1);
    }
}

//! # html
//!
//! The report as one page that needs nothing but a browser: the fidelity table, coverage as a picture, and
//! each finding with the real side and the mock beside each other, what differs marked.
//!
//! ## Why it matters
//!
//! A list of complaints tells what is wrong; people who decide whether to trust a mock ask what is right.
//! The table of operations and aspects answers that, on a screen or on a wall.
//!
//! The page loads nothing and sends nothing: its policy forbids both. It works without scripts; they add
//! filters, a search, and keys (`?` lists them).

mod coverage;
mod drift;
mod fidelity;
mod findings;
pub(super) mod history;
mod lessons;
mod markup;
mod matrix;
mod numbers;
mod rule_pages;
mod since;

use super::counts::{plural, sentence};
use super::requests;
use super::wording::{Judged, vacuous};
use super::{Reporter, View};
use crate::finding::Severity;
use crate::lesson::Outcome;
use crate::report::{Report, Verdict};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cassettes::meta::Meta;
use cassettes::model::Digest;
use markup::{Markup, anchor};
use std::io::{self, Write};

pub(super) static REPORTER: Reporter = Reporter { meta: Meta::new("html", include_str!("html.rs")), write };

const STYLE: &str = include_str!("html/page.css");
const SCRIPT: &str = include_str!("html/page.js");
const KEYS: &str = include_str!("html/keys.html");

fn write(report: &Report, _: &View, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Markup::default();
    head(report, &mut page);
    summary(report, &mut page);
    page.raw("<main>");
    match Judged::of(report) {
        Judged::Mock => {
            fidelity::show(report, &mut page);
            coverage::show(report, &mut page);
            findings::show(report, &mut page);
            exchanges(report, &mut page);
            checks(report, &mut page);
        }
        // Here the findings are about the lessons, and what was seen comes after both.
        Judged::Beliefs => {
            lessons::show(report, &mut page);
            findings::show(report, &mut page);
            coverage::show(report, &mut page);
            exchanges(report, &mut page);
        }
        Judged::Client | Judged::Vendor | Judged::Requests => {
            findings::show(report, &mut page);
            // What is true of all of them comes before the evidence.
            since::show(report, &mut page);
            history::show(&report.past, &mut page);
            drift::show(report, &mut page);
            exchanges(report, &mut page);
            checks(report, &mut page);
        }
        Judged::Contract => {
            matrix::show(report, &mut page);
            numbers::show(report, &mut page);
            findings::show(report, &mut page);
            exchanges(report, &mut page);
            checks(report, &mut page);
        }
        Judged::Files => findings::show(report, &mut page),
    }
    rule_pages::show(report, &mut page);
    page.raw("</main>").raw(KEYS).raw("<script>").raw(SCRIPT).raw("</script></body></html>\n");
    out.write_all(page.into_text().as_bytes())
}

/// The policy of the page: its own style and script, known by their digests, and nothing else.
fn policy() -> String {
    let digest = |text: &str| {
        // As browsers read a page, lines end in one way.
        STANDARD.encode(Digest::of(text.replace("\r\n", "\n").as_bytes()).0)
    };
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        digest(STYLE),
        digest(SCRIPT)
    )
}

fn head(report: &Report, page: &mut Markup) {
    document(&format!("{}: truetape {}", report.verdict.as_str(), report.command), page);
    page.raw("<a class=\"skip\" href=\"#findings\">Skip to the findings</a>");
}

/// What every page begins with, its body's start included.
fn document(title: &str, page: &mut Markup) {
    page.raw("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
    page.open("meta", &[("http-equiv", "Content-Security-Policy"), ("content", &policy())]);
    page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    page.raw("<meta name=\"color-scheme\" content=\"light dark\">");
    page.raw("<meta name=\"referrer\" content=\"no-referrer\">");
    page.leaf("title", &[], title).raw("<style>").raw(STYLE).raw("</style></head><body>");
}

fn summary(report: &Report, page: &mut Markup) {
    let (mark, class) = match report.verdict {
        Verdict::Agreed => ("✓", "agreed"),
        Verdict::Findings => ("✗", "complaints"),
        Verdict::Vacuous => ("?", "vacuous"),
    };
    page.raw("<header class=\"top\"><div class=\"tools\" hidden>");
    page.raw("<button type=\"button\" data-do=\"theme\">Theme <kbd>t</kbd></button>");
    page.raw("<button type=\"button\" data-do=\"keys\">Keys <kbd>?</kbd></button></div>");
    page.raw("<p class=\"name\">truetape ").text(report.command).raw("</p>");
    page.open("h1", &[("class", class)]).leaf("span", &[("aria-hidden", "true")], mark);
    page.raw(" ").text(report.verdict.as_str()).raw("</h1>");
    if let Some(why) = vacuous(report) {
        page.raw("<p class=\"lead\">").text(&sentence(why)).raw("</p>");
    }
    if let Some(words) = requests::words(report) {
        page.leaf("p", &[("class", "lead")], &words);
    }
    if !report.about.subject.is_empty() {
        page.raw("<p class=\"about\">");
        match &report.teaching {
            Some(teaching) => {
                page.leaf("code", &[], &teaching.plan).raw(" asked ");
                page.leaf("code", &[], &report.about.subject);
                page.raw(if report.about.cassettes.is_empty() { "" } else { ", recorded in " });
            }
            None => {
                page.leaf("code", &[], &report.about.subject);
                page.raw(if report.about.cassettes.is_empty() { "" } else { " against " });
            }
        }
        for (number, name) in report.about.cassettes.iter().enumerate() {
            page.raw(if number == 0 { "" } else { ", " }).leaf("code", &[], name);
        }
        page.raw("</p>");
    }
    page.raw("<dl class=\"counts\">");
    match Judged::of(report) {
        Judged::Beliefs => taught(report, page),
        judged => judgement(report, judged, page),
    }
    page.raw("</dl>");
    coverage::bar(report, page);
    page.raw("</header>");
}

fn judgement(report: &Report, judged: Judged, page: &mut Markup) {
    for (severity, title) in
        [(Severity::Error, "errors"), (Severity::Warning, "warnings"), (Severity::Info, "remarks")]
    {
        let n = report.count(severity);
        let class = if n == 0 { "none" } else { severity.as_str() };
        number(page, class, title, &n.to_string());
    }
    if let Some(since) = &report.since {
        number(page, "none", "known before", &since.known.len().to_string());
        number(page, "none", "gone", &since.gone.len().to_string());
    }
    if let Some(drift) = &report.drift {
        number(page, "checks", "exchanges compared", &drift.compared.to_string());
        number(
            page,
            if drift.skipped.is_empty() { "none" } else { "lacking" },
            "skipped",
            &drift.skipped.len().to_string(),
        );
    }
    let coverage = &report.coverage;
    if coverage.behaviours + coverage.unverified > 0 {
        let part = format!("{}/{}", coverage.reproduced, coverage.behaviours);
        number(page, "behaviours", "behaviours reproduced", &part);
        number(page, "lacking", "unverified", &coverage.unverified.to_string());
    }
    let what = if judged == Judged::Files { "places looked through" } else { "checks" };
    number(page, "checks", what, &report.checks.total.to_string());
}

fn taught(report: &Report, page: &mut Markup) {
    let Some(teaching) = &report.teaching else { return };
    for outcome in Outcome::ALL {
        let n = teaching.count(outcome);
        let class = match outcome {
            _ if n == 0 => "none",
            Outcome::Shown => "good",
            Outcome::Disagrees => "error",
            Outcome::NotShown | Outcome::CouldNotAsk => "warning",
        };
        let title = match outcome {
            Outcome::Shown => "lessons shown",
            Outcome::Disagrees => "disagree",
            Outcome::NotShown => "not shown",
            Outcome::CouldNotAsk => "could not be asked",
        };
        number(page, class, title, &n.to_string());
    }
    let held = teaching.beliefs().filter(|belief| belief.held).count();
    number(page, "beliefs", "beliefs hold", &format!("{held}/{}", teaching.beliefs().count()));
    if report.coverage.behaviours > 0 {
        number(page, "behaviours", "behaviours seen", &report.coverage.behaviours.to_string());
        number(page, "lacking", "still unknown", &report.coverage.unverified.to_string());
    }
}

fn number(page: &mut Markup, class: &str, title: &'static str, value: &str) {
    page.open("div", &[("class", class)]).raw("<dt>").raw(title).raw("</dt>");
    page.leaf("dd", &[], value).raw("</div>");
}

/// The exchanges that are cited anywhere on the page.
fn exchanges(report: &Report, page: &mut Markup) {
    if report.about.exchanges.is_empty() {
        return;
    }
    page.raw("<section id=\"exchanges\" aria-labelledby=\"exchanges-title\"><h2 id=\"exchanges-title\">Exchanges</h2>");
    let mock = matches!(Judged::of(report), Judged::Mock | Judged::Vendor);
    page.raw("<p class=\"lead\">The recorded exchanges that this page cites");
    page.raw(if mock { ", in a line for each side.</p>" } else { ".</p>" });
    page.raw("<ul class=\"exchanges\">");
    let mut list: Vec<_> = report.about.exchanges.iter().collect();
    // `#10` after `#9`.
    list.sort_by_key(|(cite, _)| {
        let (name, number) = cite.rsplit_once('#').unwrap_or((cite, ""));
        (name.to_owned(), number.parse::<u64>().unwrap_or_default(), number.to_owned())
    });
    for (cite, cited) in list {
        page.open("li", &[("id", &anchor("exchange", cite)), ("tabindex", "-1")]);
        page.raw("<h3>").leaf("code", &[], cite).raw("</h3><dl><dt>asked</dt>");
        page.raw("<dd>").leaf("code", &[], &cited.request).raw("</dd><dt>");
        let (then, now) = Judged::of(report).names();
        page.raw(if mock { then } else { "came" }).raw("</dt><dd>");
        page.leaf("code", &[], &cited.answer).raw("</dd>");
        if mock {
            page.raw("<dt>").raw(now).raw("</dt><dd>");
            page.leaf("code", &[], cited.other.as_deref().unwrap_or("not asked")).raw("</dd>");
        }
        if let Some(spot) = &cited.location {
            let place = format!("{}:{}", spot.file, spot.line);
            page.raw("<dt>file</dt><dd>").leaf("code", &[], &place).raw("</dd>");
        }
        page.raw("</dl></li>");
    }
    page.raw("</ul></section>");
}

/// How often each rule had something to compare.
fn checks(report: &Report, page: &mut Markup) {
    let rules = &report.checks.by_rule;
    if rules.is_empty() {
        return;
    }
    page.raw("<section id=\"checks\" aria-labelledby=\"checks-title\"><h2 id=\"checks-title\">Checks</h2>");
    let idle = rules.values().filter(|n| **n == 0).count();
    page.raw("<p class=\"lead\">How often each rule had something to compare. ");
    let none = match idle {
        0 => "Every rule had.".to_owned(),
        n => format!("{} had none: the cassettes hold no evidence for them.", plural(n, "rule")),
    };
    page.text(&none).raw("</p><details><summary>").text(&plural(rules.len(), "rule")).raw("</summary>");
    page.raw("<table class=\"checks\"><thead><tr><th scope=\"col\">rule</th><th scope=\"col\" class=\"number\">checks</th><th scope=\"col\" class=\"number\">findings</th></tr></thead><tbody>");
    for (rule, n) in rules {
        let found = report.findings.iter().filter(|f| f.rule == *rule).count();
        page.open("tr", &[("class", if *n == 0 { "none" } else { "some" })]);
        page.raw("<th scope=\"row\">").leaf("code", &[], rule).raw("</th>");
        page.leaf("td", &[("class", "number")], &n.to_string());
        page.leaf("td", &[("class", "number")], &found.to_string()).raw("</tr>");
    }
    page.raw("</tbody></table></details></section>");
}

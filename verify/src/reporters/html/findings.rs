//! The findings: each with both sides beside each other.

use super::markup::{Markup, anchor};
use crate::finding::{Evidence, Finding, Severity};
use crate::report::Report;
use crate::reporters::aspect::{ASPECTS, Aspect};
use crate::reporters::counts::{plural, sentence};
use crate::reporters::marks::{self, Line};
use crate::reporters::matrix;
use crate::reporters::wording::{Judged, Side};
use std::collections::BTreeMap;

/// More lines of an excerpt are not shown; the style sheet has as many rows.
const MOST_LINES: usize = 100;

/// Filters, then every finding.
pub(super) fn show(report: &Report, out: &mut Markup) {
    out.raw(
        "<section id=\"findings\" aria-labelledby=\"findings-title\"><h2 id=\"findings-title\">Findings</h2>",
    );
    if report.findings.is_empty() {
        out.raw("<p class=\"lead\">No rule complained.</p></section>");
        return;
    }
    filters(report, out);
    out.raw("<ol class=\"findings\">");
    for finding in &report.findings {
        one(report, finding, out);
    }
    out.raw("</ol><p class=\"nothing\" hidden>No finding passes the filters. <button type=\"button\" data-do=\"reset\">Show all</button></p></section>");
}

fn filters(report: &Report, out: &mut Markup) {
    out.raw("<form class=\"filters\" role=\"search\" aria-label=\"Filter findings\" hidden>");
    out.raw("<label class=\"wide\">Text <input type=\"search\" id=\"search\" placeholder=\"any words\" autocomplete=\"off\"></label>");
    out.raw("<fieldset><legend>Severity</legend>");
    for (severity, title) in
        [(Severity::Error, "errors"), (Severity::Warning, "warnings"), (Severity::Info, "remarks")]
    {
        let n = report.count(severity);
        if n == 0 {
            continue;
        }
        let name = severity.as_str();
        out.open("label", &[("class", name)]);
        out.open("input", &[("type", "checkbox"), ("name", "severity"), ("value", name), ("checked", "")]);
        out.text(&format!(" {n} {title}")).raw("</label>");
    }
    out.raw("</fieldset>");
    let count = |of: &dyn Fn(&Finding) -> String| {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        report.findings.iter().for_each(|finding| *counts.entry(of(finding)).or_default() += 1);
        counts
    };
    let rules = count(&|f| f.rule.to_owned());
    if rules.len() > 1 {
        select("Rule", "rule", "all rules", &rules, out);
    }
    let judged = Judged::of(report);
    let (title, all) = match judged.unit() {
        "file" => ("File", "all files"),
        _ => ("Operation", "all operations"),
    };
    select(title, "operation", all, &count(&|f| judged.about(f)), out);
    let aspects = count(&|f| Aspect::of_rule(f.rule).title().to_owned());
    if aspects.len() > 1 {
        select("Aspect", "aspect", "all aspects", &aspects, out);
    }
    out.raw("<button type=\"button\" data-do=\"reset\">Reset</button>");
    out.raw("<output id=\"shown\" aria-live=\"polite\"></output></form>");
}

fn select(
    label: &'static str,
    name: &'static str,
    all: &'static str,
    counts: &BTreeMap<String, usize>,
    out: &mut Markup,
) {
    out.raw("<label>").raw(label).open("select", &[("name", name)]);
    out.open("option", &[("value", "*")]).raw(all).raw("</option>");
    let mut names: Vec<(&String, &usize)> = counts.iter().collect();
    if name == "aspect" {
        names.sort_by_key(|(name, _)| ASPECTS.iter().position(|aspect| aspect.title() == name.as_str()));
    }
    for (value, n) in names {
        out.leaf("option", &[("value", value)], &format!("{value} ({n})"));
    }
    out.raw("</select></label>");
}

fn one(report: &Report, finding: &Finding, out: &mut Markup) {
    let fingerprint = finding.fingerprint();
    let severity = finding.severity.as_str();
    let judged = Judged::of(report);
    let operation = judged.about(finding);
    let (id, title) = (anchor("finding", &fingerprint), anchor("title", &fingerprint));
    out.open(
        "li",
        &[
            ("class", severity),
            ("id", &id),
            ("tabindex", "-1"),
            ("aria-labelledby", &title),
            ("data-rule", finding.rule),
            ("data-severity", severity),
            ("data-operation", &operation),
            ("data-aspect", Aspect::of_rule(finding.rule).title()),
        ],
    );
    out.open("h3", &[("id", &title)]).leaf("span", &[("class", "badge")], severity).raw(" ");
    if report.page(finding.rule).is_some() {
        let page = format!("#{}", anchor("rule", finding.rule));
        let about = format!("What {} means", finding.rule);
        out.leaf("a", &[("href", &page), ("title", &about)], finding.rule);
    } else {
        out.text(finding.rule);
    }
    out.raw(" ").leaf("code", &[("class", "operation")], &operation).raw("</h3>");
    out.raw("<p class=\"message\">").prose(&sentence(&finding.message)).raw("</p>");
    sides(report, finding, out);
    if let Some(wrong) = finding.wrong {
        out.leaf("p", &[("class", "wrong")], &sentence(wrong.told()));
    }
    if let Some(hint) = &finding.hint {
        out.raw("<p class=\"hint\"><b>Hint</b> ").prose(&sentence(hint)).raw("</p>");
    }
    out.raw("<footer>");
    if finding.places > 1 && judged.counts_places(report) {
        let more = plural(finding.places as usize - 1, judged.place());
        out.leaf("span", &[], &format!("and {more} like it")).raw(" ");
    }
    let link = format!("#{id}");
    out.raw("<span>fingerprint ");
    out.open("a", &[("href", &link), ("class", "fingerprint"), ("title", "A link to this finding")]);
    out.leaf("code", &[], &fingerprint).raw("</a></span>");
    if let Some(why) = report.page(finding.rule).and_then(|page| page.section("Why it matters")) {
        out.raw("<details class=\"why\"><summary>Why it matters</summary>");
        for paragraph in why.split("\n\n").filter(|p| !p.trim().is_empty()) {
            out.raw("<p>").prose(&paragraph.split_whitespace().collect::<Vec<_>>().join(" ")).raw("</p>");
        }
        out.raw("</details>");
    }
    out.raw("</footer></li>");
}

fn sides(report: &Report, finding: &Finding, out: &mut Markup) {
    let mut pairs = marks::beside(&finding.real.excerpt, &finding.other.excerpt);
    let cut = pairs.len() > MOST_LINES;
    pairs.truncate(MOST_LINES);
    let sides = Judged::of(report).sides(finding);
    out.raw(if sides.len() == 1 { "<div class=\"sides alone\">" } else { "<div class=\"sides\">" });
    for Side { name, evidence: side, truth } in sides {
        // Where nobody is right, the first of the pair is still the first.
        let first = truth || std::ptr::eq(side, &finding.real);
        out.open("div", &[("class", if truth { "side real" } else { "side mock" })]);
        out.raw("<div class=\"source\">").leaf("b", &[], name).raw(" ");
        source(report, finding, side, truth, out);
        out.raw("</div>");
        let absent = side.excerpt == "absent";
        out.raw("<pre>");
        for pair in &pairs {
            let line = if first { &pair.0 } else { &pair.1 };
            show_line(line.as_ref(), absent, out);
        }
        if cut {
            out.raw("<span class=\"line\">…</span>");
        }
        out.raw("</pre></div>");
    }
    out.raw("</div>");
    everybody(report, finding, out);
}

/// What all others said to the case, where there are more than two.
fn everybody(report: &Report, finding: &Finding, out: &mut Markup) {
    let Some((table, case)) = matrix::case(report, finding) else { return };
    if case.answers.len() < 3 {
        return;
    }
    out.raw("<details class=\"why\"><summary>What everybody said to this case</summary><pre>");
    out.text(&matrix::told(table, case)).raw("</pre></details>");
}

fn show_line(line: Option<&Line>, absent: bool, out: &mut Markup) {
    let Some(line) = line else {
        out.raw("<span class=\"line filler\"></span>");
        return;
    };
    let class = match (line.differs, absent) {
        (_, true) => "line differs absent",
        (true, false) => "line differs",
        (false, false) => "line",
    };
    out.open("span", &[("class", class)]);
    for piece in &line.pieces {
        if piece.differs {
            out.leaf("mark", &[], &piece.text);
        } else {
            out.text(&piece.text);
        }
    }
    out.raw("\n</span>");
}

/// Where an excerpt comes from; the request that was answered stands below.
fn source(report: &Report, finding: &Finding, side: &Evidence, real: bool, out: &mut Markup) {
    let known = |cite: &String| report.about.exchanges.get(cite);
    if let Some(cite) = &side.exchange {
        let title = known(cite).map(|cited| cited.request.as_str()).unwrap_or_default();
        out.cite(cite, cite, title).raw(" ");
    }
    if let Some(spot) = &side.location {
        out.leaf("code", &[("class", "file")], &format!("{}:{}", spot.file, spot.line)).raw(" ");
    }
    let pointer = if side.pointer.is_empty() { "body" } else { &side.pointer };
    out.leaf("code", &[("class", "pointer")], pointer);
    let judged = Judged::of(report);
    let Some(cited) = finding.real.exchange.as_ref().and_then(known) else { return };
    // Only of a mock something was asked on this side.
    if !real && !matches!(judged, Judged::Mock | Judged::Vendor) {
        return;
    }
    let status = |answer: &str| answer.split(' ').next().unwrap_or_default().to_owned();
    let line = if real {
        format!("{} → {}", cited.request, status(&cited.answer))
    } else {
        cited.other.as_ref().map_or("not asked".to_owned(), |other| format!("the same question → {other}"))
    };
    out.leaf("span", &[("class", "request")], &line);
}

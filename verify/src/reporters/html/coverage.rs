//! What the real side was seen to do, as a picture: a cell for each behaviour.

use super::markup::{Markup, anchor};
use crate::behaviour::{Behaviour, OperationCoverage};
use crate::report::Report;
use crate::reporters::counts::{named, unsure};
use crate::reporters::wording::Judged;

/// Every operation with its behaviours.
pub(super) fn show(report: &Report, out: &mut Markup) {
    if report.coverage.operations.is_empty() {
        return;
    }
    out.raw("<section id=\"coverage\" aria-labelledby=\"coverage-title\"><h2 id=\"coverage-title\">");
    out.raw(if Judged::of(report) == Judged::Mock { "Coverage</h2>" } else { "Learned</h2>" });
    let compared = Judged::of(report) == Judged::Mock;
    out.raw("<p class=\"lead\">What the cassettes show the real side to do");
    out.raw(if compared {
        ", and whether the mock was seen to do it, too.</p>"
    } else {
        ", and what is still unknown.</p>"
    });
    out.raw("<ul class=\"legend\">");
    let legend = [
        ("yes", "✓", "reproduced"),
        ("no", "✗", "not reproduced"),
        ("unsure", "?", "could not be judged"),
        ("lacking", "◌", "unverified: never recorded, with the lesson that would teach it"),
    ];
    let seen = [("yes", "•", "seen"), ("lacking", "◌", "still unknown, with the lesson that would teach it")];
    for (class, mark, text) in if compared { legend.as_slice() } else { &seen } {
        out.open("li", &[("class", class)]).leaf("b", &[("aria-hidden", "true")], mark);
        out.raw(" ").text(text).raw("</li>");
    }
    out.raw("</ul><ul class=\"operations\">");
    for operation in &report.coverage.operations {
        row(report, operation, out);
    }
    out.raw("</ul></section>");
}

/// The whole coverage as one bar.
pub(super) fn bar(report: &Report, out: &mut Markup) {
    let coverage = &report.coverage;
    let unsure = unsure(report);
    let missing = coverage.behaviours.saturating_sub(coverage.reproduced + unsure);
    if coverage.behaviours + coverage.unverified == 0 {
        return;
    }
    if Judged::of(report) != Judged::Mock {
        let label = format!("{} behaviours seen, {} still unknown", coverage.behaviours, coverage.unverified);
        let parts = [("yes", coverage.behaviours), ("lacking", coverage.unverified)];
        return draw("bar", &label, &parts, out);
    }
    let parts =
        [("yes", coverage.reproduced), ("no", missing), ("unsure", unsure), ("lacking", coverage.unverified)];
    let label = format!(
        "{} behaviours reproduced, {missing} not, {unsure} not judged, {} never recorded",
        coverage.reproduced, coverage.unverified
    );
    draw("bar", &label, &parts, out);
}

/// Parts of a whole, each as wide as its number.
fn draw(class: &'static str, label: &str, parts: &[(&'static str, usize)], out: &mut Markup) {
    let all: usize = parts.iter().map(|(_, n)| n).sum();
    let view = format!("0 0 {} 1", all.max(1));
    out.open(
        "svg",
        &[
            ("class", class),
            ("role", "img"),
            ("aria-label", label),
            ("viewBox", &view),
            ("preserveAspectRatio", "none"),
        ],
    );
    let mut at = 0;
    for (part, n) in parts.iter().filter(|(_, n)| *n > 0) {
        let (x, width) = (at.to_string(), n.to_string());
        out.open("rect", &[("class", part), ("x", &x), ("width", &width), ("height", "1")]).raw("</rect>");
        at += n;
    }
    out.raw("</svg>");
}

fn row(report: &Report, operation: &OperationCoverage, out: &mut Markup) {
    let of = |what: Option<bool>| operation.behaviours.iter().filter(|b| b.reproduced == what).count();
    let (yes, no, unsure) = (of(Some(true)), of(Some(false)), of(None));
    let lacking = operation.unverified.len();
    out.open("li", &[("id", &anchor("operation", &operation.operation))]);
    out.raw("<h3>").leaf("code", &[], &named(operation)).raw(" ");
    if Judged::of(report) == Judged::Mock {
        let label =
            format!("{yes} reproduced, {no} not reproduced, {unsure} not judged, {lacking} never recorded");
        out.leaf("span", &[("class", "part")], &format!("{yes}/{}", operation.behaviours.len()));
        out.raw("</h3>");
        draw("strip", &label, &[("yes", yes), ("no", no), ("unsure", unsure), ("lacking", lacking)], out);
    } else {
        out.raw("</h3>");
    }
    out.raw("<ul class=\"cells\">");
    for behaviour in &operation.behaviours {
        cell(report, behaviour, out);
    }
    for lack in &operation.unverified {
        out.open("li", &[("class", "lacking"), ("title", &lack.because)]);
        out.raw("<b aria-hidden=\"true\">◌</b> ").leaf("span", &[("class", "kind")], &lack.kind);
        out.spoken(" never recorded;").raw(" ").leaf("code", &[], &lack.lesson).raw("</li>");
    }
    out.raw("</ul></li>");
}

fn cell(report: &Report, behaviour: &Behaviour, out: &mut Markup) {
    let (class, mark, words) = match behaviour.reproduced {
        _ if Judged::of(report) != Judged::Mock => ("yes", "•", " seen,"),
        Some(true) => ("yes", "✓", " reproduced,"),
        Some(false) => ("no", "✗", " not reproduced,"),
        None => ("unsure", "?", " could not be judged,"),
    };
    match &behaviour.because {
        Some(why) => out.open("li", &[("class", class), ("title", why)]),
        None => out.open("li", &[("class", class)]),
    };
    out.leaf("b", &[("aria-hidden", "true")], mark).raw(" ");
    out.leaf("span", &[("class", "kind")], &behaviour.kind).spoken(words);
    if let Some(why) = &behaviour.because {
        out.spoken(&format!(" because {why},"));
    }
    let Some(cite) = behaviour.evidence.first() else {
        out.raw("</li>");
        return;
    };
    let title = report.about.exchanges.get(cite).map(|e| e.request.as_str()).unwrap_or_default();
    // With one cassette its name says nothing.
    let short = cite.rsplit_once('#').filter(|_| report.about.cassettes.len() == 1);
    let shown = short.map_or(cite.clone(), |(_, number)| format!("#{number}"));
    out.spoken(" see").raw(" ").cite(cite, &shown, title).raw("</li>");
}

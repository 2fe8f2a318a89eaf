//! Who reports a number: a row for each reporter, what is to be said besides, and the question that decides.

use super::markup::Markup;
use crate::report::Report;
use crate::reporters::numbers::{QUESTION, extent, operation, title};

/// The table, each reporter with one of its numbers.
pub(super) fn show(report: &Report, out: &mut Markup) {
    let Some(numbers) = &report.numbers else { return };
    out.raw("<section id=\"numbers\" aria-labelledby=\"numbers-title\"><h2 id=\"numbers-title\">");
    out.text(&title(numbers))
        .raw("</h2><p class=\"lead\">Every place where a number of this name stands.</p>");
    out.raw("<div class=\"scroll\" role=\"group\" aria-label=\"Reporters\" tabindex=\"0\">");
    out.raw(
        "<table class=\"lessons\"><thead><tr><th scope=\"col\">reporter</th><th scope=\"col\">where</th>",
    );
    out.raw("<th scope=\"col\" class=\"wide\">form</th><th scope=\"col\">seen</th><th scope=\"col\" class=\"wide\">example</th></tr></thead><tbody>");
    for reporter in &numbers.reporters {
        out.raw("<tr><th scope=\"row\">").leaf("code", &[], &operation(numbers, reporter)).raw("</th><td>");
        out.leaf("code", &[], &reporter.pointer).raw("</td>");
        out.leaf("td", &[("class", "wide")], &reporter.forms.join("; or "));
        out.leaf("td", &[], &extent(reporter)).raw("<td class=\"wide\">");
        let example = &reporter.example;
        out.leaf("code", &[], &example.text);
        if let Some(about) = &example.about {
            out.raw(" of ").text(about);
        }
        out.raw(" ").cite(&example.exchange, &example.exchange, &example.pointer).raw("</td></tr>");
    }
    out.raw("</tbody></table></div>");
    if !numbers.notes.is_empty() {
        out.raw("<ul>");
        for note in &numbers.notes {
            out.raw("<li>").prose(note).raw("</li>");
        }
        out.raw("</ul>");
    }
    if numbers.reporters.len() > 1 {
        out.raw("<p class=\"lead\"><strong>").text(QUESTION).raw("</strong></p>");
    }
    out.raw("</section>");
}

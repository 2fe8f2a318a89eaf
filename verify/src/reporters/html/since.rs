//! What was known already, and what is gone.

use super::markup::Markup;
use crate::history::since::{Since, Standing, Stands};
use crate::report::Report;
use crate::reporters::since::when;

/// The lists; nothing where nothing is remembered, or nothing was known.
pub(super) fn show(report: &Report, page: &mut Markup) {
    let Some(since) = &report.since else { return };
    if since.lists().iter().all(|(_, all)| all.is_empty()) {
        return;
    }
    page.raw("<section id=\"since\" aria-labelledby=\"since-title\"><h2 id=\"since-title\">Since the last run</h2>");
    page.leaf("p", &[("class", "lead")], &format!("{}. What was known fails no run.", since.words()));
    page.raw("<div class=\"scroll\"><table class=\"lives\"><thead><tr><th scope=\"col\">finding</th><th scope=\"col\">state</th>");
    page.raw("<th scope=\"col\">what</th><th scope=\"col\">since</th></tr></thead><tbody>");
    for (stands, all) in since.lists() {
        all.iter().for_each(|standing| row(since, standing, stands, page));
    }
    page.raw("</tbody></table></div></section>");
}

fn row(since: &Since, standing: &Standing, stands: Stands, page: &mut Markup) {
    page.raw("<tr><th scope=\"row\">").leaf("code", &[], &standing.rule).raw(" ");
    page.leaf("span", &[("class", "place")], &standing.operation).raw("</th>");
    let (state, class) = match stands {
        Stands::Otherwise => ("known otherwise", "no"),
        Stands::Still => ("known", "unsure"),
        Stands::Unseen => ("not looked at", "unsure"),
        Stands::NoMore => ("gone", "yes"),
    };
    page.leaf("td", &[("class", class)], state).raw("<td class=\"what\">");
    page.prose(&standing.message).raw("</td>");
    let when = when(since, standing, stands);
    page.leaf("td", &[("class", "number")], when.trim_matches(['(', ')'])).raw("</tr>");
}

//! What was not compared, and why.

use super::markup::Markup;
use crate::report::Report;
use crate::reporters::drift::{changes, compared, reasons};

/// The table; nothing where nothing was asked again.
pub(super) fn show(report: &Report, page: &mut Markup) {
    let Some(drift) = &report.drift else { return };
    page.raw("<section id=\"drift\" aria-labelledby=\"drift-title\"><h2 id=\"drift-title\">Asked again</h2>");
    page.leaf("p", &[("class", "lead")], &format!("{}: {}.", compared(drift), changes(report, drift)));
    if !drift.skipped.is_empty() {
        page.raw(
            "<div class=\"scroll\"><table class=\"lives\"><thead><tr><th scope=\"col\">not compared</th>",
        );
        page.raw("<th scope=\"col\">why</th></tr></thead><tbody>");
        for (why, skipped) in reasons(drift) {
            page.raw("<tr><th scope=\"row\">");
            for one in skipped.iter().take(50) {
                page.leaf("code", &[], &one.exchange).raw(" ");
                page.leaf("span", &[("class", "place")], &one.operation.to_string()).raw("<br>");
            }
            if let Some(more @ 1..) = skipped.len().checked_sub(50) {
                page.text(&format!("and {more} more"));
            }
            page.raw("</th>").leaf("td", &[("class", "what")], why).raw("</tr>");
        }
        page.raw("</tbody></table></div>");
    }
    page.raw("</section>");
}

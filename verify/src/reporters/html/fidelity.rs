//! The fidelity table: operations by aspects, for a wall.

use super::markup::{Markup, anchor};
use crate::report::Report;
use crate::reporters::aspect::{ASPECTS, Aspect};
use crate::reporters::fidelity::{Cell, Row, STATES, table};

/// The table and its legend.
pub(super) fn show(report: &Report, out: &mut Markup) {
    let rows = table(report);
    if rows.is_empty() {
        return;
    }
    out.raw(
        "<section id=\"fidelity\" aria-labelledby=\"fidelity-title\"><h2 id=\"fidelity-title\">Fidelity</h2>",
    );
    out.raw("<div class=\"scroll\" role=\"group\" aria-label=\"Operations by aspects\" tabindex=\"0\"><table><thead><tr><th scope=\"col\">operation</th>");
    for aspect in ASPECTS {
        out.leaf("th", &[("scope", "col")], aspect.title());
    }
    out.raw("<th scope=\"col\" class=\"number\">behaviours</th></tr></thead><tbody>");
    for row in &rows {
        line(row, out);
    }
    out.raw("</tbody></table></div><ul class=\"legend\">");
    let used = |state| rows.iter().flat_map(|row| &row.cells).any(|cell| cell.state() == state);
    for state in STATES.into_iter().filter(|state| used(*state)) {
        out.open("li", &[("class", state.name())]).leaf("b", &[("aria-hidden", "true")], state.mark());
        out.raw(" ").text(state.meaning()).raw("</li>");
    }
    out.raw("</ul></section>");
}

fn line(row: &Row<'_>, out: &mut Markup) {
    out.raw("<tr><th scope=\"row\">");
    if row.seen > 0 {
        let link = format!("#{}", anchor("operation", &row.operation));
        out.open("a", &[("href", &link)]).leaf("code", &[], &row.operation).raw("</a>");
    } else {
        out.leaf("code", &[], &row.operation);
    }
    out.raw("</th>");
    for (cell, aspect) in row.cells.iter().zip(ASPECTS) {
        show_cell(row, cell, aspect, out);
    }
    let part = format!("{}/{}", row.reproduced, row.seen);
    out.leaf("td", &[("class", "number")], &part).raw("</tr>");
}

fn show_cell(row: &Row<'_>, cell: &Cell<'_>, aspect: Aspect, out: &mut Markup) {
    let words = cell.words();
    out.open("td", &[("class", cell.state().name()), ("title", &words)]);
    let mark = cell.text();
    match &cell.first {
        Some(first) => {
            let link = format!("#{}", anchor("finding", first));
            out.open(
                "a",
                &[("href", &link), ("data-operation", &row.operation), ("data-aspect", aspect.title())],
            );
            out.leaf("span", &[("aria-hidden", "true")], &mark);
            out.spoken(&words).raw("</a>");
        }
        None => {
            out.leaf("span", &[("aria-hidden", "true")], &mark).spoken(&words);
        }
    }
    out.raw("</td>");
}

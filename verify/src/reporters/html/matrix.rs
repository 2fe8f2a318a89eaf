//! The table of a contract: cases by implementations, and the question that it ends with.

use super::markup::Markup;
use crate::contract::matrix::{Cell, Line, Matrix, Outcome};
use crate::report::Report;
use crate::reporters::matrix::{heading, mark, title};

/// The table, each answer with its evidence.
pub(super) fn show(report: &Report, out: &mut Markup) {
    let Some(matrix) = &report.matrix else { return };
    out.raw("<section id=\"matrix\" aria-labelledby=\"matrix-title\"><h2 id=\"matrix-title\">");
    out.text(&title(matrix)).raw("</h2><p class=\"lead\">What each implementation said to each case of ");
    out.leaf("code", &[], &matrix.file).raw("; what stands apart is marked.</p>");
    out.raw("<div class=\"scroll\" role=\"group\" aria-label=\"Cases by implementations\" tabindex=\"0\">");
    out.raw("<table class=\"lessons matrix\"><thead><tr><th scope=\"col\">case</th><th scope=\"col\">outcome</th>");
    let expects = matrix.cases.iter().any(|case| case.expect.is_some());
    if expects {
        out.raw("<th scope=\"col\">expected</th>");
    }
    for at in 0..matrix.implementations.len() {
        out.leaf("th", &[("scope", "col")], &heading(matrix, at));
    }
    out.raw("</tr></thead><tbody>");
    for case in &matrix.cases {
        row(matrix, case, expects, out);
    }
    out.raw("</tbody></table></div>");
    if let Some(question) = &matrix.question {
        out.raw("<p class=\"lead\"><strong>").text(question).raw("</strong></p>");
    }
    out.raw("</section>");
}

fn row(matrix: &Matrix, case: &Line, expects: bool, out: &mut Markup) {
    out.raw("<tr><th scope=\"row\">").leaf("code", &[], &case.name);
    out.leaf("span", &[("class", "place")], &format!("{}:{}", matrix.file, case.line));
    if !case.kinds.is_empty() {
        out.leaf("span", &[("class", "place")], &case.kinds.join(", "));
    }
    let class = match case.outcome {
        Outcome::Agree => "yes",
        Outcome::Disagree | Outcome::Missed => "no",
        Outcome::Unanswered | Outcome::Alone => "unsure",
    };
    out.raw("</th>").open("td", &[("class", class)]);
    out.leaf("span", &[("aria-hidden", "true")], mark(case.outcome))
        .raw(" ")
        .text(case.outcome.as_str())
        .raw("</td>");
    if expects {
        out.leaf("td", &[("data-who", "expected")], case.expect.as_deref().unwrap_or_default());
    }
    for (at, cell) in case.answers.iter().enumerate() {
        answer(&heading(matrix, at), cell, out);
    }
    out.raw("</tr>");
}

fn answer(who: &str, cell: &Cell, out: &mut Markup) {
    let told: Vec<&str> = [
        cell.request.as_str(),
        cell.pointer.as_str(),
        cell.detail.as_deref().unwrap_or_default(),
        &cell.excerpt,
    ]
    .into_iter()
    .filter(|part| !part.is_empty())
    .collect();
    let class = if cell.differs { "no" } else { "same" };
    out.open("td", &[("class", class), ("data-who", who), ("title", &told.join("\n"))]).leaf(
        "code",
        &[],
        &cell.answer,
    );
    if cell.differs {
        out.raw(" <span aria-hidden=\"true\">✗</span>").spoken(" stands apart");
    }
    if let Some(cite) = &cell.exchange {
        out.raw(" ").cite(cite, cite, "the exchange");
    }
    out.raw("</td>");
}

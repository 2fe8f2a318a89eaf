//! The lessons of a plan: what was asked, what showed, what is believed of it, and what was seen one by one.

use super::markup::{Markup, anchor};
use crate::lesson::{Belief, Lesson, Outcome, Teaching};
use crate::report::Report;
use crate::reporters::lessons::{cited, finding, parts, said};

/// The table of lessons, then one for each that has seen several things.
pub(super) fn show(report: &Report, out: &mut Markup) {
    let Some(teaching) = &report.teaching else { return };
    out.raw(
        "<section id=\"lessons\" aria-labelledby=\"lessons-title\"><h2 id=\"lessons-title\">Lessons</h2>",
    );
    out.raw(
        "<p class=\"lead\">What was asked of the real side, what it showed, and what is believed of it.</p>",
    );
    out.raw("<div class=\"scroll\" role=\"group\" aria-label=\"Lessons\" tabindex=\"0\"><table class=\"lessons\"><thead><tr>");
    out.raw("<th scope=\"col\">lesson</th><th scope=\"col\" class=\"number\">asked</th><th scope=\"col\">outcome</th>");
    out.raw("<th scope=\"col\" class=\"wide\">seen</th><th scope=\"col\" class=\"wide\">believed</th></tr></thead><tbody>");
    for lesson in &teaching.lessons {
        row(report, teaching, lesson, out);
    }
    out.raw("</tbody></table></div>");
    for lesson in teaching.lessons.iter().filter(|lesson| lesson.shown.len() > 1) {
        one_by_one(report, lesson, out);
    }
    out.raw("</section>");
}

/// Outcomes as the classes of the style sheet name them, with a mark that needs no colour.
pub(super) fn tone(outcome: Outcome) -> (&'static str, &'static str) {
    match outcome {
        Outcome::Shown => ("yes", "✓"),
        Outcome::Disagrees => ("no", "✗"),
        Outcome::NotShown => ("unsure", "○"),
        Outcome::CouldNotAsk => ("unsure", "?"),
    }
}

fn row(report: &Report, teaching: &Teaching, lesson: &Lesson, out: &mut Markup) {
    let title = lesson.title();
    out.raw("<tr><th scope=\"row\">");
    if lesson.shown.len() > 1 {
        let link = format!("#{}", id(lesson));
        out.open("a", &[("href", &link)]).leaf("code", &[], &title).raw("</a>");
    } else {
        out.leaf("code", &[], &title);
    }
    if let Some(call) = &lesson.call {
        out.raw(" ").leaf("code", &[], call);
    }
    if let Some(about) = &lesson.about {
        out.raw(" ").leaf("span", &[], about);
    }
    let place = format!("{}:{}", teaching.plan, lesson.line);
    out.leaf("span", &[("class", "place")], &place);
    if lesson.finally {
        out.leaf("span", &[("class", "place")], "cleans up");
    }
    out.raw("</th>").leaf("td", &[("class", "number")], &lesson.asked.to_string());
    let (class, mark) = tone(lesson.outcome);
    out.open("td", &[("class", class)]).leaf("b", &[("aria-hidden", "true")], mark).raw(" ");
    out.text(lesson.outcome.as_str()).raw("</td><td class=\"wide\">").text(&said(lesson)).raw(" ");
    exchanges(report, lesson, out);
    out.raw("</td><td class=\"wide\"><ul class=\"cells\">");
    for belief in &lesson.beliefs {
        let told = format!("expected {}, came {}", belief.expected, belief.came);
        let (class, mark) = if belief.held { ("yes", "✓") } else { ("no", "✗") };
        out.open("li", &[("class", class), ("title", &told)]).leaf("b", &[("aria-hidden", "true")], mark);
        out.raw(" ");
        match finding(report, lesson, belief) {
            Some(finding) => {
                let link = format!("#{}", anchor("finding", &finding.fingerprint()));
                out.leaf("a", &[("href", &link)], &belief.name);
            }
            None => {
                out.text(&belief.name);
            }
        }
        out.spoken(if belief.held { " holds" } else { " is broken" }).raw("</li>");
    }
    out.raw("</ul></td></tr>");
}

/// The exchanges of a lesson, the first of them as a link.
fn exchanges(report: &Report, lesson: &Lesson, out: &mut Markup) {
    let Some(first) = lesson.exchanges.first() else { return };
    let shown = cited(&lesson.exchanges);
    match report.about.exchanges.get(first) {
        Some(known) => out.cite(first, &shown, &known.request),
        None => out.leaf("code", &[("class", "place")], &shown),
    };
}

fn id(lesson: &Lesson) -> String {
    anchor("lesson", &lesson.line.to_string())
}

/// A row for each thing that a lesson has seen: of each credential whether it was let in.
fn one_by_one(report: &Report, lesson: &Lesson, out: &mut Markup) {
    let title = lesson.title();
    out.open("div", &[("class", "one-by-one"), ("id", &id(lesson)), ("tabindex", "-1")]);
    out.raw("<h3>").leaf("code", &[], &title).raw("</h3><p class=\"lead\">").text(&said(lesson)).raw("</p>");
    out.open("div", &[("class", "scroll"), ("role", "group"), ("aria-label", &title), ("tabindex", "0")]);
    out.raw("<table class=\"lessons\"><thead><tr><th scope=\"col\">which</th><th scope=\"col\">outcome</th><th scope=\"col\" class=\"wide\">answer</th><th scope=\"col\" class=\"wide\">believed</th></tr></thead><tbody>");
    for line in &lesson.shown[1..] {
        let (name, word, more) = parts(line).unwrap_or((line, "", ""));
        out.raw("<tr>").open("th", &[("scope", "row")]).leaf("code", &[], name).raw("</th>");
        // A belief names the thing behind its own name: `rejects expired`.
        let about = |belief: &&Belief| belief.name.split_once(' ').is_some_and(|parts| parts.1 == name);
        let beliefs: Vec<&Belief> = lesson.beliefs.iter().filter(about).collect();
        let class = match word {
            _ if beliefs.iter().any(|belief| !belief.held) => "no",
            "refused" => "yes",
            // Who lets it in as it is believed to does right; where nobody said, somebody should look.
            "let in" if !beliefs.is_empty() => "yes",
            _ => "unsure",
        };
        out.leaf("td", &[("class", class)], word).leaf("td", &[("class", "wide")], more);
        out.raw("<td class=\"wide\"><ul class=\"cells\">");
        for belief in beliefs {
            let (class, mark) = if belief.held { ("yes", "✓") } else { ("no", "✗") };
            out.open("li", &[("class", class)]).leaf("b", &[("aria-hidden", "true")], mark).raw(" ");
            let first = belief.name.split(' ').next().unwrap_or_default();
            // What was to come is in the word itself, but for classes.
            let word = match first {
                "rejects" | "accepts" => first.to_owned(),
                _ => format!("{first} {}", belief.expected),
            };
            match finding(report, lesson, belief) {
                Some(finding) => {
                    let link = format!("#{}", anchor("finding", &finding.fingerprint()));
                    out.leaf("a", &[("href", &link)], &word);
                }
                None => {
                    out.text(&word);
                }
            }
            out.raw("</li>");
        }
        out.raw("</ul></td></tr>");
    }
    out.raw("</tbody></table></div></div>");
}

//! The runs before this one: a column for each, and a row for each finding.

use super::document;
use super::markup::Markup;
use crate::history::past::{Came, Counted, Life, Past, lives};
use crate::reporters::counts::plural;
use std::io::{self, Write};

/// A chart is so wide where there are many runs, and so high, in pixels.
const WIDEST: usize = 1180;
const HEIGHT: usize = 132;
/// One run takes at most so many of them.
const COLUMN: usize = 28;
/// So many runs are drawn in a report.
const DRAWN: usize = 60;
/// So many findings have a row.
const MOST: usize = 100;

/// A page of the history alone: the runs of each kind, of which there is one at least.
pub(in crate::reporters) fn write(kinds: &[Vec<&Past>], last: usize, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Markup::default();
    document("truetape drift history", &mut page);
    page.raw("<header class=\"top\"><p class=\"name\">truetape</p><h1>Drift history</h1></header><main>");
    for runs in kinds {
        section(runs, last, &mut page);
    }
    page.raw("</main></body></html>\n");
    out.write_all(page.into_text().as_bytes())
}

/// The history that a report knows; nothing where it knows none.
pub(super) fn show(past: &[Past], page: &mut Markup) {
    let runs: Vec<&Past> = past.iter().collect();
    // One run is no history.
    if runs.len() > 1 {
        section(&runs, DRAWN, page);
    }
}

fn section(all: &[&Past], last: usize, page: &mut Markup) {
    let runs = &all[all.len().saturating_sub(last)..];
    let (Some(first), Some(newest)) = (runs.first(), runs.last()) else { return };
    let id = format!("history-{}", super::markup::anchor("of", &newest.kind));
    page.open("section", &[("aria-labelledby", &id)]);
    page.leaf("h2", &[("id", &id)], &format!("Runs of drift {}", newest.kind));
    let span = match (first.day(), newest.day()) {
        (one, other) if one == other => format!("on {one}"),
        (from, to) => format!("from {from} to {to}"),
    };
    let proven = runs.iter().filter(|run| run.verdict.is_proof()).count();
    let idle = match runs.len() - proven {
        0 => String::new(),
        n => format!("; {n} of them compared nothing and prove nothing"),
    };
    page.leaf("p", &[("class", "lead")], &format!("{} {span}{idle}.", plural(runs.len(), "run")));
    legend(newest, page);
    page.raw("<div class=\"runs\">");
    chart(runs, page);
    page.raw("</div>");
    findings(&lives(all, last), page);
    table(runs, page);
    page.raw("</section>");
}

fn legend(newest: &Past, page: &mut Markup) {
    let [heavy, light] = match newest.kind.as_str() {
        "client" => ["errors and warnings", "infos"],
        _ => ["breaking", "compatible"],
    };
    page.raw("<ul class=\"legend\"><li class=\"no\"><b>■</b> ").raw(heavy);
    page.raw("</li><li class=\"unsure\"><b>■</b> ").raw(light).raw("</li>");
    page.raw(
        "<li class=\"yes\"><b>■</b> nothing found</li><li class=\"blank\"><b>?</b> nothing compared</li>",
    );
    page.raw("<li class=\"blank\"><b>!</b> could not ask</li></ul>");
}

fn chart(runs: &[&Past], page: &mut Markup) {
    let column = (WIDEST / runs.len()).clamp(3, COLUMN);
    let highest = runs.iter().map(|run| found(run)).max().unwrap_or_default().max(1);
    let width = column * runs.len();
    let view = format!("0 0 {} {}", width + 40, HEIGHT + 22);
    let label = format!(
        "{}, at most {} in one; the table below has each",
        plural(runs.len(), "run"),
        plural(usize::try_from(highest).unwrap_or(usize::MAX), "finding")
    );
    let (wide, high) = ((width + 40).to_string(), (HEIGHT + 22).to_string());
    page.open(
        "svg",
        &[
            ("class", "history"),
            ("role", "img"),
            ("aria-label", &label),
            ("viewBox", &view),
            ("width", &wide),
            ("height", &high),
        ],
    );
    let (base, right) = (HEIGHT.to_string(), width.to_string());
    page.open("path", &[("class", "axis"), ("d", &format!("M0 {base}.5H{right}"))]).close("path");
    let gap = if column > 8 { 3 } else { 1 };
    for (number, run) in runs.iter().enumerate() {
        page.raw("<g>").leaf("title", &[], &title(run));
        let x = number * column;
        let bar = |class: &str, y: usize, height: usize, page: &mut Markup| {
            page.open(
                "rect",
                &[
                    ("class", class),
                    ("x", &x.to_string()),
                    ("y", &y.to_string()),
                    ("width", &(column - gap).to_string()),
                    ("height", &height.to_string()),
                ],
            );
            page.close("rect");
        };
        // What one can point at is the whole column.
        bar("column", 0, HEIGHT, page);
        if !run.verdict.is_proof() {
            bar("unknown", 0, HEIGHT, page);
            let sign = if run.verdict == Came::Vacuous { "?" } else { "!" };
            let middle = (x + (column - gap) / 2).to_string();
            if column > 8 {
                let place = [("class", "sign"), ("x", middle.as_str()), ("y", "72")];
                page.leaf("text", &place, sign);
            }
        } else if found(run) == 0 {
            bar("yes", HEIGHT - 4, 4, page);
        } else {
            // Whatever there is is seen.
            let high = |n: u64| match usize::try_from(n * (HEIGHT as u64 - 12) / highest).unwrap_or(HEIGHT) {
                pixels if n > 0 => pixels.max(3),
                _ => 0,
            };
            let [heavy, light] = run.counts.halves().map(high);
            bar("no", HEIGHT - heavy, heavy, page);
            bar("unsure", HEIGHT.saturating_sub(heavy + light), light, page);
        }
        page.raw("</g>");
    }
    let (first, last) = (runs[0].day(), runs[runs.len() - 1].day());
    let below = (HEIGHT + 16).to_string();
    page.leaf("text", &[("x", "0"), ("y", &below)], &first);
    // Two dates stand beside each other only where they fit.
    if first != last && width > 170 {
        page.leaf("text", &[("class", "end"), ("x", &right), ("y", &below)], &last);
    }
    page.leaf("text", &[("x", &(width + 4).to_string()), ("y", "18")], &highest.to_string());
    page.raw("</svg>");
}

/// How many findings that are no noise.
fn found(run: &Past) -> u64 {
    let [heavy, light] = run.counts.halves();
    heavy.saturating_add(light)
}

fn title(run: &Past) -> String {
    let mut title = format!("{}: {}", run.minute(), run.verdict.as_str());
    if run.verdict.is_proof() {
        run.counts.said().for_each(|(word, count)| title.push_str(&format!(", {count} {word}")));
    }
    if let Some(because) = &run.because {
        title.push_str(&format!(", {because}"));
    }
    title
}

fn findings(lives: &[Life<'_>], page: &mut Markup) {
    if lives.is_empty() {
        page.raw("<p class=\"lead\">No run found anything.</p>");
        return;
    }
    page.raw("<div class=\"scroll\"><table class=\"lives\"><thead><tr><th scope=\"col\">finding</th><th scope=\"col\">state</th>");
    page.raw("<th scope=\"col\">runs</th><th scope=\"col\">first seen</th><th scope=\"col\">last seen</th><th scope=\"col\" class=\"number\">times</th></tr></thead><tbody>");
    for life in lives.iter().take(MOST) {
        let (state, class) = match life.seen.weight {
            _ if life.is_gone() => ("gone", "quiet"),
            weight if weight.is_heavy() => (weight.as_str(), "no"),
            weight => (weight.as_str(), "unsure"),
        };
        page.raw("<tr><th scope=\"row\">").leaf("code", &[], &life.seen.rule).raw(" ");
        page.leaf("span", &[("class", "place")], &life.seen.operation);
        page.raw("<span class=\"told\">").prose(&life.seen.message).raw("</span></th>");
        page.leaf("td", &[("class", class)], state).raw("<td class=\"wide\">");
        strip(life, class, page);
        page.raw("</td>");
        for moment in [life.first, life.last] {
            let day = moment.split('T').next().unwrap_or_default();
            page.leaf("td", &[("class", "number"), ("title", moment)], day);
        }
        page.leaf("td", &[("class", "number")], &life.times().to_string()).raw("</tr>");
    }
    page.raw("</tbody></table></div>");
    if let Some(more @ 1..) = lives.len().checked_sub(MOST) {
        let text = format!("And {}; --format json has all.", plural(more, "more finding"));
        page.leaf("p", &[("class", "lead")], &text);
    }
}

/// Which runs had the finding.
fn strip(life: &Life<'_>, class: &str, page: &mut Markup) {
    let width = life.runs.len().max(1);
    let label = format!("in {} of {}", life.times(), plural(life.runs.len(), "run"));
    page.open(
        "svg",
        &[
            ("class", "life"),
            ("role", "img"),
            ("aria-label", &label),
            ("viewBox", &format!("0 0 {width} 1")),
            ("preserveAspectRatio", "none"),
        ],
    );
    for (number, run) in life.runs.iter().enumerate() {
        let class = match run {
            Some(true) if class == "quiet" => "past",
            Some(true) => class,
            Some(false) => "lacking",
            None => continue,
        };
        let x = number.to_string();
        page.open("rect", &[("class", class), ("x", &x), ("y", "0"), ("width", "0.85"), ("height", "1")]);
        page.close("rect");
    }
    page.raw("</svg>");
}

fn table(runs: &[&Past], page: &mut Markup) {
    page.raw("<details><summary>")
        .text(&plural(runs.len(), "run"))
        .raw("</summary><div class=\"scroll\"><table class=\"lives\"><thead><tr>");
    // Older runs of a kind may have counted in other words.
    let words: Vec<&str> = Counted::none_of(&runs[0].kind).said().map(|(word, _)| word).collect();
    let titles = [&["run", "came", "asked", "compared", "skipped"], words.as_slice(), &["new", "seconds"]];
    for (number, title) in titles.concat().into_iter().enumerate() {
        let class = if number > 1 { "number" } else { "wide" };
        page.leaf("th", &[("scope", "col"), ("class", class)], title);
    }
    page.raw("</tr></thead><tbody>");
    for run in runs.iter().rev() {
        let class = match run.verdict {
            Came::Agreed => "yes",
            Came::Findings => "no",
            Came::Vacuous | Came::CouldNotAsk => "unsure",
        };
        page.raw("<tr>").leaf("th", &[("scope", "row")], &run.minute());
        page.open("td", &[("class", class), ("title", run.because.as_deref().unwrap_or_default())]);
        page.text(run.verdict.as_str()).close("td");
        for n in [run.asked, run.compared, run.skipped] {
            page.leaf("td", &[("class", "number")], &n.to_string());
        }
        for word in &words {
            let count = run.counts.said().find(|(said, _)| said == word);
            let count = count.map(|(_, n)| n.to_string()).unwrap_or_default();
            page.leaf("td", &[("class", "number")], &count);
        }
        page.leaf("td", &[("class", "number")], &run.new.map(|n| n.to_string()).unwrap_or_default());
        let seconds = format!("{:.1}", run.milliseconds as f64 / 1000.0);
        page.leaf("td", &[("class", "number")], &seconds).raw("</tr>");
    }
    page.raw("</tbody></table></div></details>");
}

#[cfg(test)]
mod tests {
    use super::super::STYLE;
    use super::*;
    use cassettes::model::Timestamp;

    #[test]
    fn what_stands_in_a_file_is_no_markup_and_one_run_is_no_history() {
        let mut past = Past::at(Timestamp(0), "<b>", Came::Findings);
        past.because = Some("\"><script>".to_owned());
        past.counts.breaking = Some(u64::from(u32::MAX));
        let mut page = Markup::default();
        show(std::slice::from_ref(&past), &mut page);
        assert_eq!(page.into_text(), "");
        let mut out = Vec::new();
        write(&[vec![&past; 500]], usize::MAX, &mut out).expect("a vector takes it");
        let page = String::from_utf8(out).expect("text");
        assert!(!page.contains("<b>.") && !page.contains("<script"), "nothing runs");
        for class in
            ["svg.history", "rect.unknown", "rect.column", "svg.life", "rect.past", ".runs", ".lives"]
        {
            assert!(STYLE.contains(class), "{class}");
        }
    }
}

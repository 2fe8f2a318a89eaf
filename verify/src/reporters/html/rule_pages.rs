//! The pages of the rules that complained, as markup.

use super::markup::{Markup, anchor};
use crate::report::Report;
use std::collections::BTreeSet;

/// Each page in a fold.
pub(super) fn show(report: &Report, out: &mut Markup) {
    let names: BTreeSet<&str> = report.findings.iter().map(|f| f.rule).collect();
    let known: Vec<_> = names.iter().filter_map(|name| report.page(name)).collect();
    if known.is_empty() {
        return;
    }
    out.raw("<section id=\"rules\" aria-labelledby=\"rules-title\"><h2 id=\"rules-title\">Rules</h2>");
    out.raw(
        "<p class=\"lead\">The pages of the rules that complained. Their examples are executed as tests.</p>",
    );
    for meta in known {
        let name = meta.name;
        out.raw("<details class=\"page\"><summary>").leaf("code", &[], name).raw(" ");
        out.prose(&meta.summary()).raw("</summary>");
        // The place is inside, so that going there unfolds it.
        out.open("div", &[("id", &anchor("rule", name)), ("class", "page-text")]);
        page(&meta.page(), out);
        out.raw("</div></details>");
    }
    out.raw("</section>");
}

/// What pages are written in: headings, paragraphs, lists and fenced examples.
fn page(text: &str, out: &mut Markup) {
    let mut open: Option<Block> = None;
    for line in text.lines() {
        if let Some(Block::Fence) = open {
            if line.starts_with("```") {
                switch(&mut open, None, out);
            } else {
                example(line, out);
            }
            continue;
        }
        if line.starts_with("```") {
            switch(&mut open, Some(Block::Fence), out);
        } else if let Some(title) = line.strip_prefix("## ") {
            switch(&mut open, None, out);
            out.leaf("h4", &[], title);
        } else if line.starts_with("# ") || line.trim().is_empty() {
            switch(&mut open, None, out);
        } else if let Some(item) = line.strip_prefix("- ") {
            if open != Some(Block::List) {
                switch(&mut open, Some(Block::List), out);
            }
            out.raw("<li>").prose(item);
        } else {
            if open.is_none() {
                switch(&mut open, Some(Block::Paragraph), out);
            }
            out.raw(" ").prose(line.trim());
        }
    }
    switch(&mut open, None, out);
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    Paragraph,
    List,
    Fence,
}

fn switch(open: &mut Option<Block>, to: Option<Block>, out: &mut Markup) {
    match open {
        Some(Block::Paragraph) => out.raw("</p>"),
        Some(Block::List) => out.raw("</ul>"),
        Some(Block::Fence) => out.raw("</pre>"),
        None => out,
    };
    match to {
        Some(Block::Paragraph) => out.raw("<p>"),
        Some(Block::List) => out.raw("<ul>"),
        Some(Block::Fence) => out.raw("<pre class=\"example\" tabindex=\"0\">"),
        None => out,
    };
    *open = to;
}

/// A line of an example: `>` what is asked, `<` what the real side says, `~` what the mock says.
fn example(line: &str, out: &mut Markup) {
    let class = match line.chars().next() {
        Some('>') => "asked",
        Some('<') => "real",
        Some('~') => "mock",
        _ => "note",
    };
    out.leaf("span", &[("class", class)], line).raw("\n");
}

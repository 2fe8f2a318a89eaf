//! `truetape explain NAME`: the page of a rule, a kind of stub files, a report, or of any other shelf item.

use crate::{
    commands::learn::BELIEF_BROKEN,
    commands::scan::SECRET_LEAKED,
    exit::{Exit, Outcome, Stop},
    ignores::NOTICE,
    ui,
};
use cassettes::meta::Meta;
use std::fmt::Write as _;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// A rule, a kind of stub files, a report form; without one, all are listed
    #[arg(value_name = "RULE")]
    name: Option<String>,
}

/// Every other shelf whose pages users may want to read, under the heading they know it by.
fn shelves() -> Vec<(&'static str, Vec<Meta>)> {
    vec![
        (
            "Audits: what clients did, judged by `audit` and `replay --audit`",
            verify::AUDITS.iter().map(|a| a.meta).collect(),
        ),
        ("Findings of `contract find`", vec![verify::contract::find::REPORTERS_DISAGREE.meta]),
        (
            "Changes of what clients send, found by `drift client`",
            verify::drift::client::DRIFTS.iter().map(|drift| drift.meta).collect(),
        ),
        (
            "Changes of answers, found by `drift vendor` besides those that rules tell",
            verify::drift::vendor::pages::PAGES.iter().map(|page| page.meta).collect(),
        ),
        ("Findings about the settings", vec![NOTICE.meta]),
        ("Findings of `scan`", vec![SECRET_LEAKED.meta]),
        ("Findings of `learn`", vec![BELIEF_BROKEN.meta]),
        (
            "Clauses: how a contract can be broken, found by `contract run`",
            verify::contract::matrix::clauses::CLAUSES.iter().map(|clause| clause.meta).collect(),
        ),
        ("Lessons", recorder::lessons::LESSONS.iter().map(|lesson| lesson.meta).collect()),
        ("Kinds of stub files", verify::mocks::FORMATS.iter().map(|f| f.meta).collect()),
        ("Redactors", cassettes::redact::REDACTORS.iter().map(|r| r.meta).collect()),
        (
            "Aspects in which requests can differ",
            cassettes::matching::ASPECTS.iter().map(|a| a.meta).collect(),
        ),
        ("Facets", cassettes::facets::FACETS.iter().map(|f| f.meta).collect()),
        ("Reports", verify::reporters::REPORTERS.iter().map(|r| r.meta).collect()),
    ]
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let mut out = String::new();
    match &arguments.name {
        None => {
            rules(&mut out);
            for (heading, mut items) in shelves() {
                items.sort_by_key(|meta| meta.name);
                let _ = writeln!(out, "{bold}{heading}{bold:#}", bold = ui::BOLD);
                list(&items, &mut out);
            }
            out.push_str("`truetape explain NAME` prints a page.\n");
        }
        Some(name) => {
            let others = shelves().into_iter().flat_map(|(_, items)| items);
            let all: Vec<Meta> = verify::RULES.iter().map(|r| r.meta).chain(others).collect();
            // Items of different shelves may share a name: a redactor and a report, both of JSON.
            let named: Vec<&Meta> = all.iter().filter(|meta| meta.name == name).collect();
            if named.is_empty() {
                return Err(unknown(name, &all));
            }
            named.iter().for_each(|meta| render(&meta.page(), &mut out));
        }
    }
    ui::print(&out)?;
    Ok(Exit::Agreed)
}

/// The rules by their groups.
fn rules(out: &mut String) {
    let all = verify::RULES.len();
    let _ = writeln!(out, "{bold}{all} rules{bold:#}\n", bold = ui::BOLD);
    for (group, about) in verify::rules::GROUPS {
        let items: Vec<Meta> =
            verify::RULES.iter().map(|r| r.meta).filter(|m| m.group().as_deref() == Some(group)).collect();
        let _ = writeln!(out, "{bold}{group}{bold:#}  {about}", bold = ui::BOLD);
        list(&items, out);
    }
}

/// Names and what they stand for.
fn list(items: &[Meta], out: &mut String) {
    let width = items.iter().map(|meta| meta.name.len()).max().unwrap_or(0);
    for meta in items {
        let _ = writeln!(out, "  {:width$}  {dim}{}{dim:#}", meta.name, meta.summary(), dim = ui::DIM);
    }
    out.push('\n');
}

/// Markdown as a terminal shows it: headings bold, examples indented and dim.
fn render(page: &str, out: &mut String) {
    let mut fenced = false;
    for line in page.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
        } else if fenced {
            let _ = writeln!(out, "    {dim}{line}{dim:#}", dim = ui::DIM);
        } else if let Some(title) = line.strip_prefix("## ").or_else(|| line.strip_prefix("# ")) {
            let _ = writeln!(out, "{bold}{title}{bold:#}", bold = ui::BOLD);
        } else {
            let _ = writeln!(out, "{line}");
        }
    }
}

fn unknown(name: &str, all: &[Meta]) -> Stop {
    let words: Vec<&str> = name.split('-').filter(|w| w.len() > 2).collect();
    let close: Vec<&str> = all
        .iter()
        .map(|meta| meta.name)
        .filter(|known| words.iter().any(|word| known.contains(word)))
        .take(5)
        .collect();
    let hint = if close.is_empty() {
        "`truetape explain` lists them".to_owned()
    } else {
        format!("did you mean {}?", close.join(", "))
    };
    Stop::usage(format!("there is no page `{name}`"), hint)
}

//! `truetape inspect CASSETTE...`: what was learned, and what was never seen.

use crate::{
    commands::replay,
    env,
    exit::{Exit, Outcome, Stop},
    settings::{Settings, age},
    ui::{self, Flags},
};
use cassettes::model::{Cassette, Exchange, Micros, Side};
use std::{
    collections::BTreeMap,
    fmt::Write as _,
    path::{Path, PathBuf},
};
use verify::{Finding, Report, Unaskable};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The cassettes to look into; without any, those of truetape.yaml
    #[arg(value_name = "CASSETTE")]
    cassettes: Vec<PathBuf>,
    /// The form of what is printed
    #[arg(long, default_value = "human", value_name = "FORM", value_parser = ["human", "json"])]
    format: String,
    /// List every exchange
    #[arg(long)]
    exchanges: bool,
    /// Evidence that is older is too old: 180d, 26w
    #[arg(long, value_name = "AGE", value_parser = age)]
    max_age: Option<Micros>,
}

pub(crate) fn run(arguments: &Arguments, ui: &Flags) -> Outcome {
    let settings = Settings::find()?;
    let cassettes = replay::load_lean(&settings.cassettes(&arguments.cassettes)?, ui)?;
    let budget = settings.evidence.budget(arguments.max_age);
    let report = verify::learned(&cassettes, env::now(), budget.as_ref());
    // Whoever asks for an age wants to be stopped by it.
    let old = report.findings.iter().any(|finding| finding.rule == "evidence-old");
    let exit = if old && arguments.max_age.is_some() { Exit::Findings } else { Exit::Agreed };
    if arguments.format == "json" {
        let unaskable = verify::unaskable(&cassettes, env::now());
        let text = serde_json::to_string_pretty(&json(&cassettes, &report, &unaskable))
            .map_err(|e| Stop::new(Exit::Internal, format!("printing: {e}"), "please report it"))?;
        ui::print(&(text + "\n"))?;
        return Ok(exit);
    }
    let unaskable = verify::unaskable(&cassettes, env::now());
    let mut out = String::new();
    for cassette in &cassettes {
        head(cassette, &mut out);
        if arguments.exchanges || ui.verbose {
            exchanges(cassette, &mut out);
        }
    }
    shown(&report, &unaskable, &mut out);
    ui::print(&out)?;
    Ok(exit)
}

fn head(cassette: &Cassette, out: &mut String) {
    let _ = writeln!(
        out,
        "{bold}{}{bold:#}  {}",
        cassette.name,
        ui::count(cassette.exchanges.len(), "exchange"),
        bold = ui::BOLD
    );
    for upstream in &cassette.header.upstreams {
        let _ = writeln!(out, "  upstream  {upstream}");
    }
    if let (Some(first), Some(last)) =
        (cassette.exchanges.iter().map(|e| e.at).min(), cassette.exchanges.iter().map(|e| e.at).max())
    {
        let _ = writeln!(out, "  recorded  {first} to {last}");
    }
    let mut redactors: BTreeMap<&str, usize> = BTreeMap::new();
    for redaction in cassette.exchanges.iter().flat_map(|e| &e.redactions) {
        *redactors.entry(&redaction.by).or_default() += 1;
    }
    if !redactors.is_empty() {
        let list: Vec<String> = redactors.iter().map(|(by, n)| format!("{n} by {by}")).collect();
        let _ = writeln!(out, "  redacted  {}", list.join(", "));
    }
    let edited: Vec<String> =
        cassette.exchanges.iter().filter(|e| e.edited).map(|e| e.id.to_string()).collect();
    if !edited.is_empty() {
        let _ = writeln!(out, "  edited    {} by hand, so no evidence", edited.join(", "));
    }
    out.push('\n');
}

fn exchanges(cassette: &Cassette, out: &mut String) {
    let several = cassette.exchanges.iter().any(|e| e.upstream != cassette.exchanges[0].upstream);
    for exchange in &cassette.exchanges {
        let size = size(exchange);
        let time = exchange.timing.end.map_or(String::new(), |us| format!("{:.1} ms", us as f64 / 1000.0));
        let _ = writeln!(
            out,
            "  {:>5}  {:>10}  {:6} {}{}  {dim}{size}  {time}{dim:#}",
            exchange.id.to_string(),
            exchange.answer.label(),
            exchange.request.method,
            host(&exchange.upstream, several),
            exchange.request.target,
            dim = ui::DIM
        );
    }
    out.push('\n');
}

/// What came, in a few words: frames of both sides, what a call over HTTP/2 ended with, or bytes.
fn size(exchange: &Exchange) -> String {
    let Some(head) = exchange.answer.head() else { return "nothing".to_owned() };
    if !head.frames.is_empty() {
        let sent = head.frames.iter().filter(|frame| frame.from == Side::Client).count();
        let frames = ui::count(head.frames.len(), "frame");
        return format!("{frames}, {sent} sent, {} received", head.frames.len() - sent);
    }
    // What a gRPC call came to stands behind the body, or where there is none before it.
    let status = ["grpc-status", "grpc-message"]
        .map(|name| head.trailers.get(name).or_else(|| head.headers.get(name)));
    let bytes = format!("{} bytes", head.len());
    match status {
        [Some(status), Some(message)] if !message.is_empty() => {
            format!("{bytes}, grpc-status {status}: {message}")
        }
        [Some(status), _] => format!("{bytes}, grpc-status {status}"),
        _ => bytes,
    }
}

/// The authority of an upstream, where several were recorded.
fn host(upstream: &str, several: bool) -> &str {
    if several { upstream.split_once("://").map_or(upstream, |(_, host)| host) } else { "" }
}

/// What was learned, per operation, and what was never seen, with the lesson that would teach it.
pub(crate) fn learned(cassettes: &[Cassette]) -> String {
    let mut out = String::new();
    let report = verify::learned(cassettes, env::now(), None);
    shown(&report, &verify::unaskable(cassettes, env::now()), &mut out);
    out
}

/// The same, as much of it as somebody reads at the end of a recording; `file` has the rest.
pub(crate) fn in_short(cassettes: &[Cassette], file: &Path) -> String {
    let report = verify::learned(cassettes, env::now(), None);
    let mut out = format!("{bold}Learned{bold:#}\n", bold = ui::BOLD);
    brief(&seen(&report), file, &mut out);
    out.push_str(&left(&report, cassettes, file));
    out
}

/// What was never seen, with the lessons that would teach it, the first of them; empty where nothing is missing.
pub(crate) fn unknown(cassettes: &[Cassette], file: &Path) -> String {
    left(&verify::learned(cassettes, env::now(), None), cassettes, file)
}

fn left(report: &Report, cassettes: &[Cassette], file: &Path) -> String {
    let mut out = String::new();
    let mut all = never_seen(report);
    all.extend(not_askable(&verify::unaskable(cassettes, env::now())));
    brief(&all, file, &mut out);
    out
}

/// So many lines of a list, and how many more there are.
fn brief(all: &[String], file: &Path, out: &mut String) {
    const LINES: usize = 30;
    let mut lines = 0;
    let fits = |text: &&String| {
        lines += text.lines().count();
        lines <= LINES
    };
    let shown = all.iter().take_while(fits).count();
    out.extend(all[..shown].iter().map(String::as_str));
    if let more @ 1.. = all.len() - shown {
        let _ = writeln!(out, "  … and {more} more: truetape inspect {}", file.display());
    }
}

fn shown(report: &Report, unaskable: &[Unaskable], out: &mut String) {
    let _ = writeln!(out, "{bold}Learned{bold:#}", bold = ui::BOLD);
    out.extend(seen(report));
    out.extend(never_seen(report));
    out.extend(not_askable(unaskable));
    too_old(report, out);
    out.push('\n');
}

/// What was learned, an operation each.
fn seen(report: &Report) -> Vec<String> {
    let mut all = Vec::new();
    for operation in &report.coverage.operations {
        let mut out = String::new();
        let _ = writeln!(out, "  {}{}", operation.operation, asked_of(&operation.upstreams));
        let width = operation.behaviours.iter().map(|b| b.kind.len()).max().unwrap_or(0);
        for behaviour in &operation.behaviours {
            let evidence = behaviour.evidence.join(" ");
            let _ = writeln!(
                out,
                "    {green}•{green:#} {:width$}  {dim}{evidence}{dim:#}",
                behaviour.kind,
                green = ui::GREEN,
                dim = ui::DIM
            );
        }
        all.push(out);
    }
    all
}

/// Whom an operation was asked of, where several were recorded.
fn asked_of(upstreams: &[String]) -> String {
    if upstreams.is_empty() {
        return String::new();
    }
    let hosts: Vec<&str> = upstreams.iter().map(|upstream| host(upstream, true)).collect();
    format!("  {dim}{}{dim:#}", hosts.join(", "), dim = ui::DIM)
}

/// What was recorded longer ago than is allowed.
fn too_old(report: &Report, out: &mut String) {
    let old: Vec<&Finding> =
        report.findings.iter().filter(|finding| finding.rule == "evidence-old").collect();
    if !old.is_empty() {
        let _ = writeln!(out, "\n{bold}Too old{bold:#}", bold = ui::BOLD);
    }
    for finding in old {
        let _ = writeln!(out, "  {}", finding.operation);
        let _ = writeln!(out, "    {yellow}?{yellow:#} {}", finding.message, yellow = ui::YELLOW);
    }
}

/// What nobody ever provoked, and the lessons that would show it: the lines of a plan, each with the heads that
/// stand above it.
fn never_seen(report: &Report) -> Vec<String> {
    let mut all = Vec::new();
    let mut head = format!(
        "\n{bold}Never seen{bold:#}  a mock is unproven there; a plan of lessons would teach it (∅: it was asked, and did not show)\n",
        bold = ui::BOLD
    );
    for operation in report.coverage.operations.iter().filter(|o| !o.unverified.is_empty()) {
        let _ = writeln!(head, "  {}{}", operation.operation, asked_of(&operation.upstreams));
        for lack in &operation.unverified {
            let mut out = std::mem::take(&mut head);
            let _ = writeln!(
                out,
                "    {yellow}{}{yellow:#} {}  {dim}{}{dim:#}\n      - {}",
                if lack.asked { "∅" } else { "?" },
                lack.kind,
                lack.because,
                short(&lack.lesson),
                yellow = ui::YELLOW,
                dim = ui::DIM
            );
            all.push(out);
        }
    }
    all
}

/// A lesson that fits on a line or two: what it sends may be long.
fn short(lesson: &str) -> String {
    const LONGEST: usize = 160;
    if lesson.chars().count() <= LONGEST {
        return lesson.to_owned();
    }
    lesson.chars().take(LONGEST).chain(['…']).collect()
}

/// What no plan can ask yet, and what it wants for that.
fn not_askable(all: &[Unaskable]) -> Vec<String> {
    let mut head = format!("\n{bold}Cannot be asked yet{bold:#}\n", bold = ui::BOLD);
    let said = |one: &Unaskable| {
        let mut out = std::mem::take(&mut head);
        let _ = writeln!(out, "  {yellow}?{yellow:#} {}", one.what, yellow = ui::YELLOW);
        if !one.operations.is_empty() {
            const FEW: usize = 8;
            let few: Vec<&str> = one.operations.iter().take(FEW).map(String::as_str).collect();
            let more = match one.operations.len().saturating_sub(FEW) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let _ = writeln!(out, "    {dim}{}{more}{dim:#}", few.join(", "), dim = ui::DIM);
        }
        let _ = writeln!(out, "    wants {}", one.wants);
        out
    };
    all.iter().map(said).collect()
}

fn json(cassettes: &[Cassette], report: &Report, unaskable: &[Unaskable]) -> serde_json::Value {
    let exchange = |cassette: &Cassette, e: &cassettes::model::Exchange| {
        serde_json::json!({
            "exchange": cassette.cite(e.id),
            "at": e.at.to_string(),
            "upstream": e.upstream,
            "method": e.request.method,
            "target": e.request.target,
            "answer": e.answer.label(),
            "bytes": e.answer.head().map(cassettes::model::Response::len),
            "frames": e.answer.head().map(|head| head.frames.len()).filter(|frames| *frames > 0),
            "first_byte_us": e.timing.first_byte,
            "end_us": e.timing.end,
            "redacted": e.redactions.iter().map(|r| r.place.0.clone()).collect::<Vec<_>>(),
            "edited": e.edited,
        })
    };
    let lacks =
        report.coverage.operations.iter().flat_map(|o| o.unverified.iter().map(move |lack| (o, lack)));
    let never_seen = lacks.map(|(o, lack)| {
        serde_json::json!({
            "operation": o.operation, "kind": lack.kind, "message": lack.because, "hint": lack.lesson, "asked": lack.asked,
        })
    });
    let old = report.findings.iter().filter(|finding| finding.rule == "evidence-old");
    let too_old =
        old.map(|f| serde_json::json!({"operation": f.operation.to_string(), "message": f.message}));
    serde_json::json!({
        "schema": verify::report::SCHEMA,
        "command": "inspect",
        "exchanges": cassettes.iter().flat_map(|c| c.exchanges.iter().map(move |e| exchange(c, e))).collect::<Vec<_>>(),
        "learned": report.coverage.operations,
        "unverified": report.coverage.unverified,
        "never_seen": never_seen.collect::<Vec<_>>(),
        "not_askable": unaskable,
        "too_old": too_old.collect::<Vec<_>>(),
    })
}

//! `truetape inspect CASSETTE...`: what was learned, and what was never seen.

use crate::{
    commands::replay,
    env,
    exit::{Exit, Outcome, Stop},
    settings::{Settings, age},
    ui::{self, Flags},
};
use cassettes::model::{Cassette, Exchange, Micros, Side};
use std::{collections::BTreeMap, fmt::Write as _, path::PathBuf};
use verify::{Finding, Report};

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
    let max_age = arguments.max_age.or(settings.evidence.max_age);
    let report = verify::learned(&cassettes, env::now(), max_age);
    // Whoever asks for an age wants to be stopped by it.
    let old = report.findings.iter().any(|finding| finding.rule == "evidence-old");
    let exit = if old && arguments.max_age.is_some() { Exit::Findings } else { Exit::Agreed };
    if arguments.format == "json" {
        let text = serde_json::to_string_pretty(&json(&cassettes, &report))
            .map_err(|e| Stop::new(Exit::Internal, format!("printing: {e}"), "please report it"))?;
        ui::print(&(text + "\n"))?;
        return Ok(exit);
    }
    let mut out = String::new();
    for cassette in &cassettes {
        head(cassette, &mut out);
        if arguments.exchanges || ui.verbose {
            exchanges(cassette, &mut out);
        }
    }
    shown(&report, &mut out);
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
    shown(&verify::learned(cassettes, env::now(), None), &mut out);
    out
}

/// What was never seen, with the lessons that would teach it; empty where nothing is missing.
pub(crate) fn unknown(cassettes: &[Cassette]) -> String {
    let mut out = String::new();
    never_seen(&verify::learned(cassettes, env::now(), None), &mut out);
    out
}

fn shown(report: &Report, out: &mut String) {
    let _ = writeln!(out, "{bold}Learned{bold:#}", bold = ui::BOLD);
    for operation in &report.coverage.operations {
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
    }
    never_seen(report, out);
    too_old(report, out);
    out.push('\n');
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

/// What nobody ever provoked, and the lessons that would show it: the lines of a plan.
fn never_seen(report: &Report, out: &mut String) {
    if report.coverage.unverified == 0 {
        return;
    }
    let _ = writeln!(
        out,
        "\n{bold}Never seen{bold:#}  a mock is unproven there; a plan of lessons would teach it",
        bold = ui::BOLD
    );
    for operation in report.coverage.operations.iter().filter(|o| !o.unverified.is_empty()) {
        let _ = writeln!(out, "  {}{}", operation.operation, asked_of(&operation.upstreams));
        for lack in &operation.unverified {
            let _ = writeln!(
                out,
                "    {yellow}?{yellow:#} {}  {dim}{}{dim:#}\n      - {}",
                lack.kind,
                lack.because,
                lack.lesson,
                yellow = ui::YELLOW,
                dim = ui::DIM
            );
        }
    }
}

fn json(cassettes: &[Cassette], report: &Report) -> serde_json::Value {
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
            "operation": o.operation, "kind": lack.kind, "message": lack.because, "hint": lack.lesson,
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
        "too_old": too_old.collect::<Vec<_>>(),
    })
}

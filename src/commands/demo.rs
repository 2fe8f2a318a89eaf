//! `truetape demo`: the whole tour on the practice vendor, as a newcomer would take it.

use crate::{
    commands::{inspect, record, verify as verification},
    env,
    exit::{Exit, Outcome, Stop},
    sandbox::{self, DEFAULT_KEY, Kind, Options, Said, tour},
    settings::Settings,
    ui::{self, Flags, count},
};
use cassettes::{
    model::{Answer, Cassette, RedactRules, Request},
    store,
    subject::Subject,
};
use recorder::{Live, LiveLimits};
use replayer::{Playback, Server, Tape, Wanted};
use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};
use tokio::{sync::watch, task::JoinHandle};
use verify::{Report, reporters};
use wire::client::Limits;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Keep the folder with the cassette
    #[arg(long)]
    keep: bool,
}

/// The rules whose findings are shown in full, one each.
const TELLING: [&str; 5] = [
    "pagination-flattened",
    "not-found-invented",
    "error-class-collapsed",
    "token-accepted",
    "number-text-changed",
];

pub(crate) async fn run(arguments: &Arguments, ui: &Flags) -> Outcome {
    let folder =
        tempfile::Builder::new().prefix("truetape-demo-").tempdir().map_err(|e| io("making a folder", &e))?;
    let cassette = folder.path().join("vendor.yaml");
    let settings = Settings::default();

    step(
        1,
        "Record",
        "A practice vendor runs on loopback. A client goes through truetape to it, down good roads and bad.",
    );
    let vendor = Standing::start(Kind::Vendor).await?;
    let asked = recorded(&vendor.url, &cassette, &settings).await?;
    vendor.stop().await;
    let size = std::fs::metadata(&cassette).map(|m| m.len()).unwrap_or_default();
    println_indented(&format!(
        "{} recorded into {} ({} KiB). One of them, as it stands in the file:",
        count(asked.len(), "exchange"),
        cassette.display(),
        size / 1024
    ));
    let tape = store::load(&cassette)?.cassette;
    excerpt(&cassette)?;

    step(2, "Learn", "What the recording shows the vendor to do, and what it never showed.");
    anstream::print!("{}", inspect::learned(std::slice::from_ref(&tape)));

    step(3, "Replay", "The vendor is gone. The same client asks the recording instead.");
    let same = replayed(&tape, &asked, &settings, &cassette).await?;

    step(
        4,
        "Accuse",
        "A mock as people write them: one page, every id found, any token taken. `truetape verify vendor.yaml --mock URL` says:",
    );
    let optimistic = judged(&tape, Kind::Optimistic, &settings, &cassette).await?;
    show(&optimistic)?;

    step(5, "Clear", "An honest mock, with data of its own, other ids, other prose:");
    let honest = judged(&tape, Kind::Honest, &settings, &cassette).await?;
    show(&honest)?;

    let right = same
        && verification::exit(&optimistic) == Exit::Findings
        && verification::exit(&honest) == Exit::Agreed;
    if arguments.keep {
        let kept = folder.keep();
        anstream::println!("\nKept: {}", kept.display());
    } else {
        ui.detail(format!("removing {}", folder.path().display()));
    }
    if right {
        anstream::println!(
            "\n{green}That is all of it.{green:#} Next: truetape record --upstream URL --cassette FILE -- YOUR-SUITE",
            green = ui::GREEN
        );
        Ok(Exit::Agreed)
    } else {
        Err(Stop::new(
            Exit::Internal,
            "the tour did not end as it should",
            "please report it, with the output above",
        ))
    }
}

fn step(number: usize, title: &str, text: &str) {
    anstream::println!("\n{bold}{number}. {title}{bold:#}", bold = ui::BOLD);
    println_indented(text);
    anstream::println!();
}

fn println_indented(text: &str) {
    anstream::println!("   {text}");
}

fn io(doing: &str, error: &std::io::Error) -> Stop {
    Stop::new(Exit::Internal, format!("{doing}: {error}"), "check the temporary folder")
}

/// A sandbox that is running.
struct Standing {
    url: String,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

impl Standing {
    async fn start(kind: Kind) -> Result<Standing, Stop> {
        let (stop, stopping) = watch::channel(false);
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let (address, serving) = sandbox::serve(Options::new(kind, env::now), address, stopping)
            .await
            .map_err(|e| io("starting the sandbox", &e))?;
        Ok(Standing { url: format!("http://{address}"), stop, serving })
    }

    async fn stop(self) {
        let _ = self.stop.send(true);
        let _ = self.serving.await;
    }
}

fn client(url: &str) -> Result<Live, Stop> {
    let limits = LiveLimits { silence: Duration::from_millis(1500), ..LiveLimits::default() };
    Live::new(url, None, limits).map_err(|e| Stop::new(Exit::Internal, e.to_string(), "please report it"))
}

/// Takes the tour through the recorder; gives what was asked and what the client was answered.
async fn recorded(
    vendor: &str,
    cassette: &std::path::Path,
    settings: &Settings,
) -> Result<Vec<(Request, Answer)>, Stop> {
    let keys = settings.keys(Some(&format!("hs256:{DEFAULT_KEY}")))?;
    let policy = Arc::new(settings.policy(&RedactRules::default(), keys, cassette, true)?);
    let upstreams = [vendor.to_owned()];
    let session = record::Session::start(record::Setup {
        upstreams: &upstreams,
        target: cassette,
        adding: None,
        always: false,
        anew: None,
        reach: record::Reach::Plain,
        listen: &[],
        limits: Limits { silence: Duration::from_secs(1), ..Limits::default() },
        extra_ca: None,
        comparing: Arc::clone(&policy),
        policy,
        scanner: settings.scanner(&[])?,
        spill_text: false,
        rules: RedactRules::default(),
    })
    .await?;
    let client = client(&session.standings[0].listener)?;
    let mut said = Said::new();
    let mut asked = Vec::new();
    for step in tour() {
        let Some(request) = step.request(&said, DEFAULT_KEY, env::now()) else { continue };
        let observed = client
            .answer(&request)
            .await
            .map_err(|e| Stop::new(Exit::CouldNotAsk, format!("the vendor: {e}"), "please report it"))?;
        if asked.len() % 6 == 0 {
            println_indented(&format!(
                "{dim}{:>5}  {} {}{dim:#}  {}",
                observed.answer.label(),
                request.method,
                short(&request.target),
                step.title,
                dim = ui::DIM
            ));
        }
        if let Answer::Reply(reply) = &observed.answer {
            said.insert(step.key, reply.clone());
        }
        asked.push((request, observed.answer));
    }
    println_indented(&format!("{dim}    …  ({} asked in all){dim:#}\n", asked.len(), dim = ui::DIM));
    session.finish().await?;
    Ok(asked)
}

fn short(target: &str) -> String {
    if target.chars().count() > 60 {
        target.chars().take(59).chain(['…']).collect()
    } else {
        target.to_owned()
    }
}

/// The first exchange of the file, without its head.
fn excerpt(cassette: &PathBuf) -> Result<(), Stop> {
    let text = std::fs::read_to_string(cassette).map_err(|e| io("reading the cassette", &e))?;
    anstream::println!();
    for line in text.lines().skip_while(|l| !l.starts_with("- id: 1")).take(26) {
        anstream::println!("   {dim}{line}{dim:#}", dim = ui::DIM);
    }
    anstream::println!("   {dim}…{dim:#}", dim = ui::DIM);
    Ok(())
}

/// Takes the tour again, on the replay; whether every answer was the same, byte for byte.
async fn replayed(
    tape: &Cassette,
    asked: &[(Request, Answer)],
    settings: &Settings,
    cassette: &std::path::Path,
) -> Result<bool, Stop> {
    let policy = settings.policy(&RedactRules::default(), None, cassette, false)?;
    let tape = Arc::new(Tape::prepare(vec![tape.clone()], Arc::new(policy)));
    let wanted = [Wanted { address: SocketAddr::from(([127, 0, 0, 1], 0)), upstream: None }];
    let playback = Arc::new(Playback::new(tape, replayer::Settings::new(env::now)));
    let server = Server::bind(playback, &wanted).await.map_err(|e| io("listening", &e))?;
    let url = server.addresses().next().map(|(address, _)| format!("http://{address}")).unwrap_or_default();
    let (stop, stopping) = watch::channel(false);
    let serving = tokio::spawn(server.run(stopping));
    let client = client(&url)?;
    let mut alike = 0;
    for (request, before) in asked {
        let observed = client
            .answer(request)
            .await
            .map_err(|e| Stop::new(Exit::Internal, format!("the replay: {e}"), "please report it"))?;
        if same(before, &observed.answer) {
            alike += 1;
        } else {
            println_indented(&format!(
                "{yellow}differs:{yellow:#} {} {}: {} then, {} now",
                request.method,
                short(&request.target),
                before.label(),
                observed.answer.label(),
                yellow = ui::YELLOW
            ));
        }
    }
    println_indented(&format!(
        "{alike} of {} answers the same: status, kind of failure, and body but for what was redacted.",
        asked.len()
    ));
    println_indented("A request that was not recorded is refused, never guessed:\n");
    let miss = client.answer(&Request::new("GET", "/v1/customers?limit=4")).await;
    if let Ok(observed) = miss
        && let Some(reply) = observed.answer.reply()
    {
        println_indented(&format!(
            "{dim}GET /v1/customers?limit=4  ->  {}  truetape-miss: {}{dim:#}",
            reply.status,
            reply.headers.get("truetape-miss").unwrap_or_default(),
            dim = ui::DIM
        ));
    }
    let _ = stop.send(true);
    let _ = serving.await;
    Ok(alike == asked.len())
}

/// Alike for a client: the same status and length of body, or the same kind of failure. Where nothing was
/// redacted and no link led elsewhere the bytes are the same, which the tests prove.
fn same(before: &Answer, after: &Answer) -> bool {
    match (before, after) {
        (Answer::Reply(a), Answer::Reply(b)) => {
            a.status == b.status && a.reason == b.reason && a.headers.codings() == b.headers.codings()
        }
        (Answer::Failed(a), Answer::Failed(b)) => a.kind == b.kind,
        _ => false,
    }
}

/// Starts a mock and asks it what the vendor was asked.
async fn judged(
    tape: &Cassette,
    kind: Kind,
    settings: &Settings,
    cassette: &std::path::Path,
) -> Result<Report, Stop> {
    let mock = Standing::start(kind).await?;
    let subject = client(&mock.url)?;
    let key = format!("hs256:{DEFAULT_KEY}");
    let judging = verification::Judging {
        rules: &verification::rules(&verification::Selection::default(), false)?,
        settings,
        token_key: Some(&key),
        max_age: None,
        beside: cassette,
    };
    let report = verification::ask(std::slice::from_ref(tape), &subject, judging).await;
    mock.stop().await;
    report
}

/// The report as `verify` prints it, with a finding or two of each kind that newcomers ask about, and all in numbers.
fn show(report: &Report) -> Result<(), Stop> {
    let mut shown = report.clone();
    shown.findings = TELLING
        .iter()
        .filter_map(|rule| {
            report.findings.iter().filter(|f| f.rule == *rule).max_by_key(|f| f.message.contains("expired"))
        })
        .cloned()
        .collect();
    let whole = shown.findings.is_empty();
    if !whole {
        shown.coverage.operations.clear();
    }
    let human = reporters::find("human")
        .ok_or_else(|| Stop::new(Exit::Internal, "no human report", "please report it"))?;
    let mut out = Vec::new();
    (human.write)(&shown, &verification::view(true), &mut out).map_err(|e| io("printing", &e))?;
    anstream::print!("{}", String::from_utf8_lossy(&out));
    if !whole {
        let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
        report.findings.iter().for_each(|finding| *rules.entry(finding.rule).or_default() += 1);
        let rules: Vec<String> = rules
            .into_iter()
            .map(|(rule, n)| if n == 1 { rule.to_owned() } else { format!("{rule} ({n})") })
            .collect();
        println_indented(&format!(
            "{} in all: {}",
            count(report.findings.len(), "finding"),
            rules.join(", ")
        ));
        println_indented(&format!(
            "{} of {} behaviours reproduced",
            report.coverage.reproduced, report.coverage.behaviours
        ));
    }
    Ok(())
}

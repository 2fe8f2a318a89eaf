//! The identity law of audits: what a client did when it was recorded, done again one request after the other,
//! gives no error and no warning. Over every cassette at hand, and with `TRUETAPE_CORPORA` over those of others.

use cassettes::{
    journal::{Carrier, Content, Ended, Journal, Line, Opening, SCHEMA, Served},
    model::{
        Answer, Cassette, Connection, Exchange, ExchangeId, Headers, Request, Response, Timestamp, Timing,
    },
    redact::{Policy, PseudonymKey},
    store,
};
use serde_yaml::Value;
use std::path::{Path, PathBuf};
use verify::{
    audit::{Heard, audit},
    audits::AUDITS,
};

/// The files below a folder with one of these endings, in order.
pub(crate) fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| endings.iter().any(|one| ending == *one)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The same requests, all of them under way at the same time, each on a connection of its own.
fn together(mut journal: Journal) -> Journal {
    let count = journal.lines.len() as u64;
    journal.lines.retain(|line| matches!(line, Line::Served(_)));
    for (number, line) in (1..).zip(&mut journal.lines) {
        let Line::Served(served) = line else { continue };
        served.connection = Carrier { id: number, request: 1, opened: number, ..Carrier::default() };
        (served.at, served.first, served.end) = (number, None, count + number);
    }
    for number in 1..count {
        let closed = 2 * count + number;
        journal.lines.push(Line::Ended(Ended {
            closed,
            connection: number,
            opened: number,
            requests: 1,
            ..Ended::default()
        }));
    }
    journal
}

/// The journal of the recorded client, as serial as it can be told and at its own pace.
fn journal(cassette: &Cassette) -> Journal {
    let started = cassette.exchanges.first().map(|e| e.at).unwrap_or_default();
    let opening = Opening {
        journal: SCHEMA,
        by: "the recorded client".into(),
        started: started.to_string(),
        speed: "recorded".into(),
        ..Opening::default()
    };
    let mut journal = Journal { opening, lines: Vec::new() };
    let (mut now, mut requests) = (0, 0);
    for exchange in &cassette.exchanges {
        let recorded = u64::try_from(exchange.at.0 - started.0).unwrap_or(0);
        let at = recorded.max(now + 1);
        now = at + exchange.timing.end.unwrap_or(1000);
        requests += 1;
        let request = &exchange.request;
        let body = (!request.body.is_empty()).then(|| Content {
            len: request.body.len() as u64,
            sha256: request.body.digest().to_string(),
            text: std::str::from_utf8(request.body.bytes()).ok().map(str::to_owned),
        });
        journal.lines.push(Line::Served(Box::new(Served {
            at,
            connection: Carrier { id: 1, request: requests, ..Carrier::default() },
            session: "default".into(),
            method: request.method.clone(),
            target: request.target.clone(),
            headers: request
                .headers
                .iter()
                .map(|(name, value)| (name.to_owned(), String::from_utf8_lossy(value).into_owned()))
                .collect(),
            body,
            exchange: Some(cassette.cite(exchange.id)),
            answer: exchange.answer.label(),
            first: exchange.timing.first_byte.map(|first| at + first),
            end: now,
            written: 1,
            ..Served::default()
        })));
    }
    journal.lines.push(Line::Ended(Ended { closed: now + 1, connection: 1, requests, ..Ended::default() }));
    journal
}

/// What is said of the recorded client, serial and all at once, but for information.
fn complaints(cassette: &Cassette) -> Vec<String> {
    let heard = Heard { command: "audit", file: "journal.jsonl" };
    let serial = journal(cassette);
    let both = [together(serial.clone()), serial];
    let reports = both.iter().map(|done| audit(std::slice::from_ref(cassette), done, AUDITS, &heard));
    let findings = reports.flat_map(|report| report.findings);
    findings
        .filter(verify::Finding::fails)
        .map(|f| format!("{} {} {}: {} [{}]", cassette.name, f.rule, f.operation, f.message, f.other.excerpt))
        .collect()
}

/// Findings about recorded clients, each of them looked at.
const KNOWN: &[(&str, &str, &str)] = &[
    // True: the tour asks for its job again at once, though it is told to wait a second.
    ("tour.yaml", "retry-after-ignored", "GET /v1/jobs/{id}"),
];

fn is_known(line: &str) -> bool {
    KNOWN.iter().any(|(cassette, rule, operation)| {
        line.starts_with(&format!("{cassette} {rule} ")) && line.contains(operation)
    })
}

#[test]
fn nothing_is_said_of_clients_that_were_recorded() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut said = Vec::new();
    let mut count = 0;
    for folder in ["cassettes/library", "tests/boundaries", "examples"] {
        for path in files(&root.join(folder), &["yaml"]) {
            let Ok(loaded) = store::load(&path) else { continue };
            count += 1;
            said.extend(complaints(&loaded.cassette).into_iter().filter(|line| !is_known(line)));
        }
    }
    assert!(count >= 15, "the library and the gallery: {count}");
    assert_eq!(said, Vec::<String>::new());
}

#[test]
fn nothing_is_said_of_clients_that_others_recorded() {
    let Some(corpora) = std::env::var_os("TRUETAPE_CORPORA") else {
        eprintln!("TRUETAPE_CORPORA is not set: nothing was read");
        return;
    };
    let policy =
        Policy::new(&Default::default(), Vec::new(), PseudonymKey([1; 32]), None).expect("the defaults");
    let (mut said, mut count) = (Vec::new(), 0);
    for path in files(Path::new(&corpora), &["yml", "yaml", "json", "har"]) {
        let Some(mut cassette) = read(&path) else { continue };
        let clean = |exchange: Exchange| policy.clean(exchange).exchange().clone();
        cassette.exchanges = cassette.exchanges.into_iter().map(clean).collect();
        count += cassette.exchanges.len();
        said.extend(complaints(&cassette).into_iter().filter(|line| !is_known(line)));
    }
    eprintln!("{count} exchanges");
    assert_eq!(said, Vec::<String>::new(), "{}", said.len());
}

/// Cassettes of other tools, as far as a test needs them: interactions in YAML or JSON, and HAR.
pub(crate) fn read(path: &Path) -> Option<Cassette> {
    let document: Value = serde_yaml::from_slice(&std::fs::read(path).ok()?).ok()?;
    let list = ["http_interactions", "interactions"].iter().find_map(|name| document.get(name));
    let list = list.or_else(|| document.get("log")?.get("entries"))?.as_sequence()?;
    let name = path.file_name()?.to_string_lossy().into_owned();
    let mut cassette = Cassette { name, ..Cassette::default() };
    for (number, interaction) in (1..).zip(list) {
        cassette.exchanges.extend(exchange(interaction, number));
    }
    (!cassette.exchanges.is_empty()).then_some(cassette)
}

fn exchange(interaction: &Value, number: u32) -> Option<Exchange> {
    let (asked, said) = (interaction.get("request")?, interaction.get("response")?);
    let url = asked.get("uri").or_else(|| asked.get("url"))?.as_str()?;
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let target = rest.find('/').map_or("/", |at| &rest[at..]);
    let status = ["status", "status_code", "code"].iter().find_map(|name| said.get(name))?;
    let status = status.get("code").unwrap_or(status);
    let status = status.as_u64().or_else(|| status.as_str()?.split(' ').next()?.parse().ok())?;
    let status = u16::try_from(status).ok()?;
    let mut request = Request::new(asked.get("method")?.as_str()?.to_ascii_uppercase(), target);
    request.headers = headers(asked.get("headers"));
    request.body = bytes(asked.get("body").or_else(|| asked.get("postData"))).into();
    let mut heads = headers(said.get("headers"));
    heads.remove("content-encoding");
    let response = Response::new(status, heads, bytes(said.get("body").or_else(|| said.get("content"))));
    let moment = ["recorded_at", "startedDateTime"].iter().find_map(|name| interaction.get(name)?.as_str());
    let moment = moment.and_then(Timestamp::parse).unwrap_or(Timestamp(i64::from(number) * 60_000_000));
    Some(Exchange {
        id: ExchangeId(number),
        at: moment,
        upstream: "https://api.example.test".to_owned(),
        request,
        answer: Answer::Reply(response),
        timing: Timing { first_byte: Some(20_000), end: Some(21_000), chunks: Vec::new() },
        connection: Connection::default(),
        redactions: Vec::new(),
        tokens: Vec::new(),
        edited: false,
    })
}

fn headers(value: Option<&Value>) -> Headers {
    let mut headers = Headers::new();
    for one in value.and_then(Value::as_sequence).into_iter().flatten() {
        if let (Some(name), Some(value)) = (one.get("name"), one.get("value")) {
            headers.push(text(name), text(value));
        }
    }
    for (name, value) in value.and_then(Value::as_mapping).into_iter().flatten() {
        match value.as_sequence() {
            Some(values) => values.iter().for_each(|value| headers.push(text(name), text(value))),
            None => headers.push(text(name), text(value)),
        }
    }
    headers.0.retain(|(name, _)| cassettes::model::is_header_name(name));
    headers
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

fn bytes(value: Option<&Value>) -> Vec<u8> {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let unbase64 = |text: &str| {
        let text: String = text.split_ascii_whitespace().collect();
        STANDARD.decode(text).unwrap_or_default()
    };
    match value {
        Some(Value::String(text)) => text.clone().into_bytes(),
        Some(Value::Tagged(tagged)) => tagged.value.as_str().map(unbase64).unwrap_or_default(),
        Some(map @ Value::Mapping(_)) => match (map.get("base64_string"), map.get("string"), map.get("text"))
        {
            (Some(text), ..) => text.as_str().map(unbase64).unwrap_or_default(),
            (None, Some(text), _) | (None, None, Some(text)) => bytes(Some(text)),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

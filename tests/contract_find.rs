//! Who reports a number, found by whole commands, and over every cassette at hand: disagreements are credible.

use crate::{
    honest_conduct::{files, read},
    reports,
    support::{Done, truetape},
};
use cassettes::{
    examples,
    model::{Body, Cassette, Exchange, ExchangeId, RedactRules, Timestamp},
    redact::{Policy, PseudonymKey},
    store,
};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fmt::Write as _,
    path::{Path, PathBuf},
    time::Instant,
};
use verify::contract::find::{Search, find};

/// The page and its export leave reservations out, the check behind the form does not. Item 1 has none.
const SHOP: &str = "\
> GET /admin/items/1/inventory
< content-type: text/html
< 200 <h1>Lamp</h1><table><tr><th>Sold</th><td>3</td></tr><tr><th>Available</th><td>5</td></tr></table>
> GET /admin/items/2/inventory
< content-type: text/html
< 200 <h1>Desk</h1><table><tr><th>Sold</th><td>7</td></tr><tr><th>Available</th><td>3</td></tr></table>
> GET /export/items.csv
< content-type: text/csv
< 200 Item ID;Name;Sold
<< 1;Lamp;3
<< 2;Desk;7
<< 3;Chair;1,234
--- stock.yaml
> GET /v2/stock?item_id=1
< 200 {\"item\":{\"id\":\"1\",\"commitments\":{\"sold\":3}}}
> GET /v2/stock?item_id=2
< 200 {\"item\":{\"id\":\"2\",\"commitments\":{\"sold\":10}}}
> GET /v2/stock?item_id=4
< 404 {\"error\":\"not_found\"}
";

fn policy() -> Policy {
    Policy::new(&RedactRules::default(), Vec::new(), PseudonymKey([1; 32]), None).expect("the defaults")
}

/// Writes the cassettes of an example into a folder, each as a service of its own.
fn record(folder: &Path, text: &str) -> Vec<String> {
    let policy = policy();
    let cassettes = examples::parse(text).expect("reads").cassettes;
    let mut names = Vec::new();
    for mut cassette in cassettes {
        let upstream = format!("http://{}.test", cassette.name.trim_end_matches(".yaml"));
        cassette.header.upstreams = vec![upstream.clone()];
        let clean = |exchange| policy.clean(Exchange { upstream: upstream.clone(), ..exchange });
        let clean: Vec<_> = cassette.exchanges.into_iter().map(clean).collect();
        store::save(&folder.join(&cassette.name), &cassette.header, &clean, &policy).expect("saved");
        names.push(cassette.name);
    }
    names
}

fn find_in(folder: &Path, name: &str, cassettes: &[String], more: &[&str]) -> Done {
    let cassettes: Vec<&str> = cassettes.iter().map(String::as_str).collect();
    truetape(&[&["contract", "find", name], cassettes.as_slice(), more].concat(), folder)
}

#[test]
fn reporters_across_services_are_found_and_disagree() {
    let folder = tempfile::tempdir().expect("a folder");
    let cassettes = record(folder.path(), SHOP);
    let done = find_in(folder.path(), "sold", &cassettes, &["--format", "json"]);
    assert_eq!(done.code, 1, "{done:?}");
    let report: Value = serde_json::from_str(&done.stdout).expect("JSON");
    reports::assert_fits(&reports::schema(), "contract find", &report);
    let numbers = &report["numbers"];
    let reporters: Vec<(String, String, u64)> = numbers["reporters"]
        .as_array()
        .expect("reporters")
        .iter()
        .map(|one| {
            let text = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
            (text("operation"), text("pointer"), one["entities"].as_u64().unwrap_or_default())
        })
        .collect();
    let wanted = [
        ("GET /export/items.csv", "/*/Sold", 3),
        ("GET /admin/items/{id}/inventory", "/table 1/Sold", 2),
        ("GET /v2/stock", "/item/commitments/sold", 2),
    ];
    assert_eq!(
        reporters,
        wanted.map(|(operation, pointer, n)| (operation.to_owned(), pointer.to_owned(), n))
    );
    let findings = report["findings"].as_array().expect("findings");
    assert_eq!(findings.len(), 1, "one pair of definitions, however many reporters have each: {findings:#?}");
    let finding = &findings[0];
    assert_eq!((&finding["rule"], &finding["severity"]), (&"reporters-disagree".into(), &"error".into()));
    assert_eq!((&finding["real"]["excerpt"], &finding["other"]["excerpt"]), (&"7".into(), &"10".into()));
    assert_eq!(finding["other"]["exchange"], "stock.yaml#2");
    let message = finding["message"].as_str().expect("a message");
    assert!(message.contains("item 2") && message.contains("agree about 1 of 2"), "{message}");
    let human = find_in(folder.path(), "sold", &cassettes, &[]).stdout;
    let order =
        ["sold: 3 reporters", "error  reporters-disagree", "Which of these numbers gates a behaviour"];
    let places: Vec<usize> = order.iter().map(|text| human.find(text).expect(text)).collect();
    assert!(places.is_sorted(), "{human}");
    for form in ["html", "markdown", "junit", "sarif", "github"] {
        let done = find_in(folder.path(), "SOLD", &cassettes, &["--format", form]);
        assert!(done.code == 1 && done.stdout.contains("reporters-disagree"), "{form}: {done:?}");
    }
}

/// Two services that call one thing by two words, and a map of numbers by ids.
const WORDS: &str = "\
> GET /items/1
< 200 {\"sold\":5}
> GET /items/2
< 200 {\"sold\":7}
> GET /items/3
< 200 {\"sold\":2}
> GET /items/9
< 404 {\"error\":\"nope\"}
--- stock.yaml
> GET /stock/1
< 200 {\"commitments\":{\"sold\":5}}
> GET /stock/2
< 200 {\"commitments\":{\"sold\":10}}
> GET /stock/3
< 200 {\"commitments\":{\"sold\":2}}
> GET /stock/9
< 404 {\"error\":\"nope\"}
--- summary.yaml
> GET /summary
< 200 {\"sold\":{\"1\":5,\"2\":7,\"3\":2}}
";

#[test]
fn things_with_two_names_are_joined_by_evidence_and_by_word() {
    let folder = tempfile::tempdir().expect("a folder");
    let cassettes = record(folder.path(), WORDS);
    let find = |more: &[&str]| {
        let done = find_in(folder.path(), "sold", &cassettes, &[more, &["--format", "json"]].concat());
        let report: Value = serde_json::from_str(&done.stdout).unwrap_or_default();
        (done, report)
    };
    let (done, report) = find(&[]);
    let findings = report["findings"].as_array().expect("findings");
    assert_eq!((done.code, findings.len()), (1, 1), "{findings:#?}");
    assert_eq!(findings[0]["severity"], "warning");
    let message = findings[0]["message"].as_str().expect("text");
    let joined =
        "`item` and `stock` seem to be one: 2 of 3 ids give the same number, and neither knows 1 more";
    assert!(message.contains("`sold` of item 2 is 7") && message.contains(joined), "{message}");
    assert!(findings[0]["hint"].as_str().expect("text").contains("`--same item=stock`"), "{findings:#?}");
    let (done, report) = find(&["--same", "item=stock", "--same", "item=sold-key"]);
    let findings = report["findings"].as_array().expect("findings");
    assert_eq!((done.code, findings.len()), (1, 1), "{findings:#?}");
    assert_eq!((&findings[0]["severity"], &report["numbers"]["compared"]), (&"error".into(), &9.into()));
    let about = |at: usize| report["numbers"]["reporters"][at]["example"]["about"].as_str().expect("a thing");
    assert_eq!([about(0), about(1), about(2)], ["item 1", "stock 1", "soldkey 1"]);
    for (wrong, said) in [("item", "`=` between them"), ("item=stok", "tell of item, soldkey, stock")] {
        let (done, _) = find(&["--same", wrong]);
        assert!(done.code == 2 && done.stderr.contains(said), "{done:?}");
    }
}

#[test]
fn agreement_is_silent_and_absence_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let cassettes =
        record(folder.path(), &SHOP.replace("\"sold\":10", "\"sold\":7").replace("item_id=4", "item_id=3"));
    let done = find_in(folder.path(), "sold", &cassettes, &["--format", "json"]);
    let report: Value = serde_json::from_str(&done.stdout).expect("JSON");
    assert_eq!((done.code, &report["verdict"]), (0, &"agreed".into()), "{done:?}");
    let findings = report["findings"].as_array().expect("findings");
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0]["severity"], "info");
    assert!(findings[0]["message"].as_str().expect("text").contains("knows of no item 3"), "{findings:?}");
}

#[test]
fn a_name_that_stands_nowhere_is_answered_with_those_that_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let cassettes = record(folder.path(), SHOP);
    let done = find_in(folder.path(), "sold_count", &cassettes, &[]);
    assert_eq!(done.code, 3, "{done:?}");
    assert!(
        done.stderr.contains("did you mean") && done.stderr.contains("Sold, seen in 5 answers"),
        "{}",
        done.stderr
    );
    assert_eq!(find_in(folder.path(), "commitments.sold", &cassettes, &[]).code, 0, "one reporter");
    assert_eq!(find_in(folder.path(), "...", &cassettes, &[]).code, 3);
}

/// Names that many services use, for many things.
const COMMON: [&str; 26] = [
    "amount",
    "total",
    "count",
    "price",
    "id",
    "size",
    "number",
    "quantity",
    "balance",
    "version",
    "limit",
    "stars",
    "comments",
    "score",
    "watchers",
    "forks",
    "open_issues",
    "total_count",
    "public_repos",
    "followers",
    "priority",
    "duration",
    "tokens",
    "input_tokens",
    "value",
    "status",
];

/// Disagreements that were looked at: the number by its cassettes' folder, and why it is one.
const LOOKED_AT: &[(&str, &str)] = &[];

/// What is said that fails, and how often numbers were compared.
fn complaints(folder: &str, cassettes: &[Cassette]) -> (Vec<String>, usize) {
    let mut said = Vec::new();
    let mut compared = 0;
    for name in COMMON {
        let Ok(report) = find(cassettes, &Search { name, ..Search::default() }) else { continue };
        compared += report.numbers.as_ref().map_or(0, |numbers| numbers.compared);
        let known = LOOKED_AT.iter().any(|(of, number)| folder.contains(of) && name == *number);
        for finding in report.findings.iter().filter(|finding| finding.fails() && !known) {
            said.push(format!(
                "{folder} {name} {} {} | {:?} {} | {:?} {} | {}",
                finding.severity.as_str(),
                finding.message,
                finding.real.exchange,
                finding.real.pointer,
                finding.other.exchange,
                finding.other.pointer,
                finding.hint.as_deref().unwrap_or_default()
            ));
        }
    }
    (said, compared)
}

/// Every folder as a service, all together: none of them speaks of things of another.
fn together(by_folder: &BTreeMap<PathBuf, Vec<Cassette>>) -> Vec<String> {
    let mut all = Vec::new();
    for (folder, cassettes) in by_folder {
        let upstream = folder.to_string_lossy();
        for mut cassette in cassettes.iter().cloned() {
            cassette.exchanges.iter_mut().for_each(|exchange| exchange.upstream = upstream.to_string());
            all.push(cassette);
        }
    }
    let across = |line: &String| line.contains("be one") || line.contains("are one");
    complaints("all", &all).0.into_iter().filter(across).collect()
}

#[test]
fn no_service_at_hand_disagrees_with_itself() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut by_folder: BTreeMap<PathBuf, Vec<Cassette>> = BTreeMap::new();
    for folder in ["cassettes/library", "tests/boundaries", "examples"] {
        for path in files(&root.join(folder), &["yaml"]) {
            let Ok(loaded) = store::load(&path) else { continue };
            let parent = path.parent().unwrap_or(&path).to_owned();
            by_folder.entry(parent).or_default().push(loaded.cassette);
        }
    }
    let mut said: Vec<String> = by_folder
        .iter()
        .flat_map(|(folder, cassettes)| complaints(&folder.to_string_lossy(), cassettes).0)
        .collect();
    said.extend(together(&by_folder));
    assert!(by_folder.len() > 5);
    assert_eq!(said, Vec::<String>::new());
}

#[test]
fn no_service_that_others_recorded_disagrees_with_itself() {
    let Some(corpora) = std::env::var_os("TRUETAPE_CORPORA") else {
        eprintln!("TRUETAPE_CORPORA is not set: nothing was read");
        return;
    };
    let mut by_folder: BTreeMap<PathBuf, Vec<Cassette>> = BTreeMap::new();
    for path in files(Path::new(&corpora), &["yml", "yaml", "json", "har"]) {
        if let Some(cassette) = read(&path) {
            by_folder.entry(path.parent().unwrap_or(&path).to_owned()).or_default().push(cassette);
        }
    }
    let (mut said, mut compared) = (Vec::new(), 0);
    for (folder, cassettes) in &by_folder {
        let (more, times) = complaints(&folder.to_string_lossy(), cassettes);
        said.extend(more);
        compared += times;
    }
    said.extend(together(&by_folder));
    eprintln!("{compared} comparisons");
    assert!(said.is_empty(), "{}\n{}", said.len(), said.join("\n"));
}

#[test]
fn ten_thousand_exchanges_take_seconds() {
    let mut text = String::new();
    for item in 0..50 {
        let _ = writeln!(text, "> GET /items/{item}\n< 200 {{\"id\":{item},\"sold\":{item}}}");
        let _ =
            writeln!(text, "> GET /stock?item_id={item}\n< 200 {{\"sold\":{}}}", item / 49 * 50 + item % 49);
    }
    let few = examples::parse(&text).expect("reads").cassettes.remove(0);
    let padding =
        format!(",\"more\":[{}]}}", vec!["{\"name\":\"x\",\"value\":1.5,\"flag\":true}"; 30].join(","));
    let mut cassette = Cassette { name: "many.yaml".to_owned(), ..Cassette::default() };
    for number in 0..10_000_u32 {
        let mut exchange = few.exchanges[number as usize % few.exchanges.len()].clone();
        exchange.id = ExchangeId(number + 1);
        exchange.at = Timestamp(i64::from(number) * 1000);
        if let cassettes::model::Answer::Reply(reply) = &mut exchange.answer {
            let body = String::from_utf8_lossy(reply.body.bytes()).replace('}', &padding);
            reply.body = Body::from(body);
        }
        cassette.exchanges.push(exchange);
    }
    let began = Instant::now();
    let report = find(&[cassette], &Search { name: "sold", ..Search::default() }).expect("it is there");
    eprintln!("{:?}", began.elapsed());
    assert_eq!(report.numbers.expect("numbers").compared, 50);
    assert_eq!(report.findings.len(), 1);
    // Without optimization, on a machine with other work.
    assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
}

#[test]
fn chance_joins_no_things() {
    let mut state = 12345_u64;
    let mut random = |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    for (things, below, times) in [(3, 100, 40), (5, 30, 40), (12, 10, 20)] {
        for _ in 0..times {
            let mut text = String::new();
            for (file, kind) in [("", "items"), ("--- people.yaml\n", "people")] {
                text.push_str(file);
                for id in 1..=things {
                    let _ = writeln!(text, "> GET /{kind}/{id}\n< 200 {{\"sold\":{}}}", random(below));
                }
            }
            let mut cassettes = examples::parse(&text).expect("reads").cassettes;
            for cassette in &mut cassettes {
                let upstream = cassette.name.clone();
                cassette.exchanges.iter_mut().for_each(|exchange| exchange.upstream = upstream.clone());
            }
            let report = find(&cassettes, &Search { name: "sold", ..Search::default() }).expect("is there");
            assert_eq!(report.numbers.expect("numbers").compared, 0, "{text}");
        }
    }
}

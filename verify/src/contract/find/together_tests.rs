//! What is found only by looking at all that two reporters say together.

use super::{Search, find};
use crate::finding::Severity;
use cassettes::examples::parse;
use std::fmt::Write as _;

/// What is found of `name`, and the notes; each cassette is of a service of its own.
fn found(name: &str, text: &str, edit: bool) -> (Vec<Severity>, String) {
    let mut example = parse(text).expect("reads");
    for cassette in &mut example.cassettes {
        let upstream = format!("https://{}.test", cassette.name);
        cassette.exchanges.iter_mut().for_each(|exchange| exchange.upstream = upstream.clone());
    }
    if let Some(last) = example.cassettes.last_mut().and_then(|cassette| cassette.exchanges.last_mut()) {
        last.edited = edit;
    }
    let report = find(&example.cassettes, &Search { name, ..Search::default() }).expect("it is there");
    let severities = report.findings.iter().map(|finding| finding.severity).collect();
    (severities, report.numbers.expect("numbers").notes.join("\n"))
}

fn prices(pairs: &[(&str, &str)]) -> (Vec<Severity>, String) {
    let mut text = String::new();
    for (id, (one, _)) in pairs.iter().enumerate() {
        let _ = writeln!(text, "> GET /items/{id}\n< 200 {{\"price\":{one}}}");
    }
    text.push_str("--- shop.yaml\n");
    for (id, (_, other)) in pairs.iter().enumerate() {
        let _ = writeln!(text, "> GET /shop?item_id={id}\n< 200 {{\"price\":{other}}}");
    }
    found("price", &text, false)
}

#[test]
fn units_and_roundings_are_rules_and_one_pair_is_none() {
    for (pairs, note) in [
        (&[("1.25", "125"), ("2.5", "250"), ("5.0", "500"), ("0", "0")][..], "hundredfold"),
        (&[("700", "7"), ("800", "8"), ("1200", "12")], "hundredfold"),
        (&[("1.5", "1500"), ("2.25", "2250")], "thousandfold"),
        (&[("3.37", "3"), ("6.74", "7"), ("9.10", "9"), ("5", "5")], "rounded"),
        (&[("3.37", "3"), ("6.74", "6"), ("9.90", "9")], "rounded"),
    ] {
        let (severities, notes) = prices(pairs);
        assert!(severities.is_empty() && notes.contains(note), "{pairs:?} {severities:?} {notes}");
    }
    for pairs in [
        &[("2.5", "250")][..],
        &[("7", "700"), ("8", "800")],
        &[("3.9", "3"), ("6.2", "7"), ("9.9", "9")],
        &[("3.37", "3"), ("6.74", "7")],
        &[("1.5", "150"), ("2.5", "250"), ("3.5", "350"), ("4.5", "450"), ("6.5", "750")],
    ] {
        assert_eq!(prices(pairs).0, [Severity::Error], "{pairs:?}");
    }
}

#[test]
fn parents_that_one_names_alone_make_another_thing() {
    let alone =
        "> GET /events/3\n< 200 {\"sold\":5}\n--- b.yaml\n> GET /tenants/9/events/3\n< 200 {\"sold\":70}\n";
    let (severities, notes) = found("sold", alone, false);
    assert!(severities.is_empty() && notes.contains("event 3 of tenant 9"), "{notes}");
    let agree = "> GET /events/4\n< 200 {\"sold\":8}\n";
    let more = format!("{agree}{alone}{}", agree.replace("/events", "/tenants/9/events"));
    assert_eq!(found("sold", &more, false).0, [Severity::Error]);
}

#[test]
fn a_call_that_gives_the_number_did_not_change_it() {
    let get = "> GET /events/3\n< 200 {\"id\":3,\"sold\":5}\n--- b.yaml\n";
    let later = "@ at 2026-01-02T03:04:09Z\n";
    for (call, severity) in [
        ("> POST /rpc\n>> {\"method\":\"stats\",\"params\":{\"event_id\":3}}\n", Severity::Error),
        ("> POST /graphql\n>> {\"query\":\"q\",\"variables\":{\"eventId\":3}}\n", Severity::Error),
        ("> PUT /events/3\n>> {\"open\":true}\n", Severity::Warning),
    ] {
        let text = format!("{get}{call}{later}< 200 {{\"sold\":7}}\n");
        assert_eq!(found("sold", &text, false).0, [severity], "{text}");
        assert!(
            found("sold", &format!("{text}> GET /box?event_id=3\n< 200 {{\"sold\":5}}"), true)
                .1
                .contains("edited")
        );
    }
}

#[test]
fn the_thing_beside_the_number_is_what_the_path_asks_for_if_it_always_is() {
    let box_3 = "> GET /box/3\n< 200 {\"event\":{\"id\":3},\"stats\":{\"sold\":7,\"total_sold\":9}}\n";
    let text = format!("> GET /events/3\n< 200 {{\"id\":3,\"sold\":5}}\n--- b.yaml\n{box_3}");
    let (severities, notes) = found("sold", &text, false);
    assert_eq!(severities, [Severity::Error]);
    assert!(notes.contains("also seen: total_sold (1 answer)"), "{notes}");
    let other = box_3.replace("/3", "/4");
    assert_eq!(found("sold", &format!("{text}{other}"), false).0, []);
}

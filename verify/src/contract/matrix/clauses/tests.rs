//! The examples of the pages: a contract, and what its implementations said.

use super::CLAUSES;
use crate::agree::agree;
use crate::contract::matrix::answered::Answered;
use crate::contract::matrix::contract::Contract;
use crate::contract::matrix::said::Said;
use crate::contract::matrix::table::Table;
use crate::report::{Report, Verdict};
use cassettes::examples;
use cassettes::model::{Answer, Headers, Request, Response};

/// Plays an example: `~ WHO CASE STATUS BODY` is an answer, `>` and `<` are what was recorded in example.yaml.
fn play(text: &str) -> Report {
    let of = |line: &&str| line.starts_with(['>', '<']);
    let pick = |wanted: &dyn Fn(&&str) -> bool| -> String {
        text.lines().filter(wanted).map(|line| format!("{line}\n")).collect()
    };
    let contract = pick(&|line| !of(line) && !line.starts_with('~'));
    let contract = Contract::parse(contract.as_bytes(), &[]).expect("a contract");
    let recorded = examples::parse(&pick(&|line| of(line))).expect("exchanges").cassettes;
    let mut asked = Vec::new();
    for (at, case) in contract.cases.iter().enumerate() {
        let answers = contract.implementations.iter().map(|one| {
            let request = Request::new("GET", "/");
            let Some((status, body)) = said(text, &one.name, &case.name) else {
                return Answered::without(Said::NotAsked("not in the example".to_owned()), String::new(), "");
            };
            if status == "failed" {
                return Answered::without(Said::Failed(body.to_owned()), String::new(), "");
            }
            let headers = Headers::from_pairs([("content-type", "application/json")]);
            let reply = Response::new(status.parse().expect("a status"), headers, body.to_owned());
            Answered::of(&contract, one, case, &Answer::Reply(reply), &request, format!("GET /{}", case.name))
        });
        asked.push((at, answers.collect()));
    }
    let cassettes: Vec<_> = recorded.iter().collect();
    agree(&Table::of(&contract, "contract.yaml", &asked, &cassettes), &cassettes, &|_| true)
}

/// The status and the body that an example says.
fn said<'t>(text: &'t str, who: &str, case: &str) -> Option<(&'t str, &'t str)> {
    let start = format!("~ {who} {case} ");
    text.lines().find_map(|line| line.strip_prefix(&start))?.split_once(' ')
}

#[test]
fn every_example_fires_or_stays_quiet() {
    for clause in CLAUSES {
        for (heading, fires) in [("Fires", true), ("Quiet", false)] {
            let examples = clause.meta.examples(heading);
            assert!(!examples.is_empty(), "{}: no {heading}", clause.meta.name);
            for text in examples {
                let report = play(&text);
                let rules: Vec<&str> = report.findings.iter().map(|finding| finding.rule).collect();
                assert_eq!(
                    rules.contains(&clause.meta.name),
                    fires,
                    "{}: {text}\n{rules:?}",
                    clause.meta.name
                );
                assert!(fires || rules.is_empty(), "{}: {text}\n{rules:?}", clause.meta.name);
            }
        }
    }
}

const GAP: &str = "number: sold
implementations:
  display: {get: \"http://d.test/items/{item}\", value: $.sold}
  validation: {get: \"http://v.test/stock/{item}\", value: $.sold}
  export: {get: \"http://e.test/{item}\", value: $.sold}
cases:
- {name: large, with: {item: 3}, covers: [purchase, reservation-coupon, gift]}
- {name: small, with: {item: 2}, covers: [purchase, reservation-coupon]}
- {name: plain, with: {item: 1}, covers: [purchase]}
covers: {field: \"$..entries[*].type\", in: [example.yaml]}
~ display large 200 {\"sold\":100}
~ export large 200 {\"sold\":100}
~ validation large 200 {\"sold\":105,\"entries\":[{\"type\":\"gift\"},{\"type\":\"reservation-coupon\",\"n\":5}]}
~ display small 200 {\"sold\":7,\"entries\":[{\"type\":\"purchase\"}]}
~ export small 200 {\"sold\":7}
~ validation small 200 {\"sold\":10,\"entries\":[{\"type\":\"reservation-coupon\"},{\"type\":\"reservation-coupon\"},{\"type\":\"reservation-coupon\"}]}
~ display plain 200 {\"sold\":7}
~ export plain failed timeout
~ validation plain 200 {\"sold\":7}
> GET /x
< 200 {\"entries\":[{\"type\":\"purchase\"},{\"type\":\"reservation-coupon\"},{\"type\":\"gift\"}]}
";

#[test]
fn a_cause_is_one_finding_with_its_smallest_case() {
    let report = play(GAP);
    let told: Vec<String> =
        report.findings.iter().map(|f| format!("{} {}: {}", f.places, f.rule, f.message)).collect();
    assert_eq!(report.findings.len(), 2, "{told:#?}");
    let gap = report.findings.iter().find(|f| f.message.contains("10 by")).expect("the gap");
    assert_eq!(gap.places, 2);
    for part in [
        "in the case `small` `sold` is 7 by `display` and `export` and 10 by `validation`",
        "`validation` stands alone",
        "`reservation-coupon` is counted by `validation` and not by `display`",
        "10 - 7 = 3 is the number of its `reservation-coupon` entries",
        "so it is in `large`",
    ] {
        assert!(gap.message.contains(part), "{part} in {}", gap.message);
    }
    assert!(
        told.iter().any(|told| told.contains("`export` gave no answer to 1 of 3 cases (timeout)")),
        "{told:#?}"
    );
    let matrix = report.matrix.expect("a table");
    assert_eq!(matrix.smallest.as_deref(), Some("small"));
    assert!(
        matrix
            .question
            .expect("a question")
            .contains("display and export say 7 and validation says 10: which of these")
    );
    let differs: Vec<bool> = matrix.cases[1].answers.iter().map(|cell| cell.differs).collect();
    assert_eq!(differs, [false, true, false]);
}

#[test]
fn failures_alone_prove_nothing() {
    let text = "number: n
implementations:
  a: {get: \"http://a.test/{i}\", value: $.n}
  b: {get: \"http://b.test/{i}\", value: $.n}
cases:
- {name: one, with: {i: 1}}
";
    for said in ["failed refused", "500 {}"] {
        let report = play(&format!("{text}~ a one {said}\n~ b one {said}\n"));
        assert_eq!(report.verdict, Verdict::Vacuous, "{said}");
    }
    for said in ["401 {}", "301 {}", "200 {}", "200 {\"n\":[7]}"] {
        let report = play(&format!("{text}~ a one {said}\n~ b one {said}\n"));
        assert_eq!(report.verdict, Verdict::Vacuous, "{said}");
        assert_eq!(report.findings.len(), 1, "{said}: it is told, once");
    }
    assert_eq!(play(&format!("{text}~ a one 404 {{}}\n~ b one 404 {{}}\n")).verdict, Verdict::Agreed);
    assert_eq!(play(&format!("{text}~ a one 200 {{\"n\":1}}\n")).verdict, Verdict::Vacuous);
}

#[test]
fn fingerprints_do_not_depend_on_the_cases() {
    let of = |text: &str| {
        let report = play(text);
        report.findings.iter().map(crate::Finding::fingerprint).collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(of(GAP), of(&GAP.replace("small", "tiny")));
}

/// What was found in cases of two implementations, each a pair of answers.
fn pairs(head: &str, cases: &[(&str, &str, &str)]) -> Vec<(u32, String, String)> {
    let mut text = format!(
        "number: n\n{head}implementations:\n  a: {{get: \"http://a.test/{{i}}\", value: $.n}}\n  b: {{get: \"http://b.test/{{i}}\", value: $.n}}\ncases:\n"
    );
    let line = |(at, (more, ..)): (usize, &(&str, &str, &str))| {
        format!("- {{name: c{at}, with: {{i: {at}}}{more}}}\n")
    };
    text.extend(cases.iter().enumerate().map(line));
    for (at, (_, a, b)) in cases.iter().enumerate() {
        text.push_str(&format!("~ a c{at} {a}\n~ b c{at} {b}\n"));
    }
    let found = play(&text).findings.into_iter();
    found.map(|finding| (finding.places, finding.message, finding.hint.unwrap_or_default())).collect()
}

#[test]
fn what_differs_otherwise_is_another_cause() {
    let found = pairs(
        "",
        &[
            ("", r#"200 {"n":"7"}"#, r#"200 {"n":7}"#),
            ("", r#"200 {"n":7.0}"#, r#"200 {"n":7}"#),
            ("", r#"200 {"n":8}"#, r#"200 {"n":9}"#),
            ("", r#"200 {"n":"1,000"}"#, r#"200 {"n":1000}"#),
            ("", r#"200 {"n":"7 €"}"#, r#"200 {"n":7}"#),
            ("", r#"200 {"n":null}"#, r#"200 {"n":0}"#),
            ("", r#"402 {"error":{"code":"unpaid"}}"#, r#"402 {"error":{"code":"declined"}}"#),
            ("", "500 {}", r#"200 {"n":7}"#),
        ],
    );
    for (at, part) in ["8 by `a`", "written in two ways", "groups its digits", "beside it"].iter().enumerate()
    {
        assert!(found[at].1.contains(part), "{part}: {found:#?}");
    }
    assert_eq!(
        found.iter().map(|(places, ..)| *places).collect::<Vec<_>>(),
        [1, 2, 1, 1, 1, 1, 1],
        "{found:#?}"
    );
    assert!(
        found[1].2.contains("compare: number") && found[2].2.contains("digits: \"1,234.56\""),
        "{found:#?}"
    );
    assert!(
        found.iter().any(|(_, told, _)| told.contains("`a` answers error 500 to 1 of 8 cases")),
        "{found:#?}"
    );
}

#[test]
fn a_hundredfold_is_a_unit_and_no_kind() {
    let found = pairs(
        "",
        &[
            (", covers: [sale]", r#"200 {"n":"37.50"}"#, r#"200 {"n":3750}"#),
            (", covers: [sale]", r#"200 {"n":"2.50"}"#, r#"200 {"n":250}"#),
        ],
    );
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].1.contains("`b` says 100 times what `a` says"), "{found:#?}");
    assert!(found[0].2.contains("scale: 100"), "{found:#?}");
}

#[test]
fn kinds_are_found_in_the_answers_and_nobody_is_accused_without_evidence() {
    let entries = |kinds: &[&str]| {
        let listed: Vec<String> = kinds.iter().map(|kind| format!("{{\"type\":\"{kind}\"}}")).collect();
        listed.join(",")
    };
    let answer = |n: u32, kinds: &[&str]| format!("200 {{\"n\":{n},\"of\":[{}]}}", entries(kinds));
    let (same, more) = (answer(2, &["sale", "sale"]), ["sale", "comp", "comp", "comp"]);
    let found = pairs("", &[("", &same, &same), ("", &answer(4, &more), &answer(1, &more))]);
    assert!(
        found[0].1.contains("`comp` makes the difference: `a` adds it, or `b` takes it off")
            && found[0].1.contains("4 - 1 = 3 is the number of its `comp` entries"),
        "{found:#?}"
    );
    let more = ["sale", "comp", "vip"];
    let found = pairs("", &[("", &same, &same), ("", &answer(3, &more), &answer(2, &more))]);
    assert!(found[0].1.contains("`comp` or `vip` makes the difference"), "{found:#?}");
}

#[test]
fn what_is_stated_to_be_the_same_is_so_for_expectations_too() {
    let one = r#"200 {"n":"37.50"}"#;
    assert_eq!(pairs("compare: number\n", &[(", expect: \"37.5\"", one, one)]), []);
    let cases = [
        (", expect: 0", "404 {}", r#"200 {"n":null}"#),
        (", expect: not-found", r#"200 {"n":0}"#, r#"200 {"n":0}"#),
    ];
    assert_eq!(pairs("same: [[0, null, not-found]]\n", &cases), []);
}

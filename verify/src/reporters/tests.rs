//! Every form of report over many reports: those of all pages' examples, one that proved nothing, and one
//! whose every text is hostile.

use super::{REPORTERS, View, find};
use crate::examples::{parse, play};
use crate::finding::{Evidence, Finding, Severity};
use crate::lesson::{Belief, Lesson, Outcome, Teaching};
use crate::report::{Report, Verdict};
use crate::rules::RULES;
use cassettes::model::Digest;
use cassettes::operation::Operation;
use cassettes::subject::Spot;
use serde_json::Value;

const HOSTILE: &str = "</script></style></textarea><img src=x onerror=alert(1)>]]>&\"'`|*_ %0A\r\n::error::x\u{0}\u{1b}[31m\u{202e}\u{ffff}";

/// What `learn` and `scan` report, with texts as hostile.
fn others() -> [Report; 2] {
    let mut learn = hostile();
    learn.command = "learn";
    let finding = &mut learn.findings[0];
    finding.place = format!("tokens: GET /{HOSTILE}: rejects expired");
    let belief = |name: &str, held| Belief {
        name: name.to_owned(),
        line: 9,
        expected: HOSTILE.to_owned(),
        came: HOSTILE.to_owned(),
        held,
        exchange: Some(format!("{HOSTILE}#1")),
    };
    let lesson = |outcome, line| Lesson {
        line,
        kind: "tokens".to_owned(),
        request: format!("GET /{HOSTILE}"),
        finally: line > 3,
        asked: 3,
        outcome,
        because: Some(HOSTILE.to_owned()),
        shown: [HOSTILE, "expired: let in, 200", "missing: refused", HOSTILE].map(str::to_owned).to_vec(),
        beliefs: vec![belief("rejects expired", false), belief(HOSTILE, true), belief("x", false)],
        exchanges: vec![format!("{HOSTILE}#1"), format!("{HOSTILE}#2")],
        call: Some(HOSTILE.to_owned()),
        about: Some(HOSTILE.to_owned()),
    };
    let lessons = (1..).zip(Outcome::ALL).map(|(line, outcome)| lesson(outcome, line)).collect();
    learn.teaching = Some(Teaching { plan: HOSTILE.to_owned(), lessons });
    let mut scan = Report { command: "scan", verdict: Verdict::Findings, ..Report::empty("scan") };
    scan.findings = hostile().findings;
    scan.findings.truncate(1);
    scan.findings[0].real = Evidence::default();
    [learn, scan]
}

#[test]
fn no_side_is_a_mock_where_none_was_asked() {
    let [learn, scan] = others();
    for (report, names) in [(&learn, ["believed", "came"]), (&scan, ["found", "found"])] {
        for form in ["human", "junit", "github", "markdown", "html", "sarif"] {
            let text = written(form, report).to_lowercase();
            // Pages and styles speak of mocks by right.
            let from = if form == "html" { "</style>" } else { "" };
            let text = text.split_once(from).map_or(text.as_str(), |(_, rest)| rest);
            let text = text.split("<section id=\"rules\"").next().unwrap_or_default();
            let text =
                if form == "sarif" { text.split("\"results\"").nth(1).expect("results") } else { text };
            assert!(!text.contains("reproduced") && !text.contains("0 of 0"), "{form}: {text}");
            let is_named = |name: &str| text.contains(name);
            // For people the row of a lesson has it: expected, came.
            let table = form == "human" && report.teaching.is_some();
            assert!(table || names.into_iter().all(is_named), "{form}: {text}");
        }
    }
    let wide = written("human", &learn);
    assert!(wide.contains("broken: rejects expired: expected") && wide.contains("accepted: x"), "{wide}");
}

/// The report of each example on which a rule fires.
fn told() -> Vec<Report> {
    let texts = RULES.iter().flat_map(|rule| rule.meta.examples("Fires"));
    texts.map(|text| play(&parse(&text).expect("reads"), RULES).expect("asks")).collect()
}

fn hostile() -> Report {
    let mut report = told().swap_remove(0);
    let side = |exchange: &str| Evidence {
        exchange: Some(format!("{exchange}#1")),
        pointer: HOSTILE.to_owned(),
        excerpt: HOSTILE.to_owned(),
        location: Some(Spot { file: HOSTILE.to_owned(), line: 7 }),
    };
    report.findings.insert(
        0,
        Finding {
            rule: "cursor-ignored",
            severity: Severity::Error,
            operation: Operation { method: "GET".to_owned(), template: format!("/{HOSTILE}") },
            message: HOSTILE.to_owned(),
            place: HOSTILE.to_owned(),
            real: side(HOSTILE),
            other: side(HOSTILE),
            hint: Some(HOSTILE.to_owned()),
            places: 3,
            change: None,
            wrong: None,
            operations: Vec::new(),
            cause: None,
        },
    );
    report.about.subject = HOSTILE.to_owned();
    report.about.cassettes = vec![HOSTILE.to_owned()];
    for operation in &mut report.coverage.operations {
        operation.operation.push_str(HOSTILE);
        operation.behaviours.iter_mut().for_each(|b| b.kind.push_str(HOSTILE));
    }
    let mut cited = report.about.exchanges.values().next().cloned().unwrap_or_default();
    (cited.request, cited.answer, cited.other) = (HOSTILE.into(), HOSTILE.into(), Some(HOSTILE.into()));
    report.about.exchanges.insert(format!("{HOSTILE}#1"), cited);
    report.verdict = Verdict::Findings;
    report
}

fn written(name: &str, report: &Report) -> String {
    let mut out = Vec::new();
    let reporter = find(name).unwrap_or_else(|| panic!("no {name}"));
    (reporter.write)(report, &View::default(), &mut out).unwrap_or_else(|e| panic!("{name}: {e}"));
    String::from_utf8(out).unwrap_or_else(|e| panic!("{name}: {e}"))
}

#[test]
fn every_form_tells_every_report_and_the_same_twice() {
    let mut reports = told();
    reports.extend([hostile(), Report::empty("verify")]);
    reports.extend(others());
    for reporter in REPORTERS {
        for report in &reports {
            let text = written(reporter.meta.name, report);
            assert!(text.ends_with('\n'), "{}", reporter.meta.name);
            assert_eq!(text, written(reporter.meta.name, report));
        }
    }
}

#[test]
fn junit_counts_what_the_report_counts() {
    for report in told().iter().chain(&others()).chain([&hostile(), &Report::empty("verify")]) {
        let text = written("junit", report);
        let read = quick_junit::Report::deserialize_from_str(&text).unwrap_or_else(|e| panic!("{e}\n{text}"));
        let failing = report.findings.iter().filter(|f| f.fails()).count();
        let vacuous = usize::from(report.verdict == Verdict::Vacuous);
        assert_eq!((read.failures, read.errors), (failing, vacuous), "{text}");
        for suite in &read.test_suites {
            let mut names: Vec<&str> = suite.test_cases.iter().map(|c| c.name.as_str()).collect();
            names.sort_unstable();
            assert!(
                names.windows(2).all(|pair| pair[0] != pair[1]),
                "names twice in {}",
                suite.name.as_str()
            );
        }
    }
}

#[test]
fn sarif_has_what_code_scanning_needs() {
    for report in told().iter().chain(&others()).chain([&hostile(), &Report::empty("verify")]) {
        let document: Value = serde_json::from_str(&written("sarif", report)).expect("JSON");
        let run = &document["runs"][0];
        let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
        let results = run["results"].as_array().expect("results");
        assert_eq!(results.len(), report.findings.len());
        for (result, finding) in results.iter().zip(&report.findings) {
            let at = usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("small");
            assert_eq!(rules[at]["id"], finding.rule);
            assert_eq!(result["partialFingerprints"]["truetape/v1"], finding.fingerprint());
            let level = ["error", "warning", "note"][finding.severity as usize];
            assert_eq!(result["level"], level);
            let physical = &result["locations"][0]["physicalLocation"];
            if finding.real.exchange.is_some() || finding.other.location.is_some() {
                assert!(physical["region"]["startLine"].as_u64().is_some_and(|line| line > 0), "{result}");
                let uri = physical["artifactLocation"]["uri"].as_str().expect("a place");
                assert!(uri.bytes().all(|b| b.is_ascii_graphic() && !b"<>\"`|\\^{}".contains(&b)), "{uri}");
            }
        }
        for rule in rules {
            assert!(rule["help"]["markdown"].as_str().is_some_and(|text| !text.is_empty()), "{rule}");
        }
        assert_eq!(run["invocations"][0]["executionSuccessful"], report.verdict != Verdict::Vacuous);
    }
}

#[test]
fn github_commands_are_whole_lines_with_lawful_properties() {
    for report in told().iter().chain([&hostile()]) {
        let text = written("github", report);
        let lines: Vec<&str> = text.lines().collect();
        let (last, commands) = lines.split_last().expect("a last line");
        assert!(last.starts_with("truetape verify: "), "{last}");
        assert_eq!(commands.len(), report.findings.len());
        for (line, finding) in commands.iter().zip(&report.findings) {
            let rest = line.strip_prefix("::").expect("a command");
            let (head, message) = rest.split_once("::").expect("a message");
            let (level, properties) = head.split_once(' ').expect("properties");
            assert_eq!(level, ["error", "warning", "notice"][finding.severity as usize]);
            for property in properties.split(',') {
                let (name, value) = property.split_once('=').expect("a value");
                assert!(["file", "line", "title"].contains(&name) && !value.is_empty(), "{line}");
            }
            assert!(message.ends_with(&finding.fingerprint()) && !message.contains('\r'), "{line}");
        }
    }
    let vacuous = written("github", &Report::empty("verify"));
    assert!(vacuous.starts_with("::error title=truetape verify::No rule had anything"), "{vacuous}");
}

#[test]
fn html_is_one_page_that_loads_nothing_and_shows_all_as_text() {
    use base64::Engine as _;
    for report in told().iter().chain(&others()).chain([&hostile(), &Report::empty("verify")]) {
        let page = written("html", report);
        for tag in ["script", "style"] {
            assert_eq!(page.matches(&format!("<{tag}>")).count(), 1);
            assert_eq!(page.matches(&format!("</{tag}>")).count(), 1);
            let text = page.split_once(&format!("<{tag}>")).expect("one").1;
            let text = text.split_once(&format!("</{tag}>")).expect("one").0;
            let digest = base64::engine::general_purpose::STANDARD.encode(Digest::of(text.as_bytes()).0);
            let stated = format!("{tag}-src &#39;sha256-{}&#39;", digest.replace('&', "&amp;"));
            assert!(page.contains(&stated), "the policy does not know the page's own {tag}");
        }
        for tag in tags(&page) {
            let name = tag.split([' ', '>']).next().unwrap_or_default();
            assert!(!["img", "link", "iframe", "object", "embed", "base"].contains(&name), "<{tag}>");
            for attribute in tag.split('"').step_by(2).flat_map(str::split_whitespace).skip(1) {
                let attribute = attribute.trim_end_matches('=');
                let loads = attribute.starts_with("on") || ["src", "style", "srcset"].contains(&attribute);
                assert!(!loads, "<{tag}>");
            }
        }
        assert!(!page.contains("@import") && !page.contains("url("));
        // Links lead nowhere but into the page, and there they find what they name.
        for link in page.split(" href=\"").skip(1) {
            let to = link.split('"').next().expect("a value");
            let id = to.strip_prefix('#').unwrap_or_else(|| panic!("{to} leaves the page"));
            let exists = page.contains(&format!(" id=\"{id}\""));
            assert!(exists || report.about.exchanges.is_empty() || id == "findings", "{to} leads nowhere");
        }
        for finding in &report.findings {
            assert!(page.contains(&format!("id=\"finding-{}\"", finding.fingerprint())));
        }
    }
}

/// The start tags of a page; whatever is shown is escaped, so that only they begin with `<`.
fn tags(page: &str) -> impl Iterator<Item = &str> {
    let code = |page: &str, tag: &str| {
        let open = page.find(&format!("<{tag}>")).expect("one");
        (open, page.find(&format!("</{tag}>")).expect("one"))
    };
    let (style, script) = (code(page, "style"), code(page, "script"));
    let outside = [&page[..style.0], &page[style.1..script.0], &page[script.1..]];
    let pieces = outside.into_iter().flat_map(|part| part.split('<').skip(1));
    pieces.map(|piece| piece.split('>').next().unwrap_or_default()).filter(|tag| !tag.starts_with(['/', '!']))
}

#[test]
fn markdown_keeps_its_tables_whole_and_fits_into_a_comment() {
    let mut many = hostile();
    for report in told() {
        many.findings.extend(std::iter::repeat_n(report.findings, 5).flatten());
    }
    for report in [&many, &hostile()] {
        let page = written("markdown", report);
        assert!(page.len() < 65_536, "{}", page.len());
        let rows: Vec<&str> = page.lines().filter(|line| line.starts_with('|')).collect();
        let bars = |row: &str| row.replace("\\|", "").matches('|').count();
        assert!(rows.len() > 2 && rows.iter().all(|row| bars(row) == 12), "{rows:#?}");
    }
    assert!(written("markdown", &many).contains("more findings; `--format html` shows all"));
}

//! # sarif
//!
//! The report as SARIF 2.1.0, for code scanning: rules with their pages as help, results with their level,
//! their place in the stub file or the cassette, the real side as related place, and a fingerprint.
//!
//! ## Why it matters
//!
//! Code scanning keeps findings over time: it shows which are new with a change, closes those that went,
//! and remembers what people said of them. It knows them again by their fingerprint.

use super::aspect::Aspect;
use super::counts::sentence;
use super::wording::{Judged, Side, vacuous};
use super::{Reporter, View};
use crate::finding::{Evidence, Finding, Severity};
use crate::report::{Report, Verdict};
use cassettes::meta::Meta;
use cassettes::subject::Spot;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::io::{self, Write};

pub(super) static REPORTER: Reporter = Reporter { meta: Meta::new("sarif", include_str!("sarif.rs")), write };

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

fn write(report: &Report, _: &View, out: &mut dyn Write) -> io::Result<()> {
    let names: Vec<&str> = report.checks.by_rule.keys().copied().collect();
    // Not every finding is a rule's: an ignore that ended is one, too.
    let mut rules = names.clone();
    rules.extend(report.findings.iter().map(|f| f.rule).filter(|rule| !names.contains(rule)));
    rules.sort_unstable();
    rules.dedup();
    let index: BTreeMap<&str, usize> = rules.iter().enumerate().map(|(at, rule)| (*rule, at)).collect();
    let results: Vec<Value> = report.findings.iter().map(|f| result(report, f, index[f.rule])).collect();
    let document = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "truetape",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().map(|name| rule(report, name)).collect::<Vec<_>>(),
            }},
            "automationDetails": {"id": format!("truetape/{}/", report.command)},
            "invocations": [invocation(report)],
            "columnKind": "unicodeCodePoints",
            "results": results,
            "properties": properties(report),
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

/// What was counted, as far as it has a meaning.
fn properties(report: &Report) -> Value {
    let coverage = &report.coverage;
    let mut properties = json!({"verdict": report.verdict.as_str(), "checks": report.checks.total});
    let judged = Judged::of(report);
    if !matches!(
        judged,
        Judged::Files | Judged::Client | Judged::Contract | Judged::Vendor | Judged::Requests
    ) {
        properties["behaviours"] = json!(coverage.behaviours);
        properties["unverified"] = json!(coverage.unverified);
    }
    if judged == Judged::Mock {
        properties["reproduced"] = json!(coverage.reproduced);
    }
    if let Some(teaching) = &report.teaching {
        properties["lessons"] = json!(teaching.lessons.len());
        properties["beliefs"] = json!(teaching.beliefs().count());
    }
    properties
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn rule(report: &Report, name: &str) -> Value {
    // The worst that the rule was seen to say here; rules have no severity of their own.
    let worst = report.findings.iter().filter(|f| f.rule == name).map(|f| f.severity).min();
    let tags = match Judged::of(report) {
        Judged::Mock => vec!["mock", Aspect::of_rule(name).title()],
        Judged::Beliefs => vec!["learning test"],
        Judged::Client => vec!["client"],
        Judged::Vendor | Judged::Requests => vec!["drift"],
        Judged::Contract => vec!["contract"],
        Judged::Files => vec!["security", "external/cwe/cwe-798"],
    };
    let mut rule = json!({
        "id": name,
        "defaultConfiguration": {"level": level(worst.unwrap_or(Severity::Error))},
        "properties": {
            "tags": tags,
            "checks": report.checks.by_rule.get(name).copied().unwrap_or_default(),
        },
    });
    // Code scanning wants each of these of every rule, those included that are no rules of the shelf.
    let known = report.page(name);
    let summary = known.map_or_else(|| name.replace('-', " "), Meta::summary);
    let why = known.and_then(|meta| meta.section("Why it matters")).map(|why| one_line(&why));
    let why = why.filter(|why| !why.is_empty()).unwrap_or_else(|| summary.clone());
    // Whole pages only of those that complained: nobody opens the others.
    let help = known.filter(|_| worst.is_some()).map_or_else(|| why.clone(), Meta::page);
    rule["shortDescription"] = json!({"text": summary});
    rule["fullDescription"] = json!({"text": why});
    rule["help"] = json!({"text": help, "markdown": help});
    rule
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn result(report: &Report, finding: &Finding, rule: usize) -> Value {
    let mut text = sentence(&finding.message);
    let judged = Judged::of(report);
    let sides = judged.sides(finding);
    for Side { name, evidence, .. } in &sides {
        text.push_str(&format!(" {}: {}", capital(name), told(evidence)));
    }
    if let Some(wrong) = finding.wrong {
        text.push_str(&format!(" {}", sentence(wrong.told())));
    }
    if let Some(hint) = &finding.hint {
        text.push_str(&format!(" Hint: {}", sentence(hint)));
    }
    let recorded = location(recorded(report, &finding.real), &finding.real, "the real side");
    let stub = finding.other.location.as_ref();
    let mut result = json!({
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "kind": "fail",
        "level": level(finding.severity),
        "message": {"text": text},
        "occurrenceCount": finding.places.max(1),
        "partialFingerprints": {"truetape/v1": finding.fingerprint()},
        "properties": {
            "operation": finding.operation.to_string(),
            "place": finding.place,
        },
    });
    for Side { name, evidence, .. } in &sides {
        result["properties"][name] = side(evidence);
    }
    // The result stands where the lie is written; where no file says it, at the record that it belies.
    let mut at = match stub {
        Some(stub) if sides.len() == 1 => location(Some(stub.clone()), &finding.other, "found"),
        Some(stub) => location(Some(stub.clone()), &finding.other, judged.names().1),
        None => recorded.clone(),
    };
    if let Some(logical) = at.get_mut("logicalLocations").and_then(Value::as_array_mut) {
        logical.push(json!({"fullyQualifiedName": judged.about(finding), "kind": "function"}));
    }
    result["locations"] = json!([at]);
    if finding.real.exchange.is_some() {
        let mut related = recorded;
        related.insert("id".to_owned(), json!(1));
        result["relatedLocations"] = json!([related]);
    }
    result
}

fn capital(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect()
}

fn told(side: &Evidence) -> String {
    let mut text = side.exchange.clone().unwrap_or_default();
    for part in [side.pointer.as_str(), &format!("`{}`.", side.excerpt)] {
        if !text.is_empty() && !part.is_empty() {
            text.push(' ');
        }
        text.push_str(part);
    }
    text
}

fn side(side: &Evidence) -> Value {
    json!({"exchange": side.exchange, "pointer": side.pointer, "excerpt": side.excerpt})
}

/// Where an exchange was recorded: its line where that is known, else its cassette's first.
fn recorded(report: &Report, side: &Evidence) -> Option<Spot> {
    let cite = side.exchange.as_deref()?;
    let known = report.about.exchanges.get(cite).and_then(|cited| cited.location.clone());
    known.or_else(|| {
        let (file, _) = cite.rsplit_once('#')?;
        Some(Spot { file: file.to_owned(), line: 1 })
    })
}

fn location(spot: Option<Spot>, side: &Evidence, who: &str) -> Map<String, Value> {
    let mut location = Map::new();
    if let Some(spot) = spot {
        let mut physical = json!({
            "artifactLocation": {"uri": uri(&spot.file)},
            "region": {"startLine": spot.line.max(1)},
        });
        // Plain text has columns where a document has pointers.
        let column = side.pointer.strip_prefix("column ").and_then(|column| column.parse::<u32>().ok());
        if let Some(column) = column {
            physical["region"]["startColumn"] = json!(column.max(1));
        }
        location.insert("physicalLocation".to_owned(), physical);
    }
    let mut logical = Vec::new();
    if let Some(cite) = &side.exchange {
        logical.push(json!({"fullyQualifiedName": format!("{cite} {}", side.pointer), "kind": "member"}));
    }
    location.insert("logicalLocations".to_owned(), Value::Array(logical));
    location.insert("message".to_owned(), json!({"text": format!("{who}: {}", side.excerpt)}));
    location
}

/// A path as a URI reference (RFC 3986 §4.2): everything but unreserved characters and slashes is escaped.
fn uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    let path = path.strip_prefix("./").unwrap_or(&path);
    let mut uri = String::new();
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

fn invocation(report: &Report) -> Value {
    let exit = match report.verdict {
        Verdict::Agreed => 0,
        Verdict::Findings => 1,
        Verdict::Vacuous => 3,
    };
    let mut invocation = json!({
        "executionSuccessful": report.verdict != Verdict::Vacuous,
        "exitCode": exit,
        "exitCodeDescription": report.verdict.as_str(),
    });
    let mut notes = Vec::new();
    if let Some(why) = vacuous(report) {
        notes.push(json!({"level": "error", "message": {"text": sentence(why)}}));
    }
    for operation in &report.coverage.operations {
        for lack in &operation.unverified {
            let text = format!(
                "{}: {} was never recorded ({}); the lesson `{}` would teach it.",
                operation.operation, lack.kind, lack.because, lack.lesson
            );
            notes.push(json!({"level": "note", "message": {"text": text}}));
        }
    }
    if !notes.is_empty() {
        invocation["toolExecutionNotifications"] = Value::Array(notes);
    }
    invocation
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn any_path_is_a_reference() {
        assert_eq!(uri("./stubs/a b#1.json"), "stubs/a%20b%231.json");
        assert_eq!(uri("C:\\stubs\\é"), "C%3A/stubs/%C3%A9");
        assert_eq!(uri("/abs/x.yaml"), "/abs/x.yaml");
    }
}

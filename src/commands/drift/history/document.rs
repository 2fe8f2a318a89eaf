//! The history as one JSON document.

use serde::Serialize;
use std::io::{self, Write};
use verify::history::past::{Past, SeenWeight, lives};

#[derive(Serialize)]
struct Document<'p> {
    schema: u32,
    command: &'static str,
    kinds: Vec<OfKind<'p>>,
}

#[derive(Serialize)]
struct OfKind<'p> {
    kind: &'p str,
    runs: &'p [&'p Past],
    findings: Vec<Life<'p>>,
}

#[derive(Serialize)]
struct Life<'p> {
    fingerprint: &'p str,
    rule: &'p str,
    operation: &'p str,
    message: &'p str,
    weight: SeenWeight,
    /// When it was first seen, and when last.
    first: &'p str,
    last: &'p str,
    /// In how many runs.
    times: usize,
    gone: bool,
}

/// Writes every run, and what became of each finding.
pub(super) fn write(kinds: &[Vec<&Past>], last: usize, out: &mut dyn Write) -> io::Result<()> {
    let kinds = kinds
        .iter()
        .map(|runs| {
            let life = |life: &verify::history::past::Life<'_>| (life.times(), life.is_gone());
            let findings = lives(runs, last)
                .iter()
                .map(|one| {
                    let (times, gone) = life(one);
                    let seen = one.seen;
                    Life {
                        fingerprint: &seen.fingerprint,
                        rule: &seen.rule,
                        operation: &seen.operation,
                        message: &seen.message,
                        weight: seen.weight,
                        first: one.first,
                        last: one.last,
                        times,
                        gone,
                    }
                })
                .collect();
            OfKind { kind: &runs[0].kind, runs: &runs[runs.len().saturating_sub(last)..], findings }
        })
        .collect();
    serde_json::to_writer_pretty(&mut *out, &Document { schema: 1, command: "drift history", kinds })?;
    writeln!(out)
}

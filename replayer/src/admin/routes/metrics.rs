//! Counters for Prometheus, in its text format (0.0.4). They are counted by the journal's thread.

use crate::admin::desk::Desk;
use crate::journal::{BOUNDS, Counts};
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use std::fmt::{Display, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

const CLASSES: [&str; 6] = ["none", "1xx", "2xx", "3xx", "4xx", "5xx"];

pub(super) async fn metrics(State(desk): State<Arc<Desk>>) -> impl IntoResponse {
    desk.settle().await;
    let mut page = Page::default();
    page.head("info", "gauge", "The program that serves.");
    page.line("info", &[("version", env!("CARGO_PKG_VERSION"))], 1);
    if let Some(journal) = desk.playback.journal() {
        counted(&mut page, &journal.shared().counts);
        let kept = journal.shared().hub.some(u64::MAX, 0);
        page.one("journal_lines_total", "counter", "Lines written to the journal.", kept.next);
        page.one("journal_cut_total", "counter", "Lines that memory let go of.", kept.cut);
    }
    let playback = &desk.playback;
    let sessions = playback.sessions().len();
    page.one("sessions", "gauge", "Sessions that have begun, the default one among them.", sessions);
    page.head("exchanges", "gauge", "Recorded exchanges by cassette.");
    let tape = playback.tape();
    let mut of = vec![0u64; tape.cassettes.len()];
    for entry in &tape.entries {
        if let Some(of) = of.get_mut(usize::from(entry.cassette)) {
            *of += 1;
        }
    }
    for (name, exchanges) in tape.cassettes.iter().zip(of) {
        page.line("exchanges", &[("cassette", name)], exchanges);
    }
    let unused = playback.plays().iter().filter(|plays| **plays == 0).count();
    page.one("exchanges_unused", "gauge", "Recorded exchanges that no session was given.", unused);
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], page.0)
}

fn counted(page: &mut Page, counts: &Counts) {
    let of = |counter: &AtomicU64| counter.load(Relaxed);
    let requests: u64 = counts.classes.iter().map(of).sum();
    page.one("requests_total", "counter", "Requests that were heard, whatever came of them.", requests);
    page.head("answers_total", "counter", "Answers by the class of their status; none: a transport failure.");
    for (class, counter) in CLASSES.iter().zip(&counts.classes) {
        page.line("answers_total", &[("class", class)], of(counter));
    }
    for (name, help, counter) in [
        ("misses_total", "Requests that found no answer.", &counts.missed),
        ("loosened_total", "Answers that only a loosened match found.", &counts.loosened),
        ("faults_total", "Answers with a declared fault.", &counts.faults),
        ("broken_requests_total", "Requests that never came whole.", &counts.broken),
        ("gave_up_total", "Answers that the client did not wait for.", &counts.gave_up),
        ("written_bytes_total", "Bytes of answers, heads and framing counted.", &counts.written),
        ("connections_total", "Connections that were accepted.", &counts.opened),
        ("journal_unwritten_total", "Lines that the journal's file did not take.", &counts.unwritten),
    ] {
        page.one(name, "counter", help, of(counter));
    }
    let open = of(&counts.opened).saturating_sub(of(&counts.closed));
    page.one("open_connections", "gauge", "Connections that are open.", open);
    let name = "serving_seconds";
    let help = "From the end of a request's head to the end of its answer; recorded pauses count.";
    page.head(name, "histogram", help);
    let mut sum = 0;
    for (bound, counter) in BOUNDS.iter().zip(&counts.times) {
        sum += of(counter);
        page.line("serving_seconds_bucket", &[("le", &(*bound as f64 / 1e6).to_string())], sum);
    }
    sum += counts.times.last().map_or(0, of);
    page.line("serving_seconds_bucket", &[("le", "+Inf")], sum);
    page.line("serving_seconds_sum", &[], of(&counts.micros) as f64 / 1e6);
    page.line("serving_seconds_count", &[], sum);
}

/// A page of metrics. Writing to memory cannot fail.
#[derive(Default)]
struct Page(String);

impl Page {
    fn one(&mut self, name: &str, kind: &str, help: &str, value: impl Display) {
        self.head(name, kind, help);
        self.line(name, &[], value);
    }

    fn head(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(self.0, "# HELP truetape_{name} {help}\n# TYPE truetape_{name} {kind}");
    }

    fn line(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        let labels: Vec<String> =
            labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
        let _ = match &labels[..] {
            [] => writeln!(self.0, "truetape_{name} {value}"),
            labels => writeln!(self.0, "truetape_{name}{{{}}} {value}", labels.join(",")),
        };
    }
}

/// A label's value between quotes.
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_stays_within_its_quotes() {
        let mut page = Page::default();
        page.line("exchanges", &[("cassette", "a\"b\\c\nd")], 3);
        assert_eq!(page.0, "truetape_exchanges{cassette=\"a\\\"b\\\\c\\nd\"} 3\n");
    }

    #[test]
    fn buckets_hold_all_that_was_faster() {
        let counts = Counts::default();
        counts.times[0].store(2, Relaxed);
        counts.times[BOUNDS.len()].store(1, Relaxed);
        let mut page = Page::default();
        counted(&mut page, &counts);
        for line in ["bucket{le=\"0.00001\"} 2", "bucket{le=\"10\"} 2", "bucket{le=\"+Inf\"} 3", "count 3"] {
            assert!(page.0.contains(&format!("truetape_serving_seconds_{line}\n")), "{line} in {}", page.0);
        }
    }
}

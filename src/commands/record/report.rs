//! What a recording came to, for the person who made it.

use super::session::Recorded;
use crate::{
    commands::{inspect, reached},
    exit::{Exit, Outcome},
    ui::{self, Flags, count},
};
use cassettes::{
    model::{Answer, Exchange, FailureKind},
    store,
};

/// Up to so many exchanges, what was learned is worked out while somebody waits for the recorder to end.
const LEARNED: usize = 20_000;

/// So many lines of a kind are printed.
const MOST: usize = 5;

/// What was recorded, what was learned from it, and what is still unknown.
pub(super) fn conclude(recorded: &Recorded, ui: &Flags) -> Outcome {
    let summary = &recorded.summary;
    for unsaved in &summary.unsaved {
        anstream::eprintln!(
            "{yellow}not saved:{yellow:#} {} {}: {}",
            unsaved.id,
            unsaved.request,
            unsaved.reason,
            yellow = ui::YELLOW
        );
    }
    for refused in &summary.refused {
        anstream::eprintln!("{yellow}refused:{yellow:#} {refused}", yellow = ui::YELLOW);
    }
    if summary.stopped > 0 {
        ui.say(format!(
            "{} still without an answer when the recorder was stopped",
            count(summary.stopped as usize, "call")
        ));
    }
    for missed in summary.missed.iter().take(MOST) {
        anstream::eprintln!(
            "{yellow}miss:{yellow:#} {missed}: the cassette does not know it",
            yellow = ui::YELLOW
        );
    }
    if summary.missed.len() > MOST {
        anstream::eprintln!("        and {} more", summary.missed.len() - MOST);
    }
    if summary.unfinished > 0 {
        ui.say(format!(
            "{} broken off by the client before its request was whole",
            count(summary.unfinished as usize, "call")
        ));
    }
    if summary.exchanges == 0 && summary.known == 0 && summary.unsaved.is_empty() && summary.stopped == 0 {
        ui.say("nothing was recorded: does the client use TRUETAPE_URL (or, of a forward proxy, its variables), and were its calls answered?");
    }
    let missed = match summary.missed.len() {
        0 => String::new(),
        n => format!(", missed {n}"),
    };
    let failures = match summary.failures {
        0 => String::new(),
        n => format!(" ({})", count(n as usize, "transport failure")),
    };
    let into = recorded.file.as_ref().map_or_else(String::new, |file| {
        format!(": {} holds {}", file.display(), count(recorded.total, "exchange"))
    });
    ui.say(format!(
        "recorded {}{failures}, replayed {}, lost {}{missed}{into}",
        summary.exchanges,
        summary.known,
        summary.unsaved.len()
    ));
    let exit = |asked: bool| match (asked && summary.unsaved.is_empty(), summary.missed.is_empty()) {
        (false, _) => Exit::CouldNotAsk,
        (true, false) => Exit::Findings,
        (true, true) => Exit::Agreed,
    };
    for (host, other) in &summary.others {
        let said = match (other.refused, other.passed) {
            (refused, 0) => format!("refused {}", count(refused as usize, "request")),
            (0, passed) => format!("{} passed unrecorded", count(passed as usize, "request")),
            (refused, passed) => format!("refused {refused}, {passed} passed unrecorded"),
        };
        ui.say(format!("{yellow}not recorded:{yellow:#} {host}: {said}", yellow = ui::YELLOW));
    }
    if summary.others.values().any(|other| other.refused > 0) {
        let cyan = ui::CYAN;
        ui.say(format!(
            "        {cyan}hint:{cyan:#} `--host NAME` records a host, `--others tunnel` lets the others pass"
        ));
    }
    reached::unshaken(&summary.unshaken, ui);
    let Some(file) = &recorded.file else { return Ok(exit(summary.known > 0)) };
    let cassette = store::load_lean(file)?.cassette;
    let met = failures_of(cassette.exchanges.iter().filter(|exchange| recorded.is_new(exchange.id)));
    if cassette.exchanges.len() > LEARNED {
        ui.say(format!("what was learned from so many is told by: truetape inspect {}", file.display()));
    } else if !ui.quiet {
        anstream::eprint!("{}", inspect::in_short(&[cassette], file));
    }
    if file.to_string_lossy().contains(".new.") {
        ui.say("the old cassette is untouched; `truetape accept` shows the difference and makes the new one the truth");
    }
    Ok(exit(met))
}

/// Says each kind of transport failure once; whether anybody was met at all.
fn failures_of<'e>(exchanges: impl Iterator<Item = &'e Exchange>) -> bool {
    let mut said: Vec<String> = Vec::new();
    let (mut met, mut strange, mut spoke) = (false, false, false);
    for exchange in exchanges {
        let Answer::Failed(failure) = &exchange.answer else {
            met = true;
            continue;
        };
        met |= !matches!(failure.kind, FailureKind::Unresolved | FailureKind::Refused | FailureKind::Tls);
        spoke |= failure.kind == FailureKind::Tls;
        strange |= failure.kind == FailureKind::Tls && failure.message.ends_with("UnknownIssuer");
        let line = format!("{} at {}: {}", failure.kind, exchange.upstream, failure.message);
        if !said.contains(&line) && said.len() < MOST {
            let example = format!("{} {} {}", exchange.id, exchange.request.method, exchange.request.path());
            anstream::eprintln!("{yellow}failed:{yellow:#} {line} ({example})", yellow = ui::YELLOW);
            said.push(line);
        }
    }
    if strange {
        let cyan = ui::CYAN;
        anstream::eprintln!("{cyan}hint:{cyan:#} {}", ui::UNKNOWN_ISSUER);
    }
    if !met && !spoke {
        let cyan = ui::CYAN;
        anstream::eprintln!(
            "{cyan}hint:{cyan:#} nobody was there: start the real side or mend --upstream, then record with --mode all"
        );
    }
    met
}

//! What a recording came to, for the person who made it.

use super::session::Recorded;
use crate::{
    commands::inspect,
    exit::{Exit, Outcome},
    ui::{self, Flags, count},
};
use cassettes::{
    model::{Answer, Exchange, FailureKind},
    store,
};

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
    let Some(file) = &recorded.file else {
        if summary.known == 0 && summary.unsaved.is_empty() && summary.stopped == 0 {
            ui.say("nothing was recorded: does the client use TRUETAPE_URL, and were its calls answered?");
        }
        let kept = summary.known > 0 && summary.unsaved.is_empty();
        return Ok(if kept { Exit::Agreed } else { Exit::CouldNotAsk });
    };
    let failures = match summary.failures {
        0 => String::new(),
        n => format!(", {n} of them transport failures"),
    };
    ui.say(format!(
        "recorded {}{failures} into {}",
        count(summary.exchanges as usize, "exchange"),
        file.display()
    ));
    if summary.known > 0 {
        ui.say(format!(
            "answered {} from the cassette, which now holds {}",
            count(summary.known as usize, "request"),
            recorded.total
        ));
    }
    if summary.unfinished > 0 {
        ui.say(format!(
            "{} broken off by the client before its request was whole",
            count(summary.unfinished as usize, "call")
        ));
    }
    let cassette = store::load(file)?.cassette;
    let old = cassette.exchanges.len().saturating_sub(summary.exchanges as usize);
    let met = failures_of(&cassette.exchanges[old..]);
    if !ui.quiet {
        anstream::eprint!("{}", inspect::learned(&[cassette]));
    }
    if file.to_string_lossy().contains(".new.") {
        ui.say("the old cassette is untouched; `truetape accept` makes the new one the truth");
    }
    Ok(if summary.unsaved.is_empty() && met { Exit::Agreed } else { Exit::CouldNotAsk })
}

/// Says each kind of transport failure once; whether anybody was met at all.
fn failures_of(exchanges: &[Exchange]) -> bool {
    const MOST: usize = 5;
    let mut said: Vec<String> = Vec::new();
    let mut met = false;
    for exchange in exchanges {
        let Answer::Failed(failure) = &exchange.answer else {
            met = true;
            continue;
        };
        met |= !matches!(failure.kind, FailureKind::Unresolved | FailureKind::Refused | FailureKind::Tls);
        let line = format!("{} at {}: {}", failure.kind, exchange.upstream, failure.message);
        if !said.contains(&line) && said.len() < MOST {
            let example = format!("{} {} {}", exchange.id, exchange.request.method, exchange.request.path());
            anstream::eprintln!("{yellow}failed:{yellow:#} {line} ({example})", yellow = ui::YELLOW);
            said.push(line);
        }
    }
    if !met {
        let cyan = ui::CYAN;
        anstream::eprintln!(
            "{cyan}hint:{cyan:#} nobody was there: start the real side or mend --upstream, then record with --mode all"
        );
    }
    met
}

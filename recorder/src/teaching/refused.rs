//! Credentials that were refused before anybody was let in with them: nothing is learned by coming with them again.

use super::{Outcome, Told};
use crate::desk::{Desk, filled};
use cassettes::facets::credential::{Credential, credentials};
use cassettes::facets::error_class::Class;
use cassettes::json::Json;
use cassettes::model::Request;
use cassettes::plan::Lesson;
use std::collections::{BTreeMap, BTreeSet};

/// A lesson that wants to be refused says little: so many of them are believed.
const REJECTS: u32 = 3;

/// Claims that differ in each token.
const OWN: [&str; 7] = ["iat", "exp", "nbf", "jti", "nonce", "auth_time", "at_hash"];

/// What became of the credentials that lessons came with.
#[derive(Default)]
pub(super) struct Doors {
    let_in: BTreeSet<String>,
    times: BTreeMap<String, u32>,
    refused: BTreeMap<String, Refused>,
}

/// A credential that was refused.
struct Refused {
    /// Which of the lessons that were taught has shown it.
    by: usize,
    came: String,
    /// So many lessons were spared.
    spared: usize,
}

impl Doors {
    /// Whether a lesson comes with what was refused; it is counted as spared then.
    pub(super) fn spares(&mut self, lesson: &Lesson, desk: &mut Desk<'_>) -> bool {
        if self.refused.is_empty() {
            return false;
        }
        let Some(refused) = presented(lesson, desk).and_then(|text| self.refused.get_mut(&text)) else {
            return false;
        };
        refused.spared += 1;
        true
    }

    /// Hears what came of the lesson that is the next to be told.
    pub(super) fn hear(&mut self, told: &mut Told, desk: &mut Desk<'_>, by: usize) {
        let Some(asked) = desk.last().cloned() else { return };
        let tokens = told.lesson.kind == "tokens";
        let text = if tokens { presented(&told.lesson, desk) } else { carried(&asked.request) };
        let Some(text) = text else { return };
        let refused = match tokens {
            true => matches!(&told.outcome, Outcome::NotShown(_)) && told.seen.starts_with("refused: "),
            false => asked.status() == Some(401) || asked.class() == Some(Class::Auth),
        };
        if !refused {
            if tokens || asked.is_good() {
                self.let_in.insert(text);
            }
            return;
        }
        let wanted = ["status", "class", "code"].iter().any(|name| told.lesson.belief(name).is_some());
        if wanted || self.let_in.contains(&text) {
            return;
        }
        let times = self.times.entry(text.clone()).or_default();
        *times += 1;
        if told.lesson.kind != "reject" || *times >= REJECTS {
            let came = asked.in_short();
            if !tokens {
                told.outcome = Outcome::CouldNotAsk(said(&came));
            }
            self.refused.entry(text).or_insert(Refused { by, came, spared: 0 });
        }
    }

    /// Says at the lessons that have shown it how many were spared.
    pub(super) fn conclude(self, all: &mut [Told]) {
        for refused in self.refused.into_values().filter(|refused| refused.spared > 0) {
            let Some(told) = all.get_mut(refused.by) else { continue };
            let (count, more) = (refused.spared, if refused.spared == 1 { "lesson" } else { "lessons" });
            let why = match &told.outcome {
                Outcome::NotShown(why) | Outcome::CouldNotAsk(why) => why.clone(),
                Outcome::Shown | Outcome::Disagrees => said(&refused.came),
            };
            told.outcome = Outcome::CouldNotAsk(format!(
                "{why}; {count} more {more} with this credential are not asked: give a good one and teach the plan again"
            ));
        }
    }
}

fn said(came: &str) -> String {
    format!("its credential was refused ({came}), so nothing could be learned")
}

/// What a lesson is about to come with; none where that cannot be told.
fn presented(lesson: &Lesson, desk: &mut Desk<'_>) -> Option<String> {
    let lesson = filled(lesson, &mut desk.values).ok()?;
    let given = if lesson.kind == "tokens" { good_of(&lesson) } else { None };
    given.or_else(|| carried(&desk.request(&lesson).ok()?))
}

fn good_of(lesson: &Lesson) -> Option<String> {
    lesson.setting("given")?.get("good").and_then(Json::as_str).map(str::to_owned)
}

/// The credential of a request, so that it is known again: of a token that is minted each time, what it says.
fn carried(request: &Request) -> Option<String> {
    let found = credentials(request).into_iter().find(|c| !c.is_in_body() && !c.text.is_empty())?;
    let Credential { text, jwt, .. } = found;
    let Some(jwt) = jwt else { return Some(text) };
    let stable = jwt.claims.members().iter().filter(|(name, _)| !OWN.contains(&name.as_str()));
    Some(stable.map(|(name, value)| format!("{name}={value}\n")).collect())
}

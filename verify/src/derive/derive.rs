//! A plan of lessons from what was recorded.

use super::doorway::Doorway;
use super::effect::Effect;
use super::fields::fields;
use super::fresh::freshen;
use super::named::rename;
use super::setup::{Key, Setups};
use super::told::{left_out, notes};
use super::unaskable::{Unaskable, unaskable as what_is_left};
use super::writing::{Draft, Writing, gives, shared};
use crate::lacking::{Lack, NO_TAG, OTHER, Recorded, content_of, lacks, limit, strangers, too_high, whole};
use crate::learned::recorded;
use cassettes::json::Json;
use cassettes::model::{Cassette, Exchange, Timestamp};
use cassettes::operation::Operation;
use cassettes::plan::{Content, Lesson, Plan, names_in, names_in_json};
use std::collections::BTreeSet;

/// Kinds of lessons that send an unsafe method only where the lesson says so.
const SHY: [&str; 6] = ["miss", "walk", "rate", "concurrent", "conditional", "tokens"];

/// Derives a plan from recorded happy paths: for each operation what was never seen of it and can be judged,
/// as requests to be asked again. Safe lessons come first. The same cassettes give the same plan, and nothing
/// is asked. `now` is the moment at which it is derived.
pub fn derive(cassettes: &[Cassette], now: Timestamp) -> Plan {
    derived(cassettes, now).0
}

/// What stays unknown of recordings as no plan can ask for it.
pub fn unaskable(cassettes: &[Cassette], now: Timestamp) -> Vec<Unaskable> {
    derived(cassettes, now).1
}

fn derived(cassettes: &[Cassette], now: Timestamp) -> (Plan, Vec<Unaskable>) {
    let Some(run) = recorded(cassettes, now) else { return (empty(cassettes), Vec::new()) };
    let evidence = Recorded::of(&run);
    let mut found: Vec<(Operation, Lack)> = Vec::new();
    for operation in evidence.operations() {
        found.extend(lacks(&evidence, operation).into_iter().map(|lack| (operation.clone(), lack)));
    }
    found.retain(|(_, lack)| lack.kind != "rate-limit");
    found.extend(whole(&evidence));
    // The last of all: who is told to stop hears nothing else for a while.
    found.extend(limit(&evidence).filter(|(_, lack)| lack.is_open()));
    let mut setups = Setups::of(cassettes);
    let upstream = upstream(cassettes);
    found.retain(|(_, lack)| {
        setups
            .exchange(lack.of)
            .is_some_and(|e| upstream.as_ref().is_none_or(|u| *u == e.upstream || e.upstream.is_empty()))
    });
    let asked = found.iter().filter_map(|(_, lack)| setups.exchange(lack.of)).collect::<Vec<_>>();
    let mut doorway = Doorway::of(asked.into_iter(), setups.given());
    if found.is_empty() {
        let unaskable = what_is_left(&setups, &doorway, &strangers(&evidence));
        return (empty(cassettes), unaskable);
    }
    let (mut drafts, mut last) = (Vec::new(), Vec::new());
    let mut stories = 0;
    for (operation, lack) in found {
        stories += u32::from(lack.story);
        let instance = if lack.story { stories } else { 0 };
        let into = if lack.kind == "rate-limit" { &mut last } else { &mut drafts };
        let mut own = drafted(&operation, &lack, instance, &mut setups, &mut doorway);
        // What nobody was seen to make is what is there.
        if instance > 0
            && own.first().is_some_and(|d| needs_nothing(d, &setups) && d.lesson.method != "DELETE")
        {
            own = drafted(&operation, &lack, 0, &mut setups, &mut doorway);
        }
        into.extend(own);
    }
    let strangers = strangers(&evidence);
    let unaskable = what_is_left(&setups, &doorway, &strangers);
    let mut plan = settled(cassettes, upstream, drafts, &last, strangers, setups, doorway);
    if let Some(lesson) = too_high(&evidence) {
        let most = lesson.setting("most").map(ToString::to_string).unwrap_or_default();
        plan.notes.push("Its limit is too high to be reached just so. To learn it all the same:".to_owned());
        plan.notes.push(format!("  - {{rate: {} {}, most: {most}}}", lesson.method, lesson.target));
    }
    (plan, unaskable)
}

fn empty(cassettes: &[Cassette]) -> Plan {
    let notes = notes(&names(cassettes), 0, None, &Doorway::default());
    Plan { upstream: upstream(cassettes), notes, ..Plan::default() }
}

fn names(cassettes: &[Cassette]) -> Vec<String> {
    cassettes.iter().map(|c| c.name.clone()).filter(|name| !name.is_empty()).collect()
}

/// The base URL that most exchanges were recorded from; the first of those.
fn upstream(cassettes: &[Cassette]) -> Option<String> {
    let mut votes: Vec<(&str, usize)> = Vec::new();
    for exchange in cassettes.iter().flat_map(|c| &c.exchanges).filter(|e| !e.upstream.is_empty()) {
        match votes.iter_mut().find(|(known, _)| *known == exchange.upstream) {
            Some((_, count)) => *count += 1,
            None => votes.push((&exchange.upstream, 1)),
        }
    }
    let most = votes.iter().map(|(_, count)| *count).max()?;
    votes.into_iter().find(|(_, count)| *count == most).map(|(upstream, _)| upstream.to_owned())
}

/// Whether a lesson needs nothing before it but somebody's credential.
fn needs_nothing(draft: &Draft, setups: &Setups<'_>) -> bool {
    draft.needs.iter().all(|key| setups.gives(*key))
}

fn drafted(
    operation: &Operation,
    lack: &Lack,
    instance: u32,
    setups: &mut Setups<'_>,
    doorway: &mut Doorway,
) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for (number, planned) in lack.lessons.iter().enumerate() {
        let of = lack.of(number);
        let Some(exchange) = setups.exchange(of) else { return Vec::new() };
        let mut lesson = planned.clone();
        let own = lesson.headers.clone();
        let says = |name: &str| own.iter().any(|(n, _)| n.eq_ignore_ascii_case(name));
        let says_type = says("content-type");
        let recorded = fields(exchange, &lesson.content);
        // The condition of a change is none of what only reads.
        let reads = lesson.method != exchange.request.method;
        let bound = |name: &str| reads && name.to_ascii_lowercase().starts_with("if-");
        let mut headers: Vec<(String, Option<String>)> = recorded
            .into_iter()
            .filter(|(name, _)| !says(name) && !bound(name))
            .map(|(name, value)| (name, Some(value)))
            .collect();
        headers.extend(own);
        lesson.headers = headers;
        // Another body has another type, unless the type is what it is about.
        let kind = std::mem::discriminant::<Content>;
        let other = matches!(planned.content, Content::Json(_) | Content::Form(_))
            && kind(&planned.content) != kind(&content_of(&exchange.request));
        if (planned.content.media_type().is_none() && !says_type) || other {
            lesson.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
        }
        let as_text = as_json(&mut lesson, exchange);
        doorway.open(&mut lesson, exchange);
        let mut needs = setups.lead(&mut lesson, of, instance, doorway);
        needs.extend(setups.lead_given(&mut lesson, of, doorway));
        if let Some(change) = change_of(&lesson) {
            needs.extend(lead_change(&mut lesson, &change, (of, instance), setups, doorway));
        }
        condition(&mut lesson);
        if (!lesson.is_safe() || change_of(&lesson).is_some()) && setups.effect(of) != Effect::Reads {
            freshen(&mut lesson, exchange, lack.story);
        }
        name_anew(&mut lesson, exchange, of, lack.story, setups);
        setups.version(&mut lesson, &needs);
        if !lack.story {
            setups.renew(&mut lesson, &needs, exchange);
        }
        if as_text && let Content::Json(json) = &lesson.content {
            lesson.content = Content::Text(json.to_string());
        }
        if SHY.contains(&lesson.kind.as_str()) && (!lesson.is_safe() || change_of(&lesson).is_some()) {
            lesson.settings.push(("unsafe".to_owned(), Json::Bool(true)));
        }
        setups.may_make(&mut lesson, of);
        let note = planned.note.clone();
        lesson.note = Some(match (number, note) {
            (0, Some(note)) => format!("{operation}: {}: {}.\n{}.", lack.kind, lack.because, capital(&note)),
            (0, None) => format!("{operation}: {}: {}.", lack.kind, lack.because),
            (_, Some(note)) => format!("{}.", capital(&note)),
            (_, None) => format!("{operation}: {}, asked in another way.", lack.kind),
        });
        drafts.push(Draft { lesson, needs, story: lack.story });
    }
    lawful(drafts, lack, operation, setups)
}

/// The recorded document that a lesson sends as a text carries the same names as it does as a document.
fn as_json(lesson: &mut Lesson, exchange: &Exchange) -> bool {
    let recorded = content_of(&exchange.request);
    let (Content::Text(text), Content::Json(json)) = (&lesson.content, &recorded) else { return false };
    let same = *text == json.to_string();
    if same {
        lesson.content = recorded;
    }
    same
}

/// What makes a thing under a name of the client's own, all in one lesson, has a fresh one.
fn name_anew(lesson: &mut Lesson, exchange: &Exchange, of: (usize, usize), story: bool, setups: &Setups<'_>) {
    let alone = ["reject", "repeat", "idempotent", "concurrent", "tokens"].contains(&lesson.kind.as_str());
    let bound = lesson.headers.iter().any(|(name, _)| name.to_ascii_lowercase().starts_with("if-"));
    if lesson.method == "PUT" && alone && !story && !bound && setups.is_put_anew(of) {
        rename(lesson, exchange.request.path());
    }
}

/// What would overwrite, delete or change what the plan has not made is left out, and a story with it; but of
/// what was deleted when it was recorded may be read.
fn lawful(mut drafts: Vec<Draft>, lack: &Lack, operation: &Operation, setups: &mut Setups<'_>) -> Vec<Draft> {
    let harms: Vec<bool> = drafts
        .iter()
        .enumerate()
        .map(|(number, draft)| setups.harms(&draft.lesson, lack.of(number), &draft.needs))
        .collect();
    if !harms.contains(&true) {
        return drafts;
    }
    // What is only looked for is no loss.
    if lack.kind != "method-not-allowed" {
        setups.left_out.insert(operation.to_string());
    }
    let mut harms = harms.into_iter();
    let ended = drafts.first().is_some_and(|first| first.lesson.method == "DELETE");
    let story = lack.story;
    drafts.retain(|draft| {
        !harms.next().unwrap_or(true)
            && (!story || (ended && draft.lesson.kind == "miss" && draft.lesson.is_safe()))
    });
    drafts
}

/// A condition on a version that no answer gave is on nobody's version.
fn condition(lesson: &mut Lesson) {
    let stands = |value: &Option<String>| {
        value.as_ref().is_none_or(|value| [NO_TAG, "*"].contains(&value.trim()) || value.contains("{{"))
    };
    lesson.headers.retain(|(name, value)| !name.eq_ignore_ascii_case("if-match") || stands(value));
}

fn change_of(lesson: &Lesson) -> Option<String> {
    lesson.setting("change").and_then(Json::as_str).map(str::to_owned)
}

/// The target of a change carries the same values as what is read.
fn lead_change(
    lesson: &mut Lesson,
    change: &str,
    (of, instance): ((usize, usize), u32),
    setups: &mut Setups<'_>,
    doorway: &mut Doorway,
) -> BTreeSet<Key> {
    let Some((method, target)) = change.split_once(' ') else { return BTreeSet::new() };
    let mut changing = Lesson::new("ask", method, target);
    let needs = setups.lead(&mut changing, of, instance, doorway);
    for (name, value) in &mut lesson.settings {
        if name == "change" {
            *value = Json::String(format!("{method} {}", changing.target));
        }
    }
    needs
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|c| c.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

/// The plan: safe lessons, then the others, each after what it needs, and the `last`; what cleans up; what all
/// share.
fn settled(
    cassettes: &[Cassette],
    upstream: Option<String>,
    drafts: Vec<Draft>,
    last: &[Draft],
    strangers: Vec<(Lesson, (usize, usize))>,
    mut setups: Setups<'_>,
    mut doorway: Doorway,
) -> Plan {
    let is_safe = |draft: &Draft, setups: &Setups<'_>| {
        draft.lesson.is_safe()
            && change_of(&draft.lesson).is_none()
            && !draft.story
            && draft.needs.iter().all(|key| setups.is_safe(*key))
    };
    let (safe, other): (Vec<Draft>, Vec<Draft>) =
        drafts.into_iter().partition(|draft| is_safe(draft, &setups));
    let mut writing = Writing::default();
    for draft in &safe {
        writing.add(draft, &setups);
    }
    let first = writing.lessons.len();
    for draft in &other {
        writing.add(draft, &setups);
    }
    let unsafe_from = (writing.lessons.len() > first).then_some(first + 1);
    for draft in last {
        writing.add(draft, &setups);
    }
    let cleaning = setups.cleaning(&writing.order, &mut doorway);
    let others = by_others(strangers, &writing.order, &mut setups, &mut doorway);
    let mut lessons = writing.lessons;
    // Names that only cleaning up wanted are kept by then.
    for lesson in &mut lessons {
        if let Some(setup) = lesson.0.and_then(|key| setups.get(key)) {
            lesson.1.keep.clone_from(&setup.lesson.keep);
            lesson.1.settings.clone_from(&setup.lesson.settings);
            lesson.1.note = Some(gives(&lesson.1));
        }
    }
    let mut lessons: Vec<Lesson> = lessons.into_iter().map(|(_, lesson)| lesson).collect();
    let mut finally: Vec<Lesson> = cleaning.into_iter().map(|(lesson, _)| lesson).collect();
    let made = |l: &Lesson| l.setting("made").map(Json::members).unwrap_or_default().to_vec();
    let kept: BTreeSet<String> = lessons
        .iter()
        .flat_map(|l| {
            l.keep.iter().map(|(name, _)| name.clone()).chain(made(l).into_iter().map(|(name, _)| name))
        })
        .collect();
    let secrets = doorway.secrets();
    finally.retain(|lesson| {
        let mut names = names_in(&lesson.target);
        if let Content::Json(json) = &lesson.content {
            names.extend(names_in_json(json));
        }
        let alike =
            |own: &Lesson| own.kind == "ask" && own.method == lesson.method && own.target == lesson.target;
        let deleted = lessons.iter().any(|own| alike(own) && own.content == lesson.content);
        !deleted && names.iter().all(|name| kept.contains(*name) || secrets.contains(name))
    });
    let mut notes = notes(&names(cassettes), lessons.len(), unsafe_from, &doorway);
    notes.extend(left_out(&setups.left_out));
    notes.extend(others);
    let headers = shared(&mut lessons, &mut finally);
    Plan { upstream, headers, token: doorway.token, lessons, finally, notes }
}

/// What somebody with another role may not do can be asked once their credential has a name: these lessons are
/// a comment until then.
fn by_others(
    strangers: Vec<(Lesson, (usize, usize))>,
    done: &[Key],
    setups: &mut Setups<'_>,
    doorway: &mut Doorway,
) -> Vec<String> {
    let mut lessons = Vec::new();
    for (planned, of) in strangers {
        let Some(exchange) = setups.exchange(of) else { continue };
        let mut lesson = planned.clone();
        lesson.headers = fields(exchange, &lesson.content)
            .into_iter()
            .filter(|(name, _)| !planned.headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name)))
            .map(|(name, value)| (name, Some(value)))
            .chain(planned.headers.clone())
            .collect();
        doorway.open(&mut lesson, exchange);
        let needs = setups.lead(&mut lesson, of, 0, doorway);
        condition(&mut lesson);
        freshen(&mut lesson, exchange, false);
        if needs.iter().all(|need| done.contains(need)) && !setups.harms(&lesson, of, &needs) {
            lessons.push(lesson);
        }
    }
    if lessons.is_empty() {
        return Vec::new();
    }
    let mut notes = vec![format!(
        "Whether anybody with another role may do this was never asked: name such a credential, as `secrets: {{{OTHER}: env:{}}}`, and add:",
        OTHER.to_ascii_uppercase().replace('-', "_")
    )];
    let plan = Plan { lessons, ..Plan::default() };
    notes.extend(plan.to_yaml().lines().skip(1).map(|line| format!("  {line}")));
    notes
}

//! The one port of the house: anything that can be asked an HTTP question.
//!
//! A live mock, the vendor's sandbox, a cassette's own replay and a set of stubs are all subjects, so
//! verifying, vendor drift and contracts are one engine.

use crate::model::{Answer, Request, Timing};
use crate::operation::Operation;
use std::{collections::BTreeMap, future::Future, pin::Pin, sync::Arc};

/// A boxed future, so that the port stays usable behind `dyn`.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where in a user's file an answer comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// The path as the user gave it.
    pub file: String,
    /// Counted from one.
    pub line: u32,
}

/// A path as a stub file writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathForm {
    /// This path and no other.
    Exact(String),
    /// With `{name}` for a segment, or `**` for whatever follows.
    Template(String),
    /// A regular expression for the whole of it.
    Pattern(String),
    /// One of these.
    OneOf(Vec<PathForm>),
    /// Every path.
    Any,
    /// A test that only the stub itself can make.
    Unknown,
}

impl PathForm {
    /// Whether a path as sent has this form; none where that cannot be told.
    pub fn takes(&self, path: &str) -> Option<bool> {
        match self {
            PathForm::Exact(exact) => Some(exact == path),
            PathForm::Template(template) => Some(fits(template, path)),
            PathForm::Pattern(pattern) => {
                let whole = regex::Regex::new(&format!("^(?:{pattern})$")).ok()?;
                Some(whole.is_match(path))
            }
            PathForm::OneOf(forms) => {
                let takes: Vec<Option<bool>> = forms.iter().map(|form| form.takes(path)).collect();
                if takes.contains(&Some(true)) {
                    Some(true)
                } else {
                    (!takes.contains(&None)).then_some(false)
                }
            }
            PathForm::Any => Some(true),
            PathForm::Unknown => None,
        }
    }

    /// Whether paths of this form may be of an operation's template, with values of their own for its
    /// variables. What says nothing of its paths is of none.
    pub fn may_be(&self, template: &str) -> bool {
        match self {
            PathForm::Exact(path) | PathForm::Template(path) => same(path, template, alike),
            PathForm::Pattern(pattern) => same(&plain(pattern), template, |part, segment| {
                regex::Regex::new(&format!("^(?:{part})$")).is_ok_and(|part| part.is_match(segment))
            }),
            PathForm::OneOf(forms) => forms.iter().any(|form| form.may_be(template)),
            PathForm::Any | PathForm::Unknown => false,
        }
    }
}

/// A pattern without its anchors and with bare slashes.
fn plain(pattern: &str) -> String {
    pattern.trim_start_matches('^').trim_end_matches('$').replace("\\/", "/")
}

/// Whether two paths may be one: a variable of either side is any segment of the other.
fn same(path: &str, template: &str, equal: impl Fn(&str, &str) -> bool) -> bool {
    let open = |segment: &str| segment.starts_with('{') && segment.ends_with('}');
    let (mut a, mut b) = (segments(path).into_iter(), template.trim_end_matches('/').split('/'));
    loop {
        match (a.next(), b.next()) {
            (None, None) => return true,
            (Some("**" | ".*" | ".+"), _) => return true,
            (Some(x), Some(y)) if open(x) || open(y) || equal(x, y) => {}
            _ => return false,
        }
    }
}

/// Whether two segments may be one where either may vary in a part of it: `{id}.json`, `Products({id})`.
fn alike(one: &str, other: &str) -> bool {
    let around = |segment: &str| -> Option<(String, String)> {
        let (before, rest) = segment.split_once('{')?;
        Some((before.to_owned(), rest.rsplit_once('}')?.1.to_owned()))
    };
    let holds = |plain: &str, (before, after): &(String, String)| {
        plain.len() > before.len() + after.len() && plain.starts_with(before) && plain.ends_with(after)
    };
    match (around(one), around(other)) {
        (None, None) => one == other,
        (None, Some(parts)) => holds(one, &parts),
        (Some(parts), None) => holds(other, &parts),
        (Some((a, b)), Some((c, d))) => {
            (a.starts_with(&c) || c.starts_with(&a)) && (b.ends_with(&d) || d.ends_with(&b))
        }
    }
}

/// The segments of a path or of a pattern for one: a slash within brackets parts nothing.
fn segments(path: &str) -> Vec<&str> {
    let path = path.trim_end_matches('/');
    let (mut list, mut start, mut depth) = (Vec::new(), 0, 0_u32);
    for (at, c) in path.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            '/' if depth == 0 => {
                list.push(&path[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    list.push(&path[start..]);
    list
}

fn fits(template: &str, path: &str) -> bool {
    let mut segments = path.split('/');
    for wanted in template.split('/') {
        if wanted == "**" {
            return true;
        }
        let Some(segment) = segments.next() else { return false };
        let open = wanted.starts_with('{') && wanted.ends_with('}');
        if !(open && !segment.is_empty() || wanted == segment) {
            return false;
        }
    }
    segments.next().is_none()
}

/// One thing that a file of stubs answers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// None: every method.
    pub method: Option<String>,
    /// Of the request's path, as sent.
    pub path: PathForm,
    /// Every status that it can answer with; empty where it only fails.
    pub statuses: Vec<u16>,
    /// Where it begins.
    pub spot: Spot,
}

/// What a subject that is a file can answer at all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Repertoire {
    /// Every stub, in the order of the files.
    pub routes: Vec<Route>,
    /// What no adapter understood, and where it stands.
    pub not_understood: Vec<(Spot, String)>,
}

/// The lines at which the values of a document stand, by their pointers.
pub type Lines = Arc<BTreeMap<String, u32>>;

/// What a subject said to one request, and when.
#[derive(Debug, Clone, PartialEq)]
pub struct Observed {
    /// A reply or a transport failure.
    pub answer: Answer,
    /// As measured by whoever asked; empty for subjects that answer out of a file.
    pub timing: Timing,
    /// The stub that gave the answer, where the subject is a file.
    pub spot: Option<Spot>,
    /// Where its status and headers stand, if not there as well.
    pub head: Option<Spot>,
    /// The lines of the values in its body by their pointers, where the body takes several.
    pub lines: Option<Lines>,
    /// The answer is what a call within a program came to: it says nothing of credentials, and of headers no
    /// more than somebody put there.
    pub call: bool,
    /// The subject is a file and has nothing for the question; the answer is what its tool says then.
    pub untaken: bool,
}

impl Observed {
    /// An answer without timings or a place.
    pub fn of(answer: Answer) -> Self {
        let timing = Timing::default();
        Observed { answer, timing, spot: None, head: None, lines: None, call: false, untaken: false }
    }
}

/// A kind of question, and the status of the answer that is looked for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// What was asked.
    pub request: &'a Request,
    /// The same as a kind of question.
    pub operation: &'a Operation,
    /// The status that the real side answered with.
    pub status: u16,
    /// What was asked for had been there before on the real side.
    pub was_there: bool,
    /// Where the answer stands that was given instead; none: nothing took the question.
    pub given: Option<&'a Spot>,
}

/// The subject could not be asked at all: it was down, or it cannot express the question.
/// Not an answer, and never counted as one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct NoAnswer {
    /// A fragment fit for "could not ask NAME: …".
    pub reason: String,
    /// The whole run is pointless: nobody is there. Otherwise only this question failed.
    pub fatal: bool,
}

/// Anything that can be asked an HTTP question.
pub trait Subject: Send + Sync {
    /// As the user named it, for reports.
    fn name(&self) -> &str;

    /// Asks one question. `Err` means it could not be asked.
    fn answer<'a>(&'a self, request: &'a Request) -> Boxed<'a, Result<Observed, NoAnswer>>;

    /// What it can answer at all. None: it is no file, so nobody knows.
    fn repertoire(&self) -> Option<Repertoire> {
        None
    }

    /// What it answers with a status to another question of the same kind, where it is a file that has such an
    /// answer: its own data decide which question that is. Changes nothing.
    fn instead(&self, wanted: &Wanted<'_>) -> Option<Result<Observed, NoAnswer>> {
        let _ = wanted;
        None
    }

    /// Puts the subject back into its first state, between cassettes. `false`: it has no way to.
    fn reset(&self) -> Boxed<'_, Result<bool, NoAnswer>> {
        Box::pin(async { Ok(false) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_of_either_side_are_any_segment() {
        let is = |form: PathForm| form.may_be("/v1/customers/{id}");
        let pattern = |text: &str| PathForm::Pattern(text.to_owned());
        assert!(is(PathForm::Exact("/v1/customers/cus_1".into())));
        assert!(is(PathForm::Template("/{version}/customers/{key}".into())));
        assert!(is(PathForm::OneOf(vec![PathForm::Any, PathForm::Template("/v1/**".into())])));
        assert!(is(pattern("/v1/customers/own_[0-9]")) && is(pattern("/v1/.*")));
        assert!(
            is(pattern(r"^\/v1\/customers\/([^/]+)$")) && is(pattern("/v[0-9]/(customers|clients)/[a-z]+"))
        );
        let part = |path: &str| PathForm::Exact(path.into()).may_be("/v1/files/{id}.json");
        assert!(part("/v1/files/7.json") && !part("/v1/files/7.xml") && !part("/v1/files/.json"));
        assert!(!is(PathForm::Exact("/v1/customers".into())) && !is(PathForm::Any));
        assert!(!is(PathForm::Exact("/v1/charges/cus_1".into())));
        assert!(!is(pattern("/v1/charges/[0-9]+")) && !is(pattern("/v1/customers")) && !is(pattern("/v1/(")));
    }
}

//! A recorded request bound to what another subject gave: its own cursors, ids and URLs stand where the
//! recorded ones stood.

use super::{
    link::{Link, Part, Source, SourcePlace, Target},
    splice::splice,
    texts::{self, Read},
    url,
};
use crate::model::{Answer, Exchange, Request};

/// A recorded request with what a subject itself gave in place of what the real side had given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// What to ask.
    pub request: Request,
    /// Links, as indices into the list given, whose value the subject did not give; the recorded value
    /// still stands there.
    pub unbound: Vec<usize>,
    /// How many links were bound.
    pub rebound: usize,
}

/// Binds request `to` to what the subject `said` in answer to each exchange before it. `links` is in the
/// order in which [`super::discover`] gives them.
pub fn bind(to: usize, exchanges: &[Exchange], links: &[Link], said: &[Option<Answer>]) -> Bound {
    let request = exchanges.get(to).map(|e| e.request.clone()).unwrap_or_default();
    let mut bound = Bound { request, unbound: Vec::new(), rebound: 0 };
    let first = links.partition_point(|link| link.to < to);
    for (index, link) in links.iter().enumerate().skip(first).take_while(|(_, link)| link.to == to) {
        let mut apply = |links: &[Link]| {
            let all = links.iter().map(|link| given(link, exchanges, said)).collect::<Option<Vec<Change>>>();
            for (link, change) in links.iter().zip(all.iter().flatten()) {
                if let Some((old, new)) = change {
                    splice(&mut bound.request, &link.target, old, new);
                }
            }
            all.is_some()
        };
        let parts = link.parts.as_deref();
        if apply(std::slice::from_ref(link)) || parts.is_some_and(|parts| !parts.is_empty() && apply(parts)) {
            bound.rebound += 1;
        } else if parts.is_none_or(|parts| !parts.is_empty()) {
            bound.unbound.push(index);
        }
    }
    bound
}

/// What to replace by what; an inner none where the subject gave the recorded value itself.
type Change = Option<(String, String)>;

/// Tries the link's own source, then its others, first at the very place, then at the last item there is.
fn given(link: &Link, exchanges: &[Exchange], said: &[Option<Answer>]) -> Option<Change> {
    let own = std::iter::once((link.from, &link.source));
    let sources: Vec<(usize, &Source)> =
        own.chain(link.others.iter().map(|(from, source)| (*from, source))).collect();
    for lenient in [false, true] {
        for &(from, source) in &sources {
            let Some(exchange) = exchanges.get(from) else { continue };
            let Some(answer) = said.get(from).and_then(Option::as_ref) else { continue };
            let picked = pick(answer, source, exchange, lenient).filter(|new| can_stand(&link.target, new));
            let Some(new) = picked else { continue };
            let old = pick(&exchange.answer, source, exchange, false);
            if old.as_ref() == Some(&new) {
                return Some(None);
            }
            let new = match source.part {
                Part::Target | Part::Path => url::ascii(&url::align(&new, &link.value)),
                Part::Whole | Part::Query(..) | Part::Segment(_) => new,
            };
            return Some(Some((link.value.clone(), new)));
        }
    }
    None
}

/// Whether a request with this value is still one: header fields hold no line breaks (RFC 9110 §5.5).
fn can_stand(target: &Target, value: &str) -> bool {
    !matches!(target, Target::Header(..) | Target::Cookie(_)) || !value.chars().any(char::is_control)
}

/// The value at a source.
fn pick(answer: &Answer, source: &Source, exchange: &Exchange, lenient: bool) -> Option<String> {
    let response = answer.head()?;
    let read = match source.place {
        SourcePlace::Header(..) | SourcePlace::Link(_) | SourcePlace::Cookie(_) => Read::Words(Vec::new()),
        SourcePlace::Json(..) | SourcePlace::Element(..) | SourcePlace::Word(..) => Read::of(response),
    };
    let text = texts::find(response, &read, &source.place, lenient)?;
    if source.part == Part::Whole {
        return Some(text);
    }
    let reference = url::parse(&text)?;
    let target = || reference.reduce(&exchange.request.target, &exchange.upstream);
    match &source.part {
        Part::Whole => Some(text.clone()),
        Part::Target => Some(target()),
        Part::Path => target().split('?').next().map(str::to_owned),
        Part::Query(name, nth) => {
            reference.pairs().into_iter().filter(|(n, _)| n == name).nth(*nth).map(|(_, value)| value)
        }
        Part::Segment(from_end) => reference.segments_from_end().nth(*from_end),
    }
    .filter(|value| !value.is_empty())
}

#[cfg(test)]
#[path = "bind_tests.rs"]
mod tests;

//! One thing of those that are served in no order, on which a request depends.

use super::{Counterparts, Unstable, values};
use crate::conduct::{Call, Conduct};
use cassettes::links::Target;
use cassettes::model::Request;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// So many recorded requests of one shape are looked at for one that found no answer.
const CANDIDATES: usize = 256;

/// A place of a request that always held the same thing when it was recorded, whatever the order in which the
/// things had been served, and holds one or another of them now.
pub(crate) struct Picked<'u> {
    pub(crate) place: Target,
    /// The thing, and a recorded request that holds it, as a number of [`Conduct::recorded`].
    pub(crate) value: String,
    pub(crate) recorded: usize,
    /// What shows that the things have no order.
    pub(crate) known: &'u Unstable,
    /// The requests that hold another thing.
    pub(crate) picks: Vec<Pick>,
}

/// One request of it.
pub(crate) struct Pick {
    /// As a number of [`Conduct::calls`].
    pub(crate) call: usize,
    pub(crate) value: String,
    /// The request whose answer had given the things.
    listing: usize,
}

/// A request but for one place.
type Form = (String, Target, Vec<(Target, String)>);

/// Every place of requests where a thing is taken by its order. `latest` gives the request before this one whose
/// answer has no order, and what shows it. Whoever asks for more than one of the things that one answer gave is
/// after each of them.
pub(crate) fn picked<'u>(
    conduct: &Conduct<'_>,
    counterparts: &Counterparts<'_, '_>,
    latest: impl Fn(usize) -> Option<(usize, &'u Unstable)>,
) -> Vec<Picked<'u>> {
    let mut by_shape: HashMap<(&str, usize), Vec<usize>> = HashMap::new();
    for (number, one) in conduct.recorded.iter().enumerate() {
        let alike = by_shape.entry(shape(one.request())).or_default();
        if alike.len() < CANDIDATES {
            alike.push(number);
        }
    }
    let mut found: BTreeMap<Form, Picked<'u>> = BTreeMap::new();
    for (number, call) in conduct.calls.iter().enumerate() {
        let Some((listing, known)) = latest(number) else { continue };
        let Some((recorded, place, sent)) = other(counterparts, call, &by_shape) else { continue };
        let all = counterparts.values(recorded);
        let Some(value) = all.get(&place) else { continue };
        if !known.things.contains(&sent) || !known.things.contains(value) {
            continue;
        }
        let method = conduct.recorded[recorded].request().method.clone();
        let form = (method, place.clone(), but_for(all, &place));
        let picked = found.entry(form).or_insert_with(|| Picked {
            place,
            value: value.clone(),
            recorded,
            known,
            picks: Vec::new(),
        });
        picked.picks.push(Pick { call: number, value: sent, listing });
    }
    found.retain(|form, picked| {
        let alike = by_shape.get(&shape(conduct.recorded[picked.recorded].request()));
        let of_form = |&n: &usize| {
            counterparts.values(n).len() == form.2.len() + 1
                && but_for(counterparts.values(n), &form.1) == form.2
        };
        let kept: BTreeSet<usize> = alike.into_iter().flatten().copied().filter(of_form).collect();
        let was_same = |&n: &usize| counterparts.values(n).get(&form.1) == Some(&picked.value);
        let is_kept = kept.len() > 1 && kept.iter().all(was_same);
        // Those that hold the same thing as ever belong to the picture.
        let as_ever = conduct.calls.iter().enumerate().filter(|(n, call)| {
            call.exchange.is_some_and(|at| kept.contains(&at)) && picked.picks.iter().all(|p| p.call != *n)
        });
        let as_ever: Vec<usize> = as_ever.filter_map(|(n, _)| Some(latest(n)?.0)).collect();
        let listings: Vec<usize> =
            picked.picks.iter().map(|p| p.listing).chain(as_ever.iter().copied()).collect();
        let values: BTreeSet<&String> = picked.picks.iter().map(|p| &p.value).collect();
        let once = listings.iter().collect::<BTreeSet<_>>().len() == listings.len();
        is_kept && once && values.len() + usize::from(!as_ever.is_empty()) > 1
    });
    found.into_values().collect()
}

/// The recorded request that is this one but for a single place, the place, and what stands there now.
fn other(
    counterparts: &Counterparts<'_, '_>,
    call: &Call<'_>,
    by_shape: &HashMap<(&str, usize), Vec<usize>>,
) -> Option<(usize, Target, String)> {
    if let Some((recorded, differing)) = counterparts.find(call)
        && let [one] = &differing[..]
    {
        return Some((recorded, one.target.clone(), one.sent.clone()));
    }
    call.served.miss.as_ref()?;
    let request = call.request();
    let sent: BTreeMap<Target, String> = values(&request).into_iter().collect();
    by_shape.get(&shape(&request))?.iter().find_map(|&recorded| {
        let known = counterparts.values(recorded);
        let mut others = sent.iter().filter(|(place, value)| known.get(place) != Some(value));
        let (place, value) = others.next()?;
        let is_one = others.next().is_none() && known.len() == sent.len() && known.contains_key(place);
        is_one.then(|| (recorded, place.clone(), value.clone()))
    })
}

/// What requests have in common that differ in a value alone.
fn shape(request: &Request) -> (&str, usize) {
    let path = request.target.split('?').next().unwrap_or_default();
    (&request.method, path.bytes().filter(|b| *b == b'/').count())
}

fn but_for(values: &BTreeMap<Target, String>, place: &Target) -> Vec<(Target, String)> {
    values.iter().filter(|(at, _)| *at != place).map(|(at, value)| (at.clone(), value.clone())).collect()
}

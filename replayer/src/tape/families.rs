//! Families: exchanges whose requests have one matching key, hence one queue of answers.

use super::{Allowed, Judge, Tape};
use cassettes::facets::credential::credentials;
use cassettes::jwt::Keys;
use cassettes::model::{Exchange, Request, Timestamp, TokenFacts};
use cassettes::redact::Veil;
use cassettes::{codec, matching};
use foldhash::quality::FixedState;
use std::cell::RefCell;
use std::hash::{BuildHasher as _, Hasher as _};
use std::sync::{Arc, OnceLock};

/// Every family of a tape.
#[derive(Debug, Default)]
pub(crate) struct Families {
    /// Entries, family after family, in recorded order within each; of families of several.
    order: Vec<u32>,
    families: Vec<Family>,
    /// How many counters a session needs.
    pub(crate) counters: usize,
}

/// The exchanges of one key.
#[derive(Debug)]
pub(crate) struct Family {
    /// Where its entries begin; of a family of one the entry itself, so that nothing more has to be looked up.
    from: u32,
    len: u32,
    /// Its first counter in a session.
    pub(crate) counter: usize,
    /// Set where entries differ behind their equal key: then each has its own counter. Otherwise the
    /// family is a plain queue with one.
    pub(crate) mixed: Option<Box<[Traits]>>,
    /// What was made of the credentials of a mixed family, looked at when the first request asks for it.
    pub(super) judge: OnceLock<Option<Box<Judge>>>,
}

/// Places in a family, the likeliest first.
#[derive(Debug)]
pub(crate) struct Places {
    pub(crate) near: Vec<usize>,
    /// Those that come after, when the near ones are used up, and are never given again.
    pub(crate) spare: Vec<usize>,
}

/// What may tell recorded requests of one key apart: all that the key masks or leaves out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Traits {
    /// The upstream it was asked of.
    upstream: u16,
    /// The values that stand at masked places: a secret-looking page token, say.
    values: u64,
    /// The kind of credential it carries.
    credential: Box<[u8]>,
    /// The headers that select among representations of one thing.
    pub(crate) selection: u64,
    /// The same as far as it shows without the key of the pseudonyms; none where that is known.
    form: Option<Box<(Arc<Veil>, Form)>>,
}

/// What tells requests apart whose secrets are known by their form only.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Form {
    values: u64,
    credential: Box<[u8]>,
}

/// An asked request, as sent and as cleaned: a cassette that was written by hand may hold either.
#[derive(Debug)]
pub(crate) struct Asked {
    /// The cleaned request at this moment, with what is known of its tokens.
    pub(crate) exchange: Exchange,
    /// None: any upstream will do.
    upstream: Option<u16>,
    values: [u64; 2],
    credentials: [Box<[u8]>; 2],
    pub(crate) selection: u64,
    /// Made as recorded requests ask for them.
    forms: RefCell<Vec<(Arc<Veil>, Form)>>,
}

/// Headers that ask for one representation rather than another (RFC 9110 §12.5.1, §13.1, §14.2).
const SELECTING: [&str; 7] =
    ["accept", "range", "if-range", "if-match", "if-none-match", "if-modified-since", "if-unmodified-since"];

impl Tape {
    /// The traits of an entry's request.
    pub(crate) fn traits(&self, number: u32) -> Traits {
        let entry = &self.entries[number as usize];
        let (request, at) = (self.request(number), entry.exchange().at);
        let form = entry.veil.as_ref().map(|veil| {
            let form = Form::of(veil, &request, at);
            Box::new((Arc::clone(veil), form))
        });
        Traits { form, ..Traits::of(&request, entry.upstream, at) }
    }
}

impl Form {
    fn of(veil: &Veil, request: &Request, at: Timestamp) -> Form {
        let veiled = veil.over(request);
        Form { values: values(&veiled), credential: credential(&veiled, at) }
    }
}

impl Traits {
    /// Those of a recorded request that was asked at this moment.
    pub(crate) fn of(request: &Request, upstream: u16, at: Timestamp) -> Self {
        let credential = credential(request, at);
        Traits { upstream, values: values(request), credential, selection: selection(request), form: None }
    }

    /// For requests that differ in what makes no difference: what the key masks tells nothing then.
    pub(super) fn loosely(self) -> Self {
        Traits {
            values: 0,
            form: self.form.map(|form| Box::new((form.0, Form { values: 0, ..form.1 }))),
            ..self
        }
    }

    /// Whether it carries the very credential that was recorded.
    pub(crate) fn is_same(&self, asked: &Asked) -> bool {
        asked.credentials.iter().any(|asked| affinity(asked, &self.credential) == u8::MAX)
            || self.form.as_ref().is_some_and(|form| {
                let (veil, Form { credential, .. }) = &**form;
                asked.form(veil, &|asked| affinity(&asked.credential, credential) == u8::MAX)
            })
    }

    /// How near an asked request is to a recorded one, in its masked values and in its credential; none if it is
    /// for another upstream.
    pub(crate) fn nearness(&self, asked: &Asked) -> Option<(u8, u8)> {
        if asked.upstream.is_some_and(|upstream| upstream != self.upstream) {
            return None;
        }
        let nearest = asked.credentials.iter().map(|asked| affinity(asked, &self.credential)).max();
        let plain = (2 * u8::from(asked.values.contains(&self.values)), nearest.unwrap_or_default());
        let Some((veil, form)) = self.form.as_deref() else { return Some(plain) };
        let near = |asked: &Form| {
            // The very text is nearer than its form.
            let credential = affinity(&asked.credential, &form.credential).min(u8::MAX - 1);
            (u8::from(asked.values == form.values), credential)
        };
        let formed = asked.form(veil, &near);
        Some((plain.0.max(formed.0), plain.1.max(formed.1)))
    }
}

impl Asked {
    /// Those of a request that is asked now.
    pub(crate) fn of(sent: &Request, cleaned: &Request, upstream: Option<u16>, now: Timestamp) -> Self {
        let exchange = Exchange { at: now, ..Exchange::alone(cleaned.clone()) };
        Asked {
            exchange,
            upstream,
            values: [values(sent), values(cleaned)],
            credentials: [credential(sent, now), credential(cleaned, now)],
            selection: selection(sent),
            forms: RefCell::default(),
        }
    }

    /// Looks at its form under a veil.
    fn form<T>(&self, veil: &Arc<Veil>, look: &dyn Fn(&Form) -> T) -> T {
        let mut forms = self.forms.borrow_mut();
        if let Some((_, form)) = forms.iter().find(|(known, _)| Arc::ptr_eq(known, veil)) {
            return look(form);
        }
        let form = Form::of(veil, &self.exchange.request, self.exchange.at);
        let seen = look(&form);
        forms.push((Arc::clone(veil), form));
        seen
    }
}

impl Asked {
    /// With what a key says of its signatures.
    #[must_use]
    pub(crate) fn verified(mut self, sent: &Request, keys: Option<&dyn Keys>) -> Self {
        if keys.is_some() {
            let tokens = credentials(sent).into_iter().filter_map(|credential| {
                let signature = credential.jwt.as_ref()?.verdict(keys);
                Some(TokenFacts { place: credential.place, signature, times: Vec::new() })
            });
            self.exchange.tokens = tokens.collect();
        }
        self
    }
}

impl Families {
    /// Groups entries; `members` holds each family's entries in recorded order, and `traits` are asked of
    /// those that share one.
    pub(crate) fn new(members: Vec<Vec<u32>>, traits: &mut dyn FnMut(u32) -> Option<Traits>) -> Self {
        let mut all = Families::default();
        all.order.reserve_exact(members.iter().map(Vec::len).filter(|len| *len > 1).sum());
        all.families.reserve_exact(members.len());
        for entries in members {
            let mixed = match entries.as_slice() {
                [_] => None,
                several => {
                    let each: Box<[Traits]> = several.iter().filter_map(|e| traits(*e)).collect();
                    (each.len() == several.len() && each.iter().any(|t| *t != each[0])).then_some(each)
                }
            };
            let from = match entries.as_slice() {
                [alone] => *alone,
                _ => all.order.len() as u32,
            };
            let len = entries.len() as u32;
            let counter = all.counters;
            all.counters += if mixed.is_some() { entries.len() } else { 1 };
            if len > 1 {
                all.order.extend(entries);
            }
            all.families.push(Family { from, len, counter, mixed, judge: OnceLock::new() });
        }
        all
    }

    /// A family by its number.
    pub(crate) fn get(&self, family: u32) -> &Family {
        &self.families[family as usize]
    }

    /// A family's entries in recorded order.
    pub(crate) fn entries<'f>(&'f self, family: &'f Family) -> &'f [u32] {
        if family.len == 1 {
            return std::slice::from_ref(&family.from);
        }
        &self.order[family.from as usize..(family.from + family.len) as usize]
    }

    /// The family that one of a session's counters belongs to.
    pub(crate) fn counted(&self, counter: usize) -> &Family {
        &self.families[self.families.partition_point(|family| family.counter <= counter) - 1]
    }

    /// Every family.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Family> {
        self.families.iter()
    }
}

impl Family {
    /// The places in the family of the entries that an asked request may have. None for a family of another
    /// upstream.
    pub(crate) fn nearest(each: &[Traits], asked: &Asked, judge: Option<&Judge>) -> Places {
        let Some(judge) = judge else {
            return Places { near: Family::among(each, asked, &|_| true), spare: Vec::new() };
        };
        let Allowed { first, then } = judge.allows(asked, &|place| each[place].is_same(asked));
        let near = Family::among(each, asked, &|place| first[place]);
        let spare = then.map_or_else(Vec::new, |then| Family::among(each, asked, &|place| then[place]));
        Places { near, spare }
    }

    /// Of some places the nearest only, those that were asked with the same selecting headers before the others,
    /// else in recorded order.
    fn among(each: &[Traits], asked: &Asked, allowed: &dyn Fn(usize) -> bool) -> Vec<usize> {
        let mut best = None;
        let mut nearest = Vec::new();
        for (place, traits) in each.iter().enumerate().filter(|(place, _)| allowed(*place)) {
            let nearness = traits.nearness(asked);
            if nearness > best {
                best = nearness;
                nearest.clear();
            }
            if nearness.is_some() && nearness == best {
                nearest.push(place);
            }
        }
        nearest.sort_by_key(|place| each[*place].selection != asked.selection);
        nearest
    }
}

/// Two requests of one key differ here only at places that the key masks.
fn values(request: &Request) -> u64 {
    let mut pairs = request.query_pairs();
    pairs.sort();
    let mut text = request.path().to_owned();
    for (name, value) in pairs {
        for piece in [name, value] {
            text.push('\n');
            text.push_str(&piece);
        }
    }
    text.push('\n');
    match codec::json_of(&request.headers, &request.body) {
        Some(json) => json.write(&mut text, true),
        None => text.push_str(&String::from_utf8_lossy(&codec::decoded(&request.headers, &request.body))),
    }
    hashed(text.as_bytes())
}

fn credential(request: &Request, at: Timestamp) -> Box<[u8]> {
    matching::credential(request, at).into_boxed_slice()
}

/// In how many grades two credentials agree. The very same text is the same credential, even where the
/// time that has passed since makes its class another.
fn affinity(asked: &[u8], recorded: &[u8]) -> u8 {
    let text = |fingerprint: &[u8]| fingerprint.rsplit(|b| *b == 0xff).nth(1).unwrap_or_default().to_vec();
    let (text, same) = (text(asked), text(asked) == text(recorded));
    if same && !text.is_empty() { u8::MAX } else { matching::affinity(asked, recorded) }
}

fn selection(request: &Request) -> u64 {
    selection_but(request, &|_| false)
}

/// The selecting headers, but for those that make no difference.
pub(crate) fn selection_but(request: &Request, ignored: &dyn Fn(&str) -> bool) -> u64 {
    let mut text = Vec::new();
    for name in SELECTING {
        text.push(b'\n');
        if ignored(name) {
            continue;
        }
        text.extend_from_slice(request.headers.get_bytes(name).unwrap_or_default());
    }
    hashed(&text)
}

fn hashed(bytes: &[u8]) -> u64 {
    let mut hasher = FixedState::default().build_hasher();
    hasher.write(bytes);
    hasher.finish()
}

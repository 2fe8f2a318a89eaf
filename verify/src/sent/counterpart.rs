//! Which recorded request a client's request stands for, and what differs between the two.

use super::values::values;
use crate::conduct::{Call, Conduct};
use crate::excerpt;
use crate::finding::Evidence;
use cassettes::links::Target;
use cassettes::model::Digest;
use cassettes::operation::Operation;
use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};

/// So many recorded requests of an operation are looked at for one that found no answer.
const CANDIDATES: usize = 64;

/// A value that is another one than when it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Differs {
    /// Where it stands, in both requests.
    pub(crate) target: Target,
    /// What the client sent.
    pub(crate) sent: String,
    /// What was sent when it was recorded.
    pub(crate) recorded: String,
}

/// Finds for each request the recorded one that it stands for.
pub(crate) struct Counterparts<'c, 'a> {
    conduct: &'c Conduct<'a>,
    by_operation: BTreeMap<&'c Operation, Vec<usize>>,
    by_cite: HashMap<&'c str, usize>,
    values: Vec<OnceCell<BTreeMap<Target, String>>>,
}

impl<'c, 'a> Counterparts<'c, 'a> {
    pub(crate) fn of(conduct: &'c Conduct<'a>) -> Self {
        let mut by_operation: BTreeMap<&Operation, Vec<usize>> = BTreeMap::new();
        let mut by_cite = HashMap::new();
        for (number, one) in conduct.recorded.iter().enumerate() {
            by_operation.entry(&one.operation).or_default().push(number);
            by_cite.entry(one.cite.as_str()).or_insert(number);
        }
        let values = conduct.recorded.iter().map(|_| OnceCell::new()).collect();
        Counterparts { conduct, by_operation, by_cite, values }
    }

    /// The recorded requests of an operation.
    pub(crate) fn recorded(&self, operation: &Operation) -> &[usize] {
        self.by_operation.get(operation).map_or(&[], Vec::as_slice)
    }

    /// The values of a recorded request.
    pub(crate) fn values(&self, recorded: usize) -> &BTreeMap<Target, String> {
        self.values[recorded]
            .get_or_init(|| values(self.conduct.recorded[recorded].request()).into_iter().collect())
    }

    /// The recorded request that this one stands for, and the values that are others in it. None where it is
    /// the recorded one to the byte, or stands for none.
    pub(crate) fn find(&self, call: &Call<'_>) -> Option<(usize, Vec<Differs>)> {
        if let Some(recorded) = call.exchange {
            return (!self.is_as_recorded(call, recorded))
                .then(|| self.differing(recorded, &values(&call.request()).into_iter().collect()).0)
                .map(|differing| (recorded, differing));
        }
        let missed = call.served.miss.as_ref()?;
        let nearest = missed.nearest.as_deref().and_then(|cite| self.by_cite.get(cite)).copied();
        let nearest = nearest.filter(|&at| self.conduct.recorded[at].operation == call.operation);
        let sent = values(&call.request()).into_iter().collect();
        let candidates =
            nearest.into_iter().chain(self.recorded(&call.operation).iter().copied().take(CANDIDATES));
        let weighed = candidates.map(|recorded| (self.differing(recorded, &sent), recorded));
        let ((differing, _), recorded) =
            weighed.min_by_key(|((differing, elsewhere), _)| differing.len() + 2 * elsewhere)?;
        Some((recorded, differing))
    }

    fn is_as_recorded(&self, call: &Call<'_>, recorded: usize) -> bool {
        let asked = self.conduct.recorded[recorded].request();
        let sent = call.served.body.as_ref().map(|body| body.sha256.as_str());
        let is_same = || match sent {
            None => asked.is_empty(),
            Some(sent) => !asked.is_empty() && Digest::of(asked.essence()).to_string() == sent,
        };
        asked.target == call.served.target && is_same()
    }

    /// What stands in both and is not the same, and how much stands in one of them alone.
    fn differing(&self, recorded: usize, sent: &BTreeMap<Target, String>) -> (Vec<Differs>, usize) {
        let known = self.values(recorded);
        let mut differing = Vec::new();
        let mut elsewhere = known.keys().filter(|target| !sent.contains_key(target)).count();
        for (target, text) in sent {
            match known.get(target) {
                Some(recorded) if recorded == text => {}
                Some(recorded) => differing.push(Differs {
                    target: target.clone(),
                    sent: text.clone(),
                    recorded: recorded.clone(),
                }),
                None => elsewhere += 1,
            }
        }
        (differing, elsewhere)
    }

    /// What was sent in a place when it was recorded.
    pub(crate) fn evidence(&self, recorded: usize, place: String, text: &str) -> Evidence {
        Evidence {
            exchange: Some(self.conduct.recorded[recorded].cite.clone()),
            pointer: place,
            excerpt: excerpt::bounded(text),
            location: None,
        }
    }
}

//! Calls as stubs: the questions that they are on the wire, each with a queue of what they came to.

use super::binding::Binding;
use super::bindings::Bindings;
use super::calls::Call;
use super::outcome::{Filling, Outcome};
use super::pages::Pages;
use crate::mocks::conditions::{Asked, Condition, Custom, Fit, Text};
use crate::mocks::{Content, Made, Order, Replies, Reply, STARTED, Scenario, Scene, Stub, Unknown};
use cassettes::json::Json;
use cassettes::subject::Spot;
use std::collections::HashMap;
use std::sync::Arc;

/// The arguments of a call in one spelling, or those that a question says.
type Key = Vec<Option<String>>;

/// The stubs, and what nobody bound.
pub(super) fn stubs(calls: &[Call], bindings: &Bindings) -> (Vec<Stub>, Vec<Unknown>) {
    let mut unbound = Vec::new();
    let mut queues: Vec<Queue<'_>> = Vec::new();
    let mut places: HashMap<(&str, Key), usize> = HashMap::new();
    for call in calls {
        let mut stray = |what: String| unbound.push(Unknown { spot: call.spot.clone(), what });
        let Some(binding) = bindings.find(&call.name) else {
            stray(format!("call {}, which is no operation", call.name));
            continue;
        };
        let key = match binding.key_of(&call.args) {
            Ok(key) => key,
            Err(what) => {
                stray(format!("{what} of {}, which has no place", call.name));
                continue;
            }
        };
        let at = *places.entry((&binding.name, key.clone())).or_insert_with(|| {
            queues.push(Queue { binding, key, calls: Vec::new() });
            queues.len() - 1
        });
        queues[at].calls.push(call);
    }
    let mut stubs: Vec<Stub> = queues.iter().flat_map(Queue::stubs).collect();
    stubs.extend(bindings.list().iter().filter_map(unasked));
    (stubs, unbound)
}

/// Calls with the same arguments.
struct Queue<'c> {
    binding: &'c Arc<Binding>,
    key: Key,
    calls: Vec<&'c Call>,
}

impl Queue<'_> {
    fn stubs(&self) -> Vec<Stub> {
        match &self.binding.pages {
            Some(pages) if self.calls.iter().all(|call| call.has_pages()) => self.in_pages(pages),
            _ => self.calls.first().map(|call| self.whole(call)).into_iter().collect(),
        }
    }

    /// One answer after the other.
    fn whole(&self, first: &Call) -> Stub {
        let mut stub = self.stub(&first.spot, |_| true);
        stub.replies.order = Order::RepeatLast;
        for call in &self.calls {
            match call.outcome(self.binding) {
                Ok((outcome, filling)) => stub.replies.list.push(outcome.reply(&filling, &call.spot)),
                Err(what) => stub.doubt(call.spot.clone(), what),
            }
        }
        stub
    }

    /// Whoever asks for the first page again is given the next list; later pages are of the same one.
    fn in_pages(&self, pages: &Pages) -> Vec<Stub> {
        let name = format!("{} {:?}", self.binding.name, self.key);
        let state = |n: usize| if n == 0 { STARTED.to_owned() } else { n.to_string() };
        let scenario = |required: usize, next: Option<usize>| {
            Some(Scenario { name: name.clone(), required: Some(state(required)), next: next.map(state) })
        };
        let mut stubs = Vec::new();
        for (at, call) in self.calls.iter().enumerate() {
            let last = at + 1 == self.calls.len();
            for more in [true, false] {
                let first = self.page(call, pages, true, more);
                stubs.push(Stub { scenario: scenario(at, Some(at + 1)), ..first.clone() });
                if last {
                    stubs.push(Stub { scenario: scenario(at + 1, None), ..first });
                }
                let later = self.page(call, pages, false, more);
                stubs.push(Stub { scenario: scenario(at + 1, None), ..later });
            }
        }
        stubs
    }

    /// Takes questions for the first page or for later ones, if there are more after it, or not.
    fn page(&self, call: &Call, pages: &Pages, first: bool, more: bool) -> Stub {
        let (outcome, filling) = match call.outcome(self.binding) {
            Ok(outcome) => outcome,
            Err(what) => {
                let mut stub = self.stub(&call.spot, |_| true);
                stub.doubt(call.spot.clone(), what);
                return stub;
            }
        };
        let paged = Arc::new(Paged {
            pages: pages.clone(),
            outcome: outcome.clone(),
            filling,
            spot: call.spot.clone(),
        });
        let test = Arc::clone(&paged);
        let mut stub = self.stub(&call.spot, move |asked| {
            test.pages.is_first(asked) == first
                && test.filled(asked).is_some_and(|filling| filling.has_more() == more)
        });
        stub.replies = Replies::one(paged.recipe(more));
        stub
    }

    /// Takes questions that are this call, and meet a condition of their own.
    fn stub(&self, spot: &Spot, own: impl Fn(&Asked<'_>) -> bool + Send + Sync + 'static) -> Stub {
        let (binding, key) = (Arc::clone(self.binding), self.key.clone());
        let test = Custom {
            told: format!("the arguments of {}", self.binding.name),
            test: Arc::new(move |asked| Fit::of(binding.key(asked).as_ref() == Some(&key) && own(asked))),
        };
        stub(self.binding, spot, test)
    }
}

/// A list that a fake gave whole, and how its pages look.
struct Paged {
    pages: Pages,
    outcome: Outcome,
    filling: Filling,
    spot: Spot,
}

impl Paged {
    fn filled(&self, asked: &Asked<'_>) -> Option<Filling> {
        let page = self.pages.fill(asked, &self.filling.given)?;
        Some(Filling { page, ..self.filling.clone() })
    }

    /// A reply that is made anew for each question. Which fields it has depends on whether there are more pages.
    fn recipe(self: &Arc<Self>, more: bool) -> Reply {
        let sample = Filling { page: Pages::sample(more), ..self.filling.clone() };
        let sample = self.outcome.reply(&sample, &self.spot);
        let make = |take: fn(&Reply, usize) -> String, at: usize| {
            let paged = Arc::clone(self);
            Made(Arc::new(move |scene: &Scene<'_>| {
                let filling = paged.filled(scene.asked).ok_or("a page that is not there")?;
                Ok(take(&paged.outcome.reply(&filling, &paged.spot), at))
            }))
        };
        let field = |reply: &Reply, at: usize| {
            let value = reply.headers.0.get(at).map(|(_, value)| value.as_slice()).unwrap_or_default();
            String::from_utf8_lossy(value).into_owned()
        };
        let body = |reply: &Reply, _: usize| match &reply.body {
            Content::Fixed(body) => String::from_utf8_lossy(body.bytes()).into_owned(),
            Content::Template(_) => String::new(),
        };
        let made_headers = sample
            .headers
            .0
            .iter()
            .enumerate()
            .map(|(at, (name, _))| (name.clone(), make(field, at)))
            .collect();
        Reply {
            made_headers,
            body: Content::Template(make(body, 0)),
            ..Reply::new(sample.status, self.spot.clone())
        }
    }
}

/// What the binding itself says of a call that nobody made.
fn unasked(binding: &Arc<Binding>) -> Option<Stub> {
    let outcome = binding.unasked.as_ref()?;
    let sayable = Arc::clone(binding);
    let test = Custom {
        told: format!("a question that {} can put", binding.name),
        test: Arc::new(move |asked| Fit::of(sayable.key(asked).is_some())),
    };
    let filling = Filling { given: Json::Null, arguments: Json::Null, page: Vec::new() };
    let reply = outcome.reply(&filling, &binding.spot);
    Some(Stub { priority: 1, replies: Replies::one(reply), ..stub(binding, &binding.spot, test) })
}

fn stub(binding: &Binding, spot: &Spot, test: Custom) -> Stub {
    Stub {
        label: binding.name.clone(),
        call: !binding.has_credential(),
        when: vec![
            Condition::method(&binding.method),
            Condition::Path(Text::Template(binding.path.clone())),
            Condition::Custom(test),
        ],
        ..Stub::new(spot.clone())
    }
}

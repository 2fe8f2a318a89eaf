//! A vendor on stage: dressed in an honest manner, with at most one change between it and whoever asks.

use super::client::timing;
use super::dress::{Dress, dress};
use super::service::{Ask, Service, Told};
use super::world::World;
use cassettes::model::Request;
use cassettes::subject::{Boxed, NoAnswer, Observed, PathForm, Repertoire, Route, Spot, Subject};
use std::sync::{Arc, Mutex, PoisonError};

/// The key that tokens are signed with.
pub(crate) const KEY: &[u8] = b"the vendors' signing key, which nobody knows";
/// The account's key.
pub(crate) const API_KEY: &str = "key_test_51Hq8ZrTq2mWv7Ln";
/// What the account is called where it logs in.
pub(crate) const CLIENT: &str = "client-7-9f31ab";
/// Another account's key.
pub(crate) const OTHER_KEY: &str = "key_test_77BdXk4sPn9cYe3Ja";

/// A change of an answer: given the question and the honest answer.
pub(crate) type Change = Arc<dyn Fn(&Request, Told) -> Told + Send + Sync>;

/// How a vendor is made.
pub(crate) type Make = fn(World) -> Box<dyn Service>;

/// Everything that makes a mock of a vendor.
#[derive(Clone)]
pub(crate) struct Cast {
    pub(crate) make: Make,
    pub(crate) world: World,
    pub(crate) dress: Dress,
    pub(crate) change: Option<Change>,
    /// What it can answer at all, where it is a file: methods and paths.
    pub(crate) stubs: Vec<(String, String)>,
}

impl Cast {
    /// The real side.
    pub(crate) fn real(make: Make) -> Self {
        Cast { make, world: World::real(), dress: Dress::default(), change: None, stubs: Vec::new() }
    }

    pub(crate) fn stage(&self) -> Stage {
        Stage { service: (self.make)(self.world.fresh()), cast: self.clone() }
    }
}

/// A vendor that answers.
pub(crate) struct Stage {
    service: Box<dyn Service>,
    cast: Cast,
}

impl Stage {
    pub(crate) fn start(&self) -> i64 {
        self.cast.world.start
    }

    pub(crate) fn ask(&mut self, request: &Request) -> Told {
        self.service.world().tick();
        let told = self.service.answer(&Ask(request));
        let told = match &self.cast.change {
            Some(change) => change(request, told),
            None => told,
        };
        let now = self.service.world().now();
        dress(&self.cast.dress, now, told)
    }
}

/// A mock in memory.
pub(crate) struct Mock {
    cast: Cast,
    stage: Mutex<Stage>,
}

impl Mock {
    pub(crate) fn new(cast: Cast) -> Self {
        Mock { stage: Mutex::new(cast.stage()), cast }
    }
}

impl Subject for Mock {
    fn name(&self) -> &str {
        "the mock in memory"
    }

    fn answer<'a>(&'a self, request: &'a Request) -> Boxed<'a, Result<Observed, NoAnswer>> {
        let told = self.stage.lock().unwrap_or_else(PoisonError::into_inner).ask(request);
        let observed = Observed { timing: timing(&told), ..Observed::of(told.answer) };
        Box::pin(std::future::ready(Ok(observed)))
    }

    fn repertoire(&self) -> Option<Repertoire> {
        let route = |(line, (method, path)): (usize, &(String, String))| Route {
            method: Some(method.clone()),
            path: PathForm::Exact(path.clone()),
            statuses: vec![200],
            spot: Spot { file: "stubs.json".to_owned(), line: u32::try_from(line + 1).unwrap_or(u32::MAX) },
        };
        let routes = self.cast.stubs.iter().enumerate().map(route).collect();
        (!self.cast.stubs.is_empty()).then_some(Repertoire { routes, not_understood: Vec::new() })
    }

    fn reset(&self) -> Boxed<'_, Result<bool, NoAnswer>> {
        *self.stage.lock().unwrap_or_else(PoisonError::into_inner) = self.cast.stage();
        Box::pin(std::future::ready(Ok(true)))
    }
}

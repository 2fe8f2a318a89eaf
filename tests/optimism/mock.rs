//! A mock in memory: a vendor on stage that is asked as any mock is.

use crate::kit::client::timing;
use crate::kit::stage::{Cast, Stage};
use cassettes::model::Request;
use cassettes::subject::{Boxed, NoAnswer, Observed, PathForm, Repertoire, Route, Spot, Subject};
use std::sync::{Mutex, PoisonError};

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

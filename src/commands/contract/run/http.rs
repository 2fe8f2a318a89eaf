//! Implementations that are asked over HTTP.

use super::question::parted;
use crate::exit::Stop;
use cassettes::{
    model::Request,
    subject::{NoAnswer, Observed, Subject},
};
use recorder::{Live, LiveLimits};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use verify::contract::matrix::Said;

/// A service at the URLs that the contract names, or somewhere else.
pub(super) struct Service {
    /// Where it is asked, whatever the contract says.
    elsewhere: Option<String>,
    known: Mutex<HashMap<String, Arc<Live>>>,
    limits: LiveLimits,
    extra_ca: Option<Vec<u8>>,
}

impl Service {
    pub(super) fn new(
        elsewhere: Option<String>,
        limits: LiveLimits,
        extra_ca: Option<Vec<u8>>,
    ) -> Result<Service, Stop> {
        let service = Service { elsewhere, known: Mutex::default(), limits, extra_ca };
        if let Some(url) = service.elsewhere.clone() {
            service.live(&url).map_err(|why| {
                Stop::usage(format!("--url {url}: {why}"), "--url NAME=http://127.0.0.1:8001")
            })?;
        }
        Ok(service)
    }

    /// The base URL that is asked, and the target below it.
    fn place(&self, url: &str) -> (String, String) {
        let (base, target) = parted(url);
        (self.elsewhere.clone().unwrap_or_else(|| base.to_owned()), target)
    }

    /// The URL that is asked in place of one of the contract's.
    pub(super) fn shown(&self, url: &str) -> String {
        match &self.elsewhere {
            Some(base) => format!("{}{}", base.trim_end_matches('/'), parted(url).1),
            None => url.to_owned(),
        }
    }

    fn live(&self, base: &str) -> Result<Arc<Live>, String> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(live) = known.get(base) {
            return Ok(Arc::clone(live));
        }
        let live = Live::new(base, self.extra_ca.as_deref(), self.limits).map_err(|e| e.to_string())?;
        let live = Arc::new(live);
        known.insert(base.to_owned(), Arc::clone(&live));
        Ok(live)
    }

    pub(super) async fn ask(&self, mut request: Request) -> Result<Observed, NoAnswer> {
        let (base, target) = self.place(&request.target);
        let live = self.live(&base).map_err(|reason| NoAnswer { reason, fatal: false })?;
        request.target = target;
        live.answer(&request).await
    }
}

/// Why nobody answered, as an answer of its own.
pub(super) fn failure(no: &NoAnswer) -> Said {
    let reason = no.reason.to_lowercase();
    Said::Failed(
        match () {
            () if reason.contains("refused") => "refused",
            () if reason.starts_with("it died") => "died",
            () if no.fatal => "unresolved",
            () => "not sent",
        }
        .to_owned(),
    )
}

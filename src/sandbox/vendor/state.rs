//! What the vendor knows, what has happened to it, and the voice it answers in.

use crate::sandbox::Options;
use crate::sandbox::ask::Ask;
use crate::sandbox::cast::Cast;
use crate::sandbox::data::{Data, GONE};
use crate::sandbox::random::Random;
use crate::sandbox::reply::{Refused, object, string, text};
use axum::extract::State;
use axum::response::Response;
use cassettes::json::Json;
use cassettes::model::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A vendor with its cast, its data and what has happened so far.
pub(in crate::sandbox) struct Vendor {
    pub(super) cast: &'static Cast,
    pub(super) data: Data,
    pub(super) options: Options,
    state: Mutex<Memory>,
}

/// The state handle of axum's handlers.
pub(super) type Shared = State<Arc<Vendor>>;

/// What requests change.
pub(super) struct Memory {
    pub(super) customers: Vec<Json>,
    pub(super) deleted: BTreeSet<String>,
    pub(super) charges: BTreeMap<String, Json>,
    /// Idempotency key to the body it came with and the charge it made.
    pub(super) keys: BTreeMap<String, (Vec<u8>, Json)>,
    /// Job to the number of times it was looked at.
    pub(super) jobs: BTreeMap<String, u32>,
    /// Reads of the tags, which decide their order.
    pub(super) tag_reads: usize,
    /// Calls to the limited route, every third of which is refused.
    pub(super) limited_calls: u64,
    /// Where new ids come from.
    pub(super) made: Random,
    served: Random,
}

impl Vendor {
    pub(in crate::sandbox) fn new(options: Options, cast: &'static Cast) -> Self {
        let data = Data::new(options.seed, cast);
        let state = Mutex::new(Memory::new(options.seed, &data));
        Vendor { cast, data, options, state }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, Memory> {
        // A handler that panicked leaves plain values behind, never half of one.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The error envelope of most routes.
    pub(super) fn refuse(&self, status: u16, kind: &str, code: &str) -> Response {
        self.refuse_with(status, kind, code, Vec::new())
    }

    /// The error envelope with more members.
    pub(super) fn refuse_with(
        &self,
        status: u16,
        kind: &str,
        code: &str,
        more: Vec<(&str, Json)>,
    ) -> Response {
        let mut error =
            vec![("type", string(kind)), ("code", string(code)), ("message", string(self.cast.prose(code)))];
        error.extend(more);
        let error = Json::Object(error.into_iter().map(|(name, value)| (name.to_owned(), value)).collect());
        self.json(status, &object([("error", error)]))
    }

    /// A document in this cast's key order.
    pub(super) fn json(&self, status: u16, document: &Json) -> Response {
        let mut body = String::new();
        document.write(&mut body, self.cast.sorted);
        text(status, "application/json", &body)
    }

    /// The JSON object a request must carry.
    pub(super) fn document(&self, ask: &Ask) -> Result<Json, Refused> {
        let media = ask.0.headers.media_type().unwrap_or_default();
        if media != "application/json" && !media.ends_with("+json") {
            return Err(self.refuse(415, "invalid_request_error", "unsupported_media_type").into());
        }
        match Json::parse(ask.0.body.bytes()) {
            Ok(document @ Json::Object(_)) => Ok(document),
            Ok(_) | Err(_) => Err(self.refuse(400, "invalid_request_error", "malformed_json").into()),
        }
    }

    /// Forgets everything that requests have changed.
    pub(super) fn reset(&self) {
        *self.state() = Memory::new(self.options.seed, &self.data);
    }

    /// A number for this answer alone, as load balancers give.
    pub(super) fn request_id(&self) -> String {
        format!("req_{}", self.state().served.hex())
    }

    pub(super) fn now(&self) -> Timestamp {
        (self.options.now)()
    }
}

impl Memory {
    fn new(seed: u64, data: &Data) -> Self {
        Memory {
            customers: data.customers.clone(),
            deleted: BTreeSet::from([GONE.to_owned()]),
            charges: BTreeMap::new(),
            keys: BTreeMap::new(),
            jobs: BTreeMap::new(),
            tag_reads: 0,
            limited_calls: 0,
            made: Random::new(seed, "made"),
            served: Random::new(seed, "served"),
        }
    }
}

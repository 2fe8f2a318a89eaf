//! The declared faults of one session: which request one of them strikes.

use super::pattern::Pattern;
use super::{Fault, What, When};
use crate::seed::{Draw, purpose};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The declared faults of one session.
#[derive(Debug)]
pub(crate) struct Faults {
    armed: Vec<Armed>,
    /// Held while an answer is taken from the tape and perhaps given back.
    taking: Mutex<()>,
}

/// One declaration, and what came of it.
#[derive(Debug)]
struct Armed {
    fault: Arc<Fault>,
    pattern: Pattern,
    /// Requests of its operation.
    asked: AtomicU64,
    /// How often it struck.
    struck: AtomicU64,
}

/// A fault that strikes a request.
#[derive(Debug, Clone)]
pub(crate) struct Strike(pub(super) Arc<Fault>);

/// How often a declared fault struck.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Struck {
    /// Its operation, as declared.
    pub operation: String,
    /// What it does, in words: `reset`, `status 503`.
    pub fault: String,
    /// How often.
    pub times: u64,
}

impl Faults {
    /// None where nothing is declared.
    pub(crate) fn new(declared: &[Fault]) -> Option<Faults> {
        let arm = |fault: &Fault| {
            let pattern = Pattern::parse(&fault.operation)?;
            let fault = Arc::new(fault.clone());
            Some(Armed { fault, pattern, asked: AtomicU64::new(0), struck: AtomicU64::new(0) })
        };
        let armed: Vec<Armed> = declared.iter().filter_map(arm).collect();
        (!armed.is_empty()).then(|| Faults { armed, taking: Mutex::new(()) })
    }

    /// Until it is dropped nobody else takes an answer in this session.
    pub(crate) fn taking(&self) -> MutexGuard<'_, ()> {
        self.taking.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a request; the first fault that strikes it, if one does.
    pub(crate) fn strike(&self, method: &str, target: &str) -> Option<Strike> {
        let mut strike = None;
        for armed in self.armed.iter().filter(|armed| armed.pattern.matches(method, target)) {
            let number = armed.asked.fetch_add(1, Relaxed) + 1;
            let most = armed.fault.times.unwrap_or(u64::MAX);
            if strike.is_none()
                && armed.fault.when.is_at(number, &armed.fault.operation)
                && armed.struck.load(Relaxed) < most
            {
                armed.struck.fetch_add(1, Relaxed);
                strike = Some(Strike(Arc::clone(&armed.fault)));
            }
        }
        strike
    }

    /// How often each of them struck, in the order declared.
    pub(crate) fn struck(&self) -> Vec<Struck> {
        let one = |armed: &Armed| Struck {
            operation: armed.fault.operation.clone(),
            fault: armed.fault.to_string(),
            times: armed.struck.load(Relaxed),
        };
        self.armed.iter().map(one).collect()
    }

    /// As if nothing had been asked.
    pub(crate) fn reset(&self) {
        for armed in &self.armed {
            armed.asked.store(0, Relaxed);
            armed.struck.store(0, Relaxed);
        }
    }
}

impl When {
    /// Whether the request of this number, counted from one, is meant.
    fn is_at(&self, number: u64, operation: &str) -> bool {
        match self {
            When::Always => true,
            When::At(at) => at.contains(&number),
            When::Every(every) => number.is_multiple_of(*every),
            // By its number, so that it is the same however requests overtake each other.
            When::Rate(rate, seed) => Draw::new(*seed, purpose(operation) ^ number).share() < *rate,
        }
    }
}

impl Strike {
    /// Whether the exchange stays for who asks again.
    pub(crate) fn gives_back(&self) -> bool {
        !self.0.uses_up
    }

    /// Whether nothing more comes of the answer without its being over.
    pub(crate) fn stalls(&self) -> bool {
        matches!(self.0.what, What::Stall(_))
    }

    /// As the journal says it.
    pub(crate) fn said(&self) -> String {
        self.0.to_string()
    }

    /// The status given or the failure shown instead of the recorded one, as the journal says it.
    pub(crate) fn answer(&self) -> Option<String> {
        let kind = match &self.0.what {
            What::Answer => return None,
            What::Reset(_) => "reset",
            What::Close(super::Amount::Nothing) => "closed",
            What::Close(_) => "truncated",
            What::Stall(_) => "timeout",
            What::Garbage => "protocol",
            What::Reply(instead) => return Some(instead.status.to_string()),
        };
        Some(kind.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(declared: &str) -> Faults {
        let declared: Vec<Fault> = serde_json::from_str(declared).unwrap();
        Faults::new(&declared).unwrap()
    }

    fn struck(faults: &Faults, requests: usize) -> Vec<usize> {
        (1..=requests).filter(|_| true).filter(|_| faults.strike("GET", "/v1/x?a=1").is_some()).collect()
    }

    #[test]
    fn faults_strike_when_they_are_declared_to() {
        let one = |when: &str| faults(&format!(r#"[{{"operation":"GET /v1/x","fault":"reset"{when}}}]"#));
        assert_eq!(struck(&one(""), 3), [1, 2, 3]);
        assert_eq!(struck(&one(r#","at":2"#), 4), [2]);
        assert_eq!(struck(&one(r#","at":[1,3]"#), 4), [1, 3]);
        assert_eq!(struck(&one(r#","every":2,"times":2"#), 8), [2, 4]);
        let drawn = struck(&one(r#","rate":0.3,"seed":5"#), 200);
        assert!((40..80).contains(&drawn.len()), "{}", drawn.len());
        assert_eq!(drawn, struck(&one(r#","rate":0.3,"seed":5"#), 200));
        assert_eq!(struck(&one(r#","rate":0"#), 50).len() + struck(&one(r#","rate":1"#), 50).len(), 50);
        let faults = faults(r#"[{"operation":"POST /v1/x","fault":"reset"},{"status":503,"retry-after":2}]"#);
        assert_eq!(faults.strike("GET", "/v1/x").unwrap().answer().as_deref(), Some("503"));
        assert_eq!(
            faults.struck()[1],
            Struck { operation: "*".into(), fault: "status 503".into(), times: 1 }
        );
        faults.reset();
        assert_eq!(faults.struck()[1].times, 0);
    }

    #[test]
    fn wrong_declarations_say_what_is_wrong() {
        for (declared, says) in [
            (r#"{"operation":"GET /x"}"#, "says not what happens"),
            (r#"{"fault":"reset","status":500}"#, "says `fault` and `status`"),
            (r#"{"fault":"explode"}"#, "expected reset, close, stall or garbage, found `explode`"),
            (r#"{"fault":"reset","at":0}"#, "counted from 1"),
            (r#"{"fault":"reset","at":1,"every":2}"#, "says `at` and `every`"),
            (r#"{"fault":"reset","rate":2}"#, "between 0 and 1"),
            (r#"{"fault":"reset","seed":2}"#, "`seed` without `rate`"),
            (r#"{"status":99}"#, "200 to 599"),
            (r#"{"status":503,"retry-after":"soon"}"#, "retry-after"),
            (r#"{"retry-after":2,"fault":"reset"}"#, "`retry-after` without `status`"),
            (r#"{"truncate":"half"}"#, "a share of the body below 100% such as 50%"),
            (r#"{"slow":"fast"}"#, "bytes a second"),
            (r#"{"delay":"5"}"#, "a time with its unit"),
            (r#"{"operation":"things","fault":"reset"}"#, "a method and a path"),
            (r#"{"fault":"garbage","after":"50%"}"#, "`after` without"),
            (r#"{"status":503,"headers":{"a b":"c"}}"#, "fields of HTTP"),
            (r#"{"fault":"reset","tims":2}"#, "unknown field `tims`"),
        ] {
            let error = serde_json::from_str::<Fault>(declared).unwrap_err().to_string();
            assert!(error.contains(says), "{declared}: {error}");
        }
    }

    #[test]
    fn declarations_are_written_as_they_are_read() {
        for declared in [
            r#"{"operation":"GET /x","at":[3],"fault":"reset","after":"50%"}"#,
            r#"{"operation":"*","rate":0.5,"seed":0,"times":2,"status":503,"retry-after":"2s","body":"no"}"#,
            r#"{"operation":"*","slow":"1kB/s","delay":"2s"}"#,
            r#"{"operation":"*","status":429,"retry-after":"date 30s","uses-up":true}"#,
        ] {
            let fault: Fault = serde_json::from_str(declared).unwrap();
            let written = serde_json::to_string(&fault).unwrap();
            assert_eq!(serde_json::from_str::<Fault>(&written).unwrap(), fault, "{written}");
        }
        let fault: Fault = serde_json::from_str(r#"{"truncate":"50%","delay":"1s..2s"}"#).unwrap();
        assert_eq!(fault.to_string(), "close after 50%, delay 1s..2s");
    }
}

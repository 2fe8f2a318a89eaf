//! A vendor that answers as an example says, and the example around it.

use cassettes::examples;
use cassettes::jwt::{Jwt, Keys};
use cassettes::model::{Exchange, Request, Timestamp};
use cassettes::plan::Plan;
use cassettes::subject::{Boxed, NoAnswer, Observed, Subject};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use super::{Told, Wanted, check, teach};
use crate::desk::{Desk, Means, Values, Waiting};

/// 2026-01-02T03:04:05Z.
const NOW: Timestamp = Timestamp(1_767_323_045_000_000);

/// A page's example: a plan, the exchanges of a vendor, and what is to be told.
pub(super) struct Script {
    pub(super) plan: Plan,
    exchanges: Vec<Exchange>,
    /// The lines after `= `.
    pub(super) tells: Vec<String>,
}

impl Script {
    pub(super) fn read(text: &str) -> Script {
        let part = |marks: &[&str]| -> String {
            let of = |line: &&str| marks.iter().any(|mark| line.starts_with(mark));
            text.lines().filter(of).map(|line| format!("{line}\n")).collect()
        };
        let exchanges = part(&["> ", ">> ", "< ", "<< ", "@ "]);
        let tells = text.lines().filter_map(|line| line.strip_prefix("= ")).map(str::to_owned).collect();
        let is_plan = |line: &&str| !line.starts_with(['>', '<', '@', '=']);
        let plan: String = text.lines().filter(is_plan).map(|line| format!("{line}\n")).collect();
        let plan = if plan.contains("lessons:") { plan } else { format!("lessons:\n{plan}") };
        let plan =
            Plan::parse(plan.as_bytes()).unwrap_or_else(|why| panic!("line {}: {why}:\n{plan}", why.line));
        let example = examples::parse(&exchanges).unwrap_or_else(|why| panic!("{why}:\n{text}"));
        Script { plan, exchanges: example.cassettes.into_iter().flat_map(|c| c.exchanges).collect(), tells }
    }

    /// Teaches the plan to the vendor, who must be asked everything that stands there and nothing else.
    pub(super) async fn teach(&self, keys: Option<Arc<dyn Keys>>) -> Vec<Told> {
        check(&self.plan, &[]).unwrap_or_else(|why| panic!("line {}: {why}", why.line));
        let vendor = Vendor { left: Mutex::new(self.exchanges.iter().rev().cloned().collect()) };
        let means = Means {
            subject: &vendor,
            recording: None,
            keys,
            clock: || NOW,
            waiting: Waiting::Never,
            bases: vec!["https://api.example.test".to_owned()],
        };
        let values = Values::new(BTreeMap::new(), || std::array::from_fn(|at| at as u8));
        let mut desk = Desk::new(&self.plan, means, values);
        let wanted = Wanted { only: &|_, _| true, begins: &mut |_, _| {}, ends: &mut |_| {} };
        let stopped = std::pin::pin!(std::future::pending());
        let told = teach(&self.plan, &mut desk, wanted, stopped).await;
        let left = vendor.left.lock().expect("no panic before").len();
        assert_eq!(left, 0, "the last {left} of its exchanges were not asked for: {told:#?}");
        told
    }
}

struct Vendor {
    /// The next exchange is the last.
    left: Mutex<Vec<Exchange>>,
}

impl Subject for Vendor {
    fn name(&self) -> &'static str {
        "a scripted vendor"
    }

    fn answer<'a>(&'a self, request: &'a Request) -> Boxed<'a, Result<Observed, NoAnswer>> {
        let next = self.left.lock().expect("no panic before").pop();
        let next = next.unwrap_or_else(|| panic!("nothing is asked any more, but came {request:?}"));
        let line = |r: &Request| format!("{} {}", r.method, r.target);
        assert_eq!(line(request), line(&next.request));
        assert_eq!(fields(request), fields(&next.request), "{}", line(request));
        let body = |r: &Request| String::from_utf8_lossy(r.body.bytes()).into_owned();
        assert_eq!(body(request), body(&next.request), "{}", line(request));
        Box::pin(async move { Ok(Observed::of(next.answer)) })
    }
}

/// Fields as text; tokens by what they say, not by their signatures.
fn fields(request: &Request) -> Vec<String> {
    let shown = |(name, value): (&str, &[u8])| {
        let value = String::from_utf8_lossy(value);
        let words: Vec<String> = value
            .split(' ')
            .map(|word| match Jwt::parse(word) {
                Some(jwt) => format!("jwt({}{})", jwt.header, jwt.claims),
                None => word.to_owned(),
            })
            .collect();
        format!("{name}: {}", words.join(" "))
    };
    request.headers.iter().map(shown).collect()
}

//! The vendors of `tests/optimism` and all their fakes, over sockets, for comparing with other tools.
//!
//! `vendors cassettes DIR`: a cassette for each session of each vendor.
//! `vendors describe VENDOR`: the recordings, and every fake with the requests that a client makes of it, as JSON.
//! `vendors judge VENDOR`: which fakes truetape finds.
//! `vendors serve`: serves one fake at a time; `POST /__cast/VENDOR/FAKE` says which, and begins its life anew.
//! `vendors drive VENDOR SESSION URL`: follows one session of the script through a URL, and prints every answer.

#[path = "../../tests/optimism/honest.rs"]
mod honest;
#[path = "../../tests/optimism/kit/mod.rs"]
mod kit;
#[path = "../../tests/optimism/mock.rs"]
mod mock;
#[path = "../../tests/optimism/operators/mod.rs"]
mod operators;
#[path = "../../tests/optimism/vendors/mod.rs"]
mod vendors;

mod http;
mod score;
mod show;

use cassettes::model::Request;
use cassettes::redact::Clean;
use honest::honest;
use kit::client::{Client, cassette, policy};
use kit::json::obj;
use kit::stage::{Cast, Stage};
use kit::world::ASKED;
use operators::{Survey, mutants};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use vendors::{VENDORS, Vendor};

fn main() {
    // Cargo itself hands benches a flag.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["cassettes", folder] => save(Path::new(folder)),
        ["describe", name] => println!("{}", show::describe(&Survey::of(vendor(name)), &fakes(vendor(name)))),
        ["judge", name] => judge(vendor(name)),
        ["serve"] => serve(),
        ["drive", name, session, url] => drive(vendor(name), session.parse().unwrap_or(0), url),
        _ => println!("usage: vendors cassettes DIR | describe VENDOR | serve | drive VENDOR SESSION URL"),
    }
}

/// One fake, by its name within its vendor.
pub(crate) struct Fake {
    pub(crate) id: String,
    pub(crate) operator: String,
    pub(crate) at: String,
    /// None: it is honest.
    pub(crate) rules: Option<Vec<&'static str>>,
    pub(crate) cast: Cast,
}

fn vendor(name: &str) -> &'static Vendor {
    let found = VENDORS.iter().find(|v| v.name == name);
    found.unwrap_or_else(|| {
        panic!("no vendor {name}; there are {:?}", VENDORS.iter().map(|v| v.name).collect::<Vec<_>>())
    })
}

/// Every fake of a vendor, honest ones first.
fn fakes(vendor: &'static Vendor) -> Vec<Fake> {
    let survey = Survey::of(vendor);
    let base = operators::survey::mock_of(vendor);
    let mut all = vec![Fake {
        id: "base".to_owned(),
        operator: "data".to_owned(),
        at: String::new(),
        rules: None,
        cast: base,
    }];
    for (i, fake) in honest(&survey).into_iter().enumerate() {
        all.push(Fake {
            id: format!("honest-{i}"),
            operator: fake.name,
            at: String::new(),
            rules: None,
            cast: fake.cast,
        });
    }
    for (i, fake) in mutants(&survey).into_iter().enumerate() {
        all.push(Fake {
            id: format!("fake-{i}"),
            operator: fake.operator,
            at: fake.at,
            rules: Some(fake.rules),
            cast: fake.cast,
        });
    }
    all
}

fn judge(vendor: &'static Vendor) {
    let (policy, rules) = (policy(), score::rules());
    let cassettes = score::cassettes(&Survey::of(vendor), &policy);
    for fake in fakes(vendor) {
        let report = score::judge(&cassettes, &fake.cast, &policy, &rules);
        let outcome = score::Outcome::of(vendor.name, &fake.operator, &fake.at, fake.rules, &report);
        println!(
            "{}",
            obj! { "id": fake.id.as_str(), "found": outcome.is_found(), "named": outcome.is_named() }
        );
    }
}

fn save(folder: &Path) {
    let policy = policy();
    for vendor in VENDORS {
        for (i, session) in Survey::of(vendor).real.iter().enumerate() {
            let name = format!("{}-{}.yaml", vendor.name, i + 1);
            let recorded = cassette(&name, session, &policy);
            let clean: Vec<Clean> = recorded.exchanges.into_iter().map(|e| policy.clean(e)).collect();
            cassettes::store::save(&folder.join(&name), &recorded.header, &clean, &policy)
                .expect("a writable folder");
        }
    }
}

fn serve() {
    let stage: Arc<Mutex<Option<Stage>>> = Arc::default();
    let mut known: Option<(&'static str, Vec<Fake>)> = None;
    let cast = Mutex::new(move |name: &str, id: &str| {
        if known.as_ref().is_none_or(|(of, _)| *of != name) {
            known = Some((vendor(name).name, fakes(vendor(name))));
        }
        let fake = known.iter().flat_map(|(_, fakes)| fakes).find(|fake| fake.id == id)?;
        Some(fake.cast.stage())
    });
    http::serve(move |request: &Request| {
        let mut stage = stage.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(rest) = request.target.strip_prefix("/__cast/") {
            let (name, id) = rest.split_once('/')?;
            let mut cast = cast.lock().unwrap_or_else(PoisonError::into_inner);
            *stage = Some(cast(name, id)?);
            return None;
        }
        stage.as_mut().map(|stage| stage.ask(request))
    });
}

fn drive(vendor: &'static Vendor, session: usize, url: &str) {
    let address = url.trim_start_matches("http://").trim_end_matches('/').to_owned();
    let mut client = Client::through(Box::new(move |request| http::ask(&address, request)), ASKED);
    (vendor.sessions[session])(&mut client);
    for (request, told) in client.into_asked() {
        println!("{}", show::exchange(&request, &told));
    }
}

//! Who is asked first.

use crate::support::{Fake, Rig, Setup, get};
use cassettes::{
    model::{ExchangeId, Request},
    subject::Boxed,
};
use recorder::{First, Plan, Turn};
use std::sync::Arc;
use wire::serve::{Call, Flow};

struct Knows(&'static str);

impl First for Knows {
    fn play<'a>(&'a self, call: &'a mut Call<'_>, request: &'a Request) -> Boxed<'a, Turn> {
        Box::pin(async move {
            if request.target == "/anew" {
                return Turn::Anew(ExchangeId(7));
            }
            if request.target != self.0 {
                return Turn::Unknown;
            }
            call.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nknown").await.expect("a client");
            Turn::Played(Flow::KeepAlive)
        })
    }

    fn reset(&self, _: &Call<'_>) {}
}

fn rig(fake: &Fake, plan: Plan) -> Rig {
    let first: Arc<dyn First> = Arc::new(Knows("/known"));
    let setup = Setup { full: false, first: Some(first), plan, extra: None };
    Rig::with(&format!("http://{}", fake.address), setup)
}

#[test]
fn new_asks_for_what_is_unknown_alone() {
    let fake = Fake::says("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfresh");
    let rig = rig(&fake, Plan::RecordUnknown);
    assert!(get(rig.address, "/known").text().ends_with("known"));
    assert!(get(rig.address, "/other").text().ends_with("fresh"));
    assert_eq!((rig.only().request.target.as_str(), rig.recording.summary().known), ("/other", 1));
    assert_eq!(fake.heard().matches("GET").count(), 1);
}

#[test]
fn once_never_asks_the_real_side_again() {
    let fake = Fake::says("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfresh");
    let rig = rig(&fake, Plan::OnlyKnown);
    assert!(get(rig.address, "/known").text().ends_with("known"));
    let miss = get(rig.address, "/other?token=x").text();
    assert!(miss.starts_with("HTTP/1.1 501 ") && miss.contains("truetape-miss: "), "{miss}");
    assert_eq!((fake.heard().as_str(), rig.recording.summary().missed), ("", vec!["GET /other".to_owned()]));
}

#[test]
fn what_was_chosen_keeps_its_number_and_nothing_else_is_asked() {
    let fake = Fake::says("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfresh");
    let rig = rig(&fake, Plan::RecordChosen);
    assert!(get(rig.address, "/known").text().ends_with("known"));
    assert!(get(rig.address, "/anew").text().ends_with("fresh"));
    assert!(get(rig.address, "/other").text().starts_with("HTTP/1.1 501 "));
    assert_eq!(rig.only().id, ExchangeId(7));
    assert_eq!(fake.heard().matches("GET").count(), 1);
}

#[test]
fn all_asks_anew() {
    let fake = Fake::says("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfresh");
    let rig = rig(&fake, Plan::RecordAnew);
    assert!(get(rig.address, "/known").text().ends_with("fresh"));
}

//! What lasts beyond a session's end, and beyond its being put back.

use crate::support::*;
use replayer::{Conditions, Playback, Settings};
use std::sync::Arc;

fn ask(running: &Running, method: &str, path: &str, body: &str) -> Got {
    running.ask(&format!(
        "{method} {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        running.address,
        body.len()
    ))
}

#[test]
fn a_session_that_was_put_back_still_has_missed_what_it_missed() {
    let exchanges = [exchange(get("/a"), reply(200, "a")), exchange(get("/b"), reply(200, "b"))];
    let running = replay(exchanges);
    let of = "/__truetape/session/t";
    for path in ["/a", "/nothing", &format!("{of}/a"), &format!("{of}/nothing/too")] {
        running.get(path);
    }
    let misses = |of: &str| running.get(&format!("/__truetape/misses{of}")).json().as_array().unwrap().len();
    assert_eq!((misses(""), misses("?session=t")), (2, 1));
    assert_eq!(ask(&running, "POST", "/__truetape/sessions/t/reset", "").status, 204);
    assert_eq!((misses(""), misses("?session=t")), (1, 0), "its own list begins anew");
    assert_eq!(running.get(&format!("{of}/a")).text(), "a", "every answer can be given anew");
    assert_eq!(ask(&running, "POST", "/__truetape/reset", "").status, 204);
    assert_eq!(running.get("/a").text(), "a");
    let outcome = running.stop();
    let told: Vec<_> = outcome.sessions.iter().map(|s| (s.name.as_str(), s.served, s.missed)).collect();
    assert_eq!(told, [("default", 2, 1), ("t", 2, 1)]);
    assert_eq!(outcome.sessions[1].misses[0].target, "/nothing/too");
    let unused: Vec<&str> = outcome.unused.iter().map(|u| u.target.as_str()).collect();
    assert_eq!(unused, ["/b"], "what was given before counts as used");
}

#[test]
fn a_session_with_conditions_that_is_over_does_not_begin_anew_without_them() {
    let exchanges = [exchange(get("/a"), reply(200, "a"))];
    let playback = Arc::new(Playback::new(tape(exchanges), Settings::new(now)));
    let own = Conditions { miss_status: Some(418), ..Conditions::default() };
    playback.begin(Some("own"), own.clone()).unwrap();
    playback.begin(Some("plain"), Conditions::default()).unwrap();
    let running = serve_playback(Arc::clone(&playback), &[None]);
    let status = |name: &str| running.get(&format!("/__truetape/session/{name}/no")).status;
    assert_eq!((status("own"), status("plain")), (418, 501));
    assert!(playback.end("own") && playback.end("plain"));
    let over = running.get("/__truetape/session/own/no");
    assert_eq!((over.status, over.header("content-type")), (410, Some("application/problem+json")));
    assert!(over.json()["hint"].as_str().unwrap().contains("begin it anew"), "{}", over.text());
    let by_header = "GET /a HTTP/1.1\r\nHost: x\r\nTruetape-Session: own\r\n\r\n";
    assert_eq!((running.ask(by_header).status, status("plain")), (410, 501));
    let misses = running.get("/__truetape/misses?session=own").json();
    assert_eq!(misses[0]["target"], "/no", "of a session that has ended: {misses}");
    playback.begin(Some("own"), own).unwrap();
    assert_eq!((status("own"), running.ask(by_header).text()), (418, "a".to_owned()));
    assert_eq!(running.stop().missed(), 4);
}

#[test]
fn a_session_that_asked_nothing_has_nothing_to_tell() {
    let running = replay([exchange(get("/a"), reply(200, "a"))]);
    let told = |what: &str| running.get(&format!("/__truetape/{what}?session=new"));
    assert_eq!(told("misses").json(), serde_json::json!([]));
    assert_eq!(told("exchanges").json()[0]["played"], 0);
    assert_eq!(told("unused").json()[0]["target"], "/a");
    assert_eq!(running.get("/__truetape/misses?session=..").status, 400);
    let odd = running.get("/__truetape/misses?sesion=new");
    assert!(odd.status == 400 && odd.text().contains("expected `session`"), "{}", odd.text());
}

#[test]
fn what_is_asked_amiss_is_refused_in_clear_words() {
    let conditions = Conditions { clock: Some(replayer::Clock::FromNow(0)), ..Conditions::default() };
    let settings = Settings { conditions, ..Settings::new(now) };
    let running = serve(tape([exchange(get("/a"), reply(200, "a"))]), settings, &[None]);
    let home = running.get("/__truetape");
    assert_eq!((home.status, home.header("location")), (308, Some("/__truetape/")));
    assert_eq!(running.get("/__truetapes").status, 501);
    for (body, says) in
        [("[]", "expected what a session is to be: a JSON object"), (r#"{"name":".."}"#, "neither")]
    {
        let got = ask(&running, "POST", "/__truetape/sessions", body);
        assert!(matches!(got.status, 400 | 422) && got.text().contains(says), "{}", got.text());
    }
    for by in ["9000000000000w", "290000000d", "-99999d"] {
        let clock = format!(r#"{{"advance":"{by}"}}"#);
        let got = ask(&running, "POST", "/__truetape/sessions/default/clock", &clock);
        assert!(
            got.status == 400 && got.text().contains("expected a"),
            "{by}: {} {}",
            got.status,
            got.text()
        );
    }
}

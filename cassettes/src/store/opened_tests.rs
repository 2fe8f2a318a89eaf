use super::*;
use crate::{model::*, yaml};
use std::{fs, path::Path};

/// What a cassette says when it is read exchange by exchange, which has to be what it says as a whole.
fn held(path: &Path) -> Result<(Vec<Exchange>, Vec<String>), String> {
    let made = open(path).and_then(|opened| {
        let header = opened.header().clone();
        Ok((header, opened.each(|| |exchange: Exchange| exchange)?))
    });
    let whole = load_lean(path);
    match (made, whole) {
        (Ok((header, made)), Ok(loaded)) => {
            assert_eq!(header, loaded.cassette.header);
            assert_eq!((&made.found, &made.notes), (&loaded.cassette.exchanges, &loaded.notes));
            Ok((made.found, made.notes))
        }
        (made, whole) => {
            let (made, whole) = (made.expect_err("as the whole"), whole.expect_err("as the pieces"));
            assert_eq!((&made.what, &made.place), (&whole.what, &whole.place));
            Err(whole.to_string())
        }
    }
}

fn text(sizes: &[usize]) -> String {
    let header =
        Header { recorder: "t".into(), upstreams: vec!["http://a.test".into()], ..Header::default() };
    let mut text = String::new();
    yaml::write_header(&header, &mut text);
    for (id, size) in (1..).zip(sizes) {
        let fields = Headers::from_pairs([("Content-Type", "text/plain")]);
        let mut exchange = Exchange::alone(Request::new("GET", format!("/{id}")));
        exchange.id = ExchangeId(id);
        // The text that stands between exchanges, and what is more than one byte.
        let body = "\n- id: 7\n\u{20ac}".repeat(size / 12);
        exchange.answer = Answer::Reply(Response::new(200, fields, body.into_bytes()));
        exchange.upstream = "http://a.test".into();
        yaml::write_exchange(&exchange, "http://a.test", &mut text);
    }
    text
}

#[test]
fn exchange_by_exchange_is_what_the_whole_is() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("c.yaml");
    fs::write(&path, text(&[20_000; 100])).expect("writes");
    let (found, notes) = held(&path).expect("reads");
    assert_eq!((found.len(), notes), (100, Vec::<String>::new()));
    let edited = fs::read_to_string(&path).expect("reads").replacen("/50", "/fifty", 1);
    fs::write(&path, &edited).expect("writes");
    assert_eq!(held(&path).expect("reads").1.len(), 1, "an edit is told");
    let twice = edited.replacen("- id: 99\n", "- id: 98\n", 1);
    fs::write(&path, &twice).expect("writes");
    assert!(held(&path).expect_err("a number occurs twice").contains("98"));
    fs::write(&path, edited.replacen("- id: 100\n", "- id: 0\n  # by hand\n", 1)).expect("writes");
    assert_eq!(held(&path).expect("the general reader reads it").0[0].id, ExchangeId(0));
    fs::remove_file(&path).expect("removes");
    held(&path).expect_err("it is not there");
}

#[test]
fn any_flipped_bit_and_any_end_is_told_as_the_whole_tells_it() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("c.yaml");
    let bytes = text(&[30, 4000, 0, 100]).into_bytes();
    let mut state = 7_u64;
    let mut outcomes = [0; 2];
    for round in 0..400 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let at = (state >> 33) as usize % bytes.len();
        let mut wrong = bytes.clone();
        match round % 4 {
            0 => wrong.truncate(at),
            bit => wrong[at] ^= 1 << ((state >> 20) as usize * bit % 8),
        }
        fs::write(&path, &wrong).expect("writes");
        outcomes[usize::from(held(&path).is_ok())] += 1;
    }
    assert!(outcomes.iter().all(|many| *many > 20), "{outcomes:?}");
}

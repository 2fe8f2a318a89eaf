use super::*;
use crate::{
    model::*,
    redact::{Clean, Policy, PseudonymKey},
};
use std::{fs, path::Path, sync::Arc};

fn policy() -> Arc<Policy> {
    Arc::new(
        Policy::new(&RedactRules::default(), Vec::new(), PseudonymKey([7; 32]), None).expect("the defaults"),
    )
}

fn header() -> Header {
    Header { recorder: "t".into(), upstreams: vec!["http://127.0.0.1:9".into()], ..Header::default() }
}

fn clean(id: u32, body: &[u8]) -> Clean {
    let mut reply =
        Response::new(200, Headers::from_pairs([("Content-Type", "application/json")]), body.to_vec());
    reply.reason = "OK".into();
    policy().clean(Exchange {
        id: ExchangeId(id),
        at: Timestamp(1_700_000_000_000_000 + i64::from(id)),
        upstream: "http://127.0.0.1:9".into(),
        request: Request::new("GET", format!("/items/{id}")),
        answer: Answer::Reply(reply),
        timing: Timing::default(),
        connection: Connection::default(),
        redactions: Vec::new(),
        tokens: Vec::new(),
        edited: false,
    })
}

fn ids(path: &Path) -> Vec<u32> {
    load(path).expect("loads").cassette.exchanges.iter().map(|e| e.id.0).collect()
}

#[test]
fn a_recording_is_merged_in_order_of_start() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("deep/c.yaml");
    let writer = Writer::start(&path, header(), Start::Fresh, policy()).expect("starts");
    for id in [2, 1, 3] {
        writer.append(&clean(id, b"{\"a\":1}")).expect("appends");
    }
    let second = Writer::start(&path, header(), Start::Fresh, policy());
    assert!(second.err().expect("locked").what.contains("another recorder"));
    assert_eq!(writer.finish().expect("finishes"), Finished { added: 3, total: 3 });
    assert_eq!(ids(&path), [1, 2, 3]);

    let writer = Writer::start(&path, header(), Start::Adding, policy()).expect("starts");
    writer.append(&clean(4, &[0xff; 500])).expect("appends");
    assert_eq!(writer.finish().expect("finishes"), Finished { added: 1, total: 4 });
    let loaded = load(&path).expect("loads");
    assert_eq!(loaded.notes, Vec::<String>::new());
    assert_eq!(loaded.cassette.exchanges[3].answer.reply().expect("a reply").body.len(), 500);

    let text = fs::read_to_string(&path).expect("text");
    let cleaned: Vec<Clean> = loaded.cassette.exchanges.into_iter().map(|e| policy().clean(e)).collect();
    save(&path, &loaded.cassette.header, &cleaned, &policy()).expect("saves");
    assert_eq!(fs::read_to_string(&path).expect("text"), text, "saving what was loaded is the identity");
}

#[test]
fn a_kill_loses_nothing_that_was_saved() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("c.yaml");
    let writer = Writer::start(&path, header(), Start::Fresh, policy()).expect("starts");
    for id in [1, 2] {
        writer.append(&clean(id, b"{\"a\":1}")).expect("appends");
    }
    drop(writer);
    // As a kill in the middle of the third write leaves it, at every length.
    let recording = directory.path().join("c.yaml.recording");
    let mut whole = fs::read(&recording).expect("bytes");
    let mut third = String::new();
    crate::yaml::write_exchange(
        clean(3, "{\"a\":\"é\"}".as_bytes()).exchange(),
        "http://127.0.0.1:9",
        &mut third,
    );
    let before = whole.len();
    whole.extend_from_slice(third.as_bytes());
    for cut in (before..whole.len()).step_by(7).chain([before, whole.len()]) {
        fs::write(&recording, &whole[..cut]).expect("writes");
        let loaded = load(&path).expect("loads");
        assert_eq!(loaded.cassette.exchanges.len(), 2, "at {cut}");
        assert_eq!(loaded.cassette.name, "c.yaml");
        assert!(loaded.notes[0].contains("recovered 2 exchanges"), "{:?}", loaded.notes);
    }
    let line = recover(&path).expect("recovers").expect("something to say");
    assert!(line.contains("one more was torn"), "{line}");
    assert!(!recording.exists());
    assert_eq!(ids(&path), [1, 2]);
    assert_eq!(recover(&path).expect("nothing to do"), None);
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_an_error_and_the_old_cassette_stays() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("c.yaml");
    save(&path, &header(), &[clean(1, b"1")], &policy()).expect("saves");
    let old = fs::read(&path).expect("bytes");
    std::os::unix::fs::symlink("/dev/full", directory.path().join("c.yaml.recording")).expect("a link");
    let error = Writer::start(&path, header(), Start::Fresh, policy()).err().expect("a full disk");
    assert!(error.hint.contains("disk is full"), "{error}: {}", error.hint);
    assert_eq!(fs::read(&path).expect("bytes"), old);
}

#[test]
fn a_proposal_waits_and_what_cannot_be_read_replaces_nothing() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("c.yaml");
    let proposal = proposal_path(&path);
    assert_eq!(proposal.file_name().and_then(|n| n.to_str()), Some("c.new.yaml"));
    save(&path, &header(), &[clean(1, b"1")], &policy()).expect("saves");
    fs::write(&proposal, "truetape: 1\nnonsense").expect("writes");
    assert!(accept(&path).is_err());
    assert_eq!(ids(&path), [1]);
    save(&proposal, &header(), &[clean(1, b"1"), clean(2, b"2")], &policy()).expect("saves");
    assert_eq!(accept(&path).expect("accepts"), Accepted { total: 2, removed: 0 });
    assert_eq!(ids(&path), [1, 2]);
    assert!(!proposal.exists());
}

#[test]
fn the_key_is_made_once_and_kept_private() {
    let directory = tempfile::tempdir().expect("a directory");
    assert!(pseudonym_key(directory.path(), None).expect("no key").is_none());
    let made = pseudonym_key(directory.path(), Some([3; 32])).expect("made").expect("a key");
    let again = pseudonym_key(directory.path(), Some([4; 32])).expect("read").expect("a key");
    assert_eq!((made.0, again.0), ([3; 32], [3; 32]));
    assert_eq!(fs::read_to_string(directory.path().join(".truetape/.gitignore")).expect("text"), "*\n");
}

#[test]
fn a_cassette_is_put_together_from_two() {
    let directory = tempfile::tempdir().expect("a directory");
    let (old, new) = (directory.path().join("c.yaml"), directory.path().join("c.new.yaml"));
    let bodies = |letter: u8| [clean(1, &[letter; 400]), clean(2, &[letter, letter]), clean(3, b"{}")];
    save(&old, &header(), &bodies(b'a'), &policy()).expect("saves");
    let moved = Header { upstreams: vec!["http://127.0.0.1:77".into()], ..header() };
    save(&new, &moved, &bodies(b'b'), &policy()).expect("saves");
    let before = fs::read_to_string(&old).expect("text");
    let taken = |newer, exchange, id| Taken { newer, exchange: ExchangeId(exchange), id: ExchangeId(id) };
    let parts = [taken(false, 1, 1), taken(true, 2, 2), taken(false, 3, 3), taken(true, 1, 4)];
    assert_eq!(compose(&new, [&old, &new], &parts).expect("composes"), Composed { total: 4, removed: 0 });
    let loaded = load(&new).expect("loads");
    assert_eq!(loaded.notes, Vec::<String>::new(), "every seal fits");
    let first = |n: usize| loaded.cassette.exchanges[n].answer.reply().expect("a reply").body.bytes()[0];
    assert_eq!([first(0), first(1), first(3)], *b"abb");
    assert_eq!(
        loaded.cassette.header.upstreams,
        ["http://127.0.0.1:9"],
        "one upstream, wherever it listened"
    );
    let text = fs::read_to_string(&new).expect("text");
    let item = |text: &str, id: u32| {
        let from = text.find(&format!("- id: {id}\n")).expect("there");
        let rest = &text[from..];
        rest[..rest[2..].find("\n- id: ").map_or(rest.len(), |at| at + 3)].to_owned()
    };
    assert_eq!(item(&text, 1), item(&before, 1), "what stayed is the same bytes");
    assert!(compose(&new, [&old, &new], &[taken(true, 9, 9)]).is_err());
}

#[test]
fn what_is_added_from_elsewhere_is_evidence() {
    let directory = tempfile::tempdir().expect("a directory");
    for (other, kept, upstreams) in [
        // The same, on another port, keeps its name.
        ("http://127.0.0.1:10", "http://127.0.0.1:9", vec!["http://127.0.0.1:9"]),
        ("https://other.test", "https://other.test", vec!["http://127.0.0.1:9", "https://other.test"]),
    ] {
        let path = directory.path().join(format!("{}.yaml", upstreams.len()));
        let writer = Writer::start(&path, header(), Start::Fresh, policy()).expect("starts");
        writer.append(&clean(1, b"{\"a\":1}")).expect("appends");
        writer.finish().expect("finishes");
        let elsewhere = Header { upstreams: vec![other.into()], ..header() };
        let writer = Writer::start(&path, elsewhere, Start::Adding, policy()).expect("starts");
        let mut exchange = clean(2, b"{\"a\":2}").exchange().clone();
        exchange.upstream = other.into();
        writer.append(&policy().clean(exchange)).expect("appends");
        assert_eq!(writer.finish().expect("finishes"), Finished { added: 1, total: 2 });
        let loaded = load(&path).expect("loads");
        assert_eq!(loaded.notes, Vec::<String>::new(), "every seal fits");
        assert_eq!(loaded.cassette.header.upstreams, upstreams);
        assert_eq!(loaded.cassette.exchanges[1].upstream, kept);
    }
}

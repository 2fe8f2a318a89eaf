//! A recorder that is killed loses no exchange whose answer reached the client.

use crate::support::{Running, Upstream, get, truetape};

/// How often a recorder is killed, unless `TRUETAPE_KILLS` says another number.
const KILLS: u64 = 6;

/// What the vendor says of a target; some of it is long enough to stand beside the cassette.
fn said_of(target: &str) -> String {
    let pad = if target.ends_with('7') { 40_000 } else { 10 };
    format!(r#"{{"path":"{target}","pad":"{}"}}"#, "so on, ".repeat(pad / 7))
}

#[test]
fn what_a_client_has_is_on_the_disk() {
    let vendor = Upstream::json(|asked| (200, said_of(&asked.target)));
    let kills = std::env::var("TRUETAPE_KILLS").map_or(KILLS, |kills| kills.parse().expect("a number"));
    let mut total = 0;
    // Killed at a different moment each round, while several clients are asking.
    for round in 0..kills {
        let directory = tempfile::tempdir().expect("a directory");
        let recorder = Running::start(
            &["record", "--upstream", &vendor.url, "--cassette", "c.yaml"],
            directory.path(),
            1,
        );
        let (send, received) = std::sync::mpsc::channel();
        for client in 0..4 {
            let (url, send) = (recorder.url().to_owned(), send.clone());
            std::thread::spawn(move || {
                for n in 0.. {
                    let target = format!("/client-{client}/{n}");
                    let answer = std::panic::catch_unwind(|| get(&url, &target));
                    match answer {
                        Ok(answer) if answer.body() == said_of(&target).as_bytes() => {
                            if send.send(target).is_err() {
                                return;
                            }
                        }
                        _ => return,
                    }
                }
            });
        }
        drop(send);
        std::thread::sleep(std::time::Duration::from_millis(60 + (37 * round) % 401));
        recorder.kill();
        let reached: Vec<String> = received.iter().collect();
        assert!(!reached.is_empty());
        let done = truetape(&["inspect", "c.yaml", "--format", "json"], directory.path());
        assert!(done.stderr.contains("recorded whose") || done.stderr.contains("recovered"), "{done:?}");
        assert_recovered(&done.stdout, &reached);
        // The next recorder merges what was left, and says so.
        let again = Running::start(
            &["record", "--upstream", &vendor.url, "--cassette", "c.yaml", "--mode", "new"],
            directory.path(),
            1,
        );
        get(again.url(), "/one-more");
        let done = again.stop();
        assert!(done.stderr.contains("recovered"), "{done:?}");
        assert!(!directory.path().join("c.yaml.recording").exists());
        let text = std::fs::read_to_string(directory.path().join("c.yaml")).expect("a cassette");
        assert_recovered(&text, &reached);
        assert!(text.contains("/one-more"));
        // Every body is what its digest says, those beside the cassette too.
        let loaded = cassettes::store::load(&directory.path().join("c.yaml")).expect("whole");
        for exchange in &loaded.cassette.exchanges {
            let reply = exchange.answer.reply().expect("a reply");
            assert_eq!(reply.body.bytes(), said_of(&exchange.request.target).as_bytes());
        }
        total += reached.len();
    }
    println!("{kills} kills, {total} answers had reached their clients, none is lost");
}

fn assert_recovered(text: &str, reached: &[String]) {
    for target in reached {
        assert!(
            text.contains(&format!("\"{target}\"")),
            "{target} reached its client and is lost ({} did)",
            reached.len()
        );
    }
}

#[test]
#[cfg(unix)]
fn a_disk_that_takes_no_more_is_said_and_the_old_cassette_stays() {
    let vendor = Upstream::json(|asked| {
        (200, format!(r#"{{"path":"{}","pad":"{}"}}"#, asked.target, "x".repeat(2000)))
    });
    let directory = tempfile::tempdir().expect("a directory");
    let recorder =
        Running::start(&["record", "--upstream", &vendor.url, "--cassette", "c.yaml"], directory.path(), 1);
    get(recorder.url(), "/old");
    assert_eq!(recorder.stop().code, 0);
    let old = std::fs::read(directory.path().join("c.yaml")).expect("a cassette");
    // Files end at 16 KiB: the write that goes beyond fails, as on a full disk.
    let arguments = ["record", "--upstream", &vendor.url, "--cassette", "c.yaml", "--mode", "all"];
    let recorder = Running::start_limited("trap '' XFSZ; ulimit -f 32", &arguments, directory.path());
    for n in 0..20 {
        assert_eq!(
            get(recorder.url(), &format!("/new/{n}")).status(),
            200,
            "the client is answered all the same"
        );
    }
    let done = recorder.stop();
    assert_eq!(done.code, 3, "{done:?}");
    assert!(done.stderr.contains("not saved: #"), "{done:?}");
    assert_eq!(std::fs::read(directory.path().join("c.yaml")).expect("a cassette"), old);
    // What was saved before is whole.
    let done = truetape(&["inspect", "c.new.yaml", "--format", "json"], directory.path());
    assert_eq!(done.code, 0, "{done:?}");
    assert!(done.stdout.contains("/new/0"), "{done:?}");
}

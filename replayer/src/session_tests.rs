//! Queues, and families whose entries differ, taken from in sessions of both kinds.

use super::*;
use crate::tape::{Asked, Families, Traits};
use cassettes::model::{Cassette, RedactRules, Request, Timestamp};
use cassettes::redact::{Policy, PseudonymKey};

/// Sessions over these families, all counters side by side and few of them.
fn sessions(families: Families, repeat: bool) -> [Session; 2] {
    let policy = Policy::new(&RedactRules::default(), Vec::new(), PseudonymKey([1; 32]), None).unwrap();
    let mut tape = Tape::prepare(Vec::<Cassette>::new(), Arc::new(policy));
    tape.families = families;
    let reel = Arc::new(Reel::new(Arc::new(tape), 0));
    let conditions = Arc::new(Conditions { repeat: Some(repeat), ..Conditions::default() });
    [
        Session::shared("s", Arc::clone(&reel), Arc::clone(&conditions)),
        Session::new("s", reel, conditions, None),
    ]
}

/// How often each of so many entries was given.
fn plays(session: &Session, entries: usize) -> Vec<u64> {
    let mut plays = vec![0; entries];
    session.each_play(&mut |entry, count| plays[entry] = count);
    plays
}

fn traits(target: &str) -> Traits {
    Traits::of(&Request::new("GET", target), 0, Timestamp(0))
}

fn asked(target: &str) -> Asked {
    let request = Request::new("GET", target);
    Asked::of(&request, &request, None, Timestamp(0))
}

#[test]
fn many_threads_share_a_queue_without_loss() {
    let families = Families::new(vec![vec![4, 5], (0..4).collect()], &mut |_| Some(traits("/a")));
    for session in sessions(families, false) {
        let families = &session.tape().families;
        let (family, queue) = (families.get(1), families.entries(families.get(1)));
        let taken: Vec<Result<Taken, NotTaken>> = std::thread::scope(|scope| {
            let ask = || (0..2).map(|_| session.next(queue, family, false)).collect::<Vec<_>>();
            let threads: Vec<_> = (0..3).map(|_| scope.spawn(ask)).collect();
            threads.into_iter().flat_map(|t| t.join().unwrap()).collect()
        });
        let mut given: Vec<u32> = taken.iter().filter_map(|t| t.ok().map(|t| t.entry)).collect();
        given.sort_unstable();
        assert_eq!(given, [0, 1, 2, 3]);
        assert_eq!(taken.iter().filter(|t| **t == Err(NotTaken::Exhausted(3))).count(), 2);
        assert_eq!(plays(&session, 6), [1, 1, 1, 1, 0, 0]);
        session.reset();
        assert_eq!((plays(&session, 6), session.is_used()), (vec![0; 6], false));
    }
}

#[test]
fn the_nearest_entry_of_a_mixed_family_is_taken_once() {
    let targets = ["/a?t=1", "/a?t=2", "/a?t=1"];
    let families = Families::new(vec![vec![0, 1, 2]], &mut |n| Some(traits(targets[n as usize])));
    for session in sessions(families, true) {
        let families = &session.tape().families;
        let family = families.get(0);
        let (queue, each) = (families.entries(family), family.mixed.as_deref().unwrap());
        let ask = |target: &str, repeat| {
            session
                .next_at(queue, family, &Family::nearest(each, &asked(target), None), repeat)
                .map(|t| (t.entry, t.again))
        };
        assert_eq!(ask("/a?t=2", false), Ok((1, false)));
        assert_eq!(ask("/a?t=1", false), Ok((0, false)));
        assert_eq!(ask("/a?t=other", false), Ok((2, false)));
        assert_eq!(ask("/a?t=2", false), Err(NotTaken::Exhausted(1)));
        assert_eq!(ask("/a?t=2", true), Ok((1, true)));
        assert_eq!(plays(&session, 3), [1, 2, 1]);
    }
}

#[test]
fn the_very_same_token_is_known_however_old_it_is() {
    let token = |subject: &str| {
        // {"alg":"none"} and an expiry that is past now and was future when it was recorded.
        let claims =
            if subject == "a" { "eyJzdWIiOiJhIiwiZXhwIjoxMDAwfQ" } else { "eyJzdWIiOiJiIiwiZXhwIjoxMDAwfQ" };
        let mut request = Request::new("GET", "/me");
        request.headers.push("Authorization", format!("Bearer eyJhbGciOiJub25lIn0.{claims}."));
        request
    };
    let recorded = |n: u32| Traits::of(&token(if n == 0 { "b" } else { "a" }), 0, Timestamp(0));
    let families = Families::new(vec![vec![0, 1]], &mut |n| Some(recorded(n)));
    let [session, _] = sessions(families, false);
    let families = &session.tape().families;
    let family = families.get(0);
    let now = Timestamp(2_000_000_000);
    let asked = Asked::of(&token("a"), &token("a"), None, now);
    let each = family.mixed.as_deref().unwrap();
    let taken = session
        .next_at(families.entries(family), family, &Family::nearest(each, &asked, None), false)
        .unwrap();
    assert_eq!(taken.entry, 1);
}

#[test]
fn a_repeated_last_answer_is_counted() {
    let families = Families::new(vec![vec![0, 1]], &mut |_| Some(traits("/a")));
    for session in sessions(families, true) {
        let families = &session.tape().families;
        let family = families.get(0);
        for turn in 0..5 {
            let taken = session.next(families.entries(family), family, true).unwrap();
            assert_eq!((taken.entry, taken.again), ((turn as u32).min(1), turn > 1));
        }
        assert_eq!(plays(&session, 2), [1, 4]);
    }
}

//! Every kind fires on its example and stays quiet on what only begins alike.

use super::{Scanner, kind::Kind, kinds};
use crate::jwt::{base64url, mark};
use std::collections::BTreeSet;

/// An example with its draws made: `{hex32}` is thirty-two hexadecimal digits, the same at each run.
pub(super) fn drawn(example: &str, seed: u64) -> String {
    let mut state = seed | 1;
    let mut next = |most: usize| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as usize % most
    };
    let mut out = String::new();
    let mut rest = example;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        let inside = &rest[open + 1..];
        let drawing = inside.find('}').and_then(|close| {
            let word = &inside[..close];
            let digits = word.find(|c: char| c.is_ascii_digit())?;
            Some((alphabet(&word[..digits])?, word[digits..].parse::<usize>().ok()?, close))
        });
        match drawing {
            Some((letters, count, close)) => {
                (0..count).for_each(|_| out.push(letters[next(letters.len())] as char));
                rest = &inside[close + 1..];
            }
            None => {
                out.push('{');
                rest = inside;
            }
        }
    }
    out.push_str(rest);
    out
}

fn alphabet(name: &str) -> Option<&'static [u8]> {
    Some(match name {
        "hex" => b"0123456789abcdef",
        "digit" => b"0123456789",
        "lower" => b"abcdefghijklmnopqrstuvwxyz0123456789",
        "upper" => b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
        "alnum" => b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
        "url" => b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_abcdef",
        "base" => b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
        _ => return None,
    })
}

fn found(text: &str) -> BTreeSet<&'static str> {
    Scanner::default().text(text.as_bytes()).iter().map(|leak| leak.kind.name.as_str()).collect()
}

fn each(check: impl Fn(&'static Kind, u64) -> Option<String>) {
    let faults: Vec<String> = kinds().iter().zip(1..).filter_map(|(kind, n)| check(kind, n * 7919)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_pattern_builds_and_every_name_is_taken_once() {
    let names: BTreeSet<&str> = kinds().iter().map(|kind| kind.name.as_str()).collect();
    assert_eq!(names.len(), kinds().len());
    assert!(names.len() >= 200, "{}", names.len());
    each(|kind, _| (kind.anchored().is_none() || kind.anywhere().is_none()).then(|| kind.name.clone()));
}

#[test]
fn every_kind_fires_on_its_example() {
    each(|kind, n| {
        let text = drawn(&kind.fires, n);
        let only = Scanner::new(std::slice::from_ref(&kind.name), &[]).expect("a kind");
        let alone = only.text(text.as_bytes());
        if alone.is_empty() {
            return Some(format!("{}: quiet on {text}", kind.name));
        }
        // Of several kinds that share a look one is told.
        found(&text).is_empty().then(|| format!("{}: nothing in {text}", kind.name))
    });
}

#[test]
fn every_kind_is_quiet_on_what_begins_alike() {
    each(|kind, n| {
        let text = drawn(&kind.quiet, n);
        let all = found(&text);
        all.contains(kind.name.as_str()).then(|| format!("{}: fires on {text}", kind.name))
    });
}

#[test]
fn a_stand_in_is_one_whatever_its_last_character() {
    let input = format!("{}.{}", base64url(br#"{"alg":"HS384"}"#), base64url(br#"{"sub":"u1"}"#));
    let ends: BTreeSet<char> = (0..500)
        .filter_map(|n| {
            let first = format!("{n:032}");
            let token = format!("{input}.{first}{}", mark(&input, &first, 32));
            let texts = [token.clone(), format!("see {token}."), format!("{token} - or {token}...")];
            texts.iter().for_each(|text| assert_eq!(found(text), BTreeSet::new(), "{text}"));
            token.chars().last()
        })
        .collect();
    assert!(ends.contains(&'-') && ends.len() > 50);
}

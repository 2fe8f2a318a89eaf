//! Values that a plan may name: kept ones, fresh ones, named secrets.

use cassettes::json::Json;
use std::collections::{BTreeMap, BTreeSet};

/// Values by their names. A fresh one stays the same within a lesson.
pub struct Values {
    kept: BTreeMap<String, Json>,
    stand_ins: BTreeSet<String>,
    made: BTreeMap<String, Vec<Json>>,
    secrets: BTreeMap<String, String>,
    fresh: BTreeMap<String, String>,
    random: fn() -> [u8; 16],
}

impl Values {
    /// With named secrets, and a source of numbers that nobody has had before.
    pub fn new(secrets: BTreeMap<String, String>, random: fn() -> [u8; 16]) -> Self {
        let made = BTreeMap::new();
        Values {
            kept: BTreeMap::new(),
            stand_ins: BTreeSet::new(),
            made,
            secrets,
            fresh: BTreeMap::new(),
            random,
        }
    }

    /// Names that need no lesson.
    pub const FRESH: [&str; 3] = ["new.uuid", "new.name", "new.number"];

    /// The value of a name: a fresh one, a kept one, a named secret.
    pub fn get(&mut self, name: &str) -> Option<Json> {
        if Values::FRESH.contains(&name) {
            let random = self.random;
            let made = self.fresh.entry(name.to_owned()).or_insert_with(|| fresh(name, random()));
            return Some(match name {
                "new.number" => Json::Number(made.clone()),
                _ => Json::String(made.clone()),
            });
        }
        self.kept.get(name).cloned().or_else(|| self.secrets.get(name).cloned().map(Json::String))
    }

    /// Keeps what stands in for a value that no answer gave; false where that is the value already.
    pub fn stand_in(&mut self, name: &str, value: Json) -> bool {
        if self.get(name).as_ref() == Some(&value) {
            return false;
        }
        self.keep(name, value);
        self.stand_ins.insert(name.to_owned())
    }

    /// From now on only what an answer gave is known: nothing else is cleaned up.
    pub fn forget_stand_ins(&mut self) {
        for name in std::mem::take(&mut self.stand_ins) {
            self.kept.remove(&name);
        }
    }

    /// Keeps a value.
    pub fn keep(&mut self, name: &str, value: Json) {
        self.stand_ins.remove(name);
        self.kept.insert(name.to_owned(), value);
    }

    /// Keeps what one lesson has made, of which there may be several.
    pub fn keep_all(&mut self, name: &str, values: Vec<Json>) {
        if let Some(last) = values.last() {
            self.keep(name, last.clone());
            self.made.insert(name.to_owned(), values);
        }
    }

    /// Everything that was made under a name; empty for what is kept once.
    pub fn all_made(&self, name: &str) -> &[Json] {
        self.made.get(name).map_or(&[], Vec::as_slice)
    }

    /// Another lesson begins: what is fresh is made anew.
    pub fn renew(&mut self) {
        self.fresh.clear();
    }
}

fn fresh(name: &str, mut bytes: [u8; 16]) -> String {
    match name {
        "new.name" => {
            // Letters and digits by turns: whoever reads it later sees that it was drawn.
            const LETTERS: &[u8; 16] = b"abcdefghkmnpqrst";
            const DIGITS: &[u8; 8] = b"23456789";
            let draw = |(at, b): (usize, &u8)| match at % 2 {
                0 => LETTERS[usize::from(b & 15)] as char,
                _ => DIGITS[usize::from(b & 7)] as char,
            };
            let letters: String = bytes[..10].iter().enumerate().map(draw).collect();
            // Names begin with a letter wherever names are checked.
            format!("tt{letters}")
        }
        "new.number" => {
            let number = bytes[..4].iter().fold(0_u64, |all, b| (all << 8) | u64::from(*b));
            (number % 900_000_000 + 100_000_000).to_string()
        }
        _ => {
            // Version 4, variant 1 (RFC 9562 §5.4).
            bytes[6] = (bytes[6] & 0x0f) | 0x40;
            bytes[8] = (bytes[8] & 0x3f) | 0x80;
            let hex: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
            format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fresh_values_stay_within_a_lesson() {
        static NEXT: std::sync::atomic::AtomicU8 = std::sync::atomic::AtomicU8::new(0);
        let random = || [NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed); 16];
        let mut values = Values::new(BTreeMap::from([("card".to_owned(), "s".to_owned())]), random);
        let uuid = values.get("new.uuid");
        assert_eq!(uuid.as_ref().and_then(Json::as_str), Some("00000000-0000-4000-8000-000000000000"));
        assert_eq!(values.get("new.uuid"), uuid);
        values.renew();
        assert_ne!(values.get("new.uuid"), uuid);
        assert!(values.get("new.name").is_some_and(|name| name.as_str().is_some_and(|n| n.len() == 12)));
        values.keep("id", Json::Number("7".into()));
        assert_eq!(values.get("id"), Some(Json::Number("7".into())));
        assert_eq!((values.get("card"), values.get("nope")), (Some(Json::String("s".into())), None));
    }
}

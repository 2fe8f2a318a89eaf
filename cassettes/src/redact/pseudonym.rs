//! Keyed stand-ins for values: the same value has the same one everywhere, of the same length and kind.

use super::{lawful::lawful, shapes};
use crate::jwt::{BASE64URL, mark};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::borrow::Cow;

/// The key that pseudonyms depend on, one per project and never in version control: who has it can try
/// out guesses of what a pseudonym stands for.
#[derive(Clone)]
pub struct PseudonymKey(pub [u8; 32]);

/// Shown without the key.
impl std::fmt::Debug for PseudonymKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PseudonymKey(..)")
    }
}

/// Values up to this many bytes are keyed as they are.
const MAX_KEYED: usize = 256;
/// How often a stand-in that happens to be the value itself, or to look like a live key, is drawn again.
const TRIES: u32 = 16;

/// Makes pseudonyms under one key.
pub(super) struct Pseudonyms(Hmac<Sha256>);

impl Pseudonyms {
    pub(super) fn new(key: &PseudonymKey) -> Self {
        // HMAC takes keys of any length; the empty key is never reached.
        Pseudonyms(Hmac::new_from_slice(&key.0).unwrap_or_else(|_| Hmac::new(&Default::default())))
    }

    /// A tag under which a value can be recognised without being kept.
    pub(super) fn tag(&self, value: &str) -> [u8; 16] {
        let mac: [u8; 32] =
            self.0.clone().chain_update(b"tag").chain_update(value).finalize().into_bytes().into();
        let mut tag = [0; 16];
        tag.copy_from_slice(&mac[..16]);
        tag
    }

    /// The stand-in: digits for digits, lower case for lower case, upper case for upper case, everything
    /// else as it is. Hexadecimal stays hexadecimal, a UUID keeps version and variant, a card number its
    /// check digit, a date a day of the calendar, a leading digit stays zero or not zero. Never the value itself from four characters on.
    pub(super) fn of(&self, value: &str) -> String {
        let kind = Kind::of(value);
        for attempt in 0..TRIES {
            let drawn = lawful(value, self.draw(value, &kind, attempt));
            if (drawn != value || value.chars().count() < 4) && !shapes::is_live(&drawn) {
                return drawn;
            }
        }
        value
            .chars()
            .map(|c| if c.is_ascii_graphic() { 'x' } else { c })
            .collect::<String>()
            .replace("xxxx", "xxyx")
    }

    fn draw(&self, value: &str, kind: &Kind, attempt: u32) -> String {
        let mut noise = Noise::of(&self.0, value.as_bytes(), attempt);
        let mut out = String::with_capacity(value.len());
        let first = value.find(|c: char| c != '-').unwrap_or(0);
        for (i, c) in value.char_indices() {
            if kind.keeps(i, c) {
                out.push(c);
                continue;
            }
            let byte = noise.byte();
            out.push(match c {
                '0' if i == first => '0',
                '1'..='9' if i == first => (b'1' + byte % 9) as char,
                '0'..='9' => (b'0' + byte % 10) as char,
                'a'..='z' => (b'a' + byte % kind.letters) as char,
                'A'..='Z' => (b'A' + byte % kind.letters) as char,
                c if c.is_ascii() && kind.symbols_only && c.is_ascii_graphic() => (b'a' + byte % 26) as char,
                c => foreign(c, byte),
            });
        }
        if kind.card {
            fix_check_digit(&mut out);
        }
        out
    }

    /// A stand-in for a token's third part: the first half is keyed by the whole token, the second says
    /// that `input` (header and claims as they will be kept) carries no real signature.
    pub(super) fn signature(&self, token: &str, signature: &str, input: &str) -> String {
        let text = signature.trim_end_matches('=');
        if text.is_empty() {
            return signature.to_owned();
        }
        let mut noise = Noise::of(&self.0, token.as_bytes(), u32::MAX);
        // Whatever its characters were, a stand-in is base64url: only so is it told from a real one.
        let half = text.len() / 2;
        let mut out: String = (0..half).map(|_| BASE64URL[usize::from(noise.byte() & 63)] as char).collect();
        let mark = mark(input, &out, text.len() - half);
        out.push_str(&mark);
        out.push_str(&signature[text.len()..]);
        out
    }
}

/// A keyed stream of bytes, 32 at a time.
struct Noise<'a> {
    mac: &'a Hmac<Sha256>,
    value: Cow<'a, [u8]>,
    attempt: u32,
    block: u32,
    left: [u8; 32],
    at: usize,
}

impl<'a> Noise<'a> {
    fn of(mac: &'a Hmac<Sha256>, value: &'a [u8], attempt: u32) -> Self {
        // Every block is keyed by the value anew, so a long one stands in by its digest.
        let value = match value.len() {
            0..=MAX_KEYED => Cow::Borrowed(value),
            _ => Cow::Owned(mac.clone().chain_update(value).finalize().into_bytes().to_vec()),
        };
        Noise { mac, value, attempt, block: 0, left: [0; 32], at: 32 }
    }

    fn byte(&mut self) -> u8 {
        if self.at == self.left.len() {
            let mac = self
                .mac
                .clone()
                .chain_update(self.attempt.to_be_bytes())
                .chain_update(self.block.to_be_bytes());
            self.left = mac.chain_update(&self.value).finalize().into_bytes().into();
            self.block += 1;
            self.at = 0;
        }
        self.at += 1;
        self.left[self.at - 1]
    }
}

/// What of a value's form is kept beyond the class of each character.
struct Kind {
    letters: u8,
    uuid: bool,
    /// Where a number's exponent begins; it is kept.
    exponent: Option<usize>,
    card: bool,
    symbols_only: bool,
}

impl Kind {
    fn of(value: &str) -> Kind {
        let bytes = value.as_bytes();
        let uuid = is_uuid(bytes);
        let digits = bytes.iter().filter(|b| b.is_ascii_digit()).count();
        let hex = bytes.len() >= 8
            && bytes.iter().all(|b| b.is_ascii_hexdigit() || matches!(b, b'-' | b':'))
            && !(bytes.iter().any(u8::is_ascii_lowercase) && bytes.iter().any(u8::is_ascii_uppercase));
        let exponent = value.find(['e', 'E']).filter(|_| is_number(value));
        Kind {
            letters: if hex { 6 } else { 26 },
            uuid,
            exponent,
            card: (13..=19).contains(&digits)
                && bytes.iter().all(|b| b.is_ascii_digit() || matches!(b, b' ' | b'-'))
                && luhn(value),
            symbols_only: value.chars().all(|c| c.is_ascii() && !c.is_ascii_alphanumeric()),
        }
    }

    fn keeps(&self, i: usize, c: char) -> bool {
        (self.uuid && (i == 14 || i == 19)) || self.exponent.is_some_and(|e| i >= e) || c.is_whitespace()
    }
}

/// 8-4-4-4-12 hexadecimal digits (RFC 9562 §4).
pub(super) fn is_uuid(bytes: &[u8]) -> bool {
    bytes.len() == 36
        && bytes.iter().enumerate().all(|(i, b)| match i {
            8 | 13 | 18 | 23 => *b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

fn is_number(value: &str) -> bool {
    crate::json::Json::parse(value.as_bytes()).is_ok_and(|j| matches!(j, crate::json::Json::Number(_)))
}

/// A letter of another script for one of the same length in UTF-8.
pub(super) fn foreign(c: char, byte: u8) -> char {
    let n = u32::from(byte);
    let code = match c.len_utf8() {
        _ if !c.is_alphanumeric() => return c,
        2 if c.is_uppercase() => 0x410 + n % 32,
        2 => 0x430 + n % 32,
        3 => 0x4e00 + n * 16 + n % 16,
        _ => 0x2_0000 + n,
    };
    char::from_u32(code).unwrap_or(c)
}

/// The check of card numbers (ISO/IEC 7812-1, annex B), over the digits alone.
pub(super) fn luhn(value: &str) -> bool {
    luhn_sum(value.bytes()).is_multiple_of(10)
}

fn luhn_sum(digits: impl DoubleEndedIterator<Item = u8>) -> u32 {
    let digits = digits.filter(u8::is_ascii_digit).rev().enumerate();
    digits
        .map(|(i, d)| match (i % 2, u32::from(d - b'0')) {
            (1, d) if d > 4 => d * 2 - 9,
            (1, d) => d * 2,
            (_, d) => d,
        })
        .sum()
}

fn fix_check_digit(number: &mut String) {
    let Some(last) = number.rfind(|c: char| c.is_ascii_digit()) else { return };
    number.replace_range(last..=last, "0");
    let digit = (10 - luhn_sum(number.bytes()) % 10) % 10;
    number.replace_range(last..=last, &digit.to_string());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jwt::{is_marked, unbase64};

    fn class(c: char) -> char {
        match c {
            '0'..='9' => '9',
            'a'..='z' => 'a',
            'A'..='Z' => 'A',
            c => c,
        }
    }

    #[test]
    fn a_stand_in_has_the_kind_of_its_value() {
        let names = Pseudonyms::new(&PseudonymKey([7; 32]));
        for value in [
            "sk_live_51HqXjK2eZvKYlo2C",
            "ada@example.org",
            "+1 (555) 010-9999",
            "4111111111111111",
            "4111 1111 1111 1111",
            "1.50e10",
            "0.25",
            "passw0rd!",
            "2001:db8:ff00:42",
            "-12",
        ] {
            let name = names.of(value);
            assert_eq!(
                name.chars().map(class).collect::<String>(),
                value.chars().map(class).collect::<String>()
            );
            assert_eq!(name, names.of(value));
            assert!(name != value || value.len() < 4, "{value}");
        }
        assert!(luhn(&names.of("4111 1111 1111 1111")));
        assert!(names.of("1.50e10").ends_with("e10"));
        assert_ne!(names.of("hunter22"), Pseudonyms::new(&PseudonymKey([8; 32])).of("hunter22"));
    }

    #[test]
    fn hex_uuid_script_and_symbols() {
        let names = Pseudonyms::new(&PseudonymKey([7; 32]));
        let uuid = names.of("0190f3a2-7c11-7d4e-8f0a-1c2b3d4e5f60");
        assert!(is_uuid(uuid.as_bytes()) && &uuid[14..15] == "7" && &uuid[19..20] == "8", "{uuid}");
        assert!(names.of("DEADBEEF00").bytes().all(|b| b.is_ascii_hexdigit() && !b.is_ascii_lowercase()));
        let word = names.of("пароль");
        assert!(word != "пароль" && word.len() == "пароль".len());
        for value in ["!!!!", "aaaa", "0000", "----", "日本語日"] {
            let name = names.of(value);
            assert!(name != value && name.len() == value.len(), "{value} {name}");
        }
        assert_eq!(names.of(""), "");
    }

    #[test]
    fn signatures_are_marked_and_canonical() {
        let names = Pseudonyms::new(&PseudonymKey([7; 32]));
        for len in [2, 3, 4, 22, 43, 86, 342] {
            let real = "Z".repeat(len);
            let token = format!("aaa.bbb.{real}");
            let fake = names.signature(&token, &real, "aaa.bbb");
            assert_eq!(fake.len(), len);
            assert!(is_marked(&format!("aaa.bbb.{fake}")) && unbase64(&fake).is_some());
            if len > 8 {
                assert!(!is_marked(&token) && !is_marked(&format!("aaa.bbc.{fake}")));
            }
        }
        assert!(is_marked("aaa.bbb."));
        assert_eq!(names.signature("a.b.QUI=", "QUI=", "a.b").len(), 4);
    }
}

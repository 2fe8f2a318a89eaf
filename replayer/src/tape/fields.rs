//! The header fields that recorded requests had. Clients send the same ones over and over: each is held once,
//! and each list of them once.

use cassettes::model::Headers;
use std::collections::HashMap;

/// Field sections by number.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    fields: Vec<(Box<str>, Box<[u8]>)>,
    sections: Vec<Box<[u32]>>,
    /// Only while there is more to keep.
    known: Known,
}

#[derive(Debug, Default)]
struct Known {
    /// Name, line break, value.
    fields: HashMap<Box<[u8]>, u32, foldhash::fast::RandomState>,
    sections: HashMap<Box<[u32]>, u32, foldhash::fast::RandomState>,
}

/// Fields of which nobody asks: the host is the upstream's, and lengths are the body's.
const LEFT: [&str; 4] = ["host", "content-length", "connection", "transfer-encoding"];

impl Fields {
    /// The number of a request's fields.
    pub(super) fn keep(&mut self, headers: &Headers) -> u32 {
        let (mut section, mut field) = (Vec::with_capacity(16), Vec::with_capacity(256));
        for (name, value) in headers.iter() {
            if LEFT.iter().any(|left| name.eq_ignore_ascii_case(left)) {
                continue;
            }
            field.clear();
            field.extend_from_slice(name.as_bytes());
            field.push(b'\n');
            field.extend_from_slice(value);
            section.push(self.known.fields.get(&field[..]).copied().unwrap_or_else(|| {
                let fresh = self.fields.len() as u32;
                self.known.fields.insert(field[..].into(), fresh);
                self.fields.push((name.into(), value.into()));
                fresh
            }));
        }
        self.known.sections.get(&section[..]).copied().unwrap_or_else(|| {
            let fresh = self.sections.len() as u32;
            self.known.sections.insert(section[..].into(), fresh);
            self.sections.push(section.into());
            fresh
        })
    }

    /// All are kept.
    pub(super) fn done(mut self) -> Self {
        self.known = Known::default();
        self.fields.shrink_to_fit();
        self.sections.shrink_to_fit();
        self
    }

    /// The fields of a number.
    pub(crate) fn get(&self, number: u32) -> Headers {
        let mut headers = Headers::new();
        for field in self.sections.get(number as usize).into_iter().flatten() {
            let (name, value) = &self.fields[*field as usize];
            headers.push(&**name, &**value);
        }
        headers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_repeats_is_held_once() {
        let mut fields = Fields::default();
        let headers = |id: usize| {
            let id = (id % 3).to_string();
            Headers::from_pairs([("Accept", "*/*"), ("X-Id", id.as_str()), ("Host", "a"), ("accept", "*/*")])
        };
        let numbers: Vec<u32> = (0..100).map(|n| fields.keep(&headers(n))).collect();
        let fields = fields.done();
        assert_eq!((fields.sections.len(), fields.fields.len()), (3, 5));
        let kept = fields.get(numbers[4]);
        let kept: Vec<(&str, &[u8])> = kept.iter().collect();
        assert_eq!(kept, [("Accept", &b"*/*"[..]), ("X-Id", &b"1"[..]), ("accept", &b"*/*"[..])]);
    }
}

//! The seal: a digest over everything an exchange says, so that a change by hand shows.

use crate::model::{Answer, Body, Digest, Exchange, Frame, Headers, Response, Side};
use sha2::{Digest as _, Sha256};

/// Sixteen hexadecimal digits over the exchange. Not a signature: it tells a slip or a helpful edit from
/// a recording, not a forger from a witness.
pub fn seal(exchange: &Exchange) -> String {
    seal_with(exchange, &mut Digests::default())
}

/// Digests of bodies, each worked out once.
#[derive(Default)]
pub(super) struct Digests(Vec<(Body, Digest)>);

impl Digests {
    pub(super) fn of(&mut self, body: &Body) -> Digest {
        let same = |known: &Body| known.0.as_ptr() == body.0.as_ptr() && known.len() == body.len();
        if let Some((_, digest)) = self.0.iter().find(|(known, _)| same(known)) {
            return *digest;
        }
        let digest = body.digest();
        self.0.push((body.clone(), digest));
        digest
    }
}

/// The same where some digests are known.
pub(super) fn seal_with(exchange: &Exchange, digests: &mut Digests) -> String {
    let mut hash = Fields { hash: Sha256::new(), digests };
    hash.text(&exchange.at.to_string());
    hash.text(&exchange.upstream);
    hash.text(&exchange.request.method);
    hash.text(&exchange.request.target);
    hash.headers(&exchange.request.headers);
    match &exchange.request.blob {
        Some(blob) => hash.bytes(&blob.digest.0),
        None => hash.body(&exchange.request.body),
    }
    hash.headers(&exchange.request.trailers);
    match &exchange.answer {
        Answer::Reply(response) => hash.response(response),
        Answer::Failed(failure) => {
            hash.text(failure.kind.as_str());
            hash.text(&failure.message);
            if let Some(partial) = &failure.partial {
                hash.response(partial);
            }
        }
    }
    for token in &exchange.tokens {
        hash.text(&token.place.0);
        hash.text(token.signature.as_str());
        for (name, seconds) in sorted(&token.times) {
            hash.text(name);
            hash.bytes(&seconds.to_be_bytes());
        }
    }
    for time in [exchange.timing.first_byte, exchange.timing.end].into_iter().flatten() {
        hash.bytes(&time.to_be_bytes());
    }
    for chunk in &exchange.timing.chunks {
        hash.bytes(&chunk.at.to_be_bytes());
        hash.bytes(&chunk.len.to_be_bytes());
    }
    let digest = Digest(hash.hash.finalize().into()).to_string();
    digest[..16].to_owned()
}

/// Every field is preceded by its length, so that no two exchanges run together to the same bytes.
struct Fields<'d> {
    hash: Sha256,
    digests: &'d mut Digests,
}

impl Fields<'_> {
    fn bytes(&mut self, bytes: &[u8]) {
        self.hash.update((bytes.len() as u64).to_be_bytes());
        self.hash.update(bytes);
    }

    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    fn headers(&mut self, headers: &Headers) {
        self.bytes(&(headers.len() as u64).to_be_bytes());
        for (name, value) in headers.iter() {
            self.text(name);
            self.bytes(value);
        }
    }

    fn body(&mut self, body: &Body) {
        if body.is_empty() {
            self.bytes(b"");
        } else {
            let digest = self.digests.of(body);
            self.bytes(&digest.0);
        }
    }

    fn response(&mut self, response: &Response) {
        self.bytes(&response.status.to_be_bytes());
        self.text(&response.reason);
        self.text(response.version.as_str());
        self.headers(&response.headers);
        match &response.blob {
            Some(blob) => self.bytes(&blob.digest.0),
            None => self.body(&response.body),
        }
        self.headers(&response.trailers);
        for frame in &response.frames {
            self.frame(frame);
        }
    }

    fn frame(&mut self, frame: &Frame) {
        self.bytes(&frame.at.to_be_bytes());
        self.text(if frame.from == Side::Client { "client" } else { "upstream" });
        self.text(frame.kind.as_str());
        self.bytes(&[u8::from(frame.compressed)]);
        for fragment in &frame.fragments {
            self.bytes(&fragment.to_be_bytes());
        }
        self.body(&frame.data);
    }
}

/// Claims in the order of their names: readers keep no other.
pub(super) fn sorted(times: &[(String, i64)]) -> Vec<&(String, i64)> {
    let mut times: Vec<_> = times.iter().collect();
    times.sort();
    times
}

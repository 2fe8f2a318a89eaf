//! Nothing that comes over a wire makes the readers panic, loop or take more than there is.

use wire::{
    body::Decoder,
    head::{Head, Length, Plan, ReplyHead},
};

/// A small generator (Knuth, MMIX constants): the same noise in every run.
struct Noise(u64);

impl Noise {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit.max(1)
    }

    /// Lawful text with some bytes changed, dropped or doubled.
    fn spoil(&mut self, text: &[u8]) -> Vec<u8> {
        let mut bytes = text.to_vec();
        for _ in 0..=self.below(4) {
            let at = self.below(bytes.len());
            match self.below(4) {
                0 => bytes[at] = self.below(256) as u8,
                1 => drop(bytes.drain(at..(at + 1 + self.below(4)).min(bytes.len()))),
                2 => bytes.insert(at, b"\r\n:;, 0fF\0\xff"[self.below(11)]),
                _ => bytes.truncate(at.max(1)),
            }
            if bytes.is_empty() {
                bytes.push(b'\r');
            }
        }
        bytes
    }
}

#[test]
fn spoiled_heads_are_read_or_refused() {
    let mut noise = Noise(1);
    let request =
        b"POST http://h:1/a?b HTTP/1.1\r\nHost: h\r\nContent-Length: 12\r\nExpect: 100-continue\r\n\r\n";
    let reply = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX: a\r\n b\r\nConnection: close\r\n\r\n";
    let mut head = Head::default();
    let mut read = 0;
    for _ in 0..30_000 {
        let sent = noise.spoil(request);
        if let Ok(Some(length)) = head.read(&sent) {
            assert!(length <= sent.len() && head.bytes() == &sent[..length]);
            read += usize::from(Plan::of(&head).is_ok());
            let _ = (head.origin(), head.origin_target(), head.headers());
        }
        let sent = noise.spoil(reply);
        if let Ok(Some((_, length))) = ReplyHead::read(&sent, "GET") {
            assert!(length <= sent.len());
        }
    }
    assert!(read > 1000, "the noise must leave something to read: {read}");
}

#[test]
fn spoiled_bodies_end_or_are_refused() {
    let mut noise = Noise(2);
    let body = b"5;x=\"y\"\r\nhello\r\n0a\r\n0123456789\r\n0\r\nT: 1\r\nU: 2\r\n\r\n";
    for _ in 0..30_000 {
        let sent = noise.spoil(body);
        let mut decoder = Decoder::new(Length::Chunked);
        let (mut at, mut given) = (0, 0);
        while at < sent.len() && !decoder.is_done() {
            let end = (at + 1 + noise.below(20)).min(sent.len());
            match decoder.step(&sent[at..end]) {
                Err(_) => break,
                Ok(step) if step.taken == 0 && end == sent.len() => break,
                Ok(step) if step.taken == 0 => match decoder.step(&sent[at..]) {
                    Ok(step) if step.taken > 0 => (at, given) = (at + step.taken, given + step.data.len()),
                    _ => break,
                },
                Ok(step) => {
                    assert!(step.data.end <= step.taken && step.taken <= end - at);
                    (at, given) = (at + step.taken, given + step.data.len());
                }
            }
        }
        assert!(at <= sent.len() && given <= at);
    }
}

//! A body that goes to its blob while it comes, so that nothing of its size is ever held.

use super::{StoreError, blobs, waiting::Waiting};
use crate::{
    matching::Alike,
    model::{Blob, Headers},
    redact::Policy,
};
use std::{
    io::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
};
use tempfile::NamedTempFile;

/// What is scanned at once.
const SCANNED: usize = 256 * 1024;

/// So much of what was scanned is scanned once more with what follows: a secret may stand on the border.
const OVERLAP: usize = 8 * 1024;

/// A body on its way to its blob. It is scanned as it comes, as any blob is before it is written: it is not
/// looked into by structure, so what it must not hold cannot be taken out of it.
pub struct Spill {
    cassette: PathBuf,
    policy: Arc<Policy>,
    waiting: Arc<Waiting>,
    file: NamedTempFile,
    alike: Alike,
    unscanned: Vec<u8>,
    leak: Option<String>,
}

impl Spill {
    pub(super) fn begin(
        cassette: &Path,
        headers: &Headers,
        policy: Arc<Policy>,
        waiting: Arc<Waiting>,
    ) -> Result<Spill, StoreError> {
        Ok(Spill {
            file: waiting.file(cassette)?,
            cassette: cassette.to_owned(),
            policy,
            waiting,
            alike: Alike::of(headers),
            unscanned: Vec::with_capacity(SCANNED + OVERLAP),
            leak: None,
        })
    }

    /// Takes the next bytes.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.file.write_all(bytes).map_err(|e| StoreError::io(self.file.path(), "writing", &e))?;
        self.alike.push(bytes);
        for piece in bytes.chunks(SCANNED) {
            self.unscanned.extend_from_slice(piece);
            if self.unscanned.len() >= SCANNED {
                self.scan();
            }
        }
        Ok(())
    }

    /// The body is whole, or as whole as it will be. What holds a secret is not kept; anything else waits on the
    /// disk under no name of its own, until an exchange that names it is saved or it is forgotten.
    pub fn finish(mut self) -> Result<Blob, StoreError> {
        self.scan();
        let told = self.alike.finish();
        let secret = told.names.iter().find(|name| self.policy.names().form(name));
        if let Some(leak) = self.leak.or_else(|| secret.map(|name| format!("a part named `{name}`"))) {
            return Err(StoreError::new(
                format!("a body of {} bytes", told.len),
                format!("not saved: it holds {leak}"),
                "bodies of this size and kind are not looked into: ask for less of it, or leave it out",
            ));
        }
        let path = blobs::path(&self.cassette, &told.digest);
        let file = self.waiting.finish(self.file, told.digest, &path)?;
        Ok(Blob { digest: told.digest, alike: told.alike, len: told.len, file: Some(file) })
    }

    fn scan(&mut self) {
        if self.leak.is_none() {
            self.leak = self.policy.scan(&self.unscanned).into_iter().next().map(|leak| leak.kind);
        }
        let kept = self.unscanned.len().saturating_sub(OVERLAP);
        self.unscanned.drain(..kept);
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        model::{
            Answer, Blob, Connection, Exchange, ExchangeId, Header, Headers, RedactRules, Request, Response,
            Timestamp, Timing,
        },
        redact::{Clean, Policy, PseudonymKey, Secret},
        store::{Start, Writer, load, load_lean},
    };
    use std::{fs, path::Path, sync::Arc};

    const UPSTREAM: &str = "https://api.test";

    fn policy() -> Arc<Policy> {
        let secret = Secret { name: "key".into(), value: "a-long-secret-value".into() };
        Arc::new(
            Policy::new(&RedactRules::default(), vec![secret], PseudonymKey([1; 32]), None).expect("rules"),
        )
    }

    fn writer(path: &Path) -> Writer {
        let header = Header { upstreams: vec![UPSTREAM.into()], ..Header::default() };
        Writer::start(path, header, Start::Fresh, policy()).expect("starts")
    }

    fn clean(id: u32, blob: Option<Blob>, body: &'static str) -> Clean {
        let reply = Response { blob: blob.map(Box::new), ..Response::new(200, Headers::new(), body) };
        policy().clean(Exchange {
            id: ExchangeId(id),
            at: Timestamp(0),
            upstream: UPSTREAM.into(),
            request: Request::new("GET", "/a"),
            answer: Answer::Reply(reply),
            timing: Timing::default(),
            connection: Connection::default(),
            redactions: Vec::new(),
            tokens: Vec::new(),
            edited: false,
        })
    }

    #[test]
    fn a_body_in_its_blob_is_the_same_body_held_or_not() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("c.yaml");
        let writer = writer(&path);
        let mut spill = writer.spill(&Headers::new()).expect("begins");
        let body: Vec<u8> = (0..3_000_000u32).map(|n| (n % 253) as u8).collect();
        for piece in body.chunks(70_001) {
            spill.write(piece).expect("writes");
        }
        let blob = spill.finish().expect("ends");
        writer.append(&clean(1, Some(blob.clone()), "")).expect("appends");
        writer.finish().expect("merges");
        let whole = load(&path).expect("loads");
        let lean = load_lean(&path).expect("loads");
        assert!(whole.notes.is_empty() && lean.notes.is_empty(), "the seal fits both: {:?}", lean.notes);
        let reply = |loaded: &crate::store::Loaded| loaded.cassette.exchanges[0].answer.reply().cloned();
        for loaded in [whole, lean] {
            let reply = reply(&loaded).expect("a reply");
            assert_eq!((reply.len(), reply.body.len()), (3_000_000, 0), "nobody holds it");
            let left = reply.blob.expect("a blob");
            assert_eq!((left.digest, left.len), (blob.digest, blob.len));
            assert!(fs::read(left.file.expect("a file")).expect("bytes") == body);
        }
        let file = directory.path().join("blobs").join(blob.digest.to_string());
        fs::write(file, "damaged").expect("writes");
        assert!(load_lean(&path).expect_err("damaged").what.contains("damaged"));
        assert!(load(&path).expect_err("damaged").what.contains("damaged"));
    }

    #[test]
    fn a_secret_on_the_border_of_two_pieces_is_found_and_nothing_is_left() {
        let directory = tempfile::tempdir().expect("a directory");
        let writer = writer(&directory.path().join("c.yaml"));
        for at in [super::SCANNED - 9, super::SCANNED * 2 - 3, 0] {
            let mut spill = writer.spill(&Headers::new()).expect("begins");
            let mut body = vec![0xfe; super::SCANNED * 3];
            body[at..at + 19].copy_from_slice(b"a-long-secret-value");
            for piece in body.chunks(4096) {
                spill.write(piece).expect("writes");
            }
            assert!(spill.finish().expect_err("a secret").what.contains("it holds the secret \"key\""));
        }
        assert_eq!(fs::read_dir(directory.path().join("blobs")).expect("a directory").count(), 0);
    }

    fn spilled(writer: &Writer, body: &[u8]) -> Blob {
        let mut spill = writer.spill(&Headers::new()).expect("begins");
        spill.write(body).expect("writes");
        spill.finish().expect("ends")
    }

    fn files(directory: &Path) -> Vec<String> {
        let entries = fs::read_dir(directory.join("blobs")).expect("a directory");
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_body_becomes_a_blob_with_the_exchange_that_names_it() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("c.yaml");
        let writer = writer(&path);
        // Two say the same at once, a third something that is not saved.
        let (one, other) = (spilled(&writer, &[0; 100]), spilled(&writer, &[0; 100]));
        let lost = spilled(&writer, &[1; 100]);
        assert!(files(directory.path()).iter().all(|name| name.starts_with(".truetape-")), "none has a name");
        writer.forget(&lost);
        writer.forget(&one);
        writer.append(&clean(2, Some(other.clone()), "")).expect("appends");
        assert_eq!(files(directory.path()), [other.digest.to_string()]);
        let again = spilled(&writer, &[0; 100]);
        writer.append(&clean(3, Some(again), "")).expect("appends");
        assert!(writer.append(&clean(4, Some(lost), "")).is_err(), "an exchange whose body is gone");
        writer.finish().expect("merges");
        assert_eq!(files(directory.path()), [other.digest.to_string()]);
    }

    #[test]
    fn what_a_kill_leaves_is_swept_and_what_is_written_is_not() {
        let directory = tempfile::tempdir().expect("a directory");
        let first = writer(&directory.path().join("c.yaml"));
        let running = first.spill(&Headers::new()).expect("begins");
        let left = directory.path().join("blobs/.truetape-killed");
        fs::write(&left, "half").expect("writes");
        let second = writer(&directory.path().join("d.yaml"));
        assert!(!left.exists() && files(directory.path()).len() == 1);
        assert!(running.finish().is_ok());
        drop(second);
    }

    #[test]
    fn blobs_go_with_what_named_them() {
        let directory = tempfile::tempdir().expect("a directory");
        let (path, other) = (directory.path().join("c.yaml"), directory.path().join("d.yaml"));
        let proposal = crate::store::proposal_path(&path);
        let record = |path: &Path, bodies: &[u8]| {
            let writer = writer(path);
            for (id, body) in (1..).zip(bodies) {
                let blob = spilled(&writer, &[*body; 2_000_000]);
                writer.append(&clean(id, Some(blob), "")).expect("appends");
            }
            writer.finish().expect("merges");
        };
        record(&path, &[1, 2, 3]);
        record(&other, &[2]);
        record(&proposal, &[3, 4]);
        assert_eq!(files(directory.path()).len(), 4);
        let accepted = crate::store::accept(&path).expect("accepts");
        assert_eq!((accepted.total, accepted.removed), (2, 1), "the second is named by another cassette");
        assert!(load(&path).is_ok() && load(&other).is_ok());
    }

    #[test]
    fn the_last_part_of_an_exchange_counts_and_keeps_its_place() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("c.yaml");
        let writer = writer(&path);
        for (id, body) in [(1, "a"), (2, "so far"), (3, "c"), (2, "whole")] {
            writer.append(&clean(id, None, body)).expect("appends");
        }
        let texts = || -> Vec<String> {
            let exchanges = load(&path).expect("loads").cassette.exchanges;
            let text = |e: &Exchange| {
                String::from_utf8_lossy(e.answer.reply().expect("a reply").body.bytes()).into_owned()
            };
            exchanges.iter().map(text).collect()
        };
        assert_eq!(texts(), ["a", "whole", "c"], "of a recording that goes on");
        assert_eq!(writer.finish().expect("merges").total, 3);
        assert_eq!(texts(), ["a", "whole", "c"]);
    }
}

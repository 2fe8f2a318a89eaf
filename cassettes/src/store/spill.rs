//! A body that goes to its blob while it comes, so that nothing of its size is ever held.

use super::{StoreError, atomic, blobs};
use crate::{
    model::{Blob, Digest},
    redact::Policy,
};
use sha2::{Digest as _, Sha256};
use std::{fs, io::Write as _, path::PathBuf, sync::Arc};
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
    file: NamedTempFile,
    hash: Sha256,
    len: u64,
    unscanned: Vec<u8>,
    leak: Option<String>,
}

impl Spill {
    pub(super) fn begin(cassette: &std::path::Path, policy: Arc<Policy>) -> Result<Spill, StoreError> {
        let directory = atomic::parent(cassette).join("blobs");
        let file = fs::create_dir_all(&directory)
            .and_then(|()| tempfile::Builder::new().prefix(".truetape-").tempfile_in(&directory))
            .map_err(|e| StoreError::io(&directory, "writing", &e))?;
        Ok(Spill {
            cassette: cassette.to_owned(),
            policy,
            file,
            hash: Sha256::new(),
            len: 0,
            unscanned: Vec::with_capacity(SCANNED + OVERLAP),
            leak: None,
        })
    }

    /// Takes the next bytes.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.file.write_all(bytes).map_err(|e| StoreError::io(self.file.path(), "writing", &e))?;
        self.hash.update(bytes);
        self.len += bytes.len() as u64;
        for piece in bytes.chunks(SCANNED) {
            self.unscanned.extend_from_slice(piece);
            if self.unscanned.len() >= SCANNED {
                self.scan();
            }
        }
        Ok(())
    }

    /// The body is whole, or as whole as it will be. What holds a secret is not kept.
    pub fn finish(mut self) -> Result<Blob, StoreError> {
        self.scan();
        if let Some(leak) = self.leak {
            return Err(StoreError::new(
                format!("a body of {} bytes", self.len),
                format!("not saved: it holds {leak}"),
                "bodies of this size and kind are not looked into: ask for less of it, or leave it out",
            ));
        }
        let digest = Digest(self.hash.finalize().into());
        let path = blobs::path(&self.cassette, &digest);
        // A blob that is there already is the same blob: its name is its content.
        if fs::metadata(&path).is_ok_and(|there| there.len() == self.len) {
            return Ok(Blob { digest, len: self.len, file: path.into() });
        }
        atomic::persist(self.file, &path)?;
        Ok(Blob { digest, len: self.len, file: path.into() })
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
        let reply = Response { blob, ..Response::new(200, Headers::new(), body) };
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
        let mut spill = writer.spill().expect("begins");
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
        assert!(reply(&whole).expect("a reply").body.bytes() == body);
        let lean = reply(&lean).expect("a reply");
        assert_eq!((lean.len(), lean.body.len(), lean.blob.as_ref()), (3_000_000, 0, Some(&blob)));
        fs::write(&blob.file, "damaged").expect("writes");
        assert!(load_lean(&path).expect_err("damaged").what.contains("damaged"));
    }

    #[test]
    fn a_secret_on_the_border_of_two_pieces_is_found_and_nothing_is_left() {
        let directory = tempfile::tempdir().expect("a directory");
        let writer = writer(&directory.path().join("c.yaml"));
        for at in [super::SCANNED - 9, super::SCANNED * 2 - 3, 0] {
            let mut spill = writer.spill().expect("begins");
            let mut body = vec![0xfe; super::SCANNED * 3];
            body[at..at + 19].copy_from_slice(b"a-long-secret-value");
            for piece in body.chunks(4096) {
                spill.write(piece).expect("writes");
            }
            assert!(spill.finish().expect_err("a secret").what.contains("it holds the secret \"key\""));
        }
        assert_eq!(fs::read_dir(directory.path().join("blobs")).expect("a directory").count(), 0);
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

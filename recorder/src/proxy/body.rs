//! The body of an answer as it is kept: held, or on its way to a blob where it is large and opaque.

use crate::{Recording, Spill};
use bytes::{Bytes, BytesMut};
use cassettes::{
    links::is_textual,
    model::{Blob, Body, Headers},
};

/// Bodies up to so many bytes are held, whatever they are.
const HELD: usize = 1024 * 1024;

/// The body of an answer as far as it came.
#[derive(Default)]
pub(super) struct Kept {
    held: BytesMut,
    spill: Option<Box<dyn Spill>>,
    blob: Option<Blob>,
    /// Why it is not kept.
    lost: Option<String>,
}

impl Kept {
    /// Takes what came. What is text is held to its end, up to `limit`: only the whole of it can be cleaned.
    /// `recording` has a place for what is too large to be held.
    pub(super) fn take(
        &mut self,
        data: &[u8],
        headers: &Headers,
        limit: usize,
        recording: Option<&Recording>,
    ) {
        if self.lost.is_some() {
            return;
        }
        if let Some(spill) = &mut self.spill {
            if let Err(error) = spill.write(data) {
                self.lose(error.to_string());
            }
            return;
        }
        let before = self.held.len();
        self.held.extend_from_slice(data);
        if before <= HELD && self.held.len() > HELD && is_opaque(headers, &self.held) {
            match recording.map_or(Ok(None), Recording::spill) {
                Ok(None) => {}
                Ok(Some(mut spill)) => match spill.write(&self.held) {
                    Ok(()) => {
                        self.held = BytesMut::new();
                        self.spill = Some(spill);
                    }
                    Err(error) => self.lose(error.to_string()),
                },
                Err(error) => self.lose(error.to_string()),
            }
        }
        if self.held.len() > limit {
            self.lose(format!("the answer's body is longer than {limit} bytes"));
        }
    }

    fn lose(&mut self, why: String) {
        *self = Kept { lost: Some(why), ..Kept::default() };
    }

    /// The blob gets its name; waits for the disk.
    pub(super) async fn settle(&mut self) {
        let Some(spill) = self.spill.take() else { return };
        match tokio::task::spawn_blocking(move || spill.finish()).await {
            Ok(Ok(blob)) => self.blob = Some(blob),
            Ok(Err(error)) => self.lose(error.to_string()),
            Err(error) => self.lose(error.to_string()),
        }
    }

    /// Why it is not kept, if it is not.
    pub(super) fn lost(&self) -> Option<&str> {
        self.lost.as_deref()
    }

    /// What is held of it.
    pub(super) fn held(&self) -> Body {
        Body(Bytes::copy_from_slice(&self.held))
    }

    /// All of it, once it is settled.
    pub(super) fn finish(&mut self) -> (Body, Option<Blob>) {
        (Body(self.held.split().freeze()), self.blob.take())
    }
}

/// Whether nothing would look into a body: its type says that it is no text, or, where it has none, its bytes
/// do. What is coded is as its type says; a form in parts is looked into.
fn is_opaque(headers: &Headers, begin: &[u8]) -> bool {
    match headers.media_type() {
        Some(media) => !is_textual(&media) && !media.starts_with("multipart/"),
        None => memchr_zero(begin) || (std::str::from_utf8(begin).is_err_and(|e| e.error_len().is_some())),
    }
}

fn memchr_zero(begin: &[u8]) -> bool {
    begin.iter().take(4096).any(|b| *b == 0)
}

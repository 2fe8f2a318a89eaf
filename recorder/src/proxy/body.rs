//! A body as it is kept: held, or on its way to a blob where it is too large.

use super::handler::KEPT;
use crate::{Recording, Spill};
use bytes::{Bytes, BytesMut};
use cassettes::{
    large::{HELD, LOOKED_INTO, is_opaque},
    model::{Blob, Body, Headers},
};

/// A body as far as it came.
#[derive(Default)]
pub(super) struct Kept {
    held: BytesMut,
    spill: Option<Box<dyn Spill>>,
    blob: Option<Box<Blob>>,
    /// Why it is not kept.
    lost: Option<String>,
}

impl Kept {
    /// Takes what came. What could be looked into is held to its end, as far as that can be: only the whole of it
    /// can be cleaned. `recording` has a place for what is too large to be held.
    pub(super) fn take(&mut self, data: &[u8], headers: &Headers, recording: Option<&Recording>) {
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
        let passes = |bound: usize| before <= bound && self.held.len() > bound;
        if (passes(LOOKED_INTO) || (passes(HELD) && is_opaque(headers, &self.held)))
            && let Err(why) = self.spilled(headers, recording)
        {
            self.lose(why);
        }
        if self.held.len() > KEPT {
            self.lose(format!("its body is longer than {KEPT} bytes"));
        }
    }

    fn spilled(&mut self, headers: &Headers, recording: Option<&Recording>) -> Result<(), String> {
        let Some(recording) = recording else { return Err("nothing is kept".into()) };
        let Some(mut spill) = recording.spill(headers).map_err(|e| e.to_string())? else { return Ok(()) };
        let in_parts = headers.media_type().is_some_and(|media| media.starts_with("multipart/"));
        if !in_parts && !is_opaque(headers, &self.held) && !recording.spills_text() {
            return Err(format!(
                "its body is text of more than {} MiB, which is too much to take secrets out of (hint: ask for \
                 less at once, or let it be kept as it is by `--spill-text`, unless a secret is found in it)",
                LOOKED_INTO >> 20
            ));
        }
        spill.write(&self.held).map_err(|e| e.to_string())?;
        self.held = BytesMut::new();
        self.spill = Some(spill);
        Ok(())
    }

    fn lose(&mut self, why: String) {
        *self = Kept { lost: Some(why), ..Kept::default() };
    }

    /// The blob is whole; waits for the disk.
    pub(super) async fn settle(&mut self) {
        let Some(spill) = self.spill.take() else { return };
        match tokio::task::spawn_blocking(move || spill.finish()).await {
            Ok(Ok(blob)) => self.blob = Some(Box::new(blob)),
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
    pub(super) fn finish(&mut self) -> (Body, Option<Box<Blob>>) {
        (Body(self.held.split().freeze()), self.blob.take())
    }
}

//! Bodies that stand in blobs: fetched, or left where they are.

use super::{
    disk,
    read::{ReadError, Reader},
};
use crate::model::{Blob, Body, Digest, Headers, Side};
use std::io;

impl Reader<'_> {
    /// A body that stays in its blob; `side` said it, with these fields.
    pub(super) fn left(
        &self,
        (id, part): (u32, &str),
        side: Side,
        headers: &Headers,
        disk: Option<&disk::Body>,
    ) -> Result<Option<Box<Blob>>, ReadError> {
        let Some(disk::Body { sha256: Some(sha256), blob: Some(disk::BlobLen(len)), .. }) = disk else {
            return Ok(None);
        };
        let Some((digest, leave)) = Digest::parse(sha256).zip(self.leave) else { return Ok(None) };
        let Some(blob) = leave(side, headers, &digest, *len) else { return Ok(None) };
        blob.map(|blob| Some(Box::new(blob))).map_err(|e| self.unreadable(id, part, &digest, &e))
    }

    fn unreadable(&self, id: u32, part: &str, digest: &Digest, error: &io::Error) -> ReadError {
        let hint = "restore blobs/ beside the cassette (is it in version control?), or record again";
        self.error(id, part, format!("cannot read the blob {digest}: {error}"), hint)
    }

    /// Blobs are not for editing: a wrong one is an error, never a guess.
    pub(super) fn blob(
        &self,
        id: u32,
        part: &str,
        expected: Option<Digest>,
        len: u64,
    ) -> Result<Body, ReadError> {
        let Some(digest) = expected else {
            return Err(self.error(
                id,
                part,
                "a blob without its sha256".into(),
                "the digest names the blob's file",
            ));
        };
        let bytes = (self.blob)(&digest).map_err(|e| self.unreadable(id, part, &digest, &e))?;
        let found = Digest::of(&bytes);
        if found != digest || bytes.len() as u64 != len {
            let what = format!(
                "the blob {digest} is damaged: expected {len} bytes of that sha256, found {} bytes of {found}",
                bytes.len()
            );
            return Err(self.error(id, part, what, "restore it from version control, or record again"));
        }
        Ok(Body::from(bytes))
    }
}

//! The body of a request as it comes: held, or told by its digest alone where it is too large.

use bytes::{Bytes, BytesMut};
use cassettes::large::{HELD, LOOKED_INTO, is_opaque};
use cassettes::matching::Alike;
use cassettes::model::{Blob, Body};
use wire::head::Length;
use wire::serve::{Call, WireError};

/// The body of a request.
#[derive(Debug, Default)]
pub(crate) struct Said {
    pub(crate) body: Body,
    /// Set where the body was let go of as it came.
    pub(crate) blob: Option<Box<Blob>>,
}

impl Said {
    /// Reads the body of a call to its end. Recorded ones of that size and kind are told by their digests too,
    /// so nothing of one is held, however long it is.
    pub(crate) async fn read(call: &mut Call<'_>) -> Result<Said, WireError> {
        match call.length() {
            Length::None => return Ok(Said::default()),
            Length::Exactly(bytes) if bytes <= HELD as u64 => {
                return Ok(Said { body: call.body(HELD).await?, blob: None });
            }
            _ => {}
        }
        let Some(first) = call.chunk().await? else { return Ok(Said::default()) };
        let Some(second) = call.chunk().await? else { return Ok(Said { body: Body(first), blob: None }) };
        let mut held = BytesMut::from(&first[..]);
        let mut next = Some(second);
        while let Some(data) = next {
            let before = held.len();
            held.extend_from_slice(&data);
            let passes = |bound: usize| before <= bound && held.len() > bound;
            if passes(LOOKED_INTO) || (passes(HELD) && is_opaque(&call.head().headers(), &held)) {
                return digest(call, held.freeze()).await;
            }
            next = call.chunk().await?;
        }
        Ok(Said { body: Body(held.freeze()), blob: None })
    }
}

async fn digest(call: &mut Call<'_>, begin: Bytes) -> Result<Said, WireError> {
    let mut alike = Alike::of(&call.head().headers());
    alike.push(&begin);
    drop(begin);
    while let Some(data) = call.chunk().await? {
        alike.push(&data);
    }
    let told = alike.finish();
    let blob = Blob { digest: told.digest, alike: told.alike, len: told.len, file: None };
    Ok(Said { body: Body::empty(), blob: Some(Box::new(blob)) })
}

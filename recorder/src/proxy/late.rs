//! What a client still says of its request once the answer is whole.

use super::upload::Upload;
use crate::Recording;
use cassettes::model::Headers;
use std::time::Duration;
use tokio::time::timeout;
use wire::{client::Conversation, serve::Call};

/// How long more of a request is waited for: a client that looks at the answer says no more of it.
const SILENCE: Duration = Duration::from_millis(100);

/// How long a client is listened to that goes on.
const LONGEST: Duration = Duration::from_secs(2);

/// Hears a request out whose answer came early. Many a client sends the whole of it without a look at the
/// answer, and will ask a replay the same: half a request would not be found again.
pub(super) async fn hear_out(
    call: &mut Call<'_>,
    conversation: &mut Conversation,
    upload: &mut Upload,
    (headers, recording): (&Headers, Option<&Recording>),
) {
    let heard = async {
        while !upload.is_whole() {
            tokio::select! {
                biased;
                pushed = conversation.sender.push(&mut upload.pending), if !upload.pending.is_empty() => {
                    if pushed.is_err() {
                        upload.stop();
                    }
                }
                piece = timeout(SILENCE, call.chunk()) => match piece {
                    Ok(Ok(Some(data))) => upload.piece(&data, headers, recording),
                    Ok(Ok(None)) => upload.end(call.trailers()),
                    Ok(Err(_)) | Err(_) => return,
                },
            }
        }
        let _ = timeout(SILENCE, conversation.sender.push(&mut upload.pending)).await;
    };
    let _ = timeout(LONGEST, heard).await;
    if upload.is_sent() {
        conversation.sender.finish();
    }
}

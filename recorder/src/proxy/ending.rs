//! A failure of the upstream as the client is made to see it: as what it was, never as a reply.

use cassettes::model::FailureKind;
use std::time::Duration;
use tokio::time::timeout;
use wire::serve::{Call, Flow};

/// How long a client is kept waiting for an answer that never comes: longer than clients wait.
const PATIENCE: Duration = Duration::from_secs(600);

/// The code with which the upstream reset a stream is told on.
pub(super) fn tell_code(call: &mut Call<'_>, message: &str) {
    if let Some(code) = wire::reset_code(message) {
        call.reset_code(code);
    }
}

/// Ends the client's connection as the upstream's ended.
pub(super) async fn reproduce(call: &mut Call<'_>, kind: FailureKind) -> Flow {
    match kind {
        // The client is connected already, so it can be refused only by a reset.
        FailureKind::Unresolved | FailureKind::Refused | FailureKind::Tls | FailureKind::Reset => Flow::Reset,
        FailureKind::Closed | FailureKind::Truncated | FailureKind::Protocol => Flow::Close,
        FailureKind::Timeout => {
            let stopping = call.stopping();
            tokio::select! {
                _ = timeout(PATIENCE, call.gone()) => {}
                () = stopping => {}
            }
            Flow::Reset
        }
    }
}

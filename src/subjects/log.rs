//! What a mock's process says on its way: kept in memory, the last of it, to be shown when it dies.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _},
    task::JoinHandle,
};

/// So many bytes are kept.
const KEPT: usize = 64 * 1024;
/// So many lines of them are shown.
const SHOWN: usize = 30;
/// A process that has ended may have said more than was read yet.
const DRAIN: Duration = Duration::from_millis(300);

/// The last of what a process said.
#[derive(Default)]
pub(super) struct Log {
    kept: Arc<Mutex<VecDeque<u8>>>,
    readers: Vec<JoinHandle<()>>,
}

impl Log {
    /// Reads a stream of the process until it ends.
    pub(super) fn follow(&mut self, stream: Option<impl AsyncRead + Unpin + Send + 'static>) {
        let Some(mut stream) = stream else { return };
        let kept = Arc::clone(&self.kept);
        self.readers.push(tokio::spawn(async move {
            let mut piece = vec![0; 8192];
            while let Ok(count @ 1..) = stream.read(&mut piece).await {
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                kept.extend(&piece[..count]);
                let surplus = kept.len().saturating_sub(KEPT);
                kept.drain(..surplus);
            }
        }));
    }

    /// The last lines, indented, below a heading; says so where there are none.
    pub(super) async fn shown(&mut self) -> String {
        for reader in &mut self.readers {
            // What holds the stream open may outlive the process that we know.
            let _ = tokio::time::timeout(DRAIN, reader).await;
        }
        self.readers.clear();
        let bytes: Vec<u8> =
            self.kept.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect();
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<&str> = text.trim_end().lines().collect();
        if lines.is_empty() {
            return "\n  it said nothing".to_owned();
        }
        let mut shown = "\n  its last words:".to_owned();
        for line in &lines[lines.len().saturating_sub(SHOWN)..] {
            shown.push_str("\n  | ");
            shown.extend(line.chars().map(|c| if c.is_control() && c != '\t' { ' ' } else { c }));
        }
        shown
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.readers.iter().for_each(JoinHandle::abort);
    }
}

//! Several things under way at once, within one task.

use cassettes::subject::{Boxed, NoAnswer};
use std::future::poll_fn;
use std::task::Poll;

/// Runs all to their ends, so many at once, beginning with the first; stops at the first error.
pub(super) async fn at_once<'a>(
    limit: usize,
    all: impl IntoIterator<Item = Boxed<'a, Result<(), NoAnswer>>>,
) -> Result<(), NoAnswer> {
    let mut waiting = all.into_iter();
    let mut active: Vec<Boxed<'a, Result<(), NoAnswer>>> = waiting.by_ref().take(limit.max(1)).collect();
    poll_fn(move |context| {
        let mut at = 0;
        while at < active.len() {
            match active[at].as_mut().poll(context) {
                Poll::Pending => at += 1,
                Poll::Ready(Err(no)) => return Poll::Ready(Err(no)),
                // The next one begins in its place, and is polled at once.
                Poll::Ready(Ok(())) => match waiting.next() {
                    Some(next) => active[at] = next,
                    None => drop(active.swap_remove(at)),
                },
            }
        }
        if active.is_empty() { Poll::Ready(Ok(())) } else { Poll::Pending }
    })
    .await
}

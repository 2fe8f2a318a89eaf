//! Several questions at once.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

/// Everything that they come to, in their order.
pub(super) async fn together<'a, T>(futures: Vec<Pin<Box<dyn Future<Output = T> + Send + 'a>>>) -> Vec<T> {
    let mut waiting: Vec<_> = futures.into_iter().map(Some).collect();
    let mut done: Vec<Option<T>> = waiting.iter().map(|_| None).collect();
    poll_fn(move |context| {
        let mut open = false;
        for (future, result) in waiting.iter_mut().zip(&mut done) {
            let Some(pending) = future else { continue };
            match pending.as_mut().poll(context) {
                Poll::Ready(value) => {
                    *result = Some(value);
                    *future = None;
                }
                Poll::Pending => open = true,
            }
        }
        if open {
            Poll::Pending
        } else {
            Poll::Ready(std::mem::take(&mut done).into_iter().flatten().collect())
        }
    })
    .await
}

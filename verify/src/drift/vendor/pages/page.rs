//! One page.

use cassettes::meta::Meta;

/// A change that is told by no rule about mocks.
#[derive(Debug)]
pub struct Page {
    /// Its name and what is to be known of it.
    pub meta: Meta,
}

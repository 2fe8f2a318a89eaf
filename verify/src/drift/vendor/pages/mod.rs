//! The shelf of changes that no rule about mocks is about.

mod latency_changed;
mod page;
#[cfg(test)]
mod tests;

pub use page::Page;

/// Every page, in alphabetical order.
pub static PAGES: &[&Page] = &[&latency_changed::PAGE];

/// The page of that name.
pub fn find(name: &str) -> Option<&'static Page> {
    PAGES.iter().copied().find(|page| page.meta.name == name)
}

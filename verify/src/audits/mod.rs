//! The shelf of audits, one file each. A new audit is a new file, a `mod` line and a line in [`AUDITS`].

mod audit;
mod connection_leaked;
mod connection_not_reused;
mod exchange_unused;
mod gave_up_early;
mod never_gives_up;
mod next_page_never_fetched;
mod number_mangled;
mod offset_dropped;
mod order_relied_on;
mod request_mixed_up;
mod retry_after_ignored;
mod terminal_error_retried;
mod token_without_expiry;
mod unknown_request;
mod unsafe_retry;

pub use audit::{Audit, GROUPS};

/// Every audit, in alphabetical order.
pub static AUDITS: &[&Audit] = &[
    &connection_leaked::AUDIT,
    &connection_not_reused::AUDIT,
    &exchange_unused::AUDIT,
    &gave_up_early::AUDIT,
    &never_gives_up::AUDIT,
    &next_page_never_fetched::AUDIT,
    &number_mangled::AUDIT,
    &offset_dropped::AUDIT,
    &order_relied_on::AUDIT,
    &request_mixed_up::AUDIT,
    &retry_after_ignored::AUDIT,
    &terminal_error_retried::AUDIT,
    &token_without_expiry::AUDIT,
    &unknown_request::AUDIT,
    &unsafe_retry::AUDIT,
];

/// The audit of that name.
pub fn find(name: &str) -> Option<&'static Audit> {
    AUDITS.iter().copied().find(|audit| audit.meta.name == name)
}

#[cfg(test)]
mod tests;

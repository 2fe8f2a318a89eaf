//! The difference of two recordings: silent about a vendor that did not change, and telling of one that did.

mod changed;
mod recorded;
mod unchanged;

//! Orders that recordings show to be unstable: the same things, asked for by the same request, in another order.
//! Any other order is as likely as the recorded one; what always had one order is never touched.

mod learn;
mod reorder;
mod shape;

pub use learn::Unstable;

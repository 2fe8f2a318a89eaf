//! Vendor drift: the real side, asked again what the cassettes hold.

mod again;
#[cfg(test)]
mod again_tests;
mod answers;
mod asking;
mod at_all;
mod at_once;
mod causes;
mod elsewhere;
mod follows;
mod gate;
mod guard;
mod joined;
mod judge;
mod life;
mod looks;
mod moved;
pub mod pages;
mod renamed;
mod seen;
mod several;
mod skip;
mod survivors;
#[cfg(test)]
mod tests;
mod triangle;
mod unheard;
mod units;

pub use again::{Asked, Progress, Terms, ask_again};
pub use asking::Clean;
pub use at_all::is_about_all;
pub use gate::{Manners, Side};
pub use guard::{Guard, RouteError};
pub use judge::{Judging, judge};
pub use skip::Skip;
pub use triangle::{Triangle, triangle};

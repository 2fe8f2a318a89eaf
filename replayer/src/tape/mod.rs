//! Cassettes made ready to be replayed: immutable, and shared by every session and listener.

mod entry;
mod exact;
mod families;
mod fields;
mod judge;
mod kept;
mod leads;
mod load;
mod loading;
mod loose;
mod only;
mod requiring;
mod turned_away;

pub(crate) use entry::{Entry, Keep};
pub(crate) use exact::Exact;
pub(crate) use families::{Asked, Families, Family, Places, Traits, selection_but};
pub(crate) use fields::Fields;
pub(crate) use judge::{Allowed, Judge};
pub(crate) use leads::{Base, Found, Leads};
pub use load::Tape;
pub use loading::{Hand, Loading, Settled};
pub(crate) use loose::{Group, Judged, Laid, Loose, Member};

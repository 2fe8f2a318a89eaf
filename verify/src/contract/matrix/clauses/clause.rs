//! What a clause is.

use crate::contract::matrix::table::Table;
use crate::finding::Findings;
use cassettes::meta::Meta;

/// One way in which a contract can be broken.
pub struct Clause {
    /// Its stable name, and its page.
    pub meta: Meta,
    /// Judges the whole table.
    pub judge: fn(&Table<'_>, &mut Findings),
}

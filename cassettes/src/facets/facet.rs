//! What a facet is.

use crate::meta::Meta;
use crate::model::Exchange;

/// Names what one exchange means, where it means anything of the kind. The label is a behaviour of the
/// operation in coverage reports: kebab-case, for example `not-found` or `rejected-expired`.
///
/// The examples on its page are exchanges in the notation of [`crate::examples`]. Under *Fires* a last line
/// `= label` says what the facet calls the last of them; under *Quiet* it calls it nothing.
pub struct Facet {
    /// Its stable name and its page.
    pub meta: Meta,
    /// The behaviour that this exchange shows, if it shows one of this kind.
    pub label: fn(&Exchange) -> Option<String>,
}

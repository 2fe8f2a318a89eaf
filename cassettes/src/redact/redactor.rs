//! What every redactor is.

use super::mask::Mask;
use crate::{meta::Meta, model::Exchange};

/// One way to find secrets. It sees exchanges whose bodies are free of content codings.
pub struct Redactor {
    /// Its name, as redactions record it, and its page.
    pub meta: Meta,
    /// Replaces in place and records through the mask.
    pub(super) redact: fn(&mut Exchange, &mut Mask<'_>),
}

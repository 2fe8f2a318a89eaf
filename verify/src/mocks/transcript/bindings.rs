//! The bindings of a transcript: which call is which operation.

use super::binding::{Binding, ignore};
use crate::mocks::placed::Placed;
use crate::mocks::{FormatError, MockFile};
use cassettes::subject::Spot;
use std::sync::Arc;

/// Which call is which operation, from every file that says so.
#[derive(Debug, Default)]
pub(super) struct Bindings {
    list: Vec<Arc<Binding>>,
    /// Entries of archives that are of another place do not count.
    base: Option<String>,
}

impl Bindings {
    /// Adds what a file says.
    pub(super) fn read(&mut self, file: &MockFile) -> Result<(), FormatError> {
        let refuse = |(line, what): (u32, String)| FormatError {
            what,
            place: format!("{}:{line}", file.path),
            hint: Some("docs/guides/mocks.md shows a file of bindings".to_owned()),
        };
        let root = Placed::read(&file.bytes).map_err(|why| refuse((why.line, why.what)))?;
        if root.get("bindings").is_none() && root.get("base").is_none() {
            return Err(refuse((root.line, "expected `bindings:`, a map of calls".to_owned())));
        }
        let ignored = root.get("ignore").map(ignore).transpose().map_err(refuse)?.unwrap_or_default();
        for member in root.members() {
            match member.name.as_str() {
                "bindings" => {
                    for call in member.value.members() {
                        let spot = Spot { file: file.path.clone(), line: call.line };
                        let binding = Binding::read(&call.name, &call.value, spot, &ignored)
                            .map_err(|(line, what)| refuse((line, format!("{}: {what}", call.name))))?;
                        self.list.push(Arc::new(binding));
                    }
                }
                "base" => self.base = member.value.as_str().map(|base| base.trim_end_matches('/').to_owned()),
                "ignore" => {}
                other => {
                    let what = format!("expected `bindings`, `base` or `ignore`, found `{other}`");
                    return Err(refuse((member.line, what)));
                }
            }
        }
        Ok(())
    }

    /// Whether no call is bound.
    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Every binding.
    pub(super) fn list(&self) -> &[Arc<Binding>] {
        &self.list
    }

    /// The binding of a call.
    pub(super) fn find(&self, name: &str) -> Option<&Arc<Binding>> {
        self.list.iter().find(|binding| binding.name == name)
    }

    /// Whether an archive's URL is of the place that is meant.
    pub(super) fn takes(&self, url: &str) -> bool {
        let after = |base: &String| {
            url.strip_prefix(base.as_str()).map(|rest| rest.starts_with(['/', '?']) || rest.is_empty())
        };
        self.base.as_ref().is_none_or(|base| after(base) == Some(true))
    }
}

//! Calls of a fake, as they were written down.

use super::binding::Binding;
use super::outcome::{Filling, Outcome};
use crate::mocks::placed::Placed;
use crate::mocks::{FormatError, MockFile};
use cassettes::json::Json;
use cassettes::subject::Spot;

/// One call, and what it came to.
pub(super) struct Call {
    pub(super) name: String,
    pub(super) spot: Spot,
    pub(super) args: Json,
    came: Came,
}

enum Came {
    Returned(Json),
    Raised { kind: String, what: Json },
}

impl Call {
    /// Reads `{call, args, returned}` or `{call, args, raised}`.
    pub(super) fn read(file: &MockFile, placed: &Placed) -> Result<Call, FormatError> {
        let spot = Spot { file: file.path.clone(), line: placed.line };
        let refuse =
            |what: String| FormatError { what, place: format!("{}:{}", file.path, placed.line), hint: None };
        for member in placed.members() {
            if !["call", "args", "returned", "raised"].contains(&member.name.as_str()) {
                return Err(refuse(format!(
                    "expected call, args, returned or raised, found `{}`",
                    member.name
                )));
            }
        }
        let args = placed.get("args").map_or(Json::Object(Vec::new()), Placed::to_json);
        if args.scalar_text().is_some() {
            return Err(refuse("`args`: expected an object, or a list".to_owned()));
        }
        let came = match placed.get("raised").filter(|raised| !raised.is_null()) {
            None => Came::Returned(placed.get("returned").map_or(Json::Null, Placed::to_json)),
            Some(raised) => {
                let what = raised.to_json();
                let named = ["type", "name", "class", "kind", "error", "code"];
                let of = |name: &&str| what.get(name).and_then(Json::as_str);
                let kind = what.as_str().or_else(|| named.iter().find_map(of)).unwrap_or_default().to_owned();
                Came::Raised { kind, what }
            }
        };
        Ok(Call { name: placed.str_of("call").unwrap_or_default().to_owned(), spot, args, came })
    }

    /// What it came to on the wire, and what it is made of; or what of it nobody said.
    pub(super) fn outcome<'b>(&self, binding: &'b Binding) -> Result<(&'b Outcome, Filling), String> {
        let (outcome, given) = match &self.came {
            Came::Returned(Json::Null) => {
                (binding.nothing.as_ref().unwrap_or(&binding.returned), &Json::Null)
            }
            Came::Returned(value) => (&binding.returned, value),
            Came::Raised { kind, what } => {
                (binding.raised(kind).ok_or_else(|| format!("raised {kind}"))?, what)
            }
        };
        Ok((outcome, Filling { given: given.clone(), arguments: self.args.clone(), page: Vec::new() }))
    }

    /// Whether it returned a list or the like, which may be given in pages.
    pub(super) fn has_pages(&self) -> bool {
        matches!(self.came, Came::Returned(Json::Array(_) | Json::Object(_)))
    }
}

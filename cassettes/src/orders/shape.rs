//! Places in documents, whatever stands before them in a list.

use crate::json::Step;

/// A place in a document: the members on the way to it, every item of a list being the same step.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Shape(pub(super) Vec<Step>);

impl Shape {
    pub(super) fn member(&self, name: &str) -> Shape {
        self.with(Step::Member(name.to_owned()))
    }

    pub(super) fn item(&self) -> Shape {
        self.with(Step::Every)
    }

    fn with(&self, step: Step) -> Shape {
        let mut steps = self.0.clone();
        steps.push(step);
        Shape(steps)
    }
}

//! Which operations a change is of.

use super::runs::Runs;
use cassettes::operation::Operation;
use std::collections::BTreeSet;

/// What a change is of.
#[derive(Debug, Clone)]
pub(super) struct Over {
    /// The operation that the finding stands under: its own, the first of several, or one that stands for all.
    pub(super) operation: Operation,
    /// Every operation that shows it, where there are several.
    pub(super) operations: Vec<Operation>,
}

impl Over {
    fn of(all: BTreeSet<&Operation>, is_every: bool) -> Over {
        match all.iter().next() {
            Some(one) if all.len() == 1 => Over { operation: (*one).clone(), operations: Vec::new() },
            Some(first) if !is_every => {
                let operation = (*first).clone();
                Over { operation, operations: all.into_iter().cloned().collect() }
            }
            _ => {
                let any = Operation { method: "every".to_owned(), template: "request".to_owned() };
                Over { operation: any, operations: all.into_iter().cloned().collect() }
            }
        }
    }

    /// A change of these operations.
    pub(super) fn some<'o>(operations: impl IntoIterator<Item = &'o Operation>) -> Over {
        Over::of(operations.into_iter().collect(), false)
    }
}

impl Runs<'_> {
    /// A change that these requests of the judged run show: every request, where no other could be compared.
    pub(super) fn over(&self, calls: impl IntoIterator<Item = usize>) -> Over {
        let calls: BTreeSet<usize> = calls.into_iter().collect();
        let shows = |slot: &&super::Slot| slot.after.iter().any(|call| calls.contains(call));
        let is_every = self.shared().flat_map(|slot| &slot.after).all(|call| calls.contains(call));
        Over::of(self.slots.iter().filter(shows).map(|slot| &slot.operation).collect(), is_every)
    }
}

/// ` in 40 requests of 3 operations`, ` in 2 requests`; nothing for one.
pub(super) fn spread(over: &Over, calls: usize) -> String {
    match (calls, over.operations.len()) {
        (0 | 1, _) => String::new(),
        (calls, 0) => format!(", in {calls} requests"),
        (calls, operations) => format!(", in {calls} requests of {operations} operations"),
    }
}

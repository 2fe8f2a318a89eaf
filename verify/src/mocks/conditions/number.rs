//! Numbers that a stub wants above or below another.

use super::{Fit, same_number};
use std::cmp::Ordering;

/// A number that a text must stand in this order to.
#[derive(Debug, Clone, PartialEq)]
pub struct NumberTest {
    /// How the text's number may stand to it.
    pub orders: Vec<Ordering>,
    /// As the file has it.
    pub than: String,
}

impl NumberTest {
    /// Whether a text is such a number. A text that is none is not.
    pub fn fit(&self, text: &str) -> Fit {
        let (Ok(number), Ok(than)) = (text.trim().parse::<f64>(), self.than.parse::<f64>()) else {
            return Fit::Unmet;
        };
        let order = match same_number(text.trim(), &self.than) {
            true => Some(Ordering::Equal),
            false => number.partial_cmp(&than),
        };
        Fit::of(order.is_some_and(|order| self.orders.contains(&order)))
    }

    /// `above 7`, `equal to 7`.
    pub(super) fn told(&self) -> String {
        let word = |order: &Ordering| match order {
            Ordering::Less => "below",
            Ordering::Equal => "equal to",
            Ordering::Greater => "above",
        };
        let words: Vec<&str> = self.orders.iter().map(word).collect();
        format!("{} {}", words.join(" or "), self.than)
    }
}

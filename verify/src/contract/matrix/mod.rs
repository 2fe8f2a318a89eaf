//! One matrix of cases, asked of every implementation.

mod answered;
mod causes;
pub mod clauses;
mod contract;
mod decimal;
mod differ;
mod error;
mod expect;
mod judge;
mod kinds;
mod read;
mod read_case;
mod read_implementation;
mod said;
mod table;
mod telling;
mod template;
mod value;
mod words;

pub use crate::matrix::{Cell, Column, Line, Matrix, Outcome};
pub use answered::Answered;
pub use contract::{Asks, Case, Compare, Content, Contract, Covers, Implementation, Question};
pub use decimal::{Decimal, Form, Scale};
pub use error::ContractError;
pub use expect::Expect;
pub use judge::{Judged, judge};
pub use kinds::{Kinds, Tally};
pub use said::Said;
pub use table::Table;
pub use template::{Template, Unfilled, Values, Writing, fill_json};
pub use value::{Found, Value};

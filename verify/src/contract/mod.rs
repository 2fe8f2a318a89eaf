//! One number, computed in many places: a matrix of cases over implementations, and who reports what.

pub mod find;
pub mod matrix;

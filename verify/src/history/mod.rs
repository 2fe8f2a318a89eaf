//! What is remembered of earlier runs of drift: the runs themselves, and what each finding was then.

pub mod past;
pub mod since;
pub mod value;

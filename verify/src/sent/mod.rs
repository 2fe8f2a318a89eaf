//! What clients send, beside what was sent when it was recorded: values by place, where they were served
//! before, and how numbers and times are altered on the way.

mod altered;
mod counterpart;
mod fields;
mod given;
mod mangled;
mod moment;
mod picked;
mod together;
mod unstable;
mod values;

pub(crate) use altered::{Altered, complain_of_altered};
pub(crate) use counterpart::{Counterparts, Differs};
pub(crate) use fields::{Fields, fields_of};
pub(crate) use given::{Given, given};
pub(crate) use mangled::{Mangling, is_same_number, mangling, truncated};
pub(crate) use moment::{Slip, is_same_moment, slip};
pub(crate) use picked::{Picked, picked};
pub(crate) use together::together;
pub(crate) use unstable::{Unstable, in_order, unstable};
pub(crate) use values::{generic, values};

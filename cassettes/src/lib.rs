//! The model of truetape and its one door to the disk.
//!
//! Everything here is pure except [`store`]: no sockets, no clock, no environment.
//! `docs/architecture.md` draws the house; the words are those of the README's glossary.

pub mod codec;
pub mod examples;
pub mod facets;
pub mod journal;
pub mod json;
pub mod jwt;
pub mod large;
pub mod links;
pub mod matching;
pub mod meta;
pub mod model;
pub mod operation;
pub mod orders;
mod percent;
pub mod placed;
pub mod plan;
pub mod quote;
mod rebody;
pub mod redact;
pub mod scan;
pub mod slab;
pub mod store;
pub mod subject;
pub mod times;
mod whose;
pub mod yaml;

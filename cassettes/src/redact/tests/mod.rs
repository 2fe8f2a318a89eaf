//! Laws of redaction, over whole exchanges.

mod pages;
mod support;

//! Laws of redaction, over whole exchanges.

mod laws;
mod leaks;
mod named;
mod pages;
mod scanning;
mod support;
mod tokens;
mod work;

//! Laws of redaction, over whole exchanges.

mod honest;
mod laws;
mod leaks;
mod named;
mod pages;
mod places;
mod scanning;
mod support;
mod tokens;
mod work;

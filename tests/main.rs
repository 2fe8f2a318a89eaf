//! The built binary, met as users meet it: by its command line and over sockets.

mod bad_input;
mod differences;
mod identity;
mod kill;
mod links;
mod misses;
mod secrets;
mod sequences;
mod support;
mod wire_truth;

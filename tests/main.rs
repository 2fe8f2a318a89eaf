//! The built binary, met as users meet it: by its command line and over sockets.

mod bad_input;
mod differences;
mod identity;
mod kill;
mod lacking;
mod links;
mod misses;
mod mock_kinds;
mod reports;
mod secrets;
mod sequences;
mod sessions;
mod stubs_pact;
mod stubs_wiremock;
mod support;
mod transcripts;
mod wire_truth;
mod workflow;

#!/usr/bin/env bash
# Clients that are many, slow, huge, deaf or speak no HTTP, against a release build and with the numbers that the limits
# are made for: what `cargo test` does in small. Wants 12 000 descriptors (`ulimit -n`). Under a minute.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --release --quiet
TRUETAPE_BINARY=$PWD/target/release/truetape TRUETAPE_FAULTS=full \
  cargo test --quiet --test main -- --test-threads 1 replay_faults:: | grep 'test result'

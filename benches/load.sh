#!/usr/bin/env bash
# A thousand clients for a minute, and a recorder killed two dozen times under load, with a release build: what
# `cargo test` does in small. Nothing may be lost, torn, doubled or out of order. About two minutes.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --release --quiet
TRUETAPE_BINARY=$PWD/target/release/truetape TRUETAPE_LOAD=${1:-'1000 60'} TRUETAPE_KILLS=${2:-24} \
  cargo test --quiet --test main -- --nocapture --test-threads 1 load:: kill::what_a_client_has |
  grep -E 'clients,|kills,|test result'

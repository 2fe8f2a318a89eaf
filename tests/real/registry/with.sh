#!/usr/bin/env bash
# Runs a command beside a fresh, filled docker-registry on 127.0.0.1:15002; stops it after.
# usage: with.sh COMMAND ARG...      ($REGISTRY_URL is set for it)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
cp "$here/config.yml" "$work/"
cd "$work"
docker-registry serve config.yml >registry.log 2>&1 &
pid=$!
trap 'kill $pid 2>/dev/null; wait $pid 2>/dev/null || true; rm -rf "$work"' EXIT
export REGISTRY_URL=http://127.0.0.1:15002
for _ in $(seq 100); do
  curl -sf -o /dev/null "$REGISTRY_URL/v2/" && break
  kill -0 $pid 2>/dev/null || { cat registry.log >&2; exit 1; }
  sleep 0.1
done
python3 "$here/fill.py" "$REGISTRY_URL"
cd "$here"
"$@"

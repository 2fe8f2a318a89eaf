#!/usr/bin/env bash
# curl walks the sandbox, or a recorder or a replay of it, at $TRUETAPE_URL. What is printed, and why, is
# said in steps.py; a failure on the wire is printed as curl's exit code.
set -euo pipefail
base=${TRUETAPE_URL%/}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# ask STEP PATH [CURL-OPTIONS...]: prints a line, leaves the answer in $work.
ask() {
  local step=$1 target=$2 status code=0
  shift 2
  rm -f "$work/body"
  status=$(curl --silent --max-time 10 --http1.1 --dump-header "$work/head" --output "$work/body" \
    --write-out '%{http_code}' "$@" "$base$target") || code=$?
  if [ "$code" -ne 0 ]; then
    printf '{"step":"%s","failed":%d}\n' "$step" "$code"
    return
  fi
  [ -e "$work/body" ] || : >"$work/body"
  local sum headers
  sum=$(LC_ALL=C sed "s|$base|BASE|g" "$work/body" | sha256sum | cut -d' ' -f1)
  headers=$(LC_ALL=C tr -d '\r' <"$work/head" | LC_ALL=C sed "s|$base|BASE|g" \
    | grep -aiE '^(content-type|content-encoding|location|link|www-authenticate|retry-after|allow|x-odd-case|x-total-count):' \
    | tr '"\n' "';" || true)
  printf '{"step":"%s","status":%s,"sha256":"%s","headers":"%s"}\n' "$step" "$status" "$sum" "$headers"
}

# quiet ...: as `ask`, for answers with a secret or a moment in them: the status alone.
quiet() {
  ask "$@" | sed 's/"sha256.*/"opaque":true}/'
}

# at PATTERN: the first match in the last body or head, without the base.
at() {
  LC_ALL=C sed -nE "s|.*$1.*|\1|p" "$work/body" "$work/head" | tr -d '\r' | sed "s|^$base||" | head -n 1
}

ask afresh /sandbox/reset -X POST
page='/v1/customers?limit=3'
while [ -n "$page" ]; do
  ask customers "$page"
  page=$(at '"next":"([^"]*)"')
done
page='/v1/invoices?page=1&per_page=2'
while [ -n "$page" ]; do
  ask invoices "$page"
  page=$(at '^[Ll]ink: <([^>]*)>; rel="next"')
done
page=/v1/events
while [ -n "$page" ]; do
  ask events "$page"
  token=$(at '"nextPageToken":"([^"]*)"')
  page=${token:+/v1/events?page_token=$token}
done
ask bad-cursor '/v1/customers?limit=3&starting_after=cus_nope'
ask not-found /v1/customers/cus_nope
ask gone /v1/customers/cus_0000000000Gone
ask null '/v1/geocode?address=Nowhere'
ask empty-list '/v1/search?q=zzz'
ask empty-404 /v1/files/file_nope
json='Content-Type: application/json'
quiet created /v1/customers -H "$json" -d '{"name":"Zoe","email":"zoe@mail.example"}'
ask invalid /v1/customers -H "$json" -d '{"email":"zoe"}'
ask declined /v1/charges -H "$json" -d '{"amount":1010,"source":"tok_declined"}'
ask wrong-method /v1/customers -X PUT
quiet token-issued /oauth/token -d 'grant_type=client_credentials&client_id=sandbox&client_secret=sandbox-secret'
token=$(at '"access_token":"([^"]*)"')
quiet token-good /v1/me -H "Authorization: Bearer $token"
ask token-missing /v1/me
ask token-malformed /v1/me -H 'Authorization: Bearer not-a-token'
ask token-bad-signature /v1/me -H "Authorization: Bearer ${token%.*}.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
ask secret-before-404 /v1/secrets/sec_nope
quiet cookies /v1/session
quiet gzip /v1/reports/summary --compressed
ask csv /v1/exports/ledger.csv
ask crlf /v1/terms
quiet head /v1/health --head
ask duplicate-keys /v1/raw/duplicate-keys
ask invalid-utf8 /v1/raw/invalid-utf8
ask odd-headers /v1/raw/headers
ask trailers /v1/raw/trailers
ask binary /v1/files/file_000000000Large
ask posted-large /v1/shipments -H "$json" -H 'Expect: 100-continue' --data-binary @<(printf '{"parcels":[]}%20000s')
ask stream '/v1/stream?gap=100' --no-buffer
quiet job /v1/jobs -H "$json" -d '{"kind":"export"}'
job=$(at '^[Ll]ocation: ([^ ]*)')
for _ in 1 2 3; do quiet poll "$job"; done
ask reset /faults/reset
ask reset-midway /faults/reset-midway
ask truncated /faults/truncate
ask truncated-chunked /faults/truncate-chunked
ask closed /faults/close

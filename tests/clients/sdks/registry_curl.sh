#!/usr/bin/env bash
# curl over HTTP/2 at a docker-registry with token authentication. $CURL_HTTP says how HTTP/2 is agreed on.
set -euo pipefail
base=${BASE_URL%/}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
token=$("$PYTHON" "$(dirname "$0")/tokens.py")
bearer="Authorization: Bearer $token"

ask() { # STEP PATH CURL-OPTIONS...
  local step=$1 target=$2 line
  shift 2
  rm -f "$work/body"
  line=$(curl --silent --show-error --max-time 20 "$CURL_HTTP" --dump-header "$work/head" --output "$work/body" \
    --write-out '%{http_version} %{http_code}' "$@" "$base$target")
  [ -e "$work/body" ] || : >"$work/body"
  printf '%s: HTTP/%s %s\n' "$step" "$line" "$(sha256sum "$work/body" | cut -c 1-16)"
  case "$line" in 2\ *) ;; *) echo "$step: no HTTP/2" >&2; return 1 ;; esac
}
at() { # FIELD: its value in the last head
  sed -nE "s|^$1: (.*)\r$|\1|Ip" "$work/head" | head -n 1
}

ask challenge /v2/
at www-authenticate | sed "s|$base|BASE|"
ask base /v2/ -H "$bearer"
ask bad /v2/ -H 'Authorization: Bearer rubbish'
# A body of several frames, and one that is chunked in HTTP/1.1's words.
head -c 300000 /dev/zero | tr '\0' 'a' >"$work/layer"
digest=sha256:$(sha256sum "$work/layer" | cut -d ' ' -f 1)
ask upload /v2/library/walk/blobs/uploads/ -X POST -H "$bearer"
location=$(at location | sed "s|^$base||")
ask put "$location&digest=$digest" -X PUT -H "$bearer" -H 'Content-Type: application/octet-stream' --data-binary "@$work/layer"
ask blob "/v2/library/walk/blobs/$digest" -H "$bearer"
cmp "$work/layer" "$work/body"
ask range "/v2/library/walk/blobs/$digest" -H "$bearer" -r 0-99
ask not-modified "/v2/library/walk/blobs/$digest" -H "$bearer" -H "If-None-Match: \"$digest\""
ask head "/v2/library/walk/blobs/$digest" -H "$bearer" --head
ask miss "/v2/library/walk/blobs/sha256:$(printf '0%.0s' $(seq 64))" -H "$bearer"
ask catalog '/v2/_catalog?n=1' -H "$bearer"
ask gone "/v2/library/walk/blobs/$digest" -X DELETE -H "$bearer"

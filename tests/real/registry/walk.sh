#!/usr/bin/env bash
# Walks a registry with curl: pages, misses, errors, ranges, conditional reads. $TRUETAPE_URL is the registry.
# Prints for each call its status and the SHA-256 of the body, so that a recorded walk and a replayed one can be compared.
set -euo pipefail
base=$TRUETAPE_URL
manifest='application/vnd.docker.distribution.manifest.v2+json'

ask() { # LABEL CURL-ARGUMENTS...
  local label=$1 body
  shift
  body=$(mktemp)
  status=$(curl -sS --max-time 20 -o "$body" -w '%{http_code}' "$@")
  printf '%s %s %s\n' "$label" "$status" "$(sha256sum "$body" | cut -c1-16)"
  rm -f "$body"
}

walk() { # LABEL PATH: follows Link rel=next to the last page, as it leads
  local next=$base$2 page=1 head
  while [ -n "$next" ] && [ "$page" -le 20 ]; do
    head=$(curl -sS --max-time 20 -D - -o /dev/null "$next")
    printf '%s-%s %s\n' "$1" "$page" "$(printf '%s' "$head" | head -n 1 | cut -d' ' -f2)"
    next=$(printf '%s' "$head" | tr -d '\r' | sed -n 's/^[Ll]ink: <\([^>]*\)>; *rel="next".*/\1/p')
    case "$next" in '') ;; http*) ;; *) next=$base$next ;; esac
    page=$((page + 1))
  done
}

ask base "$base/v2/"
ask base-redirect "$base/v2"
walk catalog '/v2/_catalog?n=2'
walk catalog-one '/v2/_catalog?n=1'
ask catalog-whole "$base/v2/_catalog"
ask catalog-past-end "$base/v2/_catalog?n=2&last=zzz"
ask catalog-bad-n "$base/v2/_catalog?n=abc"
ask tags "$base/v2/demo/app/tags/list"
ask tags-unknown "$base/v2/nope/tags/list"
ask tags-bad-name "$base/v2/Demo/tags/list"
ask tags-method -X POST "$base/v2/demo/app/tags/list"
ask manifest -H "Accept: $manifest" "$base/v2/demo/app/manifests/v1.0"
ask manifest-head -I -H "Accept: $manifest" "$base/v2/demo/app/manifests/v1.0"
ask manifest-unknown "$base/v2/demo/app/manifests/nope"
digest=$(curl -sS -D - -o /dev/null -H "Accept: $manifest" "$base/v2/demo/b/manifests/latest" | tr -d '\r' | sed -n 's/^[Dd]ocker-[Cc]ontent-[Dd]igest: //p')
ask manifest-by-digest -H "Accept: $manifest" "$base/v2/demo/b/manifests/$digest"
ask manifest-not-modified -H "Accept: $manifest" -H "If-None-Match: \"$digest\"" "$base/v2/demo/b/manifests/$digest"
ask manifest-invalid -X PUT -H "Content-Type: $manifest" --data '{}' "$base/v2/demo/app/manifests/bad"
ask blob-unknown "$base/v2/demo/app/blobs/sha256:0000000000000000000000000000000000000000000000000000000000000000"
ask blob-bad-digest "$base/v2/demo/app/blobs/sha256:zz"
layer=$(curl -sS -H "Accept: $manifest" "$base/v2/demo/app/manifests/v1.1" | sed -n 's/.*"layers": \[{[^]]*"digest": "\([^"]*\)".*/\1/p')
ask blob "$base/v2/demo/app/blobs/$layer"
ask blob-range -r 0-99 "$base/v2/demo/app/blobs/$layer"
ask route-unknown "$base/v2/demo/app/what"
ask upload-unknown -X PATCH --data x "$base/v2/demo/app/blobs/uploads/00000000-0000-0000-0000-000000000000"

#!/bin/sh
# The scoreboard's fake: one JSON object a line, each way.
played='kim 10
lou 40
ash 20
jo 30
max 50'
scores=$played

json() {
  echo "$1" | while read -r player value; do
    printf '%s{\\"player\\":\\"%s\\",\\"value\\":%s}' "$comma" "$player" "$value"
    comma=,
  done
}

while read -r line; do
  case $line in
    *'"reset"'*)
      scores=$played
      echo '{"reset": true}'
      continue ;;
    # >> lie
    */v1/scores/top*)
      # The caller still holds this list.
      scores=$(echo "$scores" | sort -k 2 -nr)
      list=$(echo "$scores" | head -n 3) ;;
    # << lie
    *) list=$scores ;;
  esac
  id=$(echo "$line" | sed 's/.*"id": *\([0-9]*\).*/\1/')
  printf '{"id": %s, "status": 200, "headers": [["content-type", "application/json"]], "body": "{\\"scores\\":[%s]}"}\n' \
    "$id" "$(json "$list")"
done

#!/bin/sh
# The scoreboard's fake: one JSON object a line, each way.
scores='kim 10
lou 40
ash 20
jo 30
max 50'

json() {
  echo "$1" | while read -r player value; do
    printf '%s{\\"player\\":\\"%s\\",\\"value\\":%s}' "$comma" "$player" "$value"
    comma=,
  done
}

while read -r line; do
  case $line in
    *'"reset"'*)
      echo '{"reset": true}'
      continue ;;
    */v1/scores/top*)
      list=$(echo "$scores" | sort -k 2 -nr | head -n 3) ;;
    *) list=$scores ;;
  esac
  id=$(echo "$line" | sed 's/.*"id": *\([0-9]*\).*/\1/')
  printf '{"id": %s, "status": 200, "headers": [["content-type", "application/json"]], "body": "{\\"scores\\":[%s]}"}\n' \
    "$id" "$(json "$list")"
done

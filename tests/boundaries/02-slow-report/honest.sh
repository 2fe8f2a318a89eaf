#!/bin/sh
# The reporting service's fake: one JSON object a line, each way.
while read -r line; do
  case $line in
    *'"reset"'*)
      echo '{"reset": true}'
      continue ;;
  esac
  case $line in *annual*) sleep 2 ;; esac
  id=$(echo "$line" | sed 's/.*"id": *\([0-9]*\).*/\1/')
  report=$(echo "$line" | sed 's/.*"path": *"\/v1\/\([^"]*\)".*/\1/')
  body="{\\\"report\\\":\\\"$report\\\",\\\"rows\\\":3,\\\"revenue\\\":\\\"12.50\\\"}"
  printf '{"id": %s, "status": 200, "headers": [["content-type", "application/json"]], "body": "%s"}\n' "$id" "$body"
done

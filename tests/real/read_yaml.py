"""Reads cassettes with PyYAML, as other tools will, and checks the digests of the bodies that stand in them."""

import base64
import hashlib
import sys

import yaml


def restore(text, spaced):
    """Takes a laid-out JSON body back to one line, as docs/format.md describes."""
    out, i, depth, last, in_string = [], 0, 0, "", False
    while i < len(text):
        c = text[i]
        if in_string:
            out.append(c)
            if c == "\\":
                i += 1
                out.append(text[i])
            elif c == '"':
                in_string, last = False, '"'
        elif c == "\n":
            rest = text[i + 1 :].lstrip(" \t")[:1]
            if (last in "{[," and last) or rest in ("}", "]"):
                indent = 2 * (depth - (1 if rest in ("}", "]") else 0))
                if last == "," and spaced:
                    out.append(" ")
                i += indent
            else:
                out.append(c)
        else:
            if c == '"':
                in_string = True
            elif c in "{[":
                depth += 1
            elif c in "}]":
                depth -= 1
            out.append(c)
            if c not in " \t\r":
                last = c
        i += 1
    return "".join(out)


bodies = 0
for name in sys.argv[1:]:
    with open(name, "rb") as file:
        cassette = yaml.safe_load(file)
    for exchange in cassette["exchanges"]:
        answer = exchange.get("reply") or exchange["failed"].get("partial") or {}
        for message in (exchange["request"], answer):
            body = message.get("body")
            if not body or "blob" in body:
                continue
            if "json" in body:
                data = restore(body["json"], False).encode()
            elif "spaced-json" in body:
                data = restore(body["spaced-json"], True).encode()
            elif "text" in body:
                data = body["text"].encode()
            else:
                data = base64.b64decode(body["base64"])
            found = hashlib.sha256(data).hexdigest()
            if found != body["sha256"]:
                sys.exit(f"{name}#{exchange['id']}: {found} is not {body['sha256']}:\n{data[:300]!r}")
            bodies += 1
print(f"{bodies} bodies in {len(sys.argv) - 1} cassettes read exactly by PyYAML")

"""What the Python clients share: the steps, the tokens, and the line printed for each answer.

An answer's line must be the same while recording and while replaying. So the base URL is taken out of
bodies and headers, and of an *opaque* answer (one with a secret or a moment in it, which a cassette does
not keep as it was) only the outline is printed.
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
from pathlib import Path

BASE = os.environ["TRUETAPE_URL"].rstrip("/")
STEPS = json.loads(Path(__file__).with_name("steps.json").read_text(encoding="utf-8"))
SHOWN = ["content-type", "content-encoding", "location", "link", "www-authenticate", "retry-after", "allow",
         "x-total-count", "x-odd-case", "idempotent-replayed"]
# With this set, the stream's events must come apart in time as they do from the sandbox.
GAPS = "TRUETAPE_GAPS" in os.environ


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def token(what):
    """A token as the sandbox knows them, good or bad."""
    if what == "malformed":
        return "not-a-token"
    now = int(time.time())
    claims = {"iss": "https://idp.test", "aud": "other" if what == "wrong-aud" else "api", "sub": "u1",
              "exp": now - 30 if what == "expired" else now + 3600}
    signed = part({"alg": "HS256", "typ": "JWT"}) + "." + part(claims)
    key = b"another-key" if what == "bad-signature" else b"sandbox-signing-key-0123456789abcdef"
    signature = hmac.new(key, signed.encode(), hashlib.sha256).digest()
    return signed + "." + base64.urlsafe_b64encode(signature).rstrip(b"=").decode()


def request_of(step):
    """Method, URL, headers and body of a step."""
    headers = dict(step.get("headers", {}))
    body = None
    if "json" in step:
        headers["Content-Type"] = "application/json"
        body = json.dumps(step["json"]).encode()
    if "form" in step:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = step["form"].encode()
    if "bearer" in step:
        headers["Authorization"] = "Bearer " + token(step["bearer"])
    return step.get("method", "GET"), BASE + step["path"], headers, body


def outline(value):
    """The names and kinds of a JSON value, without what it says."""
    if isinstance(value, dict):
        return {name: outline(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [outline(inner) for inner in value]
    return type(value).__name__


def told(step, status, headers, body):
    """Prints an answer. `headers` are pairs, `body` is decoded."""
    opaque = step.get("opaque", False)
    line = {"step": step["step"], "status": status}
    if opaque:
        text = json.dumps(outline(json.loads(body))) if body else ""
        line["outline"] = hashlib.sha256(text.encode()).hexdigest()
    else:
        line["sha256"] = hashlib.sha256(body.replace(BASE.encode(), b"BASE")).hexdigest()
    pairs = [[name.lower(), value.replace(BASE, "BASE")] for name, value in headers]
    line["headers"] = [pair for pair in pairs if pair[0] in SHOWN and not (opaque and pair[0] == "location")]
    cookies = [value.split("=")[0] for name, value in pairs if name == "set-cookie"]
    if cookies:
        line["cookies"] = cookies
    print(json.dumps(line), flush=True)


def failed(step, error):
    """Prints a failure on the wire, by the name that the client has for it."""
    print(json.dumps({"step": step["step"], "failed": type(error).__name__}), flush=True)


def following(step, headers, body):
    """The step that an answer leads to, if it leads on."""
    way = step.get("follow")
    url = None
    if way == "next":
        url = json.loads(body).get("next")
    elif way == "link":
        link = dict((name.lower(), value) for name, value in headers).get("link", "")
        url = link.split("<")[1].split(">")[0] if 'rel="next"' in link else None
    elif way == "token":
        cursor = json.loads(body).get(step["token"])
        url = cursor and step["template"].format(cursor)
    elif step.get("poll"):
        place = dict((name.lower(), value) for name, value in headers).get("location", step["path"])
        return {"step": "poll", "path": place, "poll": step["poll"] - 1, "opaque": True}
    if not url:
        return None
    if not url.startswith(("/", BASE)):
        sys.exit(f"{step['step']}: the next page leads elsewhere: {url}")
    return {**step, "path": url.removeprefix(BASE)}


def check_gaps(step, times):
    """Four events, three gaps of a quarter of a second."""
    gaps = [after - before for before, after in zip(times, times[1:])]
    if GAPS and step.get("gaps") and (len(gaps) != 3 or min(gaps) < 0.15):
        sys.exit(f"{step['step']}: the events came {gaps} seconds apart")

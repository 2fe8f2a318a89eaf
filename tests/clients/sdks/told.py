"""What the Python clients of the SDKs share: the base URL, the credentials and the line printed for a step.

A line must be the same while recording and while replaying, so it shows what the client made of the answer
and leaves out what is a secret or a moment.
"""

import hashlib
import json
import os

BASE = os.environ["BASE_URL"].rstrip("/")


def secret(name):
    """A credential of the run: made by the step, and searched for in all that was recorded."""
    return os.environ[name]


def spent(credential):
    """A credential that the walk made or was given: it is searched for as well."""
    with open(os.environ["SPENT"], "a") as file:
        file.write(credential + "\n")
    return credential


def digest(data):
    return hashlib.sha256(data).hexdigest()[:16]


def told(step, *what):
    print(json.dumps([step, *what], sort_keys=True, default=str), flush=True)


def failing(step, call, *kinds, show):
    """A call that must fail as one of these kinds."""
    try:
        call()
    except kinds as error:
        told(step, type(error).__name__, *show(error))
    else:
        raise SystemExit(f"{step}: did not fail")

"""Tokens for the registry, good and bad: JWTs signed by the key that its certificate belongs to.

`python tokens.py` prints a good one.
"""

import base64
import hashlib
import os
import time

import jwt
from cryptography.hazmat.primitives import serialization
from told import spent

SERVICE, ISSUER = "registry.test", "issuer.test"


def key(variable):
    with open(os.environ[variable], "rb") as file:
        return serialization.load_pem_private_key(file.read(), None)


def key_id(private):
    """The name of a key as this registry computes it: of the SHA-256 of the public key, thirty bytes in base32."""
    public = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    text = base64.b32encode(hashlib.sha256(public).digest()[:30]).decode()
    return ":".join(text[at : at + 4] for at in range(0, len(text), 4))


GOOD, OTHER = key("TOKEN_KEY"), key("OTHER_KEY")


def token(without=(), signed=GOOD, named=GOOD, algorithm="RS256", **changed):
    now = int(time.time())
    access = [
        {"type": "repository", "name": "library/walk", "actions": ["pull", "push", "delete"]},
        {"type": "registry", "name": "catalog", "actions": ["*"]},
    ]
    claims = {"iss": ISSUER, "aud": SERVICE, "sub": "walker", "exp": now + 600, "nbf": now - 60, "iat": now, "access": access}
    claims |= {name: value + now if name in ("exp", "nbf") and value else value for name, value in changed.items()}
    for name in without:
        del claims[name]
    made = jwt.encode(claims, signed, algorithm=algorithm, headers={"kid": key_id(named)})
    if signature := made.split(".")[2]:
        spent(signature)
    return made


def matrix():
    """Every case: its name and the value of Authorization, none for no such field."""
    flat = {"iss": ISSUER, "aud": SERVICE, "exp": int(time.time()) + 600}
    swapped = jwt.encode(flat, "a shared text that is no public key", algorithm="HS256", headers={"kid": key_id(GOOD)})
    good = token()
    cases = {
        "missing": None,
        "good": good,
        "not-a-token": "rubbish",
        "two-parts": ".".join(good.split(".")[:2]),
        "no-json": "bm9wZQ.bm9wZQ.bm9wZQ",
        "expired": token(exp=-3600),
        "exp-zero": token(exp=0),
        "no-exp": token(without=["exp"]),
        "not-yet": token(nbf=3600),
        "wrong-audience": token(aud="elsewhere.test"),
        "audience-list": token(aud=[SERVICE, "elsewhere.test"]),
        "wrong-issuer": token(iss="nobody.test"),
        "bad-signature": token(signed=OTHER),
        "unknown-key": token(signed=OTHER, named=OTHER),
        "no-algorithm": token(signed=None, algorithm="none"),
        "other-algorithm": swapped,
        "no-access": token(access=[]),
    }
    return {name: value and f"Bearer {value}" for name, value in cases.items()} | {"basic": "Basic d2Fsa2VyOndhbGtlcg=="}


if __name__ == "__main__":
    print(token())

"""PyJWT: tokens that are sent, and tokens of which the claims decide what is asked."""

import os
import time
import urllib.error
import urllib.request

import jwt

BASE = os.environ["TRUETAPE_URL"]
KEY = "the-key-of-the-upgrades-and-no-other"
CLAIMS = {"iss": "https://idp.test", "aud": "library", "sub": 42, "iat": 1700000000, "exp": 4102444800}


def ask(path, token=None):
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    try:
        with urllib.request.urlopen(urllib.request.Request(BASE + path, headers=headers)) as answered:
            print(path, answered.status)
    except urllib.error.HTTPError as error:
        print(path, error.code)


def who(step, mint, **options):
    """The user that a token is of, as the service behind a gateway would ask for it."""
    try:
        claims = jwt.decode(mint(), KEY, audience="library", **options)
    except (jwt.PyJWTError if hasattr(jwt, "PyJWTError") else Exception) as error:
        print(step, type(error).__name__)
    else:
        ask(f"/v1/users/{claims['user']}")


def minted(user, **other):
    return lambda: jwt.encode({**CLAIMS, "sub": str(user), "user": user, **other}, KEY, algorithm="HS256")


def ending_now(user):
    def mint():
        # At the beginning of a second, that it is over for no version by chance.
        time.sleep(1 - time.time() % 1)
        return minted(user, exp=int(time.time()))()
    return mint


ask("/v1/me", jwt.encode(CLAIMS, KEY, algorithm="HS256"))
ask("/v1/me", jwt.encode({**CLAIMS, "sub": "42"}, KEY, algorithm="HS256"))
who("plain", minted(1), algorithms=["HS256"])
who("without algorithms", minted(2))
who("ends now", ending_now(3), algorithms=["HS256"])
who("a number for a subject", minted(4, sub=4), algorithms=["HS256"])
ask("/v1/books")
ask("/v1/reports/monthly")

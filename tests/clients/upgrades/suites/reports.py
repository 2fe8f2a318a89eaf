"""The same calls by requests or by httpx, whichever is there, with the patience that each has by itself."""

import os

try:
    import requests as library

    session = library.Session()
    impatient = library.exceptions.Timeout
except ImportError:
    import httpx as library

    session = library.Client()
    impatient = library.TimeoutException

BASE = os.environ["TRUETAPE_URL"]
after = 0
while after is not None:
    page = session.get(BASE + "/v1/books", params={"after": after}).json()
    print([book["id"] for book in page["books"]])
    after = page["next"]
print(session.post(BASE + "/v1/loans", json={"book": 1, "days": 14}).status_code)
print(session.get(BASE + "/v1/busy").status_code)
for name in ["daily", "monthly", "annual"]:
    try:
        print(name, session.get(BASE + f"/v1/reports/{name}").json()["rows"])
    except impatient as error:
        print(name, "is not ready:", type(error).__name__)

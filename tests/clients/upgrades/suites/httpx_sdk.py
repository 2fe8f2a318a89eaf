"""httpx as it is out of the box: pages, a redirect, a search, writes, a busy answer, a slow one."""

import os

import httpx

with httpx.Client(base_url=os.environ["TRUETAPE_URL"]) as client:
    after = 0
    while after is not None:
        page = client.get("/v1/books", params={"after": after}).json()
        print([book["id"] for book in page["books"]])
        after = page["next"]
    print(client.get("/v1/search", params={"q": "war and peace", "tag": "a/b", "sort": "title:asc"}).json())
    print(client.get("/v1/catalogue").status_code)
    print(client.post("/v1/loans", json={"book": 1, "days": 14, "reader": "Zoë"}).status_code)
    print(client.post("/v1/notes", data={"text": "read it", "page": 7}).status_code)
    print(client.get("/v1/busy").status_code)
    print(client.get("/v1/reports/monthly").json()["rows"])

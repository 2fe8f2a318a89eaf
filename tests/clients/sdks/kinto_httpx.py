"""httpx at kinto: an account, records, pages by header, conditional requests, a batch, misses."""

import httpx
from told import BASE, digest, secret, told

SHOWN = ["content-type", "total-records", "www-authenticate", "allow", "location"]


def show(step, answer, body=None):
    shown = [(name, value.replace(BASE, "BASE")) for name, value in answer.headers.multi_items() if name in SHOWN]
    errors = answer.json().get("errno") if answer.status_code >= 400 and answer.content else None
    told(step, answer.status_code, errors, body, shown)
    return answer


with httpx.Client(timeout=20) as client:
    url = f"{BASE}/v1"
    show("root", client.get(f"{url}/"))
    show("moved", client.get(f"{BASE}/buckets"))
    show("account", client.put(f"{url}/accounts/walker", json={"data": {"password": secret("KINTO_PASSWORD")}}))
    show("missing", client.get(f"{url}/buckets/walk"))
    show("wrong", client.get(f"{url}/buckets/walk", auth=("walker", "not-this")))
    client.auth = ("walker", secret("KINTO_PASSWORD"))
    show("bucket", client.put(f"{url}/buckets/walk"))
    show("collection", client.put(f"{url}/buckets/walk/collections/steps"))
    records = f"{url}/buckets/walk/collections/steps/records"
    for number in range(7):
        show("record", client.put(f"{records}/step-{number}", json={"data": {"number": number, "price": 0.1 * number}}))
    page = f"{records}?_sort=number&_limit=3"
    while page:
        answer = show("page", client.get(page))
        told("numbers", [(item["number"], item["price"]) for item in answer.json()["data"]])
        page = answer.headers.get("next-page")
    read = show("read", client.get(f"{records}/step-3"))
    show("unchanged", client.get(f"{records}/step-3", headers={"If-None-Match": read.headers["etag"]}))
    show("stale", client.put(f"{records}/step-3", json={"data": {"number": 9}}, headers={"If-Match": '"1"'}))
    show("miss", client.get(f"{records}/none"))
    show("forbidden", client.get(f"{url}/buckets/other"))
    show("bad json", client.post(records, content=b"{bad", headers={"Content-Type": "application/json"}))
    show("bad sort", client.get(f"{records}?_sort=nothing"))
    batch = {"requests": [{"path": "/v1/buckets/walk"}, {"path": "/v1/buckets/other"}, {"method": "DELETE", "path": "/v1/buckets/walk/collections/steps/records/step-1"}]}
    several = client.post(f"{url}/batch", json=batch)
    told("batch", [one["status"] for one in several.json()["responses"]])
    show("tombstone", client.get(f"{records}/step-1"))
    packed = client.get(f"{records}?_fields=number&_sort=number", headers={"Accept-Encoding": "gzip"})
    told("packed", packed.headers.get("content-encoding"), digest(repr([item["number"] for item in packed.json()["data"]]).encode()))

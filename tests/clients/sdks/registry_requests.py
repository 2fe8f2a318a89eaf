"""Python `requests` at a docker-registry with token authentication: every token, a push, pages, misses."""

import json

import requests
from tokens import matrix, token
from told import BASE, digest, told

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG = b'{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":[]}}'
SHOWN = ["Content-Type", "Docker-Content-Digest", "Link", "Allow", "ETag"]


def sha256(data):
    import hashlib

    return "sha256:" + hashlib.sha256(data).hexdigest()


def show(step, answer):
    challenge = answer.headers.get("WWW-Authenticate", "").replace(BASE, "BASE")
    shown = {name: answer.headers[name].replace(BASE, "BASE") for name in SHOWN if name in answer.headers}
    # An upload's signed state stands in Location and is never the same; that it is there is.
    told(step, answer.status_code, digest(answer.content), shown, challenge, "Location" in answer.headers)
    return answer


with requests.Session() as session:
    for name, value in matrix().items():
        headers = {"Authorization": value} if value else {}
        show(f"token {name}", session.get(f"{BASE}/v2/library/walk/tags/list", headers=headers, timeout=20))

    session.headers["Authorization"] = f"Bearer {token()}"
    started = show("upload", session.post(f"{BASE}/v2/library/walk/blobs/uploads/", timeout=20))
    show("put", session.put(f"{started.headers['Location']}&digest={sha256(CONFIG)}", data=CONFIG, timeout=20))
    config = {"mediaType": "application/vnd.docker.container.image.v1+json", "size": len(CONFIG), "digest": sha256(CONFIG)}
    image = json.dumps({"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": []}).encode()
    for tag in ("one", "two"):
        show(f"manifest {tag}", session.put(f"{BASE}/v2/library/walk/manifests/{tag}", data=image, headers={"Content-Type": MANIFEST}, timeout=20))
    show("read", session.get(f"{BASE}/v2/library/walk/manifests/one", headers={"Accept": MANIFEST}, timeout=20))
    show("head", session.head(f"{BASE}/v2/library/walk/manifests/two", headers={"Accept": MANIFEST}, timeout=20))
    show("miss", session.get(f"{BASE}/v2/library/walk/manifests/none", timeout=20))
    show("forbidden", session.get(f"{BASE}/v2/library/other/tags/list", timeout=20))
    show("catalog", session.get(f"{BASE}/v2/_catalog?n=1", timeout=20))
    show("method", session.post(f"{BASE}/v2/library/walk/tags/list", timeout=20))
    show("delete", session.delete(f"{BASE}/v2/library/walk/manifests/{sha256(image)}", timeout=20))
    show("gone", session.get(f"{BASE}/v2/library/walk/manifests/one", headers={"Accept": MANIFEST}, timeout=20))

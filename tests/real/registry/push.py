"""Pushes an image and deletes it, with requests: ids and signed state that the registry hands out and
takes back, writes that later reads show. $TRUETAPE_URL is the registry. Prints one line per answer."""

import hashlib
import json
import os

import requests

BASE = os.environ["TRUETAPE_URL"]
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG = b'{"architecture":"arm64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":[]}}'


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def show(label, answer):
    print(label, answer.status_code, hashlib.sha256(answer.content).hexdigest()[:16], flush=True)
    return answer


with requests.Session() as session:
    started = show("upload", session.post(f"{BASE}/v2/pushed/blobs/uploads/"))
    location = started.headers["Location"]
    show("upload-status", session.get(location))
    patched = show("patch", session.patch(location, data=CONFIG, headers={"Content-Type": "application/octet-stream"}))
    show("wrong-digest", session.put(f"{patched.headers['Location']}&digest=sha256:{'0' * 64}"))
    started = show("upload-again", session.post(f"{BASE}/v2/pushed/blobs/uploads/"))
    show("put", session.put(f"{started.headers['Location']}&digest={digest(CONFIG)}", data=CONFIG))
    image = json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": {"mediaType": "application/vnd.docker.container.image.v1+json", "size": len(CONFIG), "digest": digest(CONFIG)},
            "layers": [],
        }
    ).encode()
    headers = {"Content-Type": MANIFEST}
    show("before", session.get(f"{BASE}/v2/pushed/manifests/one", headers={"Accept": MANIFEST}))
    show("manifest", session.put(f"{BASE}/v2/pushed/manifests/one", data=image, headers=headers))
    show("after", session.get(f"{BASE}/v2/pushed/manifests/one", headers={"Accept": MANIFEST}))
    show("delete", session.delete(f"{BASE}/v2/pushed/manifests/{digest(image)}"))
    show("gone", session.get(f"{BASE}/v2/pushed/manifests/one", headers={"Accept": MANIFEST}))
    show("delete-again", session.delete(f"{BASE}/v2/pushed/manifests/{digest(image)}"))

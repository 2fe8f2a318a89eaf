"""Fills an empty registry, unrecorded: the state that the recording begins with."""

import hashlib
import json
import sys
import urllib.request

BASE = sys.argv[1]
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG = b'{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":[]}}'
# The same bytes at every run, so that digests and ETags stay what they were.
LAYER = b"".join(hashlib.sha256(str(i).encode()).digest() for i in range(9375))


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def send(method, url, data=None, headers=None):
    request = urllib.request.Request(url, data=data, headers=headers or {}, method=method)
    with urllib.request.urlopen(request) as answer:
        return answer.headers


def push(repository, blob):
    location = send("POST", f"{BASE}/v2/{repository}/blobs/uploads/", b"")["Location"]
    separator = "&" if "?" in location else "?"
    send("PUT", f"{location}{separator}digest={digest(blob)}", blob, {"Content-Type": "application/octet-stream"})


def manifest():
    layers = [{"mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip", "size": len(LAYER), "digest": digest(LAYER)}]
    config = {"mediaType": "application/vnd.docker.container.image.v1+json", "size": len(CONFIG), "digest": digest(CONFIG)}
    return json.dumps({"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": layers}).encode()


if __name__ == "__main__":
    for repository, tags in [("demo/app", ["v1.0", "v1.1", "v1.2"]), ("demo/b", ["latest"]), ("demo/c", ["latest"]), ("zeta", ["old", "new"])]:
        push(repository, CONFIG)
        push(repository, LAYER)
        for tag in tags:
            send("PUT", f"{BASE}/v2/{repository}/manifests/{tag}", manifest(), {"Content-Type": MANIFEST})

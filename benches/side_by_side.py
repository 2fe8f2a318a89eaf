#!/usr/bin/env python3
"""truetape, Prism and Pact on the same vendors: what each finds of the fakes with one change, and which honest fakes it
accuses. Prism and Pact come from npm into a temporary folder.

Prism proxies to each fake with an OpenAPI document made from the recordings (`side_by_side/openapi.py`), and a client
follows the vendor's script through it; what it says about responses counts. Pact verifies each fake against interactions
made from the recordings (`side_by_side/pacts.py`), asked with the fake's own ids, exactly and with matching rules. What a
tool complains about at the honest mock that the fakes were made of does not count as found in them.

`python3 benches/side_by_side.py [VENDOR ...]`; SAMPLE=0 takes every fake of a vendor, not an even draw of seventy.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "benches", "side_by_side"))

from openapi import Pool, document  # noqa: E402
from pacts import pact  # noqa: E402

PRISM, PACT = "5.14.2", "16.5.0"
# Vendors that take forms are left out: this version of Pact sends them as JSON.
VENDORS = sys.argv[1:] or ["git-host", "cloud", "shop", "calendar"]
SAMPLE = int(os.environ.get("SAMPLE", "70"))
TOOLS = ["truetape", "Prism proxy", "Pact, matching rules", "Pact, exact"]


def built():
    if os.environ.get("VENDORS_BIN"):
        return os.environ["VENDORS_BIN"]
    argv = ["cargo", "build", "--bench", "vendors", "--message-format=json"]
    lines = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    made = [json.loads(line) for line in lines if line.startswith("{")]
    return next(m["executable"] for m in made if m.get("executable") and m["target"]["name"] == "vendors")


def install(folder):
    subprocess.run(["npm", "init", "-y"], cwd=folder, capture_output=True, check=True)
    packages = [f"@stoplight/prism-cli@{PRISM}", f"@pact-foundation/pact@{PACT}"]
    subprocess.run(["npm", "install", "--no-audit", "--no-fund", *packages], cwd=folder, capture_output=True, check=True)


class Pacts:
    """One process that verifies pact files in turn."""

    def __init__(self, folder):
        script = os.path.join(ROOT, "benches", "side_by_side", "pact.mjs")
        env = {**os.environ, "PACT_DO_NOT_TRACK": "true"}
        self.process = subprocess.Popen(
            ["node", script], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=env
        )
        self.file = os.path.join(folder, "pact.json")

    def complaints(self, made, url):
        """The interactions that failed."""
        with open(self.file, "w") as file:
            json.dump(made, file)
        self.process.stdin.write(json.dumps({"file": self.file, "url": url}) + "\n")
        self.process.stdin.flush()
        failed, current = set(), None
        while True:
            line = self.process.stdout.readline()
            if "\x01" in line or not line:
                return failed
            start = re.match(r"\s+(i\d+) \(", line)
            current = start.group(1) if start else current
            if "FAILED" in line and current:
                failed.add(current)


def listening(process):
    return re.match(r"listening on (\S+)", process.stdout.readline()).group(1)


def prism(folder, api, upstream):
    path = os.path.join(folder, "openapi.json")
    with open(path, "w") as file:
        json.dump(api, file)
    port = 20_000 + os.getpid() % 20_000
    log = open(os.path.join(folder, "prism.log"), "w")
    argv = ["node_modules/.bin/prism", "proxy", path, upstream, "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(argv, cwd=folder, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    for _ in range(100):
        try:
            urllib.request.urlopen(url + "/", timeout=5).close()
        except urllib.error.HTTPError:
            pass
        except OSError:
            time.sleep(0.2)
            continue
        return process, url
    sys.exit("prism did not start:\n" + open(log.name).read()[-2000:])


def violations(lines):
    """What Prism says about responses, without the values in it."""
    found = set()
    for e in map(json.loads, lines):
        headers = {n.lower(): v for n, v in e["reply_headers"] or []}
        for v in json.loads(headers.get("sl-violations", "[]")):
            if v["location"][:1] == ["response"] and v["severity"] == "Error":
                place = re.sub(r"\b\d+\b", "*", ".".join(map(str, v["location"])))
                found.add((e["method"], e["target"].partition("?")[0], place, v.get("code")))
        if "sl-violations" not in headers and (e["reply_body"] or "").startswith('{"type":"https://stoplight.io/prism'):
            found.add((e["method"], "prism", json.loads(e["reply_body"])["title"], ""))
    return found


def drawn(fakes):
    """All honest ones, and an even draw of the others."""
    changed = [fake for fake in fakes if not fake["honest"]]
    step = max(1, len(changed) / SAMPLE) if SAMPLE else 1
    kept = {int(i * step) for i in range(len(changed))}
    return [fake for fake in fakes if fake["honest"]] + [fake for i, fake in enumerate(changed) if i in kept]


def measure(vendors, folder, pacts, name):
    told = json.loads(subprocess.run([vendors, "describe", name], capture_output=True, text=True, check=True).stdout)
    ours = subprocess.run([vendors, "judge", name], capture_output=True, text=True, check=True).stdout.splitlines()
    ours = {line["id"]: line["found"] for line in map(json.loads, ours)}
    server = subprocess.Popen([vendors, "serve"], stdout=subprocess.PIPE, text=True)
    url = listening(server)
    proxy, through = prism(folder, document(told["real"]), url)
    pool, sessions = Pool(told["real"]), range(len(told["real"]))

    def cast(fake):
        urllib.request.urlopen(urllib.request.Request(f"{url}/__cast/{name}/{fake}", method="POST")).close()

    def complaints(fake):
        found = {tool: set() for tool in TOOLS}
        found["truetape"] = {"found"} if ours[fake["id"]] else set()
        asked = fake["asked"] or told["mock"]
        for session in sessions:
            cast(fake["id"])
            lines = subprocess.run([vendors, "drive", name, str(session), through], capture_output=True, text=True).stdout
            found["Prism proxy"] |= violations(lines.splitlines())
            for tool, style in [("Pact, matching rules", "matching"), ("Pact, exact", "exact")]:
                cast(fake["id"])
                made = pact(style, told["real"][session], asked[session], pool)
                found[tool] |= {(session, i) for i in pacts.complaints(made, url)}
        return found

    try:
        base = complaints(next(f for f in told["fakes"] if f["id"] == "base"))
        counts = {tool: [0, 0, 0, 0] for tool in TOOLS}
        for fake in drawn(told["fakes"]):
            found = complaints(fake)
            for tool in TOOLS:
                count = counts[tool]
                if fake["honest"]:
                    count[2] += 1
                    count[3] += bool(found[tool])
                else:
                    count[0] += 1
                    count[1] += bool(found[tool] - base[tool])
        return counts
    finally:
        for process in (proxy, server):
            process.terminate()
            process.wait()


def main():
    vendors = built()
    with tempfile.TemporaryDirectory(prefix="truetape-side-by-side-") as folder:
        install(folder)
        pacts = Pacts(folder)
        total = {tool: [0, 0, 0, 0] for tool in TOOLS}
        print("| vendor | tool | fakes with one change | found | missed | honest fakes | accused |\n|---|---|---|---|---|---|---|")
        for name in VENDORS:
            for tool, count in measure(vendors, folder, pacts, name).items():
                total[tool] = [a + b for a, b in zip(total[tool], count)]
                print(row(name, tool, count), flush=True)
        for tool in TOOLS:
            print(row("**all**", tool, total[tool]))
        pacts.process.stdin.close()
        pacts.process.wait()


def row(vendor, tool, count):
    fakes, found, honest, accused = count
    return f"| {vendor} | {tool} | {fakes} | {found} | {fakes - found} | {honest} | {accused} |"


main()

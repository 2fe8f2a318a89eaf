#!/usr/bin/env python3
"""Verify: 50 exchanges against a local mock, thousands against static stubs and a transcript, memory by size.

Builds what it needs. `python3 benches/verify.py [ROUNDS]`
"""

import json
import os
import statistics
import subprocess
import sys
import time

import common
from common import Server, build, record, scratch, spread

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 5
SIZE = 1024


def verify(cassette, mock):
    """Seconds, peak memory in MiB and the verdict of one run."""
    argv = [common.TRUETAPE, "verify", cassette, "--mock", mock, "--format", "json", "--output", "report.json"]
    folder = os.path.dirname(cassette)
    started = time.perf_counter()
    process = subprocess.Popen(argv, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    # The process is gone; tell its owner, who would wait for it.
    process.returncode = os.waitstatus_to_exitcode(status)
    with open(os.path.join(folder, "report.json")) as file:
        report = json.load(file)
    if process.returncode != 0 or report["verdict"] != "agreed":
        sys.exit(f"{argv}: {report['verdict']}, exit {process.returncode}\n{process.stderr.read().decode()[-2000:]}")
    return seconds, usage.ru_maxrss / 1024, report["checks"]["total"]


def heard(folder, entries):
    """Every answer of the bare server, in order."""
    with Server([common.BOUND, "0", str(SIZE), str(entries)]) as bound:
        client = common.connection(bound.address)
        for i in range(1, entries + 1):
            client.request("GET", f"/v1/items/{i}")
            answer = client.getresponse()
            yield f"/v1/items/{i}", answer.status, answer.getheaders(), answer.read().decode()


def static(folder, entries):
    """The same answers as WireMock mappings and as a transcript."""
    kept = list(heard(folder, entries))
    headers = [{name: value for name, value in fields if name.lower() != "date"} for _, _, fields, _ in kept]
    mappings = [
        {"request": {"method": "GET", "url": path}, "response": {"status": status, "headers": h, "body": body}}
        for (path, status, _, body), h in zip(kept, headers)
    ]
    stubs, transcript = os.path.join(folder, f"stubs-{entries}.json"), os.path.join(folder, f"heard-{entries}.jsonl")
    with open(stubs, "w") as file:
        json.dump({"mappings": mappings}, file, indent=1)
    with open(transcript, "w") as file:
        for (path, status, _, body), h in zip(kept, headers):
            exchange = {"request": {"method": "GET", "path": path}, "response": {"status": status, "headers": h, "body": body}}
            file.write(json.dumps(exchange) + "\n")
    return f"wiremock:{stubs}", f"transcript:{transcript}"


def row(name, entries, runs):
    seconds = [run[0] for run in runs]
    memory = statistics.median(run[1] for run in runs)
    print(f"| {name} | {entries} | {runs[0][2]} | {spread(seconds)} | {memory:.0f} |", flush=True)
    return statistics.median(seconds), memory


def main():
    if os.environ.get("TRUETAPE_BIN"):
        common.TRUETAPE, common.BOUND = os.environ["TRUETAPE_BIN"], os.environ["BOUND_BIN"]
    else:
        build()
    memory = {}
    with scratch() as folder:
        print("| mock | exchanges | checks | seconds | memory, MiB |\n|---|---|---|---|---|")
        cassette = record(folder, 50, SIZE)
        with Server([common.BOUND, "0", str(SIZE), "50"]) as bound:
            runs = [verify(cassette, f"http://{bound.address}") for _ in range(ROUNDS)]
        fifty, _ = row("a local server", 50, runs)
        for entries in (1_000, 10_000):
            cassette = record(folder, entries, SIZE)
            wiremock, transcript = static(folder, entries)
            runs = max(1, ROUNDS * 1_000 // entries)
            row("WireMock mappings", entries, [verify(cassette, wiremock) for _ in range(runs)])
            _, memory[entries] = row("a transcript", entries, [verify(cassette, transcript) for _ in range(runs)])
        with Server([common.BOUND, "0", str(SIZE), "10000"]) as bound:
            row("a local server", 10_000, [verify(cassette, f"http://{bound.address}") for _ in range(max(1, ROUNDS // 5))])
    print(f"\n50 exchanges against a local server: {fifty:.2f} s; the goal is under 0.5.")
    grown = (memory[10_000] - memory[1_000]) / 9_000 * 1024
    print(f"Memory for each exchange more: {grown:.0f} KiB, for bodies of {SIZE} bytes on both sides.")


main()

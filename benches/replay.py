#!/usr/bin/env python3
"""Replay beside a bare hyper server with a map of the same answers: requests per second, CPU per request, latency.

Told apart by path at every size, and by a JSON body of 480 bytes, where the bound answers without looking. Then memory
over many requests. Needs wrk and taskset. Server on one core, wrk on the other; rounds are interleaved and every ratio
is taken within its round. `python3 benches/replay.py [ROUNDS] [SECONDS] [SIZE...]`
"""

import statistics
import sys

from common import BOUND, TRUETAPE, Server, bodies_script, build, paths_script, record, scratch, spread, wrk

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 5
SECONDS = int(sys.argv[2]) if len(sys.argv) > 2 else 3
SIZES = [int(size) for size in sys.argv[3:]] or [1, 100, 1_000, 10_000, 100_000]


def compare(work, entries, by_body):
    """One line of the table; CPU per request of ours, relative to the bound's."""
    cassette = record(work, entries, 1024, by_body)
    script = (bodies_script if by_body else paths_script)(work, entries)
    ours = [TRUETAPE, "replay", cassette, "--repeat", "--listen", "127.0.0.1:0", "--journal", f"{work}/journal.jsonl"]
    bound = [BOUND, "0", "1024"] + ([] if by_body else [str(entries)])
    rows = []
    with Server(bound, cpu=0) as bound, Server(ours, cpu=0) as replay:
        for round_ in range(ROUNDS + 1):
            row = []
            for server in (bound, replay):
                before = server.cpu_seconds()
                rate, (_, slow), requests, bad = wrk(server.address, script, SECONDS)
                assert bad == 0, f"{bad} answers were no 2xx"
                row.append((rate, (server.cpu_seconds() - before) / requests * 1e6, slow))
            if round_:  # the first warms up
                rows.append(row)
    ratio = [[ours[i] / bound[i] for bound, ours in rows] for i in range(3)]
    median = [[statistics.median(row[who][i] for row in rows) for i in range(3)] for who in range(2)]
    print(
        f"| {entries}{' by body' if by_body else ''} | {median[0][0]:.0f} | {median[1][0]:.0f} | {spread(ratio[0])} "
        f"| {median[0][1]:.1f} | {median[1][1]:.1f} | {spread(ratio[1])} "
        f"| {median[0][2]:.0f} | {median[1][2]:.0f} | {spread(ratio[2])} |",
        flush=True,
    )
    return median[1][1], statistics.median(ratio[1])


def memory(work, entries=1_000, rounds=10):
    """What is held before the first request, after a warm up and after each tenth of the load."""
    cassette, script = record(work, entries, 1024), paths_script(work, entries)
    argv = [TRUETAPE, "replay", cassette, "--repeat", "--listen", "127.0.0.1:0", "--journal", f"{work}/journal.jsonl"]
    with Server(argv, cpu=0) as replay:
        held, asked = [replay.memory_kib()], 0
        for _ in range(rounds):
            asked += wrk(replay.address, script, 1)[2]
            held.append(replay.memory_kib())
    print(f"\nMemory, KiB: {held[0]} before, {held[1]} after the first tenth, {held[-1]} after {asked} requests")


if __name__ == "__main__":
    build()
    with scratch() as work:
        print("| exchanges | bound req/s | ours req/s | ratio | bound CPU µs | ours CPU µs | ratio | bound p99 µs | ours p99 µs | ratio |")
        print("|---|---|---|---|---|---|---|---|---|---|")
        by_path = [compare(work, entries, by_body=False) for entries in SIZES]
        compare(work, 1_000, by_body=True)
        print("\nFlatness: CPU per request at each size against the first: " + ", ".join(f"{cpu / by_path[0][0]:.2f}" for cpu, _ in by_path))
        print("The same of the ratios to the bound: " + ", ".join(f"{ratio / by_path[0][1]:.2f}" for _, ratio in by_path))
        memory(work)

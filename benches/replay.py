#!/usr/bin/env python3
"""Replay beside a bare hyper server with a map of the same answers: requests per second and CPU per request.

Needs wrk and taskset. Server on one core, wrk on the other; rounds are interleaved and every ratio is taken within
its round. `python3 benches/replay.py [ROUNDS] [SECONDS]`
"""

import statistics
import sys

from common import BOUND, TRUETAPE, Server, build, paths_script, record, scratch, spread, wrk

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 5
SECONDS = int(sys.argv[2]) if len(sys.argv) > 2 else 3
SIZES = [1, 100, 1_000, 10_000]

build()
with scratch() as work:
    medians = {}
    print("| exchanges | bound req/s | ours req/s | ratio of req/s | bound CPU µs | ours CPU µs | ratio of CPU |")
    print("|---|---|---|---|---|---|---|")
    for entries in SIZES:
        cassette = record(work, entries, 1024)
        script = paths_script(work, entries)
        ours = [TRUETAPE, "replay", cassette, "--repeat", "--listen", "127.0.0.1:0", "--journal", f"{work}/journal-{entries}.jsonl"]
        rows = []
        with Server([BOUND, "0", "1024", str(entries)], cpu=0) as bound, Server(ours, cpu=0) as replay:
            for round_ in range(ROUNDS + 1):
                row = []
                for server in (bound, replay):
                    before = server.cpu_seconds()
                    rate, _, requests, bad = wrk(server.address, script, SECONDS)
                    assert bad == 0, f"{bad} answers were no 2xx"
                    row += [rate, (server.cpu_seconds() - before) / requests * 1e6]
                if round_:  # the first warms up
                    rows.append(row)
        rate = [r[2] / r[0] for r in rows]
        cpu = [r[3] / r[1] for r in rows]
        medians[entries] = statistics.median(r[3] for r in rows)
        column = [statistics.median(r[i] for r in rows) for i in range(4)]
        print(
            f"| {entries} | {column[0]:.0f} | {column[2]:.0f} | {spread(rate)} | {column[1]:.1f} | {column[3]:.1f} | {spread(cpu)} |",
            flush=True,
        )
    flat = [m / medians[SIZES[0]] for m in medians.values()]
    print(f"\nFlatness: CPU per request at each size against 1 exchange: {', '.join(f'{f:.2f}' for f in flat)}")

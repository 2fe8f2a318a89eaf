#!/usr/bin/env python3
"""Start to first answer: from exec to the first byte of an answer, the CPU that takes, and the memory held then and at most.

`python3 benches/start.py [ROUNDS]`"""

import statistics
import sys
import time

from common import TRUETAPE, Server, build, connection, get, record, scratch, spread

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 7

build()
with scratch() as work:
    print("| exchanges | bytes of bodies | seconds to the first answer | CPU seconds | memory, MiB | at most | memory / bytes |")
    print("|---|---|---|---|---|---|---|")
    for entries, size in [(100, 1536), (1_000, 1536), (10_000, 1024), (10_000, 1536), (100_000, 1024)]:
        cassette = record(work, entries, size)
        times, cpu, memory, most = [], [], [], []
        for _ in range(ROUNDS):
            with Server([TRUETAPE, "replay", cassette, "--repeat", "--listen", "127.0.0.1:0"]) as replay:
                status, _ = get(connection(replay.address), f"/v1/items/{entries}")
                times.append(time.perf_counter() - replay.started)
                assert status == 200
                cpu.append(replay.cpu_seconds())
                memory.append(replay.memory_kib() / 1024)
                most.append(replay.memory_kib("VmHWM") / 1024)
        held = statistics.median(memory)
        print(
            f"| {entries} | {entries * size} | {spread(times)} | {spread(cpu)} | {held:.0f} | {statistics.median(most):.0f} "
            f"| {held * 1048576 / (entries * size):.1f} |",
            flush=True,
        )

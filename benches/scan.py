#!/usr/bin/env python3
"""How fast `truetape scan` is: against a plain pass of one regular expression, and at n and 2n of hostile input.

`python3 benches/scan.py [ROUNDS] [MEGABYTES] [BINARY]`; without a binary a release build is made.
"""

import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from common import ROOT, TRUETAPE

HOSTILE = {
    "beginnings of tokens": "-eyJ",
    "a prefix, again and again": "glpat-",
    "blocks that never end": "-----BEGIN PRIVATE KEY-----\nAAAA",
    "names without values": "password=",
    "backslashes": "\\\\",
    "percent signs": "%25",
    "base64 within base64": "YWJjZGVmZ2hpamtsbW5v",
    "hexadecimal digits": "616263646566",
    "folded lines": "a\n  ",
    "connection strings": "postgres://",
    "contexts": "aws key=",
    "one letter": "a",
}
# Some prefixes of issuers: what a scanner without anything else would be.
PLAIN = r"(AKIA[A-Z0-9]{16}|AIza[0-9A-Za-z_-]{35}|gh[pousr]_[0-9A-Za-z]{36}|glpat-[0-9A-Za-z_-]{20}|xox[bpars]-[0-9A-Za-z-]{10,}|[sr]k_live_[0-9A-Za-z]{16,}|-----BEGIN [A-Z ]*PRIVATE KEY-----)"


def seconds(command):
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - start


def honest(size):
    draw = random.Random(7)
    lines = []
    length = 0
    while length < size:
        line = '{"id":"cus_%016x","etag":"%040x","note":"a line\\nand one more","url":"https://api.test/v1/x/%d"},' % (
            draw.getrandbits(64),
            draw.getrandbits(160),
            draw.randrange(10**9),
        )
        lines.append(line)
        length += len(line) + 1
    return "\n".join(lines)


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    size = int(sys.argv[2]) << 20 if len(sys.argv) > 2 else 10 << 20
    binary = sys.argv[3] if len(sys.argv) > 3 else TRUETAPE
    if len(sys.argv) <= 3:
        subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=ROOT, check=True)
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "text"

        def scan():
            return seconds([binary, "scan", "-q", str(path)])

        path.write_text("")
        empty = statistics.median(scan() for _ in range(rounds))
        print(f"start: {empty * 1000:.1f} ms\n")
        path.write_text(honest(size))
        ratios = []
        for _ in range(rounds):
            ours, plain = scan() - empty, seconds(["grep", "-cE", PLAIN, str(path)])
            ratios.append(ours / plain)
        print(f"honest JSON: {size / ours / 1e6:.0f} MB/s; {statistics.median(ratios):.1f} times one pass of grep -E\n")
        print("| hostile input | seconds at n | at 2n | ratio |")
        print("|---|---|---|---|")
        for name, piece in HOSTILE.items():
            took = []
            for n in (size, 2 * size):
                path.write_text((piece * (n // len(piece) + 1))[:n])
                took.append(min(scan() for _ in range(rounds)) - empty)
            print(f"| {name} | {took[0]:.2f} | {took[1]:.2f} | {took[1] / max(took[0], 1e-9):.1f} |")


main()

"""What the benches share: servers started and pinned, cassettes recorded for real, wrk, CPU per request."""

import http.client
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TRUETAPE = os.path.join(ROOT, "target", "release", "truetape")
BOUND = os.path.join(ROOT, "target", "bound", "release", "bound")
TICK = os.sysconf("SC_CLK_TCK")


def build():
    subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=ROOT, check=True)
    subprocess.run(
        ["cargo", "build", "--release", "--quiet", "--manifest-path", "benches/bound/Cargo.toml", "--target-dir", "target/bound"],
        cwd=ROOT,
        check=True,
    )


class Server:
    """A server that says where it listens; stopped at the end of the `with`."""

    def __init__(self, argv, cpu=None, address=None):
        self.argv = (["taskset", "-c", str(cpu)] if cpu is not None else []) + argv
        self.address = address

    def __enter__(self):
        self.started = time.perf_counter()
        self.process = subprocess.Popen(self.argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if self.address is None:
            line = self.process.stdout.readline()
            found = re.match(r"listening on http://([\d.]+:\d+)", line)
            if not found:
                sys.exit(f"{self.argv}: said {line!r}\n{self.process.stderr.read()}")
            self.address = found.group(1)
        else:
            for _ in range(200):
                try:
                    connection(self.address).close()
                    break
                except OSError:
                    time.sleep(0.02)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def cpu_seconds(self):
        total, todo = 0, [self.process.pid]
        while todo:
            pid = todo.pop()
            try:
                fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
                total += int(fields[11]) + int(fields[12])
                for task in os.listdir(f"/proc/{pid}/task"):
                    todo += map(int, open(f"/proc/{pid}/task/{task}/children").read().split())
            except OSError:
                pass
        return total / TICK

    def memory_kib(self, which="VmRSS"):
        status = open(f"/proc/{self.process.pid}/status").read()
        return int(re.search(rf"{which}:\s+(\d+)", status).group(1))


def connection(address):
    host, port = address.split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=30)
    connection.connect()
    return connection


def get(connection, path):
    return ask(connection, "GET", path)


def ask(connection, method, path, body=None, headers={}):
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    return answer.status, answer.read()


def wrk(address, script, seconds, connections=32, cpu=1):
    """Requests per second, median and 99th percentile of latency in microseconds, requests made, answers that were no 2xx."""
    argv = ["taskset", "-c", str(cpu), "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", script, f"http://{address}"]
    out = subprocess.run(argv, capture_output=True, text=True, check=True).stdout

    def micros(percent):
        latency = re.search(rf"{percent}%\s+([\d.]+)(us|ms|s)", out)
        return float(latency.group(1)) * {"us": 1, "ms": 1e3, "s": 1e6}[latency.group(2)]

    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
    return (
        float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1)),
        (micros(50), micros(99)),
        int(re.search(r"(\d+) requests in", out).group(1)),
        int(bad.group(1)) if bad else 0,
    )


def paths_script(directory, entries, fresh=False):
    """A wrk script that asks /v1/items/1 to /v1/items/ENTRIES in a scattered order; `fresh` never repeats one."""
    path = os.path.join(directory, f"paths-{entries}-{fresh}.lua")
    with open(path, "w") as file:
        if fresh:
            file.write(f"local i = {entries}\nrequest = function() i = i + 1; return wrk.format('GET', '/v1/items/' .. i) end\n")
        else:
            file.write(
                f"local n, i = {entries}, 0\nlocal r = {{}}\n"
                "function init() for k = 1, n do r[k] = wrk.format('GET', '/v1/items/' .. ((k * 7919) % n + 1)) end end\n"
                "request = function() i = i % #r + 1; return r[i] end\n"
            )
    return path


def body(number):
    """480 bytes of JSON that tell one question from the others."""
    text = f'{{"filter":{{"id":{number}}},"note":"'
    return text + "y" * (480 - len(text) - 2) + '"}'


def bodies_script(directory, entries):
    """A wrk script that asks one path with `body(1)` to `body(ENTRIES)` in a scattered order."""
    path = os.path.join(directory, f"bodies-{entries}.lua")
    before, after = body(0).split("0", 1)
    with open(path, "w") as file:
        file.write(
            f"local n, i = {entries}, 0\nlocal r = {{}}\n"
            f"local function body(k) local t = '{before}' .. k .. '{after.split('y', 1)[0]}'; return t .. string.rep('y', 480 - #t - 2) .. '\"}}' end\n"
            "local h = {['Content-Type'] = 'application/json'}\n"
            "function init() for k = 1, n do r[k] = wrk.format('POST', '/v1/search', h, body((k * 7919) % n + 1)) end end\n"
            "request = function() i = i % #r + 1; return r[i] end\n"
        )
    return path


def record(directory, entries, size, by_body=False):
    """A cassette of that many exchanges, recorded from the bare server: paths that differ, or bodies."""
    cassette = os.path.join(directory, f"{'bodies' if by_body else 'items'}-{entries}-{size}.yaml")
    if not os.path.exists(cassette):
        with Server([BOUND, "0", str(size)] + ([] if by_body else [str(entries)])) as bound:
            argv = [TRUETAPE, "record", "--upstream", f"http://{bound.address}", "--cassette", cassette, "--listen", "127.0.0.1:0"]
            with Server(argv) as recorder:
                client = connection(recorder.address)
                for i in range(1, entries + 1):
                    if by_body:
                        status, _ = ask(client, "POST", "/v1/search", body(i), {"Content-Type": "application/json"})
                    else:
                        status, _ = get(client, f"/v1/items/{i}")
                    assert status == 200, status
    return cassette


def spread(values):
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def scratch():
    return tempfile.TemporaryDirectory(prefix="truetape-bench-")

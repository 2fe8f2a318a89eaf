#!/usr/bin/env python3
"""Recording beside a plain nginx reverse proxy: added median latency over direct, throughput, flatness.

Every request is new, so everything is recorded. Needs wrk, nginx and taskset. `python3 benches/record.py [ROUNDS] [SECONDS]`
"""

import os
import statistics
import sys
import time

from common import BOUND, TRUETAPE, Server, build, connection, get, paths_script, scratch, spread, wrk

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 5
SECONDS = int(sys.argv[2]) if len(sys.argv) > 2 else 3
NGINX = """daemon off; worker_processes 1; pid {work}/nginx.pid; error_log {work}/error.log;
events {{ worker_connections 1024; }}
http {{ access_log off; client_body_temp_path {work}/b; proxy_temp_path {work}/p; fastcgi_temp_path {work}/f;
  uwsgi_temp_path {work}/u; scgi_temp_path {work}/s; keepalive_requests 100000000;
  upstream up {{ server {upstream}; keepalive 64; keepalive_requests 100000000; }}
  server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://up; proxy_http_version 1.1; proxy_set_header Connection ""; }} }} }}
"""


def median_latency(address, requests=2000):
    client = connection(address)
    times = []
    for i in range(requests):
        start = time.perf_counter()
        status, _ = get(client, f"/v1/items/{i}")
        times.append((time.perf_counter() - start) * 1e6)
        assert status == 200
    return statistics.median(times)


build()
with scratch() as work, Server([BOUND, "0", "1024"], cpu=1) as upstream:
    port = 18490
    with open(f"{work}/nginx.conf", "w") as file:
        file.write(NGINX.format(work=work, upstream=upstream.address, port=port))
    record = [TRUETAPE, "record", "--upstream", f"http://{upstream.address}", "--listen", "127.0.0.1:0", "--cassette"]
    nginx = ["nginx", "-p", work, "-c", f"{work}/nginx.conf"]
    with Server(nginx, cpu=0, address=f"127.0.0.1:{port}") as proxy:
        added, rates, cpu = [], [], []
        for round_ in range(ROUNDS + 1):
            with Server(record + [f"{work}/round-{round_}.yaml"], cpu=0) as recorder:
                direct, plain, ours = (median_latency(s.address) for s in (upstream, proxy, recorder))
                script = paths_script(work, 1_000_000, fresh=True)
                row = []
                for server in (proxy, recorder):
                    before = server.cpu_seconds()
                    rate, _, requests, bad = wrk(server.address, script, SECONDS)
                    assert bad == 0, f"{bad} answers were no 2xx"
                    row.append((rate, (server.cpu_seconds() - before) / requests * 1e6))
                if round_:
                    added.append((plain - direct, ours - direct))
                    rates.append(row[1][0] / row[0][0])
                    cpu.append(row[1][1])
            os.remove(f"{work}/round-{round_}.yaml")
        print(f"added median latency, one connection: nginx {statistics.median(a[0] for a in added):.0f} µs, "
              f"recording {statistics.median(a[1] for a in added):.0f} µs, ratio {spread([a[1] / a[0] for a in added])}")
        print(f"throughput with 32 connections against nginx: {spread(rates)}; CPU per recorded exchange {statistics.median(cpu):.0f} µs")
    with Server(record + [f"{work}/long.yaml"], cpu=0) as recorder:
        client = connection(recorder.address)
        thousands = []
        for thousand in range(100):
            start = time.perf_counter()
            for i in range(1000):
                get(client, f"/v1/items/{thousand * 1000 + i}")
            thousands.append(time.perf_counter() - start)
        first, last = statistics.median(thousands[:5]), statistics.median(thousands[-5:])
        print(f"100 000 recordings: the first thousands took {first:.3f} s each, the last {last:.3f} s: ratio {last / first:.2f}")

"""A small vendor on loopback: `vendor.py SERVICE` serves `services/SERVICE.py` and says where it listens.

A service is a module with `answer(asked)`, which gives a status, headers and a body. Connections are kept.
"""

import importlib
import threading
from collections import Counter
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from sys import argv
from urllib.parse import parse_qs, urlsplit


@dataclass
class Asked:
    method: str
    target: str
    headers: Message
    body: bytes
    path: str = field(init=False)
    query: dict = field(init=False)

    def __post_init__(self):
        url = urlsplit(self.target)
        self.path = url.path
        self.query = {name: values[0] for name, values in parse_qs(url.query, keep_blank_values=True).items()}


TIMES, LOCK = Counter(), threading.Lock()


def times(name):
    """How often this was asked, this time included."""
    with LOCK:
        TIMES[name] += 1
        return TIMES[name]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def version_string(self):
        return "vendor"

    def log_message(self, *_):
        pass

    def asked(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, headers, body = SERVICE.answer(Asked(self.command, self.path, self.headers, body))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = asked


if __name__ == "__main__":
    # Services import this file by its name, and count in the same place.
    import vendor

    SERVICE = vendor.SERVICE = importlib.import_module(f"services.{argv[1]}")
    server = ThreadingHTTPServer(("127.0.0.1", 0), vendor.Handler)
    print(f"listening on http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()

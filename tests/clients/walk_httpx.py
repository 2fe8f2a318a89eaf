"""Python `httpx` walks the sandbox, or a recorder or a replay of it, at $TRUETAPE_URL."""

import time

import httpx
from steps import STEPS, check_gaps, failed, following, request_of, told

with httpx.Client(timeout=10) as client:
    for step in STEPS:
        while step:
            method, url, headers, body = request_of(step)
            client.cookies.clear()
            try:
                with client.stream(method, url, headers=headers, content=body) as answer:
                    times, content = [], b""
                    for piece in answer.iter_bytes():
                        times.append(time.monotonic())
                        content += piece
            except httpx.TransportError as error:
                failed(step, error)
                break
            check_gaps(step, times)
            pairs = answer.headers.multi_items()
            told(step, answer.status_code, pairs, content)
            step = following(step, pairs, content)

"""Python `requests` walks the sandbox, or a recorder or a replay of it, at $TRUETAPE_URL."""

import time

import requests
from steps import STEPS, check_gaps, failed, following, request_of, told

with requests.Session() as session:
    for step in STEPS:
        while step:
            method, url, headers, body = request_of(step)
            session.cookies.clear()
            try:
                answer = session.request(method, url, headers=headers, data=body, stream=True,
                                         allow_redirects=False, timeout=10)
                times, content = [], b""
                for piece in answer.iter_content(None):
                    times.append(time.monotonic())
                    content += piece
            except requests.RequestException as error:
                failed(step, error)
                break
            check_gaps(step, times)
            pairs = list(answer.raw.headers.items())
            told(step, answer.status_code, pairs, content)
            step = following(step, pairs, content)

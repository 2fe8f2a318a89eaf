"""A library's API: pages, a redirect, a search, writes, a busy answer, a slow report, users behind a token."""

import json
import time

HEADERS = {"Content-Type": "application/json"}


def said(status, what, **headers):
    return status, {**HEADERS, **{name.replace("_", "-"): value for name, value in headers.items()}}, json.dumps(what).encode()


def answer(asked):
    match asked.method, asked.path:
        case "GET", "/v1/books":
            after = int(asked.query.get("after", 0))
            books = [{"id": number, "title": f"Book {number}"} for number in range(after + 1, min(after + 3, 6))]
            return said(200, {"books": books, "next": after + 2 if after + 2 < 5 else None})
        case "GET", "/v1/search":
            return said(200, {"found": [{"id": 1, "title": "Book 1"}]})
        case "GET", "/v1/catalogue":
            return said(302, {"moved": "/v1/books"}, Location="/v1/books")
        case "POST", "/v1/loans":
            return said(201, {"loan": 7, "book": 1})
        case "POST", "/v1/notes":
            return said(201, {"note": 3})
        case "GET", "/v1/busy":
            return said(503, {"error": "busy"}, Retry_After="1")
        case "GET", "/v1/reports/daily":
            return said(200, {"report": "daily", "rows": 48})
        case "GET", "/v1/reports/monthly":
            time.sleep(1.5)
            return said(200, {"report": "monthly", "rows": 1330})
        case "GET", "/v1/reports/annual":
            time.sleep(6.5)
            return said(200, {"report": "annual", "rows": 1204331})
        case "GET", "/v1/me":
            token = asked.headers["Authorization"] or ""
            if not token.startswith("Bearer ey"):
                return said(401, {"error": "token_malformed"}, WWW_Authenticate='Bearer error="invalid_token"')
            return said(200, {"id": 42, "plan": "pro"})
        case "GET", path if path.startswith("/v1/users/"):
            return said(200, {"id": int(path.rsplit("/", 1)[1]), "plan": "pro"})
    return said(404, {"error": "not_found"})

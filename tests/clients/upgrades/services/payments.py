"""A payment vendor: cursors by the last id, classes of errors, a slow report."""

import json
import time

from vendor import times

HEADERS = {"Content-Type": "application/json", "Request-Id": "req_upgrade", "Stripe-Version": "2024-06-20"}
CUSTOMERS = [{"id": f"cus_{number}", "object": "customer", "name": f"Customer {number}"} for number in range(1, 6)]


def said(status, what):
    return status, HEADERS, json.dumps(what).encode()


def failed(status, kind, code):
    return said(status, {"error": {"type": kind, "code": code, "message": f"{code} of the vendor"}})


def listed(query):
    after, limit = query.get("starting_after"), int(query.get("limit", 10))
    first = next((at + 1 for at, one in enumerate(CUSTOMERS) if one["id"] == after), 0)
    page = CUSTOMERS[first:first + limit]
    more = first + limit < len(CUSTOMERS)
    return said(200, {"object": "list", "url": "/v1/customers", "data": page, "has_more": more})


def answer(asked):
    match asked.method, asked.path:
        case "GET", "/v1/balance":
            return said(200, {"object": "balance", "livemode": False, "available": [{"amount": 1099, "currency": "eur"}]})
        case "GET", "/v1/customers":
            return listed(asked.query)
        case "POST", "/v1/customers":
            return said(200, CUSTOMERS[0])
        case "POST", "/v1/refunds":
            return failed(409, "invalid_request_error", "lock_timeout")
        case "POST", "/v1/charges":
            return failed(500, "api_error", "internal")
        case "POST", "/v1/payouts":
            return failed(503, "api_error", "unavailable")
        case "POST", "/v1/coupons":
            if times("coupons") == 1:
                return failed(500, "api_error", "internal")
            return said(200, {"id": "SPRING", "object": "coupon", "percent_off": 10.0})
        case "GET", "/v1/events/evt_slow":
            time.sleep(1.5)
            return said(200, {"id": "evt_slow", "object": "event", "type": "report.done"})
    return failed(404, "invalid_request_error", "resource_missing")

"""A mock of a customer API that answers truetape line by line: an in-memory fake without a server."""

import json
import sys

customers = {}


def answer(method, path, body):
    """What the fake does, as status and JSON."""
    if method == "POST" and path == "/v1/customers":
        try:
            wanted = json.loads(body or "{}")
        except ValueError:
            return 400, {"error": {"type": "validation", "code": "not_json"}}
        if not wanted.get("email"):
            return 422, {"error": {"type": "validation", "code": "missing", "field": "email"}}
        customer = {"id": f"cus_{len(customers) + 1:06d}", "email": wanted["email"]}
        customers[customer["id"]] = customer
        return 201, customer
    name = path.split("?")[0].removeprefix("/v1/customers/")
    if method == "GET" and name in customers:
        return 200, customers[name]
    return 404, {"error": {"type": "not_found", "code": "resource_missing"}}


for line in sys.stdin:
    asked = json.loads(line)
    if asked.get("reset"):
        customers.clear()
        said = {"reset": True}
    else:
        status, document = answer(asked["method"], asked["path"], asked.get("body"))
        said = {
            "id": asked["id"],
            "status": status,
            "headers": [["content-type", "application/json"]],
            "body": json.dumps(document),
        }
    print(json.dumps(said), flush=True)

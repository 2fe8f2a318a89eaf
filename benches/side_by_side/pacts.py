"""Pact files out of recordings: each exchange an interaction, asked with the ids that the provider's own data has.

`exact` expects every body as it was recorded. `matching` is what Pact's guides recommend: types instead of values, one
item for a list, patterns for moments, codes of errors as they are, and nothing that is not always there.
"""

import difflib
import json
import re

MOMENT = r"^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$"
CODES = ("code", "type", "__type", "reason", "status", "error", "@type")
ACTED_ON = ("link", "location", "etag", "retry-after", "www-authenticate", "allow")


def pact(style, recorded, asked, pool):
    made = []
    for i, (real, own) in enumerate(alike(recorded, asked)):
        if real["status"] and own["method"] == real["method"] and expressible(real):
            kind = (real["route"], real["status"])
            peers = [parsed(e["reply_body"] or "") for e in recorded if (e["route"], e["status"]) == kind]
            made.append({"description": f"i{i}", "request": request(own), "response": response(style, real, pool, peers)})
    return {
        "consumer": {"name": "client"},
        "provider": {"name": "vendor"},
        "interactions": made,
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
    }


def alike(recorded, asked):
    """Each recorded exchange with the request that means the same: who has more things turns more pages."""
    key = lambda e: (e["method"], e["route"], e["what"])  # noqa: E731
    matcher = difflib.SequenceMatcher(None, list(map(key, recorded)), list(map(key, asked)), autojunk=False)
    for block in matcher.get_matching_blocks():
        yield from zip(recorded[block.a : block.a + block.size], asked[block.b : block.b + block.size])


def expressible(real):
    """Pact follows redirects, so they cannot be expected, and it sends no broken JSON."""
    json_type = any(n.lower() == "content-type" and v.endswith("json") for n, v in real["headers"])
    broken = json_type and real["body"] and parsed(real["body"]) is None
    return real["status"] not in (301, 302, 307, 308) and not broken


def request(own):
    path, _, query = own["target"].partition("?")
    made = {"method": own["method"], "path": path}
    made["headers"] = {n: v for n, v in own["headers"] if n.lower() not in ("host", "content-length")}
    values = {}
    for pair in filter(None, query.split("&")):
        name, _, value = pair.partition("=")
        values.setdefault(name, []).append(value)
    if values:
        made["query"] = values
    if own["body"]:
        made["body"] = parsed(own["body"]) or own["body"]
    return made


def parsed(text):
    try:
        return json.loads(text)
    except ValueError:
        return None


def response(style, real, pool, peers):
    made = {"status": real["status"], "headers": {}}
    rules = {}
    for name, value in real["reply_headers"]:
        if name.lower() == "content-type":
            made["headers"][name] = value
        elif style == "matching" and name.lower() in ACTED_ON:
            made["headers"][name] = value
            rules.setdefault("header", {})[name] = {"matchers": [{"match": "regex", "regex": ".+"}]}
    body = parsed(real["reply_body"]) if real["reply_body"] else None
    if style == "exact":
        if real["reply_body"]:
            made["body"] = body if body is not None else real["reply_body"]
    elif isinstance(body, (dict, list)):
        found = {"$": {"matchers": [{"match": "type"}]}}
        made["body"] = matching(body, "$", found, pool, real["status"] >= 400, peers)
        rules["body"] = found
    if rules:
        made["matchingRules"] = rules
    return made


def matching(value, at, rules, pool, is_error, peers):
    """`peers` is what stood here in other answers of the same kind: what one lacks is not asked of any."""
    if isinstance(value, list):
        if not value:
            return value
        rules[at] = {"matchers": [{"match": "type", "min": 1}]}
        items = [item for peer in peers if isinstance(peer, list) for item in peer]
        return [matching(value[0], at + "[*]", rules, pool, is_error, value[1:] + items)]
    if isinstance(value, dict):
        like = pool.like([value]) + [peer for peer in peers if isinstance(peer, dict)]
        always = [n for n in value if all(n in o and o[n] is not None for o in like)]
        return {n: matching(value[n], f"{at}['{n}']", rules, pool, is_error, [o[n] for o in like]) for n in always}
    if isinstance(value, str) and re.match(MOMENT, value):
        rules[at] = {"matchers": [{"match": "regex", "regex": MOMENT}]}
    if is_error and isinstance(value, str) and re.match(r"^[^\s]+$", value) and at.endswith(tuple(f"'{c}']" for c in CODES)):
        rules[at] = {"matchers": [{"match": "equality"}]}
    return value

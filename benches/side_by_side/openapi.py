"""An OpenAPI document as an author with these recordings would write it: types, what is required and what may be null,
closed sets of words, formats of times, and the headers that every answer has. Nothing is closed that was not seen closed."""

import json
import re

CHOICES = ("status", "state", "type", "kind", "object", "visibility", "role", "mode", "level")
HOPS = {"content-type", "content-length", "connection", "date", "server"}


class Pool:
    """Things of one make, from all answers: an author describes each once and refers to it everywhere."""

    def __init__(self, sessions):
        self.clusters = []
        for session in sessions:
            for e in session:
                if e["status"] and e["status"] < 300 and e["reply_body"]:
                    try:
                        self.add(json.loads(e["reply_body"]))
                    except ValueError:
                        pass

    def add(self, value):
        if isinstance(value, list):
            for item in value:
                self.add(item)
        if isinstance(value, dict):
            for item in value.values():
                self.add(item)
            home = self.home(value)
            if home is None:
                self.clusters.append([value])
            elif value not in home:
                home.append(value)

    def home(self, value):
        for cluster in self.clusters:
            names = set(cluster[0])
            if len(value) > 2 and len(names & set(value)) >= 0.7 * len(names | set(value)):
                return cluster
        return None

    def like(self, objects):
        """These, and all that are of their make."""
        found = list(objects)
        for value in objects:
            found += [other for other in self.home(value) or [] if other not in found]
        return found


def kind(value):
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "integer" if isinstance(value, int) else "number"
    return {str: "string", list: "array", dict: "object"}[type(value)]


def schema(pool, values, name=""):
    values = values + [v for v in pool.like([v for v in values if isinstance(v, dict)]) if v not in values]
    kinds = sorted({kind(value) for value in values})
    if kinds == ["null"]:
        return {}
    if {"integer", "number"} <= set(kinds):
        kinds.remove("integer")
    made = {"type": kinds[0] if len(kinds) == 1 else kinds}
    texts = [value for value in values if isinstance(value, str)]
    if texts and all(re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)", text) for text in texts):
        made["format"] = "date-time"
    words = sorted(set(texts))
    closed = name.lower().rpartition("_")[2] in CHOICES and len(texts) >= 2 * len(words) and len(texts) > 3
    if closed and all(re.fullmatch(r"[A-Za-z_.#-]+", word) for word in words):
        made["enum"] = words + ([None] if "null" in kinds else [])
    objects = [value for value in values if isinstance(value, dict)]
    if objects:
        names = sorted({name for value in objects for name in value})
        made["properties"] = {n: schema(pool, [value[n] for value in objects if n in value], n) for n in names}
        made["required"] = [n for n in names if all(n in value for value in objects)]
    items = [item for value in values if isinstance(value, list) for item in value]
    if items:
        made["items"] = schema(pool, items, name)
    return made


def template(exchange):
    """The path with names for its ids, as the vendor itself calls it."""
    method, _, path = exchange["route"].partition(" ")
    own = exchange["target"].partition("?")[0]
    same = method == exchange["method"] and path.startswith("/") and path.count("/") == own.count("/")
    return path if same else None


def document(sessions):
    exchanges = [e for session in sessions for e in session if e["status"]]
    known = {template(e) for e in exchanges} - {None}
    forms = {t: re.compile("^" + re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(t)) + "$") for t in known}
    pool = Pool(sessions)
    paths = {}
    for e in exchanges:
        own = e["target"].partition("?")[0]
        path = template(e) or next((t for t in sorted(known, key=lambda t: t.count("{")) if forms[t].match(own)), own)
        paths.setdefault(path, {}).setdefault(e["method"].lower(), []).append(e)
    made = {}
    for path, methods in paths.items():
        for method, seen in methods.items():
            names = re.findall(r"\{([^}]*)\}", path)
            parameters = [{"name": n, "in": "path", "required": True, "schema": {"type": "string"}} for n in names]
            made.setdefault(path, {})[method] = {"parameters": parameters, "responses": responses(pool, seen)}
    return {"openapi": "3.1.0", "info": {"title": "vendor", "version": "1"}, "paths": made}


def responses(pool, seen):
    by_status = {}
    for e in seen:
        by_status.setdefault(str(e["status"]), []).append(e)
    made = {status: response(pool, exchanges) for status, exchanges in by_status.items()}
    # Prism follows redirects, so what comes is what stands elsewhere.
    return {**made, "default": {"description": "elsewhere"}} if set(by_status) <= {"301", "302", "307", "308"} else made


def response(pool, exchanges):
    made = {"description": "as recorded"}
    headers = [{n.lower() for n, _ in e["reply_headers"]} - HOPS for e in exchanges]
    always = sorted(set.intersection(*headers))
    if always:
        made["headers"] = {n: {"required": True, "schema": {"type": "string"}} for n in always}
    by_media = {}
    for e in exchanges:
        media = next((v for n, v in e["reply_headers"] if n.lower() == "content-type"), None)
        if media and e["reply_body"]:
            by_media.setdefault(media.partition(";")[0], []).append(e["reply_body"])
    if by_media:
        made["content"] = {media: {"schema": of_bodies(pool, media, bodies)} for media, bodies in by_media.items()}
    return made


def of_bodies(pool, media, bodies):
    return schema(pool, [json.loads(body) for body in bodies]) if media.endswith("json") else {"type": "string"}

"""Runs the recipes of the guide as they are written: nights.py TRUETAPE GUIDE."""

import json
import os
import pathlib
import pty
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import xml.etree.ElementTree
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import yaml

truetape, guide = map(pathlib.Path, sys.argv[1:])
files = dict(re.findall(r"^```\w+ (\S+)\n(.*?)^```$", guide.read_text(), re.M | re.S))
expected = {"truetape.yaml", "drift.sh", "drift.crontab", ".github/workflows/drift.yml", ".gitlab-ci.yml"}
assert set(files) == expected, f"the guide has {sorted(files)}"


class Quiet(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def reply(self, body):
        text = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


class Vendor:
    """A vendor that changes, and is away."""

    def __init__(self):
        self.changed, self.port, self.server = False, 0, None

    def up(self):
        vendor = self

        class Handler(Quiet):
            def do_GET(self):
                name = "full_name" if vendor.changed else "name"
                if self.path == "/v1/tags":
                    return self.reply({"data": ["a", "b"]} if vendor.changed else ["a", "b"])
                self.reply({"id": self.path.rsplit("/", 1)[1], name: "Ada", "plan": "pro"})

        ThreadingHTTPServer.allow_reuse_address = True
        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def down(self):
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None


posts = []


class Hook(Quiet):
    def do_POST(self):
        posts.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        self.reply({"ok": True})


hook = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
threading.Thread(target=hook.serve_forever, daemon=True).start()
secret = f"http://127.0.0.1:{hook.server_port}/services/T0/s3cret"
vendor = Vendor()
vendor.up()
root = pathlib.Path(tempfile.mkdtemp(prefix="recipes-"))
programs = root / "bin"
programs.mkdir()
(programs / "truetape").symlink_to(truetape)
base = {"PATH": f"{programs}:/usr/local/bin:/usr/bin:/bin", "HOME": str(root), "LANG": "C.UTF-8"}
secrets = {"BILLING_KEY": "key-0123456789abcdef", "DRIFT_WEBHOOK": secret}

# The project as it is checked out: settings and a cassette.
checkout = root / "checkout"
(checkout / "cassettes").mkdir(parents=True)
(checkout / "truetape.yaml").write_text(files["truetape.yaml"])
asks = "import os,urllib.request as u;[u.urlopen(os.environ['TRUETAPE_URL']+p).read() for p in ('/v1/customers/cus_1','/v1/customers/cus_2','/v1/tags')]"
record = ["record", "--upstream", f"http://127.0.0.1:{vendor.port}", "--cassette", "cassettes/billing.yaml"]
subprocess.run([truetape, *record, "--", sys.executable, "-c", asks], cwd=checkout, env=base | secrets, check=True, capture_output=True)
shutil.rmtree(checkout / ".truetape" if (checkout / ".truetape").exists() else checkout / "none", ignore_errors=True)


def shell(command, cwd, variables):
    run = subprocess.run(command, cwd=cwd, env=base | variables, text=True, capture_output=True, timeout=120)
    return run.returncode, run.stdout + run.stderr


def at_terminal(command, cwd, answers):
    """What a program says to a person who answers its questions, each (its end, the answer)."""
    own, other = pty.openpty()
    run = subprocess.Popen(command, cwd=cwd, env=base | secrets, stdin=other, stdout=other, stderr=other)
    os.close(other)
    said, seen = "", 0
    for question, answer in [*answers, (None, None)]:
        while question is None or question not in said[seen:]:
            # A program that has ended leaves an error on Linux, and nothing elsewhere.
            try:
                read = os.read(own, 65536)
            except OSError:
                read = b""
            if not read:
                assert question is None, f"it never asked {question!r}: {said}"
                run.wait(60)
                return said
            said += read.decode()
        seen = len(said)
        os.write(own, f"{answer}\n".encode())


def steps(cwd, variables, lines):
    """Steps of a CI job, each (always, script), as the runner runs them: the first failure decides."""
    code, said = 0, ""
    for always, script in lines:
        if code == 0 or always:
            one, text = shell(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script], cwd, variables)
            said += text
            code = code or one
    return code, said


def cron(night):
    home = root / "billing"
    if night == 0:
        shutil.copytree(checkout, home)
        (home / "drift.sh").write_text(files["drift.sh"])
        (home / "drift.sh").chmod(0o755)
        (home / "drift.env").write_text("".join(f"{name}={value}\n" for name, value in secrets.items()))
    lines = [line for line in files["drift.crontab"].splitlines() if line]
    variables = dict(line.split("=", 1) for line in lines[:-1])
    assert set(variables) == {"PATH", "MAILTO"}, variables
    when, command = lines[-1].split()[:5], lines[-1].split(None, 5)[5]
    assert when == ["17", "3", "*", "*", "*"] and "%" not in command, lines[-1]
    code, said = shell(["/bin/sh", "-c", command], root, {"PATH": f"{programs}:{variables['PATH']}"})
    # What is printed is mailed: nothing on a good night.
    assert (said == "") == (code == 0), (code, said)
    return home, code, said, home / "drift-history.jsonl"


def machine(name, night):
    """A CI job begins on a machine with nothing but the checkout and the cache."""
    work, cache = root / f"{name}-{night}", root / f"{name}-cache"
    shutil.copytree(checkout, work)
    if cache.exists():
        shutil.copytree(cache, work / "drift")
    return work, cache


def saved(work, cache):
    shutil.rmtree(cache, ignore_errors=True)
    if (work / "drift").exists():
        shutil.copytree(work / "drift", cache)


def github(night):
    work, cache = machine("github", night)
    job = yaml.safe_load(files[".github/workflows/drift.yml"])["jobs"]["vendor"]
    fill = lambda text: re.sub(r"\$\{\{ secrets\.(\w+) \}\}", lambda found: secrets[found[1]], text)
    summary = work / "summary.md"
    variables = {name: fill(value) for name, value in job["env"].items()}
    variables |= {"CI": "true", "GITHUB_STEP_SUMMARY": str(summary), "GITHUB_SERVER_URL": "https://forge.test"}
    variables |= {"GITHUB_REPOSITORY": "team/billing", "GITHUB_RUN_ID": str(night)}
    used = [step["uses"].split("@")[0] for step in job["steps"] if "uses" in step]
    assert used.index("actions/cache/restore") < used.index("actions/cache/save"), used
    kept = next(step for step in job["steps"] if step.get("uses", "").startswith("actions/cache/save"))
    assert kept["if"] == "always()" and kept["with"]["path"] == "drift"
    code, said = steps(work, variables, [(step.get("if") == "always()", step["run"]) for step in job["steps"] if "run" in step])
    saved(work, cache)
    assert "drift vendor" in summary.read_text() and summary.read_text().startswith("```\n")
    if code != 3:
        log = json.loads((work / "drift.sarif").read_text())
        assert bool(log["runs"][0]["results"]) == (code == 1), log["runs"][0]["results"]
        assert ("::error" in said) == (code == 1), said
    return work, code, said, work / "drift/history.jsonl"


def gitlab(night):
    work, cache = machine("gitlab", night)
    job = yaml.safe_load(files[".gitlab-ci.yml"])["drift"]
    assert job["cache"]["when"] == "always" and job["cache"]["paths"] == ["drift/"]
    variables = secrets | {"CI": "true", "CI_JOB_URL": f"https://forge.test/jobs/{night}"}
    lines = [(False, line) for line in job["script"]] + [(True, line) for line in job["after_script"]]
    code, said = steps(work, variables, lines)
    saved(work, cache)
    if code != 3:
        suites = xml.etree.ElementTree.parse(work / job["artifacts"]["reports"]["junit"]).getroot()
        assert (int(suites.get("failures")) > 0) == (code == 1), suites.attrib
    return work, code, said, work / "drift/history.jsonl"


# Whether the vendor answers, whether it is changed; how the run ends, and whether somebody is told.
nights = [
    ("as it was", True, False, 0, False),
    ("changed", True, True, 1, True),
    ("still changed", True, True, 0, False),
    ("away", False, True, 3, True),
    ("still away", False, True, 3, False),
    ("back, and still changed", True, True, 0, False),
    ("as it was again", True, False, 0, False),
    ("changed again", True, True, 1, True),
]
try:
    for recipe in (cron, github, gitlab):
        begun = time.monotonic()
        for night, (what, up, changed, code, told) in enumerate(nights):
            vendor.down()
            vendor.changed = changed
            if up:
                vendor.up()
            posts.clear()
            work, came, said, history = recipe(night)
            at = f"{recipe.__name__}, {what}"
            assert came == code, f"{at}: exit {came}, not {code}\n{said}"
            assert len(posts) == told, f"{at}: {posts}\n{said}"
            for post in posts:
                assert post["text"].startswith("truetape drift vendor"), post
                assert (post["new"] > 0) == (code == 1), post
                assert (recipe is cron) or post["url"].endswith(str(night)), post
            assert "s3cret" not in said + history.read_text(), f"{at}: the webhook's URL is told"
            lines = [json.loads(line) for line in history.read_text().splitlines()]
            assert len(lines) == night + 1, f"{at}: {len(lines)} lines"
            assert (lines[-1]["verdict"] == "could-not-ask") == (code == 3), lines[-1]
            if code != 3 and night > 0:
                page = (work / "drift.html").read_text()
                assert "Runs of drift vendor" in page and "s3cret" not in page
        print(f"{recipe.__name__}: {len(nights)} nights in {time.monotonic() - begun:.1f} s")
    # A run that is still under way is not disturbed by the next.
    home = root / "billing"
    before = (home / "drift-history.jsonl").read_text()
    code, said = shell(["flock", ".truetape/drift.lock", "./drift.sh"], home, {})
    assert (code, said) == (0, "") and (home / "drift-history.jsonl").read_text() == before
    # What the nights have proposed is accepted by a person, one operation after the other.
    proposal = home / "cassettes/billing.new.yaml"
    accept = [truetape, "accept", "cassettes/billing.yaml"]
    old = (home / "cassettes/billing.yaml").read_text()
    said = at_terminal(accept, home, [("[q]uit: ", "q")])
    assert (home / "cassettes/billing.yaml").read_text() == old and proposal.exists(), said
    said = at_terminal(accept, home, [("[q]uit: ", "what?"), ("[q]uit: ", "y"), ("[q]uit: ", "n"), ("[y]es, [n]o: ", "n")])
    for part in ("in 2 operations", "1 of 2", "2 of 2", "replaced 2 exchanges", "the rest waits in"):
        assert part in said, f"{part}: {said}"
    assert proposal.exists() and "full_name" in (home / "cassettes/billing.yaml").read_text(), said
    said = at_terminal(accept, home, [("[y]es, [n]o: ", "y")])
    assert "GET /v1/customers" not in said and not proposal.exists(), said
    print("accept: one operation after the other")
finally:
    shutil.rmtree(root, ignore_errors=True)

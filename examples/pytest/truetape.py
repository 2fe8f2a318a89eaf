"""A replay for pytest: a base URL for each test, and a failure with the miss's own text.

Copy this file beside your tests. In conftest.py:

    import truetape
    replay = truetape.fixture("cassettes/billing.yaml")

Every test that takes `replay` has a session of its own: `replay.url` is its base URL. Nothing but Python's
own library and the `truetape` program is needed; TRUETAPE names the program if it is not on the PATH.
"""

import functools
import hashlib
import inspect
import json
import os
import re
import subprocess
import urllib.error
import urllib.request


class Replay:
    """A running replay of cassettes. `options` are those of `truetape replay`."""

    def __init__(self, *cassettes, options=()):
        program = os.environ.get("TRUETAPE", "truetape")
        command = [program, "replay", *map(str, cassettes), "--listen", "127.0.0.1:0", *options]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        line = self._process.stdout.readline()
        if not line.startswith("listening on "):
            raise RuntimeError(f"{program} did not start (exit {self._process.wait()}); it said why on stderr")
        self.url = line.split()[2]

    def session(self, name):
        """The session of that name: its answers are given to nobody else."""
        return Session(self, name)

    def stop(self):
        """Ends the replay."""
        self._process.terminate()
        self._process.stdout.close()
        self._process.wait()

    def ask(self, path, method="GET"):
        """Asks the admin API; None if there is no such thing."""
        request = urllib.request.Request(f"{self.url}/__truetape/{path}", method=method)
        request.add_header("Content-Type", "application/json")
        if token := os.environ.get("TRUETAPE_ADMIN_TOKEN"):
            request.add_header("Authorization", f"Bearer {token}")
        # A proxy of the environment is for the tests' own requests, not for these.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request) as answer:
                body = answer.read()
                return json.loads(body) if body else None
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise


class Session:
    """One isolated replay."""

    def __init__(self, replay, name):
        self._replay = replay
        self.name = name
        self.url = f"{replay.url}/__truetape/session/{name}"

    def misses(self):
        """Each request that found no answer, as text: what was asked, what comes nearest, what differs."""
        misses = self._replay.ask(f"misses?session={self.name}") or []
        return [f"{miss['detail']}\n  hint: {miss['hint']}" for miss in misses]

    def findings(self):
        """What the client did that would hurt in production, as text."""
        report = self._replay.ask(f"audits?session={self.name}") or {}
        found = [one for one in report.get("findings", []) if one["severity"] != "info"]
        return [f"{one['rule']}: {one['message']}\n  hint: {one.get('hint')}" for one in found]

    def end(self):
        """Lets go of it."""
        self._replay.ask(f"sessions/{self.name}", method="DELETE")


def fixture(*cassettes, options=(), audit=False):
    """A pytest fixture that gives each test a session, and fails the test on misses, and on findings if told."""
    import pytest

    running = []

    @pytest.fixture
    def replay(request):
        if not running:
            running.append(Replay(*cassettes, options=options))
            request.session.addfinalizer(running[0].stop)
        session = running[0].session(_name(request.node.nodeid))
        request.node.obj = _judged(request.node.obj, session, audit)
        yield session
        session.end()

    return replay


def _judged(test, session, audit):
    """The test, which fails as such on what its client did: whether it fell over because of it, or swallowed it."""
    import pytest

    def wrong():
        return "\n".join(session.misses() + (session.findings() if audit else []))

    def told(error):
        # A client that met a miss mostly fails in some other way: the miss is why.
        found = wrong() if isinstance(error, Exception | pytest.fail.Exception) else ""
        return pytest.fail.Exception(found) if found else None

    def passed():
        if found := wrong():
            pytest.fail(found, pytrace=False)

    if inspect.iscoroutinefunction(test):

        @functools.wraps(test)
        async def judged(*arguments, **named):
            __tracebackhide__ = True
            try:
                await test(*arguments, **named)
            except BaseException as error:
                if because := told(error):
                    raise because from error
                raise
            passed()

    else:

        @functools.wraps(test)
        def judged(*arguments, **named):
            __tracebackhide__ = True
            try:
                test(*arguments, **named)
            except BaseException as error:
                if because := told(error):
                    raise because from error
                raise
            passed()

    return judged


def _name(test):
    """A test's id as the name of a session: readable, lawful, and no other test's."""
    digest = hashlib.sha256(test.encode()).hexdigest()[:8]
    return re.sub(r"[^A-Za-z0-9._~-]+", "-", test)[-100:] + "-" + digest

"""A server in processes of its own, as people run it, and somebody who keeps writing to it."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from northing.access.models import Member, Scope, Token, User, Workspace
from northing.access.roles import Role
from northing.access.secrets import hash_secret, new_secret


class Server:
    """A server in the present home folder, that has said it is ready."""

    def __init__(self, port: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "northing.web.cli", "serve", "--port", str(port)],
            env={**os.environ, "DATABASE_URL": "", "NORTHING_URL": ""},
            stdout=subprocess.PIPE,
            text=True,
        )
        lines: list[str] = []
        assert self.process.stdout
        for line in self.process.stdout:
            lines.append(line.strip())
            if "Ctrl-C" in line:
                break
        else:
            raise AssertionError(f"the server ended: {lines}")
        self.link = lines[-2]

    def kill(self) -> None:
        """Kill it with every process that came from it, so that none of them can tidy up."""
        listing = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        pairs = [[int(word) for word in line.split()] for line in listing.splitlines()]
        family = [self.process.pid]
        for parent in family:
            family += [child for child, its_parent in pairs if its_parent == parent]
        for member in family:
            os.kill(member, signal.SIGKILL)
        self.process.wait()


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def token_of_an_admin() -> str:
    """A workspace with an admin, and what lets a program write in their name."""
    workspace = Workspace.objects.create(name="Orchard", slug="orchard")
    member = Member.objects.create(
        workspace=workspace, user=User.objects.create_user("ada@example.org", name="Ada"), role=Role.ADMIN
    )
    secret = new_secret("nth")
    Token.objects.create(
        workspace=workspace, member=member, name="writer", scope=Scope.WRITE, secret_hash=hash_secret(secret)
    )
    return secret


class Writer:
    """Makes teams one after another and renames each once.

    What comes next after a failure repeats the request that got no answer, as a careful program does: the creation
    with its idempotency key, the change with the version it was made for.
    """

    def __init__(self, port: int, token: str) -> None:
        self.made = 0
        self.renamed = 0
        self._port = port
        self._token = token
        self._key = ""

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Write all the while, until the block ends or the server is gone; waits for ten teams at first."""
        enough = threading.Event()
        work = threading.Thread(target=self._write, args=(enough,))
        before = self.renamed
        work.start()
        try:
            wait_until(lambda: self.renamed >= before + 10 or not work.is_alive())
            yield
        finally:
            enough.set()
            work.join()

    def _write(self, enough: threading.Event) -> None:
        with suppress(OSError, http.client.HTTPException):
            while not enough.is_set():
                self.write()

    def write(self) -> None:
        """Make one more team and rename it, or only rename the last one made."""
        if self.made == self.renamed:
            name = f"Team {self.made + 1}"
            status, team = self._send("POST", "", {"name": name}, {"Idempotency-Key": name})
            assert status == 201, team
            self.made += 1
            self._key = team["key"]
        name = f"Crew {self.made}"
        status, team = self._send("PATCH", f"/{self._key}", {"name": name, "version": 1}, {})
        assert status in (200, 409), team  # 409: it had been done, though nobody was told
        self.renamed += 1

    def _send(self, method: str, path: str, body: object, headers: dict[str, str]) -> tuple[int, dict[str, str]]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        try:
            headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json", **headers}
            connection.request(method, f"/api/v1/teams{path}", json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

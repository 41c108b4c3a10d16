"""`northing serve` as people run it: it answers, survives what dies under it, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from northing.access.models import User
from northing.web import home, server
from northing.web.faults import Fault
from northing.web.tests.running import Server, wait_until

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(enter: Any) -> Path:
    """A home folder where somebody has an account, so that no demo is made."""
    folder: Path = enter("shop", tables=True)
    User.objects.create_user("ada@example.org", name="Ada")
    return folder


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_it_serves_and_leaves_nothing_behind_however_it_ends(
    start: Callable[[], Server], shop: Path, port: int
) -> None:
    killed = start().process
    killed.kill()
    killed.wait()
    wait_until(lambda: not answers(port))
    assert home.served_at(shop) == ""

    again = start()
    assert again.link.startswith(f"http://127.0.0.1:{port}/")
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as page:
        assert page.status == 200
    assert home.served_at(shop) == f"http://127.0.0.1:{port}"
    with home.using(shop), pytest.raises(Fault), home.using(shop, alone=True):
        pass
    again.process.send_signal(signal.SIGINT)
    assert again.process.wait(timeout=60) == 0
    assert not answers(port)
    with home.using(shop, alone=True):
        pass


@pytest.fixture
def service() -> Iterator[Callable[..., server.Service]]:
    made: list[server.Service] = []

    def make(target: Callable[..., None], *arguments: Any) -> server.Service:
        made.append(server.Service("thing", target, arguments))
        made[-1].start()
        return made[-1]

    yield make
    server.stop(made)


def test_what_dies_is_started_again_and_ever_later(
    service: Callable[..., server.Service], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(server, "_RESTART", (0.01, 0.03))
    dying = service(os._exit, 3)
    for _ in range(3):
        process = dying.process
        process.join()
        wait_until(lambda process=process: dying.tend() or dying.process is not process)  # type: ignore[func-returns-value,misc]
    waits = [line.rpartition("again in ")[2] for line in capsys.readouterr().err.splitlines()]
    assert waits[:3] == ["0.01 s", "0.02 s", "0.03 s"]


def test_what_runs_is_left_alone_and_stopped_in_the_end(service: Callable[..., server.Service]) -> None:
    running = service(time.sleep, 60)
    process = running.process
    running.tend()
    assert running.process is process
    server.stop([running])
    assert not running.runs
    assert process.exitcode == -signal.SIGTERM

"""What the environment says, and what is made where it says nothing."""

from __future__ import annotations

import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.http.request import split_domain_port, validate_host

from northing.web import environment

ASK = """
import sys, time
from pathlib import Path
from northing.web import environment
time.sleep(max(0.0, float(sys.argv[2]) - time.time()))
print(environment.secret_key(Path(sys.argv[1])))
"""


@pytest.fixture(autouse=True)
def _no_key_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NORTHING_SECRET_KEY", raising=False)


def test_who_starts_first_makes_the_key_and_all_use_it(tmp_path: Path) -> None:
    """Every thread finds no key, for all have looked before the first goes on."""
    for attempt in range(20):
        folder, together = tmp_path / str(attempt), Barrier(8)
        folder.mkdir()

        def make(number: int, kept: Path = folder / "secret.key", together: Barrier = together) -> str:
            together.wait()
            environment._keep_first(kept, f"{number}" * 100_000)
            return kept.read_text()

        with ThreadPoolExecutor(8) as threads:
            keys = set(threads.map(make, range(8)))
        assert len(keys) == 1
        assert len(keys.pop()) == 100_000, "nobody reads half a key"
        assert [path.name for path in folder.iterdir()] == ["secret.key"]


def test_processes_that_start_together_have_one_key(tmp_path: Path) -> None:
    at = str(time.time() + 1)
    command = [sys.executable, "-c", ASK, str(tmp_path / "home"), at]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    keys = {process.communicate()[0].strip() for process in started}
    assert len(keys) == 1
    assert len(keys.pop()) >= 50
    kept = tmp_path / "home" / "secret.key"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_public_address_is_answered_to_and_has_no_slash_at_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NORTHING_URL", "https://north.example.com/")
    monkeypatch.setenv("NORTHING_HOSTS", "localhost, north")
    assert environment.public_url() == "https://north.example.com"
    assert environment.hosts("https://north.example.com") == ["localhost", "north", "north.example.com"]


def test_a_public_address_of_numbers_is_answered_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NORTHING_HOSTS", "localhost")
    name, _ = split_domain_port("[fd00::7]:8321")
    assert validate_host(name, environment.hosts("http://[fd00::7]:8321"))


@pytest.mark.parametrize(
    "value",
    [
        "north.example.com",
        "ftp://north.example.com",
        "HTTPS://north.example.com",
        "https://",
        "https://a.example/b",
        "https://a.example?b",
        "https://a.example#b",
        "https://a:secret@b.example",
        "https://*",
        "https://.example.com",
        "http://[fd00::7",
    ],
)
def test_a_public_address_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("NORTHING_URL", value)
    with pytest.raises(environment.BadSetting, match="use an address such as"):
        environment.public_url()

"""Modules that wait for their first use."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

START = """
import sys
from types import ModuleType
from northing.web.wsgi import application
from django.urls import get_resolver
get_resolver().url_patterns
loaded = lambda name: type(sys.modules.get(name)) is ModuleType
"""


def run(code: str, *path: Path) -> str:
    """What a new process prints."""
    done = subprocess.run([sys.executable, "-c", code, *map(str, path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_web_process_starts_without_the_api_and_loads_it_at_its_first_request() -> None:
    code = f"""{START}
before = [loaded(name) for name in ("ninja", "pydantic", "xlsxwriter", "scipy", "numpy")]
from django.test import Client
print(before, Client().get("/api/v1/features").status_code, loaded("ninja"))
"""
    assert run(code) == "[False, False, False, False, False] 401 True"


def test_what_waits_can_be_loaded_at_once() -> None:
    code = f"""{START}
from northing.web import late
late.load_all()
print([name for name in sorted(late.LATE & sys.modules.keys()) if not loaded(name)], loaded("ninja"))
"""
    assert run(code) == "[] True"


WAITING = """
import sys, threading
sys.path.insert(0, sys.argv[1])
from northing.web import late
late.LATE = frozenset({"slow", "broken"})
late.load_late()
"""


def test_threads_that_come_while_it_loads_wait_for_the_whole_module(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text("first = 1\nimport time\ntime.sleep(0.2)\nlast = first + 1\n")
    code = f"""{WAITING}
import slow
seen = []
threads = [threading.Thread(target=lambda: seen.append((slow.first, slow.__dict__.get("last")))) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(set(seen), type(slow).__name__)
"""
    assert run(code, tmp_path) == "{(1, 2)} module"


def test_a_module_that_cannot_load_says_so_at_every_use(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("raise ImportError('no such thing')\n")
    code = f"""{WAITING}
import broken
for _ in range(2):
    try:
        broken.anything
    except ImportError as error:
        print(error, end="; ")
"""
    assert run(code, tmp_path) == "no such thing; no such thing;"

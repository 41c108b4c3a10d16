"""What Northing weighs: its start, a web worker after a look round the demo, and the installed base.

Held to: start-up below 1 s of processor time, ready to serve within 5 s, a web worker below 200 MB, the base install
below 700 MiB. The start is what a web worker does before it can answer: Python, settings, every module, the addresses;
compiled before, as an installation is. Serving includes all that `make run` does when everything is installed: the
preparation, the web server and the job worker, each in a process of its own. `--limit N` starts.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from statistics import median
from typing import Any

from packaging.requirements import Requirement

from benchmarks.report import Options, Report, measured

MEBIBYTE = 2**20
SOURCE = Path(__file__).parents[1] / "src"
STARTS = 5
PORT = 28321
START = "from northing.web.wsgi import application; from django.urls import get_resolver; get_resolver().url_patterns"
PAGES = ("", "inbox/", "features/", "features/F-1/", "prioritise/", "roadmap/", "board/", "decisions/", "delivery/")
LOOK_ROUND = f"""
from northing.web.wsgi import application
from django.test import Client
from northing.access.models import Member, User, Workspace
from northing.web import late
workspace = Workspace.objects.get(is_demo=True)
user = User.objects.create_user("reader@example.com", name="Reader")
Member.objects.create(workspace=workspace, user=user, role="admin")
late.load_all()
client = Client()
client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
for _ in range(20):
    for page in {PAGES!r}:
        assert client.get(f"/{{workspace.slug}}/{{page}}").status_code == 200, page
with open("/proc/self/status") as status:
    print(next(line.split()[1] for line in status if line.startswith("VmRSS")))
"""


def run(options: Options) -> Report:
    """Start some times, look round once, add up the installed files."""
    _run("-m", "compileall", "-q", str(SOURCE / "northing"))
    with _home():
        starts = [_start() for _ in range(options.limit or STARTS)]
        _run("-m", "northing.web.cli", "demo")
        until_ready = _until_ready()
        resident = int(_run("-c", LOOK_ROUND)) * 1024 / 1e6
    rows: list[dict[str, Any]] = [
        {"figure": "start-up, processor seconds", "value": median(starts), "held to": 1.0},
        {"figure": "northing serve until ready, seconds", "value": until_ready, "held to": 5.0},
        {"figure": "web worker, MB", "value": resident, "held to": 200.0},
        {"figure": "base install, MiB", "value": _installed() / MEBIBYTE, "held to": 700.0},
    ]
    return Report(rows, {"missed": [row["figure"] for row in rows if row["value"] >= row["held to"]]})


@contextmanager
def _home() -> Iterator[None]:
    """A migrated home folder that goes away."""
    with tempfile.TemporaryDirectory(prefix="northing-footprint-") as folder:
        os.environ["NORTHING_HOME"] = folder
        os.environ.pop("DATABASE_URL", None)
        os.environ["DJANGO_SETTINGS_MODULE"] = "northing.web.settings"
        yield


def _run(*arguments: str) -> str:
    return subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout


def _start() -> float:
    with measured() as cost:
        _run("-c", START)
    return cost.cpu_seconds


def _until_ready() -> float:
    """Seconds by the clock until a server in the present home says that it is ready."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "northing.web.cli", "serve", "--port", str(PORT)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            ready = any("is ready" in line for line in server.stdout or ())
            took = time.perf_counter() - began
        finally:
            server.terminate()
    if not ready:
        raise SystemExit("northing serve ended before it was ready; the reason is above")
    return took


def _installed() -> int:
    """Bytes of Northing, of all that it requires without extras, and of the Python package installer."""
    wanted, seen = [distribution("northing"), distribution("pip")], set[str]()
    total = 0
    while wanted:
        found = wanted.pop()
        if found.name in seen:
            continue
        seen.add(found.name)
        total += _size(found)
        wanted += _required(found)
    return total


def _size(found: Distribution) -> int:
    is_checkout = found.name == "northing"
    files = SOURCE.rglob("*") if is_checkout else (Path(str(found.locate_file(file))) for file in found.files or ())
    return sum(file.stat().st_size for file in files if file.is_file())


def _required(found: Distribution) -> Iterator[Distribution]:
    for line in found.requires or ():
        requirement = Requirement(line)
        extra = re.search(r"extra\s*==", str(requirement.marker or ""))
        if not extra and (requirement.marker is None or requirement.marker.evaluate()):
            try:
                yield distribution(requirement.name)
            except PackageNotFoundError as error:
                raise SystemExit(f"{requirement.name} is required and not installed") from error

"""What a page costs at 100,000 features and 100,000 feedback: processor time of server and SQLite per request.

Held to, as medians: a list of 50 rows 15 ms, a record 20 ms, an API list of 30 8 ms, a search 50 ms; the 99th
percentile below five times the median; no page above 100 KB compressed. Workbenches, which look at more than a page
of records, are held to nothing and asked fewer times. The database is made once and kept in the temporary folder.
``--limit N`` records of each kind (default: 100,000).
"""

from __future__ import annotations

import gzip
import os
import random
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any

from benchmarks.report import Options, Report

if TYPE_CHECKING:
    from northing.access.actor import Actor
    from northing.access.models import User, Workspace

RECORDS = 100_000
AT_ONCE = 2_000
WARM_UP, REQUESTS, OF_WORKBENCH = 5, 100, 20
SLUG = "benchmark"
WORDS = (
    "export",
    "crash",
    "sync",
    "photo",
    "filter",
    "battery",
    "pairing",
    "colour",
    "slow",
    "preset",
    "layer",
    "mask",
)
STATUSES = ("new", "candidate", "planned", "in_delivery", "released")
Address = Callable[[random.Random, int], str]
Visit = Callable[[str], bytes]


def _near(draw: random.Random, records: int) -> int:
    return draw.randint(1, records)


def _words(draw: random.Random, records: int) -> str:
    return f"{draw.choice(WORDS)}+{draw.choice(WORDS)}"


PAGES: dict[str, tuple[float, Address]] = {
    "list": (15, lambda draw, n: f"/{SLUG}/features/"),
    "list sorted by value": (15, lambda draw, n: f"/{SLUG}/features/?sort=-value"),
    "list filtered": (15, lambda draw, n: f"/{SLUG}/features/?status={draw.choice(STATUSES)}"),
    "list of feedback": (15, lambda draw, n: f"/{SLUG}/feedback/?state=new"),
    "feature": (20, lambda draw, n: f"/{SLUG}/features/F-{_near(draw, n)}/"),
    "feedback": (20, lambda draw, n: f"/{SLUG}/feedback/FB-{_near(draw, n)}/"),
    "API list of 30": (8, lambda draw, n: "/api/v1/features?size=30"),
    "search": (50, lambda draw, n: f"/{SLUG}/search?q={_words(draw, n)}"),
    "list searched": (50, lambda draw, n: f"/{SLUG}/features/?q={_words(draw, n)}"),
}
WORKBENCHES = {
    "home": "",
    "what changed": "changed/",
    "inbox": "inbox/",
    "board": "board/",
    "tree": "tree/",
    "prioritise": "prioritise/",
    "sizing": "sizing/",
    "roadmap": "roadmap/",
    "goals": "goals/",
}


def run(options: Options) -> Report:
    """Each page many times, with different records and words."""
    records = options.limit or RECORDS
    _start(Path(tempfile.gettempdir()) / f"northing-pages-{records}")
    visit = _visitor(records)
    rows = [_measure(visit, name, held_to, address, records) for name, (held_to, address) in PAGES.items()]
    for name, path in WORKBENCHES.items():
        rows.append(_measure(visit, name, None, partial(_workbench, path), records, OF_WORKBENCH))
    return Report(rows, {"records of each kind": records})


def _workbench(path: str, draw: random.Random, records: int) -> str:
    return f"/{SLUG}/{path}"


def _start(home: Path) -> None:
    os.environ["NORTHING_HOME"] = str(home)
    os.environ.pop("DATABASE_URL", None)
    from django.urls import get_resolver

    from northing.web.commands.starting import start_django
    from northing.web.late import load_all

    start_django(migrate=True)
    _ = get_resolver().url_patterns  # first the pages, then what waits, as a web worker does
    load_all()


def _visitor(records: int) -> Visit:
    """What asks the application as a web server does, signed in to the workspace; it is filled if it is not there yet.

    The connection to the database stays open from one request to the next, as in a web worker.
    """
    from django.test import Client, RequestFactory

    from northing.access.actor import for_member
    from northing.access.models import Member, User, Workspace

    workspace, is_new = Workspace.objects.get_or_create(slug=SLUG, defaults={"name": "Benchmark"})
    if is_new:
        user = User.objects.create_user("reader@example.com", name="Reader")
        actor = for_member(Member.objects.create(workspace=workspace, user=user, role="admin"))
        _fill(actor, records)
    reader = User.objects.get(email="reader@example.com")
    browser = Client()
    browser.force_login(reader)
    asking = RequestFactory(headers={"Authorization": f"Bearer {_token(workspace, reader)}"})
    asking.cookies = browser.cookies

    def visit(url: str) -> bytes:
        return _answer(asking.get(url).environ)

    return visit


def _answer(environ: dict[str, Any]) -> bytes:
    from northing.web.wsgi import application

    with closing(application(environ, lambda *started: print)) as answer:
        if answer.status_code != 200:
            raise SystemExit(f"{environ['PATH_INFO']} answered {answer.status_code}")
        return b"".join(answer)


def _token(workspace: Workspace, reader: User) -> str:
    """A new token for the API, of the member who reads."""
    from northing.access.models import Member, Token
    from northing.access.secrets import hash_secret, new_secret

    secret = new_secret("nt")
    member = Member.objects.get(workspace=workspace, user=reader)
    Token.objects.create(workspace=workspace, member=member, name="benchmark", secret_hash=hash_secret(secret))
    return secret


def _fill(actor: Actor, records: int) -> None:
    from django.db import connection

    from northing.kit import changes
    from northing.kit.record_types import registry

    draw = random.Random(1)
    made: list[Any] = []
    for kind, row in (("feature", _feature), ("feedback", _feedback)):
        for start in range(0, records, AT_ONCE):
            rows = [row(draw, actor) for _ in range(min(AT_ONCE, records - start))]
            if kind == "feature" and start:
                for part, whole in zip(rows[::5], made, strict=False):
                    part["parent"] = whole.pk
            made = changes.create(actor, registry.named(kind), rows)
            if kind == "feature":
                _measure_features(actor, [feature.pk for feature in made], draw)
    connection.cursor().execute("ANALYZE")


def _title(draw: random.Random) -> str:
    return " ".join(draw.choices(WORDS, k=4)).capitalize()


def _feature(draw: random.Random, actor: Actor) -> dict[str, Any]:
    text = " ".join(draw.choices(WORDS, k=40))
    return {"title": _title(draw), "description": text, "status": draw.choice(STATUSES), "owner": actor.member_id}


def _feedback(draw: random.Random, actor: Actor) -> dict[str, Any]:
    return {"title": _title(draw), "text": " ".join(draw.choices(WORDS, k=40)), "rating": draw.randint(1, 5)}


def _measure_features(actor: Actor, ids: list[int], draw: random.Random) -> None:
    from northing.decisions.public import MeasureValue, write_measures

    values = []
    for pk in ids:
        for name, unit in (("value", "kEUR"), ("effort", "days"), ("voices", "")):
            mid = draw.lognormvariate(2, 1)
            values.append(MeasureValue(pk, name, mid / 2, mid, mid * 2, unit=unit))
    write_measures(actor, values)


def _measure(
    visit: Visit, name: str, held_to: float | None, address: Address, records: int, requests: int = REQUESTS
) -> dict[str, Any]:
    draw = random.Random(name)
    costs = []
    size = 0
    for number in range(WARM_UP + requests):
        url = address(draw, records)
        began = time.process_time()
        content = visit(url)
        spent = 1000 * (time.process_time() - began)
        size = max(size, len(gzip.compress(content)))
        if number >= WARM_UP:
            costs.append(spent)
    middle, last = median(costs), quantiles(costs, n=100)[98]
    return {"page": name, "held to, ms": held_to, "median, ms": middle, "p99, ms": last, "largest, KB": size / 1000}

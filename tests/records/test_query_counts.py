"""How many queries a page of each record type takes, frozen in `query_counts.json`: a change shows in its diff.

`FREEZE_QUERY_COUNTS=1 pytest tests/records/test_query_counts.py -n 0` writes the file anew.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from northing.access.actor import Actor
from northing.access.models import Member, Scope, Token
from northing.access.secrets import hash_secret
from northing.kit.reading import list_url, record_url
from northing.kit.record_types import RecordType, registry

from .samples import make

pytestmark = pytest.mark.django_db
FILE = Path(__file__).with_name("query_counts.json")
FROZEN: dict[str, dict[str, int]] = json.loads(FILE.read_text()) if FILE.exists() else {}
SECRET = "a-secret-for-counting"


@pytest.fixture(scope="module")
def counted() -> Iterator[dict[str, dict[str, int]]]:
    """The counts of this run; written to the file at the end when asked to."""
    found: dict[str, dict[str, int]] = {}
    yield found
    if os.environ.get("FREEZE_QUERY_COUNTS"):
        FILE.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")


def pages(actor: Actor, record_type: RecordType) -> dict[str, str]:
    """Addresses by what they show, where the type has seven records."""
    records = [make(actor, record_type) for _ in range(7)]
    one, every = record_url(actor, record_type, records[0]), list_url(actor, record_type)
    api = f"/api/v1/{record_type.path}"
    return {
        "list": every,
        "detail": one,
        "edit form": f"{one}edit",
        "history": f"{one}history",
        "API list": api,
        "API detail": f"{api}/{record_type.key(records[0])}",
    }


def queries(client: Client, address: str) -> int:
    client.get(address)  # what is looked up once in a process is not the page's
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    assert answer.status_code == 200, address
    return len(captured)


@pytest.mark.parametrize("record_type", [pytest.param(t, id=t.name) for t in registry])
def test_queries_are_as_frozen(
    record_type: RecordType, admin: Member, admin_actor: Actor, signed_in: Client, counted: dict[str, dict[str, int]]
) -> None:
    Token.objects.create(
        workspace=admin.workspace, member=admin, name="t", scope=Scope.READ, secret_hash=hash_secret(SECRET)
    )
    program = Client(headers={"Authorization": f"Bearer {SECRET}"})
    counts = {
        name: queries(program if name.startswith("API") else signed_in, address)
        for name, address in pages(admin_actor, record_type).items()
    }
    counted[record_type.name] = counts
    if not os.environ.get("FREEZE_QUERY_COUNTS"):
        assert counts == FROZEN.get(record_type.name), "if it is meant, freeze the counts anew"

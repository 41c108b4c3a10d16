"""The page of a checked file whose rows may be no records."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from northing.features.models import Feature
from northing.kit.jobs.worker import Worker
from tests.imports.test_check_page import checked, editor

__all__ = ["editor"]
pytestmark = pytest.mark.django_db


def test_of_two_headings_with_the_same_words_one_may_be_taken_in(editor: Client) -> None:
    part = b"Sync,App,3\nMaps,App,2\nMasks,Web,2\nHinge,App,1\nPhase 2,,\n"
    columns = {"column-0": "title", "column-1": "", "column-2": "effort"}
    url, _ = checked(editor, b"Feature,Team,Effort\n" + part * 2 + b"Fan,App,1\n", columns)
    editor.post(f"{url}choose", {"row": ["6", "11"], "leave": ["11"]})
    Worker().run_due()
    page = editor.get(url).content.decode()
    ticked = re.findall(r'name="leave" value="(\d+)" form="import-form"( checked)?>', page)
    assert ticked == [("6", ""), ("11", " checked")]
    editor.post(f"{url}apply")
    Worker().run_due()
    assert Feature.objects.filter(title="Phase 2").count() == 1

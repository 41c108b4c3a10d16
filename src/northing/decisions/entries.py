"""Columns of estimates: exported as they are shown, and what is typed into the export's cells comes back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.utils import timezone

from northing.access.actor import Actor
from northing.decisions.columns import measure_column, text_of
from northing.decisions.models import Method
from northing.decisions.planning import read_estimate, values_between
from northing.decisions.quantities import quantity_named
from northing.decisions.rules import QUANTILES, MeasureValue
from northing.kit.changes import ChangeSession
from northing.kit.extensions import Column, Entry
from northing.kit.importing.importers import Brought
from northing.kit.record_types import Values, registry

_NEAR = timedelta(minutes=1)  # spreadsheets keep no more of a time
_CODE = re.compile(r"(?<!\s)\s+([A-Z]{3})$")


def estimate_column(quantity: str, *, of: str) -> Column:
    """A column of what is estimated of this quantity, for lists of the record type `of`."""
    known = quantity_named(quantity)
    is_money = "{currency}" in known.unit
    unit = "%" if known.is_share else "" if is_money else known.unit
    column = measure_column(quantity, known.label, unit, of=of)

    def read(actor: Actor, cell: str) -> str:
        row = _row(quantity, cell)
        reading = read_estimate({**dict.fromkeys(QUANTILES), "method": Method.PERSON, **row})
        unit = row["unit"] or known.unit_in(actor.workspace.currency)
        return text_of(MeasureValue(0, quantity, *reading.triple, unit=unit))

    def earlier(actor: Actor, moments: Mapping[int, datetime]) -> dict[int, set[str]]:
        now = timezone.now()  # no export was made later, whatever a file says
        spans = {pk: (moment, min(moment, now) + _NEAR) for pk, moment in moments.items()}
        found = values_between(actor, spans, quantity)
        return {pk: {text_of(value) for value in values} for pk, values in found.items()}

    return replace(column, entry=Entry(read=read, earlier=earlier), unit=known.unit if is_money else "")


def _row(quantity: str, cell: str) -> Values:
    """An estimate's row from a cell: the unit that exports write behind a number is taken off."""
    known, given = quantity_named(quantity), ""
    if "{currency}" in known.unit:
        per = known.unit.removeprefix("{currency}")
        cell = cell.removesuffix(per)
        if found := _CODE.search(cell):
            cell, given = cell[: found.start()], found[1] + per
    elif not known.is_time:
        cell = cell.removesuffix(known.unit)
    return {"quantity": quantity, "entered": cell.strip(), "unit": given}


def estimate_typed(change: ChangeSession, brought: Sequence[Brought]) -> None:
    """What was typed into the cells of an export becomes the estimates of who brings it."""
    rows = [{"about": one.record.pk, **_row(quantity, cell)} for one in brought for quantity, cell in one.typed.items()]
    change.create(registry.named("estimate"), rows)

"""What a decision holds besides texts: options and limits, as programs send them and as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from northing.access.actor import Actor
from northing.decisions import limits, moving, queries
from northing.decisions.models import Decision
from northing.kit.fields import Json


class Options(Json):
    """What can be chosen, each with what is for and against it and the day that it moves."""

    def in_words(self, actor: Actor, value: Any) -> str:
        moves = moving.moves_of(actor, value)
        return "\n".join(_option(option, move) for option, move in zip(value, moves, strict=True))


def _option(option: Mapping[str, Any], move: moving.Move | None) -> str:
    said = [f"{side}: {option[side]}" for side in ("for", "against") if option.get(side)]
    said += [f"moves {move.words}"] if move else []
    return f"{option['title']} ({'; '.join(said)})" if said else str(option["title"])


class Limits(Json):
    """Numbers that are watched: past them, a decision is looked at again."""

    def in_words(self, actor: Actor, value: Any) -> str:
        watched = queries.watched(actor, [Decision(triggers=value)])
        return "\n".join(limits.in_words(one, actor.workspace.currency) for one in watched)

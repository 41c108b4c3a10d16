"""Likeness by meaning: other words for the same thing are found, and odd input is no trouble."""

from __future__ import annotations

import json
from pathlib import Path
from time import process_time

import numpy as np
import pytest

from northing.science.text import meant_alike, most_alike, vectors, without_greeting
from northing.science.text.words import sentences

NAMES = ["Battery life", "Night mode", "Guest access", "Offline maps"]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("It is empty after an hour, I charge it twice a day", "Battery life"),
        ("The screen is too bright in the evening, give me something dark", "Night mode"),
        ("My wife needs my password to get in", "Guest access"),
        ("No map at all without reception", "Offline maps"),
    ],
)
def test_other_words_for_the_same_thing_are_found(said: str, meant: str) -> None:
    others = ["Love it", "How do I return it?", "The invoice is wrong", "Delivery took two weeks"]
    assert NAMES[int(meant_alike([said, *others], NAMES)[0].argmax())] == meant


def test_words_alone_find_none_of_them() -> None:
    assert most_alike("I charge it twice a day", ["Battery life"]) == ()


def test_the_same_words_are_all_alike_and_nothing_is_more() -> None:
    alike = meant_alike([*NAMES, "thanks"], NAMES)
    assert np.allclose(np.diag(alike), 1, atol=0.02)
    assert alike.min() >= 0
    assert alike.max() <= 1


@pytest.mark.parametrize(
    "odd",
    [
        "",
        "   ",
        "!!!",
        "https://example.com",
        "\u0000",
        "x" * 100_000,
        "@" * 100_000,
        "a@" * 50_000,
        "写真の編集",
        "🙂" * 50,
    ],
)
def test_odd_texts_are_told_apart_from_nothing(odd: str) -> None:
    alike = meant_alike([odd, "night mode please"], [odd, "Night mode"])
    assert np.isfinite(alike).all()
    assert alike[1, 1] > 0.4


def test_nothing_is_like_nothing() -> None:
    assert meant_alike([], NAMES).shape == (0, 4)
    assert meant_alike(["night"], []).shape == (1, 0)


def test_the_order_of_texts_changes_nothing() -> None:
    said = ["dark please", "no map without reception", "password for my wife"]
    assert np.allclose(meant_alike(said, NAMES), meant_alike(said[::-1], NAMES)[::-1])


def test_a_word_falls_into_the_longest_pieces_that_are_known() -> None:
    known = vectors.Vectors(np.zeros((3, 2), np.float16), {"▁off": 0, "line": 1, "lin": 2}, 4)
    assert known.pieces("offline") == [0, 1]
    assert known.pieces("off-lin") == [0, 2]
    assert known.pieces("") == []


def test_the_vectors_are_those_of_the_package(tmp_path: Path) -> None:
    vectors.build(tmp_path)
    assert json.loads((tmp_path / "pieces.json").read_text(encoding="utf-8")) == vectors.vectors().number
    assert np.array_equal(np.load(tmp_path / "vectors.npy"), vectors.vectors().rows)
    assert "Permission is hereby granted" in (tmp_path / "LICENSE.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("FW: It rained all night", "It rained all night"),
        ("hey!! Soil probe empty", "Soil probe empty"),
        ("Hallo zusammen, bitte dunkel", "bitte dunkel"),
        ("Hello - it rained", "it rained"),
        ("Dear support, the hub is dead", "the hub is dead"),
        ("Hi Kim! The export fails", "The export fails"),
        ("Hidden, it is", "Hidden, it is"),
        ("Hi export fails, please help", "Hi export fails, please help"),
        ("App: the battery", "App: the battery"),
        ("Hi-res photos, please", "Hi-res photos, please"),
        ("Re-open the list", "Re-open the list"),
        ("Thanks!", "Thanks!"),
        ("hey!! ", "hey!! "),
        ("", ""),
    ],
)
def test_a_text_begins_after_its_greeting(text: str, begins: str) -> None:
    assert without_greeting(text) == begins


@pytest.mark.parametrize("odd", ["Hello" + "\n" * 50_000 + "…", "'" * 50_000 + "@", "Hello " + "." * 50_000 + "x"])
def test_a_long_run_of_signs_takes_no_more_than_a_moment(odd: str) -> None:
    begun = process_time()
    assert odd.endswith(without_greeting(odd))
    assert sentences(odd)
    assert process_time() - begun < 1

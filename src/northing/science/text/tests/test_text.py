"""Lexical likeness, near-duplicates and themes: against enumeration, planted truth and real requests."""

from __future__ import annotations

import json
import math
import os
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from northing.science.text import Duplicate, find_themes, most_alike, most_alike_to_each, near_duplicates
from northing.science.text.words import sentences, words

VOCABULARY = [
    f"{a}{b}" for a in ("mor", "tal", "vin", "kes", "dru", "pol") for b in ("ta", "ren", "ix", "um", "od", "ely")
]


def made_up(generator: np.random.Generator, length: int) -> str:
    return " ".join(generator.choice(VOCABULARY, length))


def full_comparison(texts: list[str], threshold: float) -> dict[int, tuple[int, float]]:
    """What repeats what, by the definition of the idf-weighted Jaccard index on every pair."""
    shingles = [{(w,) for w in words(text)} | set(pairwise(words(text))) for text in texts]
    frequency = Counter(s for some in shingles for s in some)

    def weight(some: set[tuple[str, ...]]) -> float:
        return sum(math.log1p(len(texts) / frequency[s]) for s in some)

    found: dict[int, tuple[int, float]] = {}
    for late, early in [(b, a) for b in range(len(texts)) for a in range(b)]:
        if early not in found and late not in found:
            value = weight(shingles[early] & shingles[late]) / weight(shingles[early] | shingles[late])
            if value >= threshold:
                found[late] = (early, value)
    return found


def test_duplicates_are_those_of_a_full_comparison() -> None:
    generator = np.random.default_rng(4)
    texts = [made_up(generator, int(n)) for n in generator.integers(6, 30, 60)]
    for text in texts[:40]:
        read = text.split()
        read[int(generator.integers(len(read)))] = "changed"
        texts.append(" ".join(read))
    found = near_duplicates(texts, 0.7)
    expected = full_comparison(texts, 0.7)
    assert {d.index: d.of for d in found} == {late: early for late, (early, _) in expected.items()}
    assert len(found) > 10
    for duplicate in found:
        assert duplicate.likeness == pytest.approx(expected[duplicate.index][1], abs=1e-12)


def test_a_forms_fixed_words_do_not_make_reports_alike() -> None:
    form = "what did you do what did you expect what happened instead please add a screenshot and your version"
    texts = [f"{form} {topic}" for topic in ("crop jumps on rotate", "export stops at half", *VOCABULARY)]
    plain = len(set(words(texts[0])) & set(words(texts[1]))) / len(set(words(texts[0])) | set(words(texts[1])))
    assert plain > 0.6
    assert near_duplicates(texts, 0.6) == ()


def test_equal_words_follow_their_first_into_its_group() -> None:
    long = made_up(np.random.default_rng(1), 40)
    found = near_duplicates([long, long + " more", "else", long.upper() + " MORE!", ""], 0.8)
    assert [(d.index, d.of) for d in found] == [(1, 0), (3, 0)]
    assert found[0].likeness == found[1].likeness < 1


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.sampled_from("ab ü写真.!'\n"), max_size=12), max_size=12), st.floats(0.05, 1))
def test_groups_have_one_leader_before_all_its_members(texts: list[str], threshold: float) -> None:
    found = near_duplicates(texts, threshold)
    repeating = {d.index for d in found}
    assert all(d.of < d.index and d.of not in repeating and threshold <= d.likeness <= 1 + 1e-12 for d in found)


def test_no_pair_is_missed_among_many() -> None:
    """Planted copies with one word changed of forty, about 0.93 alike: a miss has probability below 1e-9."""
    generator = np.random.default_rng(9)
    originals = [made_up(generator, 40) for _ in range(1500)]
    copies = [" ".join(["other", *text.split()[1:]]) for text in originals]
    found = near_duplicates(originals + copies, 0.8)
    assert [(d.index, d.of) for d in found] == [(1500 + i, i) for i in range(1500)]


def test_likeness_is_a_cosine() -> None:
    texts = ["Export to PDF", "Crop to a ratio", "export to pdf!", "Cropping"]
    [best, *others] = most_alike("export to PDF", texts, limit=4, floor=0)
    assert best.index == 0
    assert best.likeness == pytest.approx(1)
    assert others[0].index == 2
    assert others[0].likeness == pytest.approx(1)
    assert most_alike("cropped", texts, limit=1)[0].index == 3


def test_what_is_sought_together_is_found_as_one_by_one() -> None:
    texts, queries = ["Dark theme", "PDF export", "Crop to a ratio"], ["exporting to pdf", "", "darker themes to crop"]
    assert most_alike_to_each(queries, texts) == [most_alike(query, texts) for query in queries]


@pytest.mark.parametrize(
    ("query", "best", "worst"),
    [
        ("Der Export als PDF bricht ab", "PDF-Export abgebrochen", "Dunkles Design für die App"),
        ("экспорт фотографий не работает", "Экспорт фото", "Тёмная тема"),
        ("写真を書き出せない", "写真の書き出し", "暗いテーマ"),
        ("no puedo exportar las fotos", "Exportación de fotos", "Tema oscuro"),
    ],
)
def test_likeness_works_in_other_languages(query: str, best: str, worst: str) -> None:
    assert [m.index for m in most_alike(query, [worst, best], limit=1, floor=0.01)] == [1]


def test_reading() -> None:
    assert words("Ａpps & naïve I’M 5.1") == ["apps", "naïve", "i'm", "5", "1"]
    assert words("") == sentences(" ... ") == []
    assert near_duplicates([]) == near_duplicates(["", "?"]) == ()
    assert most_alike("", ["a"]) == most_alike("a", []) == ()


def test_planted_themes_are_found_and_named() -> None:
    generator = np.random.default_rng(2)
    planted = {
        "Noise cancelling": "the noise cancelling {}",
        "Exports": "{} when it exports",
        "Hinge": "the hinge is {}",
    }
    texts = [form.format(made_up(generator, 4)) for form in planted.values() for _ in range(12)]
    themes = {theme.title: theme for theme in find_themes(texts, most=5, smallest=8)}
    for place, title in enumerate(planted):
        assert set(range(12 * place, 12 * place + 12)) <= set(themes[title].texts)


def test_what_stands_in_the_same_sentence_each_time_is_no_theme() -> None:
    said = [
        "Export fails on large files",
        "Large files make the export fail",
        "The export fails at night",
        "Fast export",
    ]
    texts = [f"{one}. Sent from my garden chair." for one in said]
    assert [theme.title for theme in find_themes(texts)] == ["Export fails"]


ASKED = ("Der Export bricht ab", "Ein Export dauert ewig", "Warum stockt der Export", "Export ohne Ende")


@pytest.mark.parametrize(
    ("greeting", "closing"),
    [
        ("Hallo zusammen", "Viele Grüße {}"),
        ("Good morning", "Thanks, {}"),
        ("Bonjour {}", "Bien cordialement {}"),
        ("Buenos días {}", "Muchas gracias, un saludo {}"),
        ("Dzień dobry", "Z góry dziękuję {}"),
    ],
)
def test_greetings_thanks_and_closings_are_no_themes(greeting: str, closing: str) -> None:
    names = ("Ana", "Ole", "Ida", "Jon")
    texts = [f"{greeting.format(n)},\n{ask}.\n{closing.format(n)}" for ask, n in zip(ASKED, names, strict=True)]
    assert [(theme.title, theme.phrases) for theme in find_themes(texts)] == [("Export", ())]


def test_what_messages_only_end_with_is_no_theme() -> None:
    ends = ("Winkewinke Ana", "Winkewinke Ole", "Winkewinke, Ida", "Winkewinke Jon")
    texts = [f"{ask}. Das stört. Jeden Tag.\n{end}" for ask, end in zip(ASKED, ends, strict=True)]
    assert [theme.title for theme in find_themes(texts)] == ["Export"]
    begun = [f"{end}. {ask}. Das stört. Jeden Tag." for ask, end in zip(ASKED, ends, strict=True)]
    assert "Winkewinke" in {theme.title for theme in find_themes(begun)}


def test_what_merely_shares_set_words_with_one_member_is_of_no_theme() -> None:
    crashes = [f"The app crashed {said} on Android" for said in ("today", "again on my ride", "on start", "at night")]
    others = ["Dark mode in the app on my ride", "Plan gravel routes in the app", "Why is the app so slow at night"]
    themes = {theme.title: theme for theme in find_themes([*crashes, *others])}
    assert set(themes["App crashed"].texts) == {0, 1, 2, 3}


def test_what_has_less_of_a_theme_may_be_about_it() -> None:
    texts = [f"Offline maps {said}, the download stops" for said in ("of the Alps", "of Portugal", "of my town")]
    texts += ["Allow map download over WiFi", *(f"{noun} squeaks" for noun in ("Hinge", "Lid", "Strap", "Dock"))]
    [maps] = [theme for theme in find_themes(texts) if 0 in theme.texts]
    assert (set(maps.texts), maps.perhaps) == ({0, 1, 2}, (3,))


def test_what_is_counted_names_no_theme() -> None:
    said = ("Died after {} months", "Used it {} months then it broke", "Only {} months and the hinge is loose")
    assert find_themes([one.format(count) for one, count in zip(said, (2, 3, 11), strict=True)]) == ()


def test_themes_of_the_same_texts_are_the_same() -> None:
    generator = np.random.default_rng(3)
    texts = [made_up(generator, 6) for _ in range(80)]
    assert find_themes(texts) == find_themes(list(texts))


def test_bad_requests_say_what_to_give() -> None:
    with pytest.raises(ValueError, match=r"threshold 1\.5: must be above 0"):
        near_duplicates(["a"], 1.5)
    with pytest.raises(ValueError, match="at least 1 theme"):
        find_themes(["a"], most=0)
    with pytest.raises(ValueError, match="limit 0"):
        most_alike("a", ["a"], limit=0)


@pytest.fixture(scope="module")
def requests() -> list[dict[str, Any]]:
    root = Path(os.environ.get("NORTHING_TEST_DATA") or Path(__file__).parents[6] / "shared" / "data")
    file = root / "photo" / "feature_requests.jsonl"
    if not file.exists():
        pytest.skip(f"the real feature requests are not here: {file}; set NORTHING_TEST_DATA")
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


@pytest.mark.real_data
def test_real_requests_meet_others_of_their_topic(requests: list[dict[str, Any]]) -> None:
    """Topics were labelled by hand; of topics with four requests or more, nine in ten meet one in their first five."""
    texts = [f"{r['title']}. {r['summary']}" for r in requests]
    topics = [r["theme"] for r in requests]
    common = {t for t, count in Counter(topics).items() if count >= 4} - {"bundle", "bug", "ux"}
    tried = [i for i, topic in enumerate(topics) if topic in common]
    met = 0
    for i in tried:
        others = [m.index for m in most_alike(texts[i], texts, limit=6) if m.index != i][:5]
        met += any(topics[other] == topics[i] for other in others)
    assert met / len(tried) >= 0.85


@pytest.mark.real_data
def test_real_requests_give_the_topics_people_saw(requests: list[dict[str, Any]]) -> None:
    themes = find_themes([f"{r['title']}. {r['summary']}" for r in requests], smallest=4)
    leading = {
        Counter(requests[i]["theme"] for i in theme.texts[:10]).most_common(1)[0][0]: theme.title for theme in themes
    }
    assert {"masks", "lens", "export", "merge", "crop"} <= set(leading)


def test_a_duplicate_reads_well() -> None:
    assert near_duplicates(["slow", "SLOW"]) == (Duplicate(1, 0, 1.0),)

"""Exports of one tool in the languages of its interface: the same records, whatever the headers are called."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from northing.exchange import Record, RecordType, propose_mapping, read, recognise
from northing.exchange.dates import parse_datetime, parse_period
from northing.exchange.words import translate


def records_of(path: Path, record_type: RecordType) -> list[Record]:
    found = recognise(path)
    return list(read(path, found, record_type, propose_mapping(found, record_type)))


JIRA = {
    "en": (
        "Summary,Issue key,Issue id,Issue Type,Status,Priority,Assignee,Reporter,Created,Resolved,Description,"
        "Original Estimate,Custom field (Story Points),Parent id,Status Category,Comment,Comment",
        ("Story", "Done", "High", "13/Mar/24 4:40 PM", "Done"),
    ),
    "de": (
        "Zusammenfassung,Vorgangsschlüssel,Vorgangs-ID,Vorgangstyp,Status,Priorität,Zugewiesene Person,Autor,Erstellt,"
        "Erledigt,Beschreibung,Ursprüngliche Schätzung,Benutzerdefiniertes Feld (Story Points),Übergeordnete ID,"
        "Statuskategorie,Kommentar,Kommentar",
        ("Story", "Fertig", "Hoch", "13.03.2024 16:40", "Fertig"),
    ),
    "fr": (
        "Résumé,Clé de ticket,ID de ticket,Type de ticket,État,Priorité,Personne assignée,Rapporteur,Création,Résolue,"
        "Description,Estimation originale,Champs personnalisés (Story Points),Identifiant du parent,"
        "Catégorie d'état,Commentaire,Commentaire",
        ("Récit", "Terminé(e)", "Haute", "13/mars/24 16:40", "Terminé"),
    ),
    "pl": (
        "Podsumowanie,Klucz zgłoszenia,ID zgłoszenia,Typ zgłoszenia,Status,Priorytet,Osoba przypisana,Zgłaszający,"
        "Utworzono,Rozwiązano,Opis,Szacowanie pierwotne,Pole niestandardowe (Story Points),ID elementu nadrzędnego,"
        "Kategoria statusu,Komentarz,Komentarz",
        ("Historia", "Gotowe", "Wysoki", "13/mar/24 4:40 PM", "Gotowe"),
    ),
    "ja": (
        "要約,課題キー,課題 ID,課題タイプ,ステータス,優先度,担当者,報告者,作成日,解決日,説明,初期見積り,"
        "カスタム フィールド (Story Points),親 ID,ステータス カテゴリ,コメント,コメント",
        ("ストーリー", "完了", "高", "13/3月/24 4:40 午後", "完了"),
    ),
    "ko": (
        "요약,이슈 키,이슈 ID,이슈 유형,상태,우선 순위,담당자,보고자,생성,해결됨,설명,최초 추정치,"
        "사용자 정의 필드 (Story Points),상위 ID,상태 범주,댓글,댓글",
        ("스토리", "완료", "높음", "2024. 3. 13. 오후 4:40", "완료"),
    ),
    "tr": (
        "Özet,Talep anahtarı,Talep kimliği,Talep Türü,Durum,Öncelik,Atanan Kişi,Raporlayan,Oluşturuldu,Çözüldü,"
        "Açıklama,Orijinal Tahmin,Özel alan (Story Points),Üst kimliği,Durum Kategorisi,Yorum,Yorum",
        ("Hikaye", "Tamam", "Yüksek", "13/Mar/24 16:40", "Tamam"),
    ),
}


@pytest.mark.parametrize("language", JIRA)
def test_jira_says_the_same_in_every_language(language: str, write) -> None:
    header, (kind, status, priority, moment, category) = JIRA[language]
    rest = f'{status},{priority},Ada,Ben,{moment},{moment},"Slow, and loud",28800,5.0'
    first = f"Faster export,LUM-1,10001,{kind},{rest},,{category},,"
    second = f"TIFF,LUM-2,10002,{kind},{rest},10001,{category},{moment};ada;First,Second"
    records = records_of(write("jira.csv", f"{header}\n{first}\n{second}\n"), "work_item")
    values = records[1].values
    assert [record.external_id for record in records] == ["LUM-1", "LUM-2"]
    assert (values["kind"], values["status_category"], values["priority"]) == ("story", "done", "high")
    assert (values["assignee"], values["reporter"], values["parent"]) == ("Ada", "Ben", "LUM-1")
    assert values["created_at"] == values["finished_at"] == datetime(2024, 3, 13, 16, 40, tzinfo=UTC)
    assert (values["estimate"], values["description"]) == (5.0, "Slow, and loud")
    assert [comment["text"] for comment in values["comments"]] == ["First", "Second"]


def test_hours_of_work_are_the_effort_of_a_feature_and_not_seconds_or_points(write) -> None:
    header, (kind, status, priority, moment, category) = JIRA["en"]
    row = f"Faster export,LUM-1,10001,{kind},{status},{priority},Ada,Ben,{moment},,,28800,5.0,,{category},,"
    (record,) = records_of(write("jira.csv", f"{header}\n{row}\n"), "feature")
    assert record.values["effort"] == "8 hours"


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (
            "ID,Arbeitselementtyp,Titel,Zugewiesen an,Status,Bereichspfad,Iterationspfad,Übergeordnet",
            ("User Story", "Aktiv"),
        ),
        (
            "ID,Type d'élément de travail,Titre,Attribué à,État,Chemin de zone,Chemin d'itération,Parent",
            ("Récit utilisateur", "Actif"),
        ),
        ("ID,作業項目の種類,タイトル,担当者,状態,区分パス,反復パス,親", ("ユーザー ストーリー", "アクティブ")),
        ("ID,工作项类型,标题,指派给,状态,区域路径,迭代路径,父级", ("用户情景", "活动")),
    ],
)
def test_azure_devops_says_the_same_in_every_language(header: str, words: tuple[str, str], write) -> None:
    kind, state = words
    path = write("query.csv", f"{header}\n7,{kind},Faster export,Ada,{state},Lumen\\Core,Lumen\\Sprint 4,3\n")
    (record,) = records_of(path, "work_item")
    assert record.external_id == "7"
    assert record.values == {
        "kind": "story", "title": "Faster export", "assignee": "Ada", "status": state, "status_category": "in_progress",
        "area": "Lumen\\Core", "sprint": "Lumen\\Sprint 4", "parent": "3",
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "Reviewed in the United States on March 12, 2024",
        "Rezension aus Deutschland vom 12. März 2024",
        "Commenté en France le 12 mars 2024",
        "2024年3月12日に日本でレビュー済み",
        "12/mrt/24",
        "2024. 3. 12.",
    ],
)
def test_dates_of_shops_and_trackers(text: str) -> None:
    assert parse_datetime(text) == datetime(2024, 3, 12, tzinfo=UTC)


def test_a_month_is_known_by_its_beginning_where_no_other_begins_so() -> None:
    assert parse_datetime("05/sty/24") == datetime(2024, 1, 5, tzinfo=UTC)
    assert parse_datetime("05/abc/24") is None


def test_numbers_and_brackets_around_a_status_do_not_matter() -> None:
    words = ("2. Doing", "Doing (3)", "In Progress [WIP 5]", "Sprint 3")
    assert [translate("work_item_status", word) for word in words] == ["in_progress"] * 3 + [None]


def test_crossed_letters_are_like_plain_ones(write) -> None:
    (record,) = records_of(write("a.csv", "Tytuł,Treść,Status\nEksport,Działa wolno,W toku\n"), "work_item")
    assert (record.values["title"], record.values["description"]) == ("Eksport", "Działa wolno")


def test_a_polish_list_is_read_with_its_teams_efforts_and_states(tmp_path: Path) -> None:
    path = tmp_path / "lista.csv"
    rows = "Eksport PDF;Sieć;3 tyg.;w toku\nTryb ciemny;Aplikacja;2 dni;nowy\nRazem;;5;\n"
    path.write_text(f"Funkcja;Zespół;Pracochłonność;Status\n{rows}", encoding="utf-8")
    first, second = (record.values for record in records_of(path, "feature"))
    assert (first["team"], first["effort"], first["status_category"]) == ("Sieć", "3 weeks", "in_delivery")
    assert (second["team"], second["effort"], second["status_category"]) == ("Aplikacja", "2 days", "new")


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("end of March", "March"), ("mid May", "May"), ("early June 2027", "June 2027"), ("Ende März", "March"),
        ("fin mars", "March"), ("beginning of Q2", "April"), ("Mitte Q3 2027", "August 2027"), ("end of Q1", "March"),
        ("fin de marzo 2027", "March 2027"), ("early 2027", "Q1 2027"), ("late H2 2027", "Q4 2027"),
        ("end of 2027-03", "2027-03"), ("mid of nowhere", None), ("end of life", None), ("late", None),
    ],
)  # fmt: skip
def test_a_part_of_a_month_or_a_quarter_is_in_it(text: str, period: str | None) -> None:
    assert parse_period(text) == period


@pytest.mark.parametrize(
    ("heading", "cells", "field"),
    [
        ("Who", ("App", "Cloud / Firmware", "Hardware"), "team"), ("Crew", ("Blue", "Green", "Blue"), "team"),
        ("Who", ("Kim", "Ada Berg", "Mira"), "owner"), ("Wer", ("Plattform", "Entwicklung", "Vertrieb"), "team"),
    ],
)  # fmt: skip
def test_who_does_it_is_a_team_or_a_person_by_the_names(
    tmp_path: Path, heading: str, cells: tuple[str, ...], field: str
) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"Feature,Status,{heading}\n" + "".join(f"F{at},idea,{one}\n" for at, one in enumerate(cells)))
    assert [record.values.get(field) for record in records_of(path, "feature")] == list(cells)


def test_who_does_it_leaves_the_column_of_teams_alone(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Feature,Status,Team,Who\nSync,idea,Blue,App\nMaps,idea,Green,Web\n")
    assert [record.values["team"] for record in records_of(path, "feature")] == ["Blue", "Green"]


@pytest.mark.parametrize("word", ["in dev", "dev", "in development", "in progress (dev)", "In Entwicklung"])
def test_what_is_in_development_is_in_delivery(word: str) -> None:
    assert translate("feature_status", word) == "in_delivery"


@pytest.mark.parametrize("word", ["parked", "on hold", "Icebox", "backlog later", "geparkt"])
def test_what_is_parked_is_for_later_unless_it_says_when(tmp_path: Path, word: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"Feature,Status,Target\nSync,{word},\nMaps,{word},Q3 2027\nMasks,idea,\n")
    sync, maps, masks = records_of(path, "feature")
    assert [one.values.get("target_text") for one in (sync, maps, masks)] == ["later", "Q3 2027", None]
    assert [one.value for one in sync.unread] == [word]
    assert sync.values["status_category"] == "new"

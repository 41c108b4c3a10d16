"""Older encodings are told apart in texts as short as a small table is."""

from __future__ import annotations

from pathlib import Path

import pytest

from northing.exchange import recognise
from northing.exchange.charsets import encoding_of

TEXTS = {
    "cp1252": [
        "Très déçu, l'écran s'éteint",
        "Größe ändern – „Gut“, 5 €",
        "La exportación falla",
        "Não funciona, atualização péssima",
        "Perché non funziona? Così è",
        "Købe større skærm på øen",
        "Går inte att öppna på skärmen",
        "À l’été",
    ],
    "cp1250": [
        "Źródło: książka się nie otwiera",
        "Aplikace při spuštění spadne",
        "Nem működik, kérem javítsák, később",
    ],
    "cp1251": ["Приложение вылетает при экспорте", "Хорошо"],
    "koi8_r": ["Приложение вылетает при экспорте"],
    "cp1253": ["Η εφαρμογή κλείνει"],
    "cp1254": ["Uygulama çöküyor, lütfen düzeltin şimdi"],
    "cp932": ["書き出しが遅いです", "とても良い"],
    "euc_jp": ["書き出しが遅いです。改善してください"],
    "gb18030": ["导出很慢，请改进", "很好用"],
    "big5": ["匯出很慢，請改善"],
    "cp949": ["앱이 자주 멈춰요", "좋아요 최고"],
    "mac_roman": ["Das Menü öffnet sich später", "El botón está dañado"],
    "cp850": ["Das Menü öffnet sich später", "Très déçu, l'écran s'éteint"],
}


@pytest.mark.parametrize(("encoding", "text"), [(name, text) for name, texts in TEXTS.items() for text in texts])
def test_a_line_is_enough(tmp_path: Path, encoding: str, text: str) -> None:
    content = f"Title,Text\nExport,{text}\n".encode(encoding)
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    found, lenient = encoding_of(path, content)
    assert content.decode(found) == content.decode(encoding)
    assert lenient, "a guess"


def test_a_guessed_encoding_is_told_with_a_word_to_check_it_by(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes("Title,Text\nExport,Unsere Rückmeldung dazu\n".encode("cp1252"))
    assert any("read as cp1252" in told and "“Rückmeldung”" in told for told in recognise(path).warnings)

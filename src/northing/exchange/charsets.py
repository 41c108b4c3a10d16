"""Encodings of texts that do not say theirs: Unicode where it fits, else the likeliest of the older ones."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from northing.exchange import limits

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_COMMON_SHARE = 0.5
_WESTERN_BEFORE_OTHERS = 0.16
_PUNCTUATION = "„“”‘’‚–—…«»°€£§©®™•·×²½¡¿ºª\u00a0、。，！？：；（）「」『』・ー～"
_WORD = re.compile(r"[^\W\d_]+")
_ALONE = frozenset("àèéêóáôyÀÉÓ")


@dataclass(frozen=True, slots=True)
class _Charset:
    """An older encoding: letters that its languages write, the commonest of them, and whether they stand among
    plain Latin ones, or never do."""

    name: str
    letters: frozenset[str]
    common: frozenset[str]
    latin: bool = False
    before_others: float = 0.0
    apart: bool = False


def _latin(name: str, letters: str, common: str, before_others: float = 0.0) -> _Charset:
    return _Charset(name, frozenset(letters + letters.upper()), frozenset(common), True, before_others)


def _ideographs(encoding: str, leads: range) -> frozenset[str]:
    """The characters that begin with these bytes, where the encoding puts the common ones."""
    pairs = (bytes((lead, trail)).decode(encoding, "ignore") for lead in leads for trail in range(0x40, 0xFF))
    return frozenset(pair for pair in pairs if len(pair) == 1 and not pair.isascii())


_WEST = "äöüßéèêëàâçñóíáúãåæøôîïûùìœò"
_WEST_COMMON = "äöüßéèàçñóíáúãåøê"
_KANA = frozenset(map(chr, range(0x3041, 0x30FD)))
_JAPANESE = frozenset("のにはをたがでしいとるなもすよ日本人大一年")
_CHINESE = frozenset("的是不了在有我这個个们中来大为和到以說说时時要就出会會可也你很用好下最新点能没沒请請功太改进无法")
_KOREAN = frozenset("이다는에가을의하고요를은도지로서기해있어니사아한합세")
_CYRILLIC = frozenset(map(chr, range(0x410, 0x450))) | frozenset("ёЁ")


@cache
def _charsets() -> tuple[_Charset, ...]:
    """The encodings in the order in which they win where nothing tells them apart."""
    return (
        _latin("cp1252", _WEST, _WEST_COMMON, _WESTERN_BEFORE_OTHERS),
        _latin("cp1250", "áéíóúýčďěňřšťžůąćęłńśźżăâîşţöőüűäôľĺŕđ", "ěščřžýáíéůłąężśćőöüó"),
        _latin("cp1254", "çğışöüâîİ", "ışğçöü"),
        _latin("mac_roman", _WEST, _WEST_COMMON),
        _latin("cp850", _WEST, _WEST_COMMON),
        _Charset("cp1251", _CYRILLIC, frozenset("оеаинтсрвл"), apart=True),
        _Charset("koi8_r", _CYRILLIC, frozenset("оеаинтсрвл"), apart=True),
        _Charset("cp1253", frozenset(map(chr, range(0x386, 0x3CF))), frozenset("αοιετσνηυρπκςάέήίόύώ"), apart=True),
        _Charset("cp932", _ideographs("cp932", range(0x88, 0x98)) | _KANA, _JAPANESE | _KANA),
        _Charset("euc_jp", _ideographs("euc_jp", range(0xB0, 0xD0)) | _KANA, _JAPANESE | _KANA),
        _Charset("cp949", _ideographs("euc_kr", range(0xB0, 0xC9)), _KOREAN),
        _Charset("gb18030", _ideographs("gb2312", range(0xB0, 0xD8)), _CHINESE),
        _Charset("big5", _ideographs("big5", range(0xA4, 0xC7)), _CHINESE),
    )


def encoding_of(path: Path, head: bytes) -> tuple[str, bool]:
    """The encoding of a file that begins with `head`, and whether undecodable bytes have to be replaced."""
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name, name == "utf-16" or _first_wrong_byte(path) is not None
    if head.count(b"\0") > len(head) / 5:
        even = head[0:2000:2].count(b"\0")
        return ("utf-16-be" if even > head[1:2000:2].count(b"\0") else "utf-16-le"), True
    wrong = _first_wrong_byte(path)
    if wrong is None:
        return "utf-8", False
    with path.open("rb") as file:
        file.seek(max(0, wrong - limits.SAMPLE_BYTES // 4))
        window = file.read(limits.SAMPLE_BYTES // 2)
    multibyte = len(re.findall(rb"[\xc2-\xf4][\x80-\xbf]+", window))
    replaced = window.decode("utf-8", "replace").count("\ufffd")
    if multibyte > 20 * replaced:
        return "utf-8", True
    lines = b"\n".join(line for line in window.split(b"\n") if not line.isascii()) or window
    return likeliest(lines[:50_000]), True


def likeliest(text: bytes) -> str:
    """The likeliest older encoding: the one in which the most bytes are letters that its languages write, where they
    write them; commoner letters count more. General detectors need more text than a short table has.

    >>> likeliest("Très déçu, l'écran s'éteint".encode("cp1252")), likeliest("Źródło: książka".encode("cp1250"))
    ('cp1252', 'cp1250')
    >>> likeliest("导出很慢".encode("gb18030")), likeliest("앱이 자주 멈춰요".encode("cp949"))
    ('gb18030', 'cp949')
    """
    return max(_charsets(), key=lambda charset: _plausibility(text, charset)).name


def _plausibility(text: bytes, charset: _Charset) -> float:
    """Share of the bytes beyond ASCII that make sense, and half the share of those that are common."""
    decoded = text.decode(charset.name, "replace")
    found = sum(_bytes(character, charset) for character in decoded if character > "\x7f")
    letters = [letter for word in _WORD.findall(decoded) for letter in _sensible(word, charset)]
    good = sum(_bytes(letter, charset) for letter in letters)
    good += sum(_bytes(character, charset) for character in decoded if character in _PUNCTUATION)
    common = sum(_bytes(letter, charset) for letter in letters if letter.lower() in charset.common)
    wrong = decoded.count("\ufffd")
    return (good + _COMMON_SHARE * common - wrong) / max(1, found) + charset.before_others


def _sensible(word: str, charset: _Charset) -> Iterator[str]:
    """The letters of a word that stand where one would write them: capitals first or throughout, accents on Latin
    letters in words with plain ones."""
    plain = sum(letter < "\x80" for letter in word)
    if (charset.latin and 3 * plain < len(word) and word not in _ALONE) or (charset.apart and plain):
        return
    shouted = word.isupper()
    for at, letter in enumerate(word):
        if letter > "\x7f" and letter in charset.letters and (shouted or at == 0 or not letter.isupper()):
            yield letter


def _bytes(character: str, charset: _Charset) -> int:
    return 1 if character == "\ufffd" else len(character.encode(charset.name, "replace"))


def _first_wrong_byte(path: Path) -> int | None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    passed = 0
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                return passed + error.start
            passed += len(chunk)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return passed - 1
    return None

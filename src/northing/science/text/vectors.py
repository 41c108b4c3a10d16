"""Vectors of pieces of words, learned from much text: pieces that stand for like things point the same way.

They come from the package `wordllama` (MIT), 256 numbers for each of 32,000 pieces, and are taken out of it when
Northing is built: nothing is fetched when it runs, and none of the package's code does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).with_name("vendor")
_VECTORS, _PIECES = "vectors.npy", "pieces.json"
_BEGINS = "\u2581"  # what a piece at the beginning of a word begins with


@dataclass(frozen=True, slots=True)
class Vectors:
    """`rows` of shape (pieces, 256); `number` says in which row a piece is."""

    rows: NDArray[np.float16]
    number: Mapping[str, int]
    longest: int

    def pieces(self, word: str) -> list[int]:
        """The rows of a word's pieces, each as long as can be; what no piece has is left out."""
        rest, found = _BEGINS + word, list[int]()
        while rest:
            lengths = range(min(len(rest), self.longest), 0, -1)
            piece = next((rest[:length] for length in lengths if rest[:length] in self.number), "")
            if piece:
                found.append(self.number[piece])
            rest = rest[len(piece) or 1 :]
        return found


@cache
def vectors() -> Vectors:
    """The vectors; the file is mapped, so that memory holds what is used, once for all processes."""
    number = json.loads((FOLDER / _PIECES).read_text(encoding="utf-8"))
    return Vectors(np.load(FOLDER / _VECTORS, mmap_mode="r"), number, max(map(len, number)))


def build(folder: Path = FOLDER) -> None:
    """Write the files of a folder anew from the package that has them. Raises PackageNotFoundError without it."""
    told = distribution("wordllama")
    package = Path(str(told.locate_file("wordllama")))
    folder.mkdir(exist_ok=True)
    (folder / "LICENSE.txt").write_text(told.read_text("LICENSE") or "", encoding="utf-8")
    tokens = json.loads((package / "tokenizers" / "l2_supercat_tokenizer_config.json").read_text(encoding="utf-8"))
    (folder / _PIECES).write_text(json.dumps(tokens["model"]["vocab"], ensure_ascii=False), encoding="utf-8")
    fresh = folder / f"new-{_VECTORS}"
    np.save(fresh, _table(package / "weights" / "l2_supercat_256.safetensors"))
    fresh.replace(folder / _VECTORS)  # a process that has the old one mapped keeps it


def _table(path: Path) -> NDArray[np.float16]:
    """The only table of a file of the kind safetensors: the length of a head, the head in JSON, the numbers."""
    content = path.read_bytes()
    length = int.from_bytes(content[:8], "little")
    [(_, told)] = ((name, one) for name, one in json.loads(content[8 : 8 + length]).items() if name != "__metadata__")
    first, last = told["data_offsets"]
    return np.frombuffer(content[8 + length :][first:last], np.float16).reshape(told["shape"])

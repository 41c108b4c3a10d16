"""The documents tell the truth: what they name exists, and what they list is all there is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from northing.web.cli import main

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
READERS = {"text", "flag", "whole_number"}  # of `environment`, by which every setting is read
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"^```\w*\n(.*?)^```|`([^`\n]+)`", re.MULTILINE | re.DOTALL)


def each(found: Iterator[tuple[Path, str]]) -> list[object]:
    """One test for each thing that a document says, named after both."""
    pairs = sorted(set(found))
    return [pytest.param(path, said, id=f"{path.relative_to(ROOT)}: {said}") for path, said in pairs]


def code_in(path: Path) -> Iterator[str]:
    """What a document sets as code, line by line, without comments."""
    for block, span in CODE.findall(path.read_text()):
        yield from (line.partition("#")[0].strip() for line in (block or span).splitlines())


def links() -> Iterator[tuple[Path, str]]:
    for path in DOCUMENTS:
        for target in LINK.findall(path.read_text()):
            relative = not re.match(r"[a-z]+:|#", target)
            if relative and not target.startswith("docs/pictures/"):
                yield path, target.partition("#")[0]


def commands() -> Iterator[tuple[Path, str]]:
    """The words of each `northing` command that are no options, places or files: `user invite`, `import feedback`."""
    for path in DOCUMENTS:
        for line in code_in(path):
            if found := re.match(r"northing ([a-z-]+(?: [a-z-]+(?![\w.-]))?)", line):
                yield path, found[1]


def targets() -> Iterator[tuple[Path, str]]:
    for path in DOCUMENTS:
        for line in code_in(path):
            if found := re.match(r"make ((?:[a-z-]+ ?)+)", line):
                yield from ((path, target) for target in found[1].split())


def test_something_is_looked_at() -> None:
    assert {path.name for path in DOCUMENTS} >= {"README.md", "CONTRIBUTING.md", "operating.md"}
    assert {("README.md", "serve"), ("README.md", "import feedback"), ("operating.md", "user invite")} <= {
        (path.name, words) for path, words in commands()
    }
    assert {("README.md", "run"), ("README.md", "test")} <= {(path.name, target) for path, target in targets()}
    assert {("README.md", "docs/operating.md")} <= {(path.name, target) for path, target in links()}


@pytest.mark.parametrize(("path", "target"), each(links()))
def test_links_resolve(path: Path, target: str) -> None:
    assert (path.parent / target).exists()


@pytest.mark.parametrize(("path", "words"), each(commands()))
def test_commands_exist(path: Path, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([*words.split(), "--help"])
    assert caught.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: northing {words.split()[0]}")


@pytest.mark.parametrize(("path", "target"), each(targets()))
def test_make_targets_exist(path: Path, target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


def settings_read() -> dict[str, str]:
    """Every environment variable that the product reads, and its default as text."""
    read: dict[str, str] = {}
    for path in (ROOT / "src" / "northing").rglob("*.py"):
        if "tests" not in path.parts:
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and _called(node.func) in READERS and _is_setting(node.args):
                    read[_text(node.args[0])] = read.get(_text(node.args[0])) or _default(node)
    return read


def _called(function: ast.expr) -> str:
    return getattr(function, "attr", getattr(function, "id", ""))


def _is_setting(arguments: list[ast.expr]) -> bool:
    return bool(arguments) and bool(re.fullmatch(r"NORTHING_[A-Z_]+|DATABASE_URL", _text(arguments[0])))


def _text(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else ""


def _default(call: ast.Call) -> str:
    given = [*call.args[1:2], *(keyword.value for keyword in call.keywords if keyword.arg == "default")]
    value = _text(given[0]) if given else ""
    return {"True": "1", "False": "0"}.get(value, value)


def test_the_settings_table_lists_what_is_read_with_its_default() -> None:
    rows = re.findall(r"^\| `(\w+)` \|.*\| (.+?) \|$", (ROOT / "docs" / "operating.md").read_text(), re.MULTILINE)
    told = {name: default.strip("`").removeprefix("./") for name, default in rows}
    read = settings_read()
    assert told.keys() == read.keys()
    assert {name: told[name] for name in told if read[name]} == {name: read[name] for name in told if read[name]}
    assert {told[name] for name in told if not read[name]} <= {"unset", "made"}


def test_home_promises_the_minutes_that_the_readme_takes() -> None:
    first_day = (ROOT / "src/northing/web/templates/web/first_day.html").read_text()
    assert "## Fifteen minutes with your own files" in (ROOT / "README.md").read_text()
    assert re.findall(r"About (\w+) minutes", first_day) == ["fifteen"]

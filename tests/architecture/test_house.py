"""The house rules that no tool checks by itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src" / "northing"
LOOP = ["accounts", "decisions", "products", "insight", "strategy", "features", "roadmap", "delivery"]
FILES = sorted(p for p in SRC.rglob("*.py") if "migrations" not in p.parts)
CODE = [p for p in FILES if "tests" not in p.parts]


def module_of(path: Path) -> str:
    return path.relative_to(SRC).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def in_type_checking(path: Path) -> set[str]:
    """Names imported for the type checker only: those make no dependency at run time."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            for child in ast.walk(node):
                if isinstance(child, ast.ImportFrom) and child.module:
                    found.add(child.module)
                    found |= {f"{child.module}.{alias.name}" for alias in child.names}
    return found


@pytest.mark.parametrize("path", [p for p in CODE if module_of(p) in LOOP], ids=lambda p: str(p.relative_to(SRC)))
def test_a_module_enters_another_only_by_its_public_door(path: Path) -> None:
    here = module_of(path)
    doors = {f"northing.{name}.public" for name in LOOP}
    others = [name for name in set(imports(path)) - in_type_checking(path) if name.split(".")[:1] == ["northing"]]
    for name in others:
        room = name.split(".")[1] if "." in name else ""
        if room in LOOP and room != here:
            assert any(name == door or name.startswith(f"{door}.") for door in doors), f"{path}: {name}"


@pytest.mark.parametrize("path", CODE, ids=lambda p: str(p.relative_to(SRC)))
def test_only_planning_asks_science(path: Path) -> None:
    if module_of(path) in LOOP and not path.name.startswith("planning") and "planning" not in path.parts:
        assert not [name for name in imports(path) if name.startswith("northing.science")], path


@pytest.mark.parametrize(
    "path", [p for p in CODE if module_of(p) in [*LOOP, "demo", "web"]], ids=lambda p: str(p.relative_to(SRC))
)
def test_queries_name_their_workspace(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute) and node.value.attr == "objects":
            owner = ast.unparse(node.value.value)
            wall_free = {"User", "Workspace", "SignInLink"}
            ok = node.attr in {"within", "bulk_create", "bulk_update"} or owner in wall_free
            assert ok, f"{path}:{node.lineno}: {owner}.objects.{node.attr} is not within a workspace"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SRC)))
def test_files_stay_short(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 400, path


def test_rules_are_pure() -> None:
    """Rules may name a model's choices; they never read or write."""
    for path in CODE:
        if path.name == "rules.py":
            assert ".objects" not in path.read_text(), path
            assert not [n for n in imports(path) if n.endswith((".queries", ".actions", "django.db"))], path


@pytest.mark.parametrize("path", sorted(SRC.rglob("templates/**/*.html")), ids=lambda p: p.name)
def test_templates_look_down(path: Path) -> None:
    order = ["ui", "kit", *LOOP, "demo", "web"]
    here = path.relative_to(SRC).parts[0]
    for used in re.findall(r"{%\s*(?:extends|include)\s+\"(\w+)/", path.read_text()):
        assert order.index(used) <= order.index(here), f"{path} uses {used}"


def test_no_inline_script_or_style() -> None:
    """The content security policy forbids them, so they would silently not work."""
    for path in SRC.rglob("templates/**/*.html"):
        text = path.read_text()
        assert not re.search(r"\son\w+=\"|\sstyle=\"|<style|<script(?![^>]*\bsrc=)(?![^>]*application/json)", text), (
            path
        )

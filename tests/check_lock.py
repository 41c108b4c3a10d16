"""Are the lock files of today's pyproject? Every requirement must be locked, hashed, and within its bounds."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)


def faults(lock: Path, wanted: list[str]) -> list[str]:
    """What is missing from a lock file, out of bounds, or without a hash."""
    text = lock.read_text()
    pins = {canonicalize_name(name): version for name, version in PIN.findall(text)}
    found = []
    for line in wanted:
        requirement = Requirement(line)
        version = pins.get(canonicalize_name(requirement.name))
        if version is None or version not in requirement.specifier:
            found.append(f"{lock.name}: {line}: locked is {version}; run `make lock`")
    unhashed = len(pins) - len(re.findall(r"==[^\n]*\\\n\s+--hash=", text))
    if unhashed:
        found.append(f"{lock.name}: {unhashed} pins without a hash; run `make lock`")
    return found


def main() -> int:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    base = project["project"]["dependencies"] + groups["build"]
    extra = [line for lines in project["project"]["optional-dependencies"].values() for line in lines]
    problems = faults(ROOT / "requirements.lock", base)
    problems += faults(ROOT / "requirements-dev.lock", base + extra + groups["dev"])
    print("\n".join(problems) or "lock files: in step with pyproject.toml")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

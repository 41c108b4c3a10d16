"""The home folder: who may use it at the same time."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from northing.web.faults import Fault

_ADDRESS = "address"


@contextmanager
def using(home: Path, *, alone: bool = False) -> Iterator[None]:
    """Hold the home folder: together with other servers and workers, or alone while its content is replaced.

    The lock belongs to the process, so one that is killed leaves none behind. Raises `Fault` when it is not to be had.
    """
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (home / "lock").open("w")
    except OSError as error:
        raise Fault(f"{home} cannot be written ({error.strerror}); set NORTHING_HOME to a folder of yours") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_NB | (fcntl.LOCK_EX if alone else fcntl.LOCK_SH))
        except BlockingIOError:
            others = "Northing is running on" if alone else "a restore is under way in"
            raise Fault(f"{others} {home}; stop it or wait for its end, and try again") from None
        yield


@contextmanager
def serving(home: Path, port: int, address: str) -> Iterator[None]:
    """Leave the address of this server in the home folder, for commands that print links: in a file of its own, for
    several servers can run on one folder, each on its port.

    It is believed while the lock on it is held: one that is killed leaves an address, and no lock.
    """
    with (home / f"{_ADDRESS}-{port}").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        file.write(address)
        file.flush()
        yield


def served_at(home: Path) -> str:
    """The address of the server that runs on this home folder, of several the one started last; "" where none runs or
    nobody can tell."""
    with suppress(OSError):
        left = sorted(home.glob(f"{_ADDRESS}-*"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
        return next(filter(None, map(_believed, left)), "")
    return ""


def _believed(path: Path) -> str:
    """The address in this file while its server holds it, else ""."""
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_NB | fcntl.LOCK_EX)
        except BlockingIOError:
            return file.read().strip()
    return ""

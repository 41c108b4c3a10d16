"""`northing serve`: the web server and a job worker as processes of their own, prepared, watched and stopped together.

The serving process itself stays small: it loads neither Django nor the application.
"""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Any, NoReturn

from northing.ui import assets
from northing.web import environment, home, late
from northing.web.commands.starting import start_django
from northing.web.faults import Fault

STOP_WITHIN = 4.5  # seconds; what has not stopped by then is killed
WEB_STOP_WITHIN = 2  # seconds for the requests at hand
START_WITHIN = 60.0
THREADS = 4  # per web process; more only wait for Python's lock and hold a database connection each
LONG_ANSWERS = 4  # threads beside those, one for each long answer that is being sent (`web/sending.py`)
_RESTART = (0.5, 30.0)  # seconds before a dead process is started again: at first, at most
_SETTLED = 60.0  # a process that lived so long had started well

_spawn = multiprocessing.get_context("spawn")


def serve(host: str, port: int, *, web_workers: int, job_worker: bool) -> int:
    """Serve until SIGTERM or Ctrl-C, then return 0. Raises `Fault` when it cannot start."""
    services = [Service("web server", run_web, (host, port, web_workers))]
    if job_worker:
        services.append(Service("job worker", run_job_worker))
    with home.using(environment.home()), _until_told_to_stop(services):
        _check_port(host, port)
        _build_assets()
        address = _address(host, port)
        link = _prepared(address)
        _start(services, host, port)
        with home.serving(environment.home(), port, address):
            _announce(address, link)
            keep_running(services)
    return 0


@contextmanager
def _until_told_to_stop(services: Sequence[Service]) -> Iterator[None]:
    """Let SIGTERM and SIGINT end the block, then stop the services, which further signals do not disturb."""
    usual = {number: signal.signal(number, signal.default_int_handler) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        for number in usual:
            signal.signal(number, signal.SIG_IGN)
        stop(services)
        for number, handler in usual.items():
            signal.signal(number, handler)


def _address(host: str, port: int) -> str:
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return environment.public_url() or f"http://{name}:{port}"


def _check_port(host: str, port: int) -> None:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        socket.create_server((host, port), family=family).close()
    except socket.gaierror:
        raise Fault(f"--host {host}: not an address of this machine; use 127.0.0.1 or 0.0.0.0") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            way_out = f"stop what uses it, or choose another: northing serve --port {port + 1}"
            raise Fault(f"port {port} is taken; {way_out}") from None
        raise Fault(f"cannot listen at {host}, port {port}: {error.strerror}") from None


def _build_assets() -> None:
    if (assets.VENDOR / "stamp.json").is_file():
        return
    print("Building the assets ...", flush=True)
    try:
        assets.build()
    except ImportError as error:
        raise Fault(f"the assets are missing, and building them needs {error.name}; reinstall Northing") from None


# Preparation: in a process of its own, whose memory goes with it


def _prepared(address: str) -> str:
    """Migrate and make what a first start needs; return a one-time sign-in link, or nothing when people have
    passwords."""
    receiver, sender = _spawn.Pipe(duplex=False)
    preparation = Service("preparation", _prepare, (sender, address))
    preparation.start()
    sender.close()
    try:
        return str(receiver.recv())
    except EOFError:
        raise Fault("could not get ready; the reason is above") from None
    finally:
        stop([preparation])


def _prepare(sender: Connection, address: str) -> None:
    start_django(migrate=True)
    sender.send(_first_way_in(address))


def _first_way_in(address: str) -> str:
    # Django is loaded only by now.
    from northing.access.entry import one_time_address
    from northing.access.models import User

    if not User.objects.people().exists():
        from northing.demo import public as demo

        print("Making the demo workspace ...", flush=True)
        demo.first_start()
    owner = User.objects.people().order_by("pk").first()
    return one_time_address(owner, address) if owner and not owner.has_usable_password() else ""


def _announce(address: str, link: str) -> None:
    print(f"Northing is ready at {address}")
    if link:
        print(f"Sign in, once and within the hour, with\n  {link}")
    print("Stop it with Ctrl-C.", flush=True)


# The processes


def run_web(host: str, port: int, workers: int) -> None:
    """The web server's main process; its workers are children of its own."""
    multiprocessing.set_start_method("spawn", force=True)

    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "northing.web.wsgi",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS + LONG_ANSWERS,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=WEB_STOP_WITHIN,
    ).serve(target_loader=_load_application)


def _load_application(module: str) -> Callable[..., Any]:
    """The application with its addresses loaded, so that the first visitor does not wait for them.

    What is not needed for most pages follows while it listens.
    """
    _follow_parent()

    from django.urls import get_resolver

    from northing.web.wsgi import application

    _ = get_resolver().url_patterns
    threading.Thread(target=late.load_all, daemon=True).start()
    return application


def run_job_worker() -> None:
    """A job worker."""
    start_django()

    from northing.kit.jobs.worker import Worker

    Worker().run()


def _follow_parent() -> None:
    """Leave the terminal's Ctrl-C to the parent, and stop when the parent is gone, even if it was killed."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    os.setpgrp()

    def wait_for_its_end() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait_for_its_end, daemon=True).start()


def _run(target: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    """What each of our processes does."""
    _follow_parent()
    try:
        target(*arguments)
    except Fault as fault:
        sys.exit(f"northing: {fault}")


@dataclass
class Service:
    """One of our processes, which can be started again when it dies."""

    name: str
    target: Callable[..., None]
    arguments: tuple[Any, ...] = ()
    process: Any = field(default=None, init=False)
    _started: float = field(default=0.0, init=False)
    _restart_after: float = field(default=0.0, init=False)
    _start_at: float | None = field(default=None, init=False)

    def start(self) -> None:
        self.process = _spawn.Process(name=self.name, target=_run, args=(self.target, self.arguments))
        self.process.start()
        self._started, self._start_at = time.monotonic(), None

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.is_alive()

    def tend(self) -> None:
        """If it died, start it again: soon when it had run well, else each time later."""
        now = time.monotonic()
        if self.runs:
            return
        if self._start_at is None:
            ran_well = now - self._started > _SETTLED
            self._restart_after = _RESTART[0] if ran_well else min(self._restart_after * 2 or _RESTART[0], _RESTART[1])
            self._start_at = now + self._restart_after
            ended = f"the {self.name} ended (status {self.process.exitcode})"
            print(f"northing: {ended}; again in {self._restart_after:g} s", file=sys.stderr, flush=True)
        elif now >= self._start_at:
            self.start()


def _start(services: Sequence[Service], host: str, port: int) -> None:
    """Start the first, the web server, and when it listens the others, which would only take processor time from it."""
    web, *others = services
    web.start()
    deadline = time.monotonic() + START_WITHIN
    while web.runs and time.monotonic() < deadline:
        try:
            socket.create_connection((host, port), timeout=1).close()
            break
        except OSError:
            time.sleep(0.05)
    else:
        raise Fault("the web server did not start; the reason is above")
    for service in others:
        service.start()


def keep_running(services: Sequence[Service]) -> NoReturn:
    """Start again whatever dies. Never returns."""
    while True:
        for service in services:
            service.tend()
        wait([service.process.sentinel for service in services if service.runs], timeout=_RESTART[0])


def stop(services: Sequence[Service]) -> None:
    """Stop all at once, and kill what has not stopped in time."""
    running = [service.process for service in services if service.runs]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + STOP_WITHIN
    for process in running:
        process.join(max(0.0, deadline - time.monotonic()))
        if process.is_alive():
            process.kill()
            process.join()

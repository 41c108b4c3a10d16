"""The command line: statuses, one-line faults, and what each command prints."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from northing.access.models import Invitation, Member, SignInLink, User, Workspace
from northing.access.secrets import hash_secret
from northing.web import home
from northing.web.cli import main

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(enter: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("northing.kit.jobs.upkeep.PATIENCE", 0.2)
    folder: Path = enter("shop", tables=True)
    return folder


def secret_in(address: str) -> str:
    return hash_secret(address.strip().rstrip("/").rpartition("/")[2])


def test_help_does_not_wait_for_django() -> None:
    code = "import sys, northing.web.cli; sys.exit('django' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["dance"],
        ["serve", "--port", "0"],
        ["serve", "--port", "70000"],
        ["serve", "--workers", "many"],
        ["import", "feedback"],
        ["import", "feedback", "file.csv", "--map", "Summary"],
        ["export", "features", "--format", "pdf"],
        ["user"],
    ],
)
def test_words_not_understood_give_status_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 2
    assert "usage: northing" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (["import", "feedback", "/absent.csv"], 2, "/absent.csv: there is no such file"),
        (["import", "dances", __file__], 2, "'dances' is no record type; there are: "),
        (["export", "dances"], 2, "'dances' is no record type"),
        (["user", "add", "ada"], 2, "'ada' is not an e-mail address"),
        (["user", "add", "ada@example.org", "--role", "king"], 2, "--role 'king': use one of admin, editor"),
        (["user", "invite", "ada@example.org", "--workspace", "moon"], 1, "no workspace 'moon'; there are: none"),
        (["signin-link", "ada@example.org"], 1, "has no account; make one: northing user add ada@example.org"),
        (["backup", "/absent/file"], 1, "/absent/file: No such file or directory"),
        (["restore", "/absent/file", "--force"], 1, "/absent/file: No such file or directory"),
    ],
)
def test_faults_are_one_line_with_their_status(
    shop: Path, capsys: pytest.CaptureFixture[str], words: list[str], status: int, message: str
) -> None:
    assert main(words) == status
    printed = capsys.readouterr()
    assert message in printed.err
    assert printed.err.startswith("northing: ")
    assert printed.err.count("\n") == 1
    assert printed.out == ""


def test_a_person_added_gets_a_place_and_a_link(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["user", "add", "Ada@Example.org", "--name", "Ada", "--role", "admin"]) == 0
    user = User.objects.get()
    assert (user.email, user.name, user.has_usable_password()) == ("ada@example.org", "Ada", False)
    assert Member.objects.get(user=user).role == "admin"
    assert Workspace.objects.get().slug == "my-products"
    assert SignInLink.objects.get().secret_hash == secret_in(capsys.readouterr().out)

    assert main(["user", "add", "ada@example.org"]) == 1
    assert "has an account already" in capsys.readouterr().err
    assert main(["signin-link", "ada@example.org", "--site", "https://north.example.org/"]) == 0
    address = capsys.readouterr().out
    assert address.startswith("https://north.example.org/")
    assert SignInLink.objects.filter(user=user, secret_hash=secret_in(address)).exists()


def test_an_invitation_names_workspace_and_role(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Workspace.objects.create(name="A", slug="a")
    Workspace.objects.create(name="B", slug="b")
    assert main(["user", "invite", "ada@example.org"]) == 1
    assert "choose one with --workspace: a, b" in capsys.readouterr().err
    assert main(["user", "invite", "ada@example.org", "--workspace", "b", "--role", "viewer"]) == 0
    invitation = Invitation.objects.get(workspace__slug="b", role="viewer", email="ada@example.org")
    assert invitation.secret_hash == secret_in(capsys.readouterr().out)
    assert not User.objects.exists()


def test_a_demo_that_is_there_is_left_alone_until_told(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    there = Workspace.objects.create(name="Our demo", slug="demo", is_demo=True)
    assert main(["demo"]) == 1
    assert "there already, in the workspace 'Our demo'" in (said := capsys.readouterr().err)
    assert said.endswith("northing demo --anew\n")
    assert Workspace.objects.get() == there


def test_a_demo_made_anew_is_for_those_with_an_account(
    shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("northing.demo.public._compute", lambda actor: None)
    ada = User.objects.create_user("ada@example.org", name="Ada")
    there = Workspace.objects.create(name="Our demo", slug="demo", is_demo=True)
    assert main(["demo", "--anew"]) == 0
    assert capsys.readouterr().out.endswith(", for ada@example.org.\n")
    made = Workspace.objects.open().get(is_demo=True)
    assert made != there
    assert Member.objects.within(made).get(role="admin").user == ada


def test_with_no_account_yet_the_demo_brings_the_first_one_and_a_way_in(
    shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("northing.demo.public._compute", lambda actor: None)
    assert main(["demo"]) == 0
    link = SignInLink.objects.get(secret_hash=secret_in(capsys.readouterr().out))
    assert [one.workspace.slug for one in link.user.memberships.filter(role="admin")] == ["home", "demo"]


def test_links_begin_with_where_the_server_runs_unless_told(
    shop: Path, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    User.objects.create_user("ada@example.org", name="Ada")

    def site(*words: str) -> str:
        assert main(["signin-link", "ada@example.org", *words]) == 0
        return capsys.readouterr().out.partition("/sign-in/")[0]

    with home.serving(shop, 9321, "http://127.0.0.1:9321"):
        assert site() == "http://127.0.0.1:9321"
        assert site("--site", "https://north.example.org") == "https://north.example.org"
        settings.PUBLIC_URL = "https://east.example.org"
        assert site() == "https://east.example.org"
    settings.PUBLIC_URL = ""
    assert site() == "http://127.0.0.1:8321"  # nobody holds the lock on what was left there


def test_of_several_servers_the_one_started_last_that_still_runs_is_believed(shop: Path) -> None:
    first, second = ("http://127.0.0.1:9321", "http://127.0.0.1:9322")
    with home.serving(shop, 9321, first):
        os.utime(shop / "address-9321", (1, 1))
        with home.serving(shop, 9322, second):
            assert home.served_at(shop) == second
        assert home.served_at(shop) == first
    with ExitStack() as later:
        with home.serving(shop, 9321, first):
            later.enter_context(home.serving(shop, 9322, second))
        assert home.served_at(shop) == second
    assert home.served_at(shop) == ""


def test_check_names_what_is_wrong(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 1
    printed = capsys.readouterr()
    lines = {line[5:16].strip(): line[:3].strip() for line in printed.out.splitlines()}
    lines.pop("assets")  # built or not, as it happens
    assert lines == {"migrations": "ok", "database": "ok", "folder": "ok", "job worker": "BAD"}
    assert "not well: " in printed.err
    assert "job worker" in printed.err


def test_check_finds_a_damaged_database_and_restore_mends_it(
    shop: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["backup", str(tmp_path / "good.zip")]) == 0
    connection.close()
    database = shop / "northing.sqlite3"
    data = database.read_bytes()
    middle = len(data) // 2 // 4096 * 4096
    database.write_bytes(data[:middle] + b"\xff" * 4096 * 8 + data[middle + 4096 * 8 :])
    assert main(["check"]) == 1
    assert "BAD  database" in capsys.readouterr().out
    assert main(["restore", str(tmp_path / "good.zip")]) == 1
    assert "--force" in capsys.readouterr().err
    assert main(["restore", str(tmp_path / "good.zip"), "--force"]) == 0
    main(["check"])
    assert "ok   database" in capsys.readouterr().out


def test_an_old_database_is_not_migrated_by_the_way(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("migrate", "sessions", "zero", verbosity=0)
    assert main(["signin-link", "ada@example.org"]) == 1
    assert "run: northing migrate" in capsys.readouterr().err
    assert main(["migrate"]) == 0
    assert main(["signin-link", "ada@example.org"]) == 1
    assert "has no account" in capsys.readouterr().err


def test_backup_and_restore_by_command(
    shop: Path, tmp_path: Path, enter: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    Workspace.objects.create(name="Orchard", slug="orchard")
    assert main(["backup", str(tmp_path / "all.zip")]) == 0
    enter("new")
    assert main(["restore", str(tmp_path / "all.zip")]) == 0
    saved, restored = capsys.readouterr().out.splitlines()
    assert restored.removeprefix("Restored ") == saved.partition(": ")[2]
    assert Workspace.objects.get().slug == "orchard"


def test_a_worker_does_not_start_during_a_restore(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with home.using(shop, alone=True):
        assert main(["worker"]) == 1
    assert "a restore is under way" in capsys.readouterr().err


def test_a_port_in_use_is_said_with_the_way_out(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["serve", "--port", str(port)]) == 1
    assert f"port {port} is taken" in capsys.readouterr().err


def test_a_home_that_cannot_be_written_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("NORTHING_HOME", str(tmp_path / "file" / "home"))
    assert main(["worker"]) == 1
    assert "set NORTHING_HOME to a folder of yours" in capsys.readouterr().err
    shutil.rmtree(tmp_path)

"""Who applies an import answers for it; and nobody fills the disk with files that wait."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from northing.access.actor import for_member
from northing.access.models import Member
from northing.access.roles import Role
from northing.insight.models import Account, Feedback
from northing.kit.importing import keeping, service, tasks
from northing.kit.jobs.worker import Worker
from northing.kit.models import Change, Import, Job
from northing.kit.record_types import registry

from .conftest import browser, member_of

pytestmark = pytest.mark.django_db
START = "/orchard/feedback/import/"
PLAIN = b"Title,Text\nCrash,It crashes on export\nSlow,It is slow\n"


@pytest.fixture(autouse=True)
def _home(settings: Any, tmp_path: Path) -> None:
    settings.NORTHING_HOME = tmp_path


@pytest.fixture
def contributor(admin: Member) -> Member:
    return member_of(admin.workspace, Role.CONTRIBUTOR)


def upload(client: Client, content: bytes = PLAIN) -> Any:
    return client.post(START, {"file": SimpleUploadedFile("feedback.csv", content)})


def ready(client: Client, columns: dict[str, str], content: bytes = PLAIN) -> tuple[str, Import]:
    """A file brought and checked by one member, waiting to be applied."""
    url = upload(client, content).headers["Location"]
    assert client.post(f"{url}check", columns).status_code == 302
    Worker().run_due()
    batch = Import.objects.order_by("-pk")[0]
    assert batch.state == Import.State.STAGED
    return url, batch


TWO = {"column-0": "title", "column-1": "text"}


def test_who_applies_anothers_import_acts_in_their_own_name(admin: Member, contributor: Member) -> None:
    url, batch = ready(browser(admin), TWO)
    assert browser(contributor).post(f"{url}apply").status_code == 302
    Worker().run_due()
    batch.refresh_from_db()
    assert (batch.state, batch.member_id, Feedback.objects.count()) == (Import.State.DONE, contributor.pk, 2)
    assert set(Change.objects.filter(batch=batch.batch).values_list("member", flat=True)) == {contributor.pk}


def test_nobody_borrows_the_right_of_who_brought_the_file(admin: Member, contributor: Member) -> None:
    """Feedback makes the accounts it names, which an admin may and a contributor may not."""
    content = b"Title,Text,Company\nCrash,It crashes on export,Acme\n"
    url, batch = ready(browser(admin), TWO | {"column-2": "account"}, content)
    browser(contributor).post(f"{url}apply")
    Worker().run_due()
    batch.refresh_from_db()
    assert (batch.state, Account.objects.count(), Feedback.objects.count()) == (Import.State.REFUSED, 0, 0)
    assert "not allowed for the role 'Contributor'" in batch.reason


def test_who_may_not_import_applies_nothing(admin: Member, viewer: Member) -> None:
    url, batch = ready(browser(admin), TWO)
    assert browser(viewer).post(f"{url}apply").status_code == 403
    Worker().run_due()
    batch.refresh_from_db()
    assert (batch.state, Feedback.objects.count()) == (Import.State.STAGED, 0)


def test_a_right_lost_before_the_work_begins_is_lost(admin: Member, contributor: Member) -> None:
    url, batch = ready(browser(admin), TWO)
    browser(contributor).post(f"{url}apply")
    Member.objects.filter(pk=contributor.pk).update(role=Role.VIEWER)
    Worker().run_due()
    batch.refresh_from_db()
    assert (batch.state, Feedback.objects.count()) == (Import.State.REFUSED, 0)


def test_an_import_is_taken_back_in_the_name_of_who_does_it(admin: Member, contributor: Member) -> None:
    client = browser(contributor)
    url, _ = ready(client, TWO)
    client.post(f"{url}apply")
    Worker().run_due()
    Member.objects.filter(pk=contributor.pk).update(is_active=False)
    browser(admin).post(f"{url}undo")
    Worker().run_due()
    assert not Feedback.objects.filter(archived_at=None).exists()
    assert Change.objects.order_by("-pk")[0].member_id == admin.pk


def kept(home: Path) -> int:
    return len(list((home / "imports").iterdir()))


def test_only_so_many_files_wait(admin: Member, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(keeping, "MOST_KEPT", 3)
    client = browser(admin)
    for _ in range(3):
        assert upload(client).status_code == 302
    refused = upload(client)
    assert (refused.status_code, kept(tmp_path)) == (422, 3)
    text = refused.content.decode()
    assert "at most 3 files" in text
    assert "the oldest is dropped on" in text


def test_only_so_many_bytes_wait(admin: Member, tmp_path: Path, settings: Any) -> None:
    settings.UPLOAD_LIMIT = 2**20
    client, large = browser(admin), PLAIN + b"More,words to read\n" * 50_000
    answers = [upload(client, large).status_code for _ in range(13)]
    assert sorted(set(answers)) == [302, 422]
    assert answers == sorted(answers), "once full it stays full"
    size = sum(file.stat().st_size for file in tmp_path.rglob("source"))
    assert keeping.most_bytes() <= size < keeping.most_bytes() + settings.UPLOAD_LIMIT


def test_files_of_imports_that_have_ended_make_room(admin: Member, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(keeping, "MOST_KEPT", 2)
    client = browser(admin)
    url, done = ready(client, TWO)
    client.post(f"{url}apply")
    Worker().run_due()
    for _ in range(2):
        assert upload(client).status_code == 302
    assert (kept(tmp_path), keeping.folder(done).exists()) == (2, False)
    assert client.get(url).status_code == 200


def test_a_file_that_breaks_off_leaves_nothing_behind(admin: Member, tmp_path: Path) -> None:
    """No import would know of it, so it would be counted and deleted by nobody."""

    def broken() -> Iterator[bytes]:
        yield PLAIN
        raise OSError("connection lost")

    with pytest.raises(OSError, match="connection lost"):
        service.begin(for_member(admin), registry.named("feedback"), "feedback.csv", broken())
    assert (kept(tmp_path), Import.objects.count()) == (0, 0)


def test_another_workspace_has_its_own_room(admin: Member, stranger: Member, monkeypatch: Any) -> None:
    monkeypatch.setattr(keeping, "MOST_KEPT", 1)
    assert upload(browser(admin)).status_code == 302
    theirs = browser(stranger).post(
        START.replace("orchard", "harbour"), {"file": SimpleUploadedFile("feedback.csv", PLAIN)}
    )
    assert theirs.status_code == 302


def test_what_nobody_went_on_with_is_dropped_after_some_days(admin: Member, tmp_path: Path) -> None:
    url, batch = ready(browser(admin), TWO)
    job = Job.objects.get(task=tasks.drop_unfinished.module_path)
    assert timedelta(days=6) < job.run_at - timezone.now() <= keeping.KEEP_UNFINISHED
    tasks.drop_unfinished.func(batch.workspace_id, batch.pk)
    batch.refresh_from_db()
    assert (batch.state, kept(tmp_path)) == (Import.State.REFUSED, 0)
    assert "Bring the file again" in browser(admin).get(url).content.decode()


def test_what_was_imported_in_time_stays(admin: Member) -> None:
    client = browser(admin)
    url, batch = ready(client, TWO)
    client.post(f"{url}apply")
    Worker().run_due()
    tasks.drop_unfinished.func(batch.workspace_id, batch.pk)
    batch.refresh_from_db()
    assert (batch.state, keeping.folder(batch).exists()) == (Import.State.DONE, True)


def test_no_column_is_taken_for_the_history_of_states(admin: Member) -> None:
    """Its cells are no list of steps; the import broke off in the middle, and stood there for ever."""
    upload_to = "/orchard/work-items/import/"
    file = SimpleUploadedFile("items.csv", b"Title,Steps\nExport,new and done\n")
    url = browser(admin).post(upload_to, {"file": file}).headers["Location"]
    assert b"state_times" not in browser(admin).get(url).content
    given = {"column-0": "title", "column-1": "state_times"}
    assert browser(admin).post(f"{url}check", given).status_code == 422


def test_an_endless_number_is_no_number(admin: Member) -> None:
    """Rounded, it broke the import off."""
    columns = {"column-0": "title", "column-1": "reactions"}
    _, batch = ready(browser(admin), columns, b"Title,Votes\nExport,1e400\nSlow,3\n")
    assert (batch.rows, batch.rejected) == (2, 1)

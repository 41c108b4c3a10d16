"""The pages of an import: the way through, who may go it, and bad input."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from northing.access.models import Member, User, Workspace
from northing.insight.models import Account
from northing.kit.jobs.worker import Worker
from northing.kit.models import Import

pytestmark = pytest.mark.django_db
START = "/orchard/accounts/import/"
CONTENT = b"Name,Kind,Country\nAcme,company,NL\nBolt,nonsense,DE\nGear,,\n"
COLUMNS = {"column-0": "name", "column-1": "kind", "column-2": "country"}


def client_of(role: str, workspace: Workspace) -> Client:
    user = User.objects.create_user(f"{role}@example.com", "pear-tree-7", name=role.capitalize())
    Member.objects.create(workspace=workspace, user=user, role=role)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def workspace(tmp_path: Path, settings: Any) -> Workspace:
    settings.NORTHING_HOME = tmp_path
    return Workspace.objects.create(name="Orchard", slug="orchard")


@pytest.fixture
def editor(workspace: Workspace) -> Client:
    return client_of("editor", workspace)


def upload(client: Client, content: bytes = CONTENT, name: str = "accounts.csv") -> Any:
    return client.post(START, {"file": SimpleUploadedFile(name, content)})


def text(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_the_way_from_a_file_to_records_and_back(editor: Client) -> None:
    url = upload(editor).headers["Location"]
    assert "Where the columns go" in text(editor, url)
    editor.post(f"{url}check", COLUMNS)
    assert "every 1s" in text(editor, url)
    Worker().run_due()
    page = text(editor, url)
    assert "Import 2 rows" in page
    assert "must be one of" in page
    assert not Account.objects.exists()
    editor.post(f"{url}apply")
    assert "Importing accounts.csv" in text(editor, url)
    Worker().run_due()
    assert "2 rows written" in text(editor, url)
    assert Account.objects.count() == 2
    rejected = b"".join(editor.get(f"{url}rejected.csv").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert rejected.splitlines()[0] == "Name,Kind,Country,Row in the file,Reasons"
    assert rejected.splitlines()[1].startswith("Bolt,nonsense,DE,")
    editor.post(f"{url}undo")
    assert "Taking the import back" in text(editor, url)
    Worker().run_due()
    assert "The import was undone. " in text(editor, url)
    assert not Account.objects.filter(archived_at=None).exists()
    assert "accounts.csv" in text(editor, START)


def test_a_finished_import_says_where_the_work_goes_on(editor: Client) -> None:
    begun = upload(editor, b"Text\nExport fails\n", "reviews.csv").headers["Location"]
    url = editor.post(f"{begun}type", {"type": "feedback"}).headers["Location"]
    editor.post(f"{url}check", {"column-0": "text"})
    Worker().run_due()
    assert "Read them in the inbox" not in text(editor, url)
    editor.post(f"{url}apply")
    Worker().run_due()
    assert 'href="/orchard/inbox/"' in text(editor, url).split("Read them in the inbox")[0].rsplit("<a ", 1)[1]
    done = text(editor, url)
    assert done.index("Bring your list of features") < done.index("Read them in the inbox")
    assert "Open as a list" in done
    assert "Go to the feedback" not in done


def test_a_cancelled_import_leaves_nothing(editor: Client, tmp_path: Path) -> None:
    url = upload(editor).headers["Location"]
    assert list((tmp_path / "imports").iterdir())
    editor.post(f"{url}check", COLUMNS)
    assert editor.post(f"{url}cancel").status_code == 422  # it is being read
    Worker().run_due()
    assert editor.post(f"{url}cancel").headers["Location"] == START
    assert not list((tmp_path / "imports").iterdir())
    assert not Import.objects.exists()
    assert editor.get(url).status_code == 404


def test_what_is_written_is_taken_back_and_not_cancelled(editor: Client) -> None:
    url = upload(editor).headers["Location"]
    editor.post(f"{url}check", COLUMNS)
    Worker().run_due()
    editor.post(f"{url}apply")
    Worker().run_due()
    assert editor.post(f"{url}cancel").status_code == 422
    assert Account.objects.count() == 2


def test_the_columns_can_be_mapped_once_more(editor: Client) -> None:
    url = upload(editor).headers["Location"]
    editor.post(f"{url}check", COLUMNS | {"column-1": ""})
    Worker().run_due()
    assert "Import 3 rows" in text(editor, url)
    assert "Where the columns go" in text(editor, f"{url}?columns")
    editor.post(f"{url}check", COLUMNS)
    Worker().run_due()
    assert "Import 2 rows" in text(editor, url)


def test_another_record_type_can_be_chosen(editor: Client) -> None:
    url = upload(editor).headers["Location"]
    moved = editor.post(f"{url}type", {"type": "feedback"}).headers["Location"]
    assert moved.startswith("/orchard/feedback/import/")
    assert "Where the columns go" in text(editor, moved)
    assert editor.get(url).status_code == 404


def test_a_file_that_is_refused_says_why(editor: Client) -> None:
    response = upload(editor, b"%PDF-1.7 and so on")
    assert response.status_code == 422
    assert "was refused" in response.content.decode()
    assert Import.objects.get().state == Import.State.REFUSED


def test_bad_input_is_refused(editor: Client) -> None:
    assert editor.post(START).status_code == 422
    url = upload(editor).headers["Location"]
    assert editor.post(f"{url}check", {"column-0": "colour"}).status_code == 422
    assert editor.post(f"{url}type", {"type": "dream"}).status_code == 404
    assert editor.get(f"{START}999/").status_code == 404
    editor.post(f"{url}apply")
    assert Worker().run_due() == 0
    assert editor.get(f"{url}rejected.csv").status_code == 404
    editor.post(f"{url}check", COLUMNS)
    assert editor.post(f"{url}check", COLUMNS).status_code == 422
    assert editor.post(f"{url}type", {"type": "feedback"}).status_code == 422


def test_a_viewer_may_not_import_and_an_outsider_sees_nothing(workspace: Workspace, editor: Client) -> None:
    url = upload(editor).headers["Location"]
    viewer = client_of("viewer", workspace)
    outsider = client_of("admin", Workspace.objects.create(name="Other", slug="other"))
    for address in (START, url, f"{url}rejected.csv"):
        assert viewer.get(address).status_code == 403
        assert outsider.get(address).status_code == 404
    for action in ("check", "apply", "undo", "type"):
        assert viewer.post(url + action).status_code == 403
        assert outsider.post(url + action).status_code == 404


def test_what_was_taken_in_before_the_right_was_lost_stays(workspace: Workspace, editor: Client) -> None:
    url = upload(editor).headers["Location"]
    editor.post(f"{url}check", COLUMNS)
    Worker().run_due()
    editor.post(f"{url}apply")
    Member.objects.update(role="viewer")
    Worker().run_due()
    batch = Import.objects.get()
    assert (batch.state, Account.objects.count()) == (Import.State.REFUSED, 0)
    assert "not allowed" in batch.reason


def test_what_would_change_is_shown_and_chosen_before_it_is_done(editor: Client, workspace: Workspace) -> None:
    def checked(content: bytes) -> str:
        url = str(
            editor.post("/orchard/features/import/", {"file": SimpleUploadedFile("list.csv", content)})["Location"]
        )
        editor.post(f"{url}check", COLUMNS_OF_LIST)
        Worker().run_due()
        return url

    url = checked(b"Feature,Product,Effort\nSky masks,Photo,4 PW\n")
    editor.post(f"{url}choose", {"make-product": "aside"})
    Worker().run_due()
    page = text(editor, url)
    assert "Do not make products" in page
    assert "It would also make" not in page
    assert "<td>4 PW</td><td>20" in page
    editor.post(f"{url}apply")
    Worker().run_due()
    page = text(editor, checked(b"Feature,Product,Effort,Notes\nSky masks,Photo,2 PW,\n"))
    assert "1 row has the title of a feature that is there: F-1" in page
    assert "What would change" in page
    url = checked(b"Feature,Product,Effort,Notes\nSky masks,Photo,2 PW,\n")
    editor.post(f"{url}choose", {"titles": "new"})
    Worker().run_due()
    assert Import.objects.latest("pk").created == 1


COLUMNS_OF_LIST = {"column-0": "title", "column-1": "product", "column-2": "effort"}

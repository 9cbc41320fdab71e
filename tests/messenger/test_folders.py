"""Folders: made, filled, renamed, put in order, deleted; one's own only."""

import pytest

from core import limits
from messenger.models import Folder, FolderEntry

from .conftest import make_chat
from .people import url

pytestmark = pytest.mark.django_db
FOLDERS = "/api/v1/folders"


def make(api, user, name="Work", **body):
    return api(user).post(FOLDERS, {"name": name, **body}, format="json")


def edit(api, user, folder, **body):
    return api(user).patch(f"{FOLDERS}/{folder}", body, format="json")


@pytest.fixture
def chats(alice, bob):
    return [make_chat("group", alice, bob, title=f"Group {number}") for number in range(3)]


def my_folders(api, user, chat):
    return api(user).get(url(chat)).json()["my"]["folders"]


def test_folder_with_chats(api, alice, bob, chats, heard):
    answer = make(api, alice, "  Work \n", chats=[chats[0].pk, chats[1].pk, chats[0].pk])
    assert answer.status_code == 201, answer.content
    folder = answer.json()
    assert (folder["name"], folder["position"], folder["chats"]) == ("Work", 0, [chats[0].pk, chats[1].pk])
    assert my_folders(api, alice, chats[0]) == [folder["id"]]
    (told,) = heard("folders.changed")
    assert (told.users, told.data) == ((alice.pk,), {"folders": [folder]})
    moved = heard("my.changed")
    assert {event.data["chat"] for event in moved} == {chats[0].pk, chats[1].pk}
    alice.refresh_from_db()
    assert [*(event.fact_seq for event in moved), told.fact_seq] == [1, 2, 3]
    assert alice.fact_seq == 3
    assert api(bob).get(FOLDERS).json() == {"folders": []}
    listed = api(alice).get("/api/v1/chats", {"folder": folder["id"]}).json()["results"]
    assert {head["chat"]["id"] for head in listed} == {chats[0].pk, chats[1].pk}
    assert api(bob).get("/api/v1/chats", {"folder": folder["id"]}).json()["results"] == []


def test_chats_are_moved_from_either_side(api, alice, chats, heard):
    one, two = (make(api, alice, name).json()["id"] for name in ("One", "Two"))
    answer = api(alice).patch(url(chats[0], "membership"), {"folders": [two, one]}, format="json")
    assert answer.json()["folders"] == [one, two]
    assert edit(api, alice, one, chats=[chats[1].pk]).json()["chats"] == [chats[1].pk]
    assert (my_folders(api, alice, chats[0]), my_folders(api, alice, chats[1])) == ([two], [one])
    api(alice).patch(url(chats[0], "membership"), {"folders": []}, format="json")
    assert my_folders(api, alice, chats[0]) == []
    before = len(heard("my.changed"))
    edit(api, alice, one, chats=[chats[1].pk])  # as it was
    assert len(heard("my.changed")) == before


def test_deleting_leaves_the_chats(api, alice, chats, heard):
    folder = make(api, alice, chats=[chats[0].pk]).json()["id"]
    assert api(alice).delete(f"{FOLDERS}/{folder}").status_code == 204
    assert api(alice).delete(f"{FOLDERS}/{folder}").status_code == 404
    assert my_folders(api, alice, chats[0]) == []
    assert heard("my.changed")[-1].data["my"]["folders"] == []
    assert not FolderEntry.objects.exists()
    assert api(alice).get(url(chats[0])).status_code == 200


def test_names_are_once_per_person(api, alice, bob):
    folder = make(api, alice).json()["id"]
    other = make(api, alice, "Play").json()["id"]
    for answer in (make(api, alice), edit(api, alice, other, name="Work")):
        assert (answer.status_code, answer.json()["code"]) == (409, "folder_exists")
    assert make(api, bob).status_code == 201
    assert edit(api, alice, folder, name="Work").status_code == 200
    assert edit(api, alice, folder, name="Labour").json()["name"] == "Labour"


def test_order(api, alice):
    ids = [make(api, alice, name).json()["id"] for name in "ABC"]
    answer = api(alice).put(f"{FOLDERS}/order", {"folders": ids[::-1]}, format="json")
    assert [folder["name"] for folder in answer.json()["folders"]] == ["C", "B", "A"]
    for wrong in ([], ids[:2], [ids[0]] * 3, [*ids, 999]):
        answer = api(alice).put(f"{FOLDERS}/order", {"folders": wrong}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (400, "not_the_folders")
    assert make(api, alice, "D").json()["position"] == 3


def test_folders_of_others_do_not_exist(api, alice, bob, chats):
    folder = make(api, alice, chats=[chats[0].pk]).json()["id"]
    for pk in (folder, 999, 2**63 - 1, 2**63, 10**30):
        assert edit(api, bob, pk, name="Mine").status_code == 404
        assert api(bob).delete(f"{FOLDERS}/{pk}").status_code == 404
    answer = api(bob).patch(url(chats[0], "membership"), {"folders": [folder]}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_folder")
    assert Folder.objects.get().name == "Work"


def test_only_chats_one_is_in(api, alice, charlie, chats):
    for pk in (chats[0].pk, 999, 2**63 - 1):
        answer = make(api, charlie, chats=[pk])
        assert (answer.status_code, answer.json()["code"], answer.json()["chats"]) == (400, "unknown_chat", [pk])
    assert not Folder.objects.exists()


def test_limits(api, alice, chats, monkeypatch):
    monkeypatch.setattr(limits, "FOLDERS_PER_PERSON", 1)
    monkeypatch.setattr(limits, "CHATS_PER_FOLDER", 1)
    folder = make(api, alice, chats=[chats[0].pk]).json()["id"]
    assert make(api, alice, "Two").json()["code"] == "too_many_folders"
    assert edit(api, alice, folder, chats=[chats[0].pk, chats[1].pk]).json()["code"] == "folder_full"
    answer = api(alice).patch(url(chats[1], "membership"), {"folders": [folder]}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "folder_full")


@pytest.mark.parametrize(
    "body",
    [{}, {"name": ""}, {"name": "x" * 25}, {"name": None}, {"name": "x", "chats": 5}, {"name": "x", "chats": [-1]}],
)
def test_bad_folder(api, alice, body):
    answer = api(alice).post(FOLDERS, body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")

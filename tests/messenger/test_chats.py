"""Making groups and channels, changing what they say of themselves, ending them."""

import io

import pytest
from PIL import Image

from accounts.models import Audience, Block
from core import limits
from messenger.models import Chat, Membership, Message, Right

from .people import make_person, url

pytestmark = pytest.mark.django_db


def create(api, user, **body):
    return api(user).post("/api/v1/chats", {"kind": "group", "title": "Climbing", **body}, format="json")


def test_group_with_members(api, alice, bob, heard):
    answer = create(api, alice, members=[bob.pk], description="Sundays")
    assert answer.status_code == 201
    head = answer.json()
    assert (head["chat"]["title"], head["chat"]["member_count"], head["my"]["role"]) == ("Climbing", 2, "owner")
    assert head["refused"] == []
    assert head["my"]["unread_count"] == 0
    assert head["last_message"]["service"] == {
        "type": "chat.created",
        "title": "Climbing",
        "users": [{"id": bob.pk, "name": "Bob"}],
    }
    his = api(bob).get(url(head["chat"]["id"])).json()
    assert (his["my"]["role"], his["my"]["unread_count"]) == ("member", 1)
    added = heard("chat.added")
    assert [event.users for event in added] == [(alice.pk,), (bob.pk,)]
    assert added[1].hub["join"] == [bob.pk]
    assert added[1].data["my"]["role"] == "member"


def test_channel_lets_subscribers_react_only(api, alice, bob):
    head = create(api, alice, kind="channel", members=[bob.pk]).json()
    assert head["chat"]["default_rights"] == ["react"]
    assert head["last_message"]["service"]["type"] == "channel.created"
    assert api(bob).get(url(head["chat"]["id"])).json()["my"]["rights"] == ["react"]


def test_the_unwilling_and_the_unknown_are_refused_by_name(api, alice, bob, charlie):
    charlie.group_privacy = Audience.CONTACTS
    charlie.save()
    dana = make_person("dana")
    Block.objects.create(owner=dana, user=alice)
    answer = create(api, alice, members=[bob.pk, charlie.pk, dana.pk, 987654, 2**63 - 1, alice.pk, bob.pk])
    assert answer.status_code == 201
    assert answer.json()["chat"]["member_count"] == 2
    assert answer.json()["refused"] == [
        {"user": charlie.pk, "code": "privacy"},
        {"user": dana.pk, "code": "privacy"},
        {"user": 987654, "code": "user_not_found"},
        {"user": 2**63 - 1, "code": "user_not_found"},
    ]


@pytest.mark.parametrize(
    "body",
    [
        {"title": ""},
        {"title": " \u200b\u202e\n"},
        {"title": "x" * 129},
        {"title": ["x"]},
        {"title": None},
        {"description": "x" * 501},
        {"kind": "direct"},
        {"kind": None},
        {"members": "1"},
        {"members": [0]},
        {"members": [-1]},
        {"members": [2**63 - 1] * 1001},
        {"members": [None]},
        {"members": [{}]},
        {"handle": "ab"},
        {"handle": "admin"},
        {"handle": "Ümlaut"},
        {"members": list(range(1000, 1101))},
    ],
)
def test_bad_input_is_refused_with_a_code(api, alice, body):
    answer = create(api, alice, **body)
    assert answer.status_code == 400, answer.content
    assert answer.json()["code"] in ("invalid", "handle_invalid", "handle_reserved", "too_many_members")
    assert not Chat.objects.exists()


def test_title_is_one_clean_line(api, alice):
    head = create(api, alice, title="  Two\r\nlines\u202e  and \t more ").json()
    assert head["chat"]["title"] == "Two lines and more"


def test_number_of_own_chats_is_limited(api, alice, monkeypatch):
    monkeypatch.setattr(limits, "CHATS_CREATED_PER_PERSON", 1)
    assert create(api, alice).status_code == 201
    answer = create(api, alice)
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_chats")


# --- handles ---


def test_handle_is_one_namespace_with_people_in_any_case(api, alice, bob):
    for taken in ("bob", "BOB", "@Bob"):
        answer = create(api, alice, handle=taken)
        assert (answer.status_code, answer.json()["code"]) == (409, "handle_taken")
    first = create(api, alice, handle="Climbers").json()
    assert first["chat"]["handle"] == "climbers"
    assert create(api, bob, handle="CLIMBERS").json()["code"] == "handle_taken"


def test_deleted_chat_gives_its_handle_back(api, alice, bob):
    chat = create(api, alice, handle="climbers").json()["chat"]["id"]
    assert api(alice).delete(url(chat)).status_code == 204
    assert create(api, bob, handle="climbers").status_code == 201


def test_only_the_owner_gives_and_takes_the_handle(api, alice, bob, group):
    Membership.objects.filter(chat=group, user=bob).update(role="admin", rights=int(Right.CHANGE_INFO))
    answer = api(bob).patch(url(group), {"handle": "friends"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (403, "owner_only")
    answer = api(alice).patch(url(group), {"handle": "Friends_1"}, format="json")
    assert answer.json()["chat"]["handle"] == "friends_1"
    assert api(alice).patch(url(group), {"handle": "FRIENDS_1"}, format="json").status_code == 200
    assert api(alice).patch(url(group), {"handle": None}, format="json").json()["chat"]["handle"] is None


# --- editing ---


def test_new_title_is_said_in_the_chat_once(api, alice, bob, group, heard):
    for _twice in range(2):
        answer = api(alice).patch(url(group), {"title": "Old friends"}, format="json")
        assert answer.status_code == 200
        assert answer.json()["chat"]["title"] == "Old friends"
    said = Message.objects.get(chat=group)
    assert said.service == {"type": "title.changed", "title": "Old friends"}
    assert answer.json()["my"]["unread_count"] == 0
    group.refresh_from_db()
    assert group.info_modseq == group.modseq == 2
    (changed,) = heard("chat.changed")
    assert (changed.modseq, changed.data["title"], changed.data["modseq"]) == (2, "Old friends", 2)


@pytest.mark.parametrize(
    ("rights", "body", "code"),
    [
        (0, {"title": "x"}, "right_needed"),
        (0, {"description": "x"}, "right_needed"),
        (Right.BAN, {"title": "x"}, "right_needed"),
        (Right.CHANGE_INFO, {"slow_mode_seconds": 30}, "right_needed"),
        (Right.CHANGE_INFO, {"default_rights": []}, "right_needed"),
        (Right.CHANGE_INFO | Right.BAN, {"is_history_visible": False}, "owner_only"),
        (Right.CHANGE_INFO, {"title": "x", "slow_mode_seconds": 30}, "right_needed"),
        (Right.CHANGE_INFO, {"title": "x", "description": "y"}, None),
        (Right.BAN, {"slow_mode_seconds": 30, "default_rights": ["write"]}, None),
    ],
)
def test_each_field_needs_its_right(api, bob, group, rights, body, code):
    Membership.objects.filter(chat=group, user=bob).update(role="admin", rights=int(rights))
    answer = api(bob).patch(url(group), body, format="json")
    assert answer.json().get("code") == code
    assert answer.status_code == (403 if code else 200)
    if code:
        group.refresh_from_db()
        assert group.title == "Friends"


def test_power_over_others_is_never_for_all(api, alice, bob, group):
    for right in ("ban", "delete", "promote"):
        answer = api(alice).patch(url(group), {"default_rights": ["write", right]}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (400, "rights_of_admins_only")
    Membership.objects.filter(chat=group, user=bob).update(role="admin", rights=int(Right.BAN))
    answer = api(bob).patch(url(group), {"default_rights": ["write", "pin"]}, format="json")
    assert (answer.status_code, answer.json()["code"], answer.json()["rights"]) == (403, "rights_beyond_yours", ["pin"])


def test_channel_has_no_slow_mode_and_no_writing_subscribers(api, alice):
    chat = create(api, alice, kind="channel").json()["chat"]["id"]
    assert api(alice).patch(url(chat), {"slow_mode_seconds": 5}, format="json").json()["code"] == "wrong_chat_kind"
    answer = api(alice).patch(url(chat), {"default_rights": ["write"]}, format="json")
    assert answer.json()["code"] == "rights_of_admins_only"


@pytest.mark.parametrize(
    "body",
    [
        {"title": ""},
        {"title": {}},
        {"slow_mode_seconds": -1},
        {"slow_mode_seconds": 3601},
        {"slow_mode_seconds": "x"},
        {"default_rights": ["fly"]},
        {"default_rights": "write"},
        {"is_history_visible": "maybe"},
        {"handle": 7},
    ],
)
def test_bad_edit_is_refused(api, alice, group, body):
    answer = api(alice).patch(url(group), body, format="json")
    assert answer.status_code == 400
    assert answer.json()["code"] in ("invalid", "handle_invalid")


def test_what_nobody_may_set_is_ignored(api, alice, group):
    body = {"id": 9, "last_seq": 99, "modseq": 99, "member_count": 99, "kind": "channel", "created_by": 1}
    assert api(alice).patch(url(group), body, format="json").status_code == 200
    group.refresh_from_db()
    assert (group.kind, group.last_seq, group.modseq, group.member_count) == ("group", 0, 0, 2)


def test_direct_chats_have_nothing_to_edit(api, alice, direct):
    for answer in (
        api(alice).patch(url(direct), {"title": "x"}, format="json"),
        api(alice).delete(url(direct)),
        api(alice).post(url(direct, "leave")),
    ):
        assert (answer.status_code, answer.json()["code"]) == (400, "wrong_chat_kind")


# --- photo ---


def picture(side=900) -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (side, side // 2), "teal").save(file, "PNG")
    file.seek(0)
    file.name = "x.png"
    return file


def test_photo_is_made_square_and_can_be_taken_away(api, alice, bob, group):
    answer = api(alice).put(url(group, "photo"), {"photo": picture()}, format="multipart")
    assert answer.status_code == 200, answer.content
    address = answer.json()["chat"]["photo"]
    assert address.startswith("/media/chat-photos/")
    assert address.endswith(".webp")
    assert api(bob).put(url(group, "photo"), {"photo": picture()}, format="multipart").json()["code"] == "right_needed"
    for _twice in range(2):
        assert api(alice).delete(url(group, "photo")).json()["chat"]["photo"] is None
    said = [message.service["type"] for message in Message.objects.filter(chat=group).order_by("seq")]
    assert said == ["photo.changed", "photo.removed"]


def test_what_is_no_picture_is_refused(api, alice, group):
    file = io.BytesIO(b"<svg onload=alert(1)>")
    file.name = "x.png"
    answer = api(alice).put(url(group, "photo"), {"photo": file}, format="multipart")
    assert (answer.status_code, answer.json()["code"]) == (400, "photo_unreadable")
    answer = api(alice).put(url(group, "photo"), {}, format="multipart")
    assert (answer.status_code, answer.json()["code"]) == (400, "photo_missing")
    assert api(alice).put(url(group, "photo"), {"photo": 1}, format="json").status_code == 415


# --- deleting ---


def test_owner_deletes_for_everybody(api, alice, bob, group, heard):
    assert api(bob).delete(url(group)).json()["code"] == "owner_only"
    assert api(alice).delete(url(group)).status_code == 204
    for user in (alice, bob):
        assert api(user).get(url(group)).status_code == 404
        assert api(user).delete(url(group)).status_code == 404
        assert api(user).get("/api/v1/chats").json()["results"] == []
    (removed,) = heard("chat.removed")
    assert set(removed.users) == set(removed.hub["leave"]) == {alice.pk, bob.pk}


def test_every_way_in_is_closed_with_the_chat(api, alice, charlie):
    chat = create(api, alice, handle="climbers").json()["chat"]["id"]
    token = api(alice).post(url(chat, "invites"), {}, format="json").json()["token"]
    api(alice).delete(url(chat))
    assert api(charlie).post(url(chat, "join")).status_code == 404
    assert api(charlie).get(f"/api/v1/invites/{token}").status_code == 404
    assert api(charlie).post(f"/api/v1/invites/{token}/join").status_code == 404
    assert api(charlie).get("/api/v1/chats/by-handle/climbers").status_code == 404


# --- the public preview ---


def test_public_chat_shows_a_preview_to_all(api, alice, charlie):
    chat = create(api, alice, handle="climbers", description="Sundays").json()["chat"]["id"]
    for user, state in ((None, "outside"), (charlie, "outside"), (alice, "member")):
        preview = api(user).get("/api/v1/chats/by-handle/Climbers").json()
        assert (preview["id"], preview["title"], preview["description"]) == (chat, "Climbing", "Sundays")
        assert (preview["member_count"], preview["state"]) == (1, state)
    for handle in ("nobody_here", "alice", "%00", "x" * 500, "é"):
        assert api(charlie).get(f"/api/v1/chats/by-handle/{handle}").status_code == 404


@pytest.mark.parametrize("cursor", ["x", "W10", "WyJhIiwiYiJd", "WzEsMV0", "WyIyMDI2LTAxLTAxIiwxXQ", "WzFd", "e30"])
def test_foreign_cursor_is_refused(api, alice, group, cursor):
    answer = api(alice).get("/api/v1/chats", {"cursor": cursor})
    assert answer.status_code in (200, 400)
    assert answer.status_code == 200 or answer.json()["code"] == "bad_cursor"

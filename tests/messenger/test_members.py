"""Coming, going, removing, banning; roles and rights."""

import pytest

from accounts.models import Audience, Block
from core import limits
from messenger.models import Chat, FolderEntry, Invite, JoinRequest, Membership, Message, Right
from moderation.models import Sanction

from .conftest import make_chat
from .people import make_person, url

pytestmark = pytest.mark.django_db

ALL = Right(sum(Right))


@pytest.fixture
def dana(db):
    return make_person("dana")


@pytest.fixture
def channel(alice, bob):
    return make_chat("channel", alice, bob, title="News", default_rights=Right.REACT)


def add(api, by, chat, *users):
    body = {"users": [getattr(user, "pk", user) for user in users]}
    return api(by).post(url(chat, "members"), body, format="json")


def make_admin(chat, user, rights):
    Membership.objects.filter(chat=chat, user=user).update(role="admin", rights=int(rights))


def make_public(chat, handle):
    Chat.objects.filter(pk=chat.pk).update(handle=handle)


def said(chat):
    rows = Message.objects.filter(chat=chat, kind="service").order_by("seq")
    return [message.service["type"] for message in rows]


def standing(chat, user):
    return Membership.objects.get(chat=chat, user=user)


# --- adding ---


def test_member_adds_people(api, bob, charlie, dana, group, heard):
    answer = add(api, bob, group, charlie, dana)
    assert answer.status_code == 200, answer.content
    assert [one["user"]["handle"] for one in answer.json()["added"]] == ["charlie", "dana"]
    assert answer.json()["refused"] == []
    head = api(charlie).get(url(group)).json()
    assert (head["chat"]["member_count"], head["my"]["role"], head["my"]["joined_seq"]) == (4, "member", 0)
    assert head["last_message"]["service"] == {
        "type": "members.added",
        "users": [{"id": charlie.pk, "name": "Charlie"}, {"id": dana.pk, "name": "Dana"}],
    }
    assert head["my"]["unread_count"] == 1
    assert api(bob).get(url(group)).json()["my"]["unread_count"] == 0
    (added,) = heard("chat.added")
    assert set(added.users) == set(added.hub["join"]) == {charlie.pk, dana.pk}
    assert added.hub["room"] == added.chat == group.pk
    assert {event.data["user"]["id"] for event in heard("member.changed")} == {charlie.pk, dana.pk}
    group.refresh_from_db()
    modseqs = sorted(event.modseq for event in heard() if event.modseq)
    assert modseqs == list(range(1, group.modseq + 1))  # every change told, none skipped
    assert heard()[-1] is added  # the head holds all that happened


def test_adding_twice_adds_once(api, alice, charlie, group):
    add(api, alice, group, charlie, charlie)
    answer = add(api, alice, group, charlie)
    assert answer.json()["added"] == []
    assert answer.json()["refused"] == [{"user": charlie.pk, "code": "already_member"}]
    assert api(alice).get(url(group)).json()["chat"]["member_count"] == 3
    assert said(group) == ["members.added"]


def test_the_unwilling_get_a_link_suggested(api, alice, bob, charlie, dana, group):
    dana.group_privacy = Audience.NOBODY
    dana.save()
    answer = add(api, alice, group, charlie, dana, 55555).json()
    assert [one["user"]["id"] for one in answer["added"]] == [charlie.pk]
    assert {(one["user"], one["code"]) for one in answer["refused"]} == {
        (dana.pk, "privacy"),
        (55555, "user_not_found"),
    }
    assert answer["suggest_link"] is True


def test_blocked_people_cannot_be_added_in_either_direction(api, alice, charlie, dana, group):
    Block.objects.create(owner=charlie, user=alice)
    Block.objects.create(owner=alice, user=dana)
    answer = add(api, alice, group, charlie, dana).json()
    assert {one["code"] for one in answer["refused"]} == {"privacy"}
    assert answer["added"] == []


def test_new_members_of_a_closed_history_begin_at_the_end(api, alice, bob, charlie, group, send):
    for number in range(3):
        assert send(alice, group, f"m{number}").status_code == 201
    api(alice).patch(url(group), {"is_history_visible": False}, format="json")
    add(api, alice, group, charlie)
    head = api(charlie).get(url(group)).json()
    assert (head["my"]["joined_seq"], head["my"]["unread_count"]) == (3, 1)
    assert [m["seq"] for m in api(charlie).get(url(group, "messages")).json()["messages"]] == [4]


def test_group_has_a_limit(api, alice, charlie, dana, group, monkeypatch):
    monkeypatch.setattr(limits, "GROUP_MEMBERS", 3)
    answer = add(api, alice, group, charlie, dana).json()
    assert answer["refused"] == [{"user": dana.pk, "code": "group_full"}]
    make_public(group, "friends")
    answer = api(dana).post(url(group, "join"))
    assert (answer.status_code, answer.json()["code"]) == (409, "group_full")


@pytest.mark.parametrize("users", [[], None, "1", [0], [2**64], ["x"], [True, {}], {"a": 1}])
def test_bad_list_of_people_is_refused(api, alice, group, users):
    answer = api(alice).post(url(group, "members"), {"users": users}, format="json")
    assert answer.status_code == 400
    assert answer.json()["code"] in ("invalid", "bad_json")


def test_too_many_at_once(api, alice, group):
    answer = add(api, alice, group, *range(1, limits.MEMBERS_PER_REQUEST + 2))
    assert (answer.status_code, answer.json()["code"]) == (400, "too_many_members")


# --- joining and leaving ---


def test_joining_a_public_group_by_oneself(api, charlie, group, heard):
    assert api(charlie).post(url(group, "join")).status_code == 404  # not public yet
    make_public(group, "friends")
    for _twice in range(2):
        answer = api(charlie).post(url(group, "join"))
        assert answer.status_code == 200
        assert (answer.json()["chat"]["member_count"], answer.json()["my"]["unread_count"]) == (3, 0)
    assert said(group) == ["member.joined"]
    assert len(heard("chat.added")) == 1


def test_leaving_and_coming_back_uses_one_row(api, bob, charlie, group, send, heard):
    make_public(group, "friends")
    api(charlie).post(url(group, "join"))
    send(bob, group, "one")
    api(charlie).post(url(group, "read"), {"seq": 2}, format="json")
    row = standing(group, charlie)
    assert row.read_seq == 2
    assert api(charlie).post(url(group, "leave")).status_code == 204
    assert api(charlie).post(url(group, "leave")).status_code == 404
    assert api(charlie).get(url(group)).status_code == 404
    assert standing(group, charlie).state == "left"
    assert api(bob).get(url(group)).json()["chat"]["member_count"] == 2
    (removed,) = heard("chat.removed")
    assert (removed.users, removed.data) == ((charlie.pk,), {"chat": group.pk, "state": "left"})
    assert removed.hub["leave"] == [charlie.pk]
    api(charlie).post(url(group, "join"))
    again = standing(group, charlie)
    assert (again.pk, again.state, again.role) == (row.pk, "active", "member")
    assert again.read_seq >= row.read_seq
    assert said(group)[-2:] == ["member.left", "member.joined"]


def test_what_one_kept_of_a_chat_goes_with_leaving(api, bob, group):
    folder = api(bob).post("/api/v1/folders", {"name": "Play", "chats": [group.pk]}, format="json").json()
    api(bob).patch(url(group, "membership"), {"pinned": True}, format="json")
    api(bob).put(url(group, "draft"), {"text": "never sent"}, format="json")
    api(bob).post(url(group, "leave"))
    row = standing(group, bob)
    assert (row.pinned_rank, row.draft_text, row.draft_at) == (0, "", None)
    assert not FolderEntry.objects.exists()
    assert api(bob).get("/api/v1/folders").json()["folders"] == [{**folder, "chats": []}]


def test_owner_hands_over_before_leaving(api, alice, bob, charlie, group):
    answer = api(alice).post(url(group, "leave"))
    assert (answer.status_code, answer.json()["code"]) == (409, "owner_must_hand_over")
    answer = api(alice).post(url(group, "owner"), {"user": bob.pk}, format="json")
    assert (answer.status_code, answer.json()["role"]) == (200, "owner")
    assert standing(group, alice).role == "admin"
    assert said(group) == ["owner.changed"]
    assert api(alice).post(url(group, "owner"), {"user": bob.pk}, format="json").json()["code"] == "owner_only"
    assert api(alice).delete(url(group, "members", alice.pk)).status_code == 204  # leaving by another door
    assert api(bob).post(url(group, "leave")).status_code == 204
    group.refresh_from_db()
    assert group.deleted_at is not None


@pytest.mark.parametrize("body", [{}, {"user": None}, {"user": "x"}, {"user": 0}, {"user": 2**63}])
def test_bad_new_owner(api, alice, group, body):
    answer = api(alice).post(url(group, "owner"), body, format="json")
    assert answer.status_code == 400


def test_owner_must_be_in(api, alice, charlie, group):
    for user in (charlie.pk, 2**63 - 1):
        answer = api(alice).post(url(group, "owner"), {"user": user}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (404, "member_not_found")
    answer = api(alice).post(url(group, "owner"), {"user": alice.pk}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "not_on_yourself")


# --- removing and banning ---


def test_removed_member_hears_nothing_more_and_may_return(api, alice, bob, charlie, group, heard, send):
    add(api, alice, group, charlie)
    link = api(alice).post(url(group, "invites"), {}, format="json").json()["token"]
    for _twice in range(2):
        assert api(alice).delete(url(group, "members", charlie.pk)).status_code == 204
    assert api(charlie).get(url(group)).status_code == 404
    assert send(charlie, group).status_code == 404
    assert said(group) == ["members.added", "member.removed"]
    events = heard()
    (removed,) = [event for event in events if event.name == "chat.removed"]
    told = [event for event in events if event.name == "message.created" and event.data["seq"] == 2]
    assert events.index(removed) < events.index(told[0])  # the socket leaves first
    assert api(charlie).post(f"/api/v1/invites/{link}/join").status_code == 200


def test_banned_person_finds_no_way_back_and_learns_nothing(api, alice, bob, charlie, dana, group):
    make_public(group, "friends")
    link = api(alice).post(url(group, "invites"), {}, format="json").json()["token"]
    api(charlie).post(url(group, "join"))
    for _twice in range(2):
        answer = api(alice).put(url(group, "bans", charlie.pk))
        assert (answer.status_code, answer.json()["state"]) == (200, "banned")
    assert said(group) == ["member.joined", "member.banned"]
    client = api(charlie)
    assert client.post(url(group, "join")).status_code == 404
    assert client.get(f"/api/v1/invites/{link}").status_code == 404
    assert client.post(f"/api/v1/invites/{link}/join").status_code == 404
    assert client.get("/api/v1/chats/by-handle/friends").status_code == 404
    assert client.get(url(group)).status_code == 404
    answer = add(api, bob, group, charlie).json()
    assert answer["refused"] == [{"user": charlie.pk, "code": "banned"}]
    assert api(alice).get(url(group, "bans")).json()["results"][0]["user"]["id"] == charlie.pk
    assert client.get("/api/v1/chats").json()["results"] == []
    assert add(api, alice, group, charlie).json()["added"][0]["user"]["id"] == charlie.pk  # with the right: lifted


def test_ban_of_a_stranger_and_unban(api, alice, dana, group):
    make_public(group, "friends")
    assert api(alice).put(url(group, "bans", dana.pk)).status_code == 200
    assert api(dana).post(url(group, "join")).status_code == 404
    for _twice in range(2):
        assert api(alice).delete(url(group, "bans", dana.pk)).status_code == 204
    assert api(alice).get(url(group, "bans")).json()["results"] == []
    assert api(dana).post(url(group, "join")).status_code == 200
    group.refresh_from_db()
    assert group.member_count == 3


def test_ban_ends_links_and_requests_of_the_banned(api, alice, bob, charlie, group):
    link = api(bob).post(url(group, "invites"), {}, format="json").json()["token"]
    JoinRequest.objects.create(chat=group, user=charlie)
    api(alice).put(url(group, "bans", bob.pk))
    api(alice).put(url(group, "bans", charlie.pk))
    assert Invite.objects.get(token=link).revoked_at is not None
    assert not JoinRequest.objects.exists()


@pytest.mark.parametrize("act", ["remove", "ban", "demote"])
@pytest.mark.parametrize(
    ("actor_rights", "target_role", "target_rights", "code"),
    [
        (Right.BAN | Right.PROMOTE, "owner", 0, "owner_is_untouchable"),
        (Right.BAN, "admin", Right.PIN, "admin_is_untouchable"),
        (Right.BAN | Right.PROMOTE, "admin", Right.DELETE, "admin_is_untouchable"),
        (Right.BAN | Right.PROMOTE | Right.DELETE, "admin", Right.DELETE | Right.BAN, None),
        (Right.BAN | Right.PROMOTE, "member", 0, None),
        (Right.PIN, "member", 0, "right_needed"),
    ],
)
def test_power_over_others(api, alice, bob, charlie, dana, group, act, actor_rights, target_role, target_rights, code):
    if act == "demote" and not actor_rights & Right.PROMOTE:
        code = "right_needed"
    add(api, alice, group, charlie)
    make_admin(group, bob, actor_rights)
    target = alice if target_role == "owner" else charlie
    if target_role == "admin":
        make_admin(group, charlie, target_rights)
    client = api(bob)
    answer = {
        "remove": lambda: client.delete(url(group, "members", target.pk)),
        "ban": lambda: client.put(url(group, "bans", target.pk)),
        "demote": lambda: client.patch(url(group, "members", target.pk), {"role": "member"}, format="json"),
    }[act]()
    if code:
        assert (answer.status_code, answer.json()["code"]) == (403, code)
        assert standing(group, target).is_active
    else:
        assert answer.status_code in (200, 204), answer.content


def test_nobody_acts_on_themselves(api, alice, bob, group):
    make_admin(group, bob, ALL)
    assert api(bob).put(url(group, "bans", bob.pk)).json()["code"] == "not_on_yourself"
    answer = api(bob).patch(url(group, "members", bob.pk), {"rights": ["ban"]}, format="json")
    assert answer.json()["code"] == "not_on_yourself"


# --- roles ---


def test_owner_makes_an_admin_and_unmakes_them(api, alice, bob, group, heard):
    address = url(group, "members", bob.pk)
    for _twice in range(2):
        answer = api(alice).patch(address, {"role": "admin", "rights": ["pin", "delete"]}, format="json")
        assert answer.status_code == 200, answer.content
        assert answer.json()["role"] == "admin"
        assert {"pin", "delete", "write"} <= set(answer.json()["rights"])
    assert len(heard("member.changed")) == 1
    (mine,) = heard("my.changed")
    assert (mine.users, mine.data["my"]["role"]) == ((bob.pk,), "admin")
    bob.refresh_from_db()
    assert mine.fact_seq == bob.fact_seq == 1
    assert api(alice).patch(address, {"role": "member"}, format="json").json()["role"] == "member"
    assert standing(group, bob).rights == 0


def test_new_admin_gets_what_the_maker_has_but_not_promote(api, alice, bob, charlie, group):
    add(api, alice, group, charlie)
    make_admin(group, bob, Right.PROMOTE | Right.BAN)
    answer = api(bob).patch(url(group, "members", charlie.pk), {"role": "admin"}, format="json")
    assert set(answer.json()["rights"]) == {"write", "media", "react", "invite", "ban"}


def test_nobody_gives_more_than_they_have(api, alice, bob, charlie, group):
    add(api, alice, group, charlie)
    make_admin(group, bob, Right.PROMOTE | Right.PIN)
    body = {"role": "admin", "rights": ["pin", "delete", "ban"]}
    answer = api(bob).patch(url(group, "members", charlie.pk), body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (403, "rights_beyond_yours")
    assert answer.json()["rights"] == ["delete", "ban"]
    assert standing(group, charlie).role == "member"


@pytest.mark.parametrize(
    "body", [{"role": "owner"}, {"role": "king"}, {"rights": ["fly"]}, {"rights": "pin"}, {"role": None}, {"role": []}]
)
def test_bad_role_is_refused(api, alice, bob, group, body):
    answer = api(alice).patch(url(group, "members", bob.pk), body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_rights_are_for_admins_only(api, alice, bob, group):
    answer = api(alice).patch(url(group, "members", bob.pk), {"rights": ["ban"]}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "rights_of_admins_only")
    assert api(alice).patch(url(group, "members", bob.pk), {}, format="json").status_code == 200


def test_number_of_admins_is_limited(api, alice, bob, charlie, group, monkeypatch):
    add(api, alice, group, charlie)
    monkeypatch.setattr(limits, "ADMINS_PER_CHAT", 1)
    assert api(alice).patch(url(group, "members", bob.pk), {"role": "admin"}, format="json").status_code == 200
    answer = api(alice).patch(url(group, "members", charlie.pk), {"role": "admin"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_admins")


def test_admin_who_is_removed_comes_back_without_rights(api, alice, bob, group):
    make_admin(group, bob, ALL)
    api(alice).delete(url(group, "members", bob.pk))
    add(api, alice, group, bob)
    row = standing(group, bob)
    assert (row.role, row.rights) == ("member", 0)


def test_sanctioned_person_neither_adds_nor_names(api, alice, charlie, group):
    Sanction.objects.create(user=alice, kind="mute", reason="spam")
    assert add(api, alice, group, charlie).json()["code"] == "sanctioned"
    assert api(alice).patch(url(group), {"title": "x"}, format="json").json()["code"] == "sanctioned"
    assert api(alice).post("/api/v1/chats", {"kind": "group", "title": "x"}, format="json").status_code == 403

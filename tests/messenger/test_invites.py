"""Links: revocable, expiring, limited, with approval; requests to be let in."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core import limits
from messenger.models import Invite, JoinRequest, Membership, Message, Right

from .people import make_person, url

pytestmark = pytest.mark.django_db


def make_link(api, by, chat, **body):
    answer = api(by).post(url(chat, "invites"), body, format="json")
    assert answer.status_code == 201, answer.content
    return answer.json()


def join(api, user, link):
    return api(user).post(f"/api/v1/invites/{link['token']}/join")


def preview(api, user, link):
    return api(user).get(f"/api/v1/invites/{link['token']}")


def test_link_leads_in_once_each(api, bob, charlie, group, heard):
    link = make_link(api, bob, group)
    assert (link["use_count"], link["is_active"], link["created_by"]["handle"]) == (0, True, "bob")
    assert link["path"] == f"/join/{link['token']}"
    for _twice in range(2):
        answer = join(api, charlie, link)
        assert answer.status_code == 200
        assert (answer.json()["my"]["state"], answer.json()["chat"]["member_count"]) == ("active", 3)
    assert Invite.objects.get().use_count == 1
    (said,) = Message.objects.filter(chat=group)
    assert (said.sender, said.service) == (charlie, {"type": "member.joined_by_link", "via": "link"})
    assert [event.users for event in heard("chat.added")] == [(charlie.pk,)]


def test_preview_tells_strangers_no_more_than_the_cover(api, bob, charlie, group):
    link = make_link(api, bob, group)
    for user in (None, charlie):
        answer = preview(api, user, link).json()
        assert (answer["title"], answer["member_count"], answer["state"], answer["id"]) == (
            "Friends",
            2,
            "outside",
            None,
        )
    assert preview(api, bob, link).json()["id"] == group.pk
    assert preview(api, bob, link).json()["state"] == "member"


@pytest.mark.parametrize("token", ["x", "x" * 22, "x" * 500, "%00", "..", "é" * 22, "' OR 1=1 --"])
def test_unknown_tokens(api, charlie, token):
    for answer in (api(charlie).get(f"/api/v1/invites/{token}"), api(charlie).post(f"/api/v1/invites/{token}/join")):
        assert answer.status_code == 404


def test_revoked_link_is_closed(api, alice, bob, charlie, group):
    link = make_link(api, bob, group)
    for _twice in range(2):
        assert api(bob).delete(url(group, "invites", link["id"])).status_code == 204
    for answer in (preview(api, charlie, link), join(api, charlie, link)):
        assert (answer.status_code, answer.json()["code"]) == (410, "invite_closed")
    assert api(alice).get(url(group, "invites")).json()["results"] == []


def test_expired_link_is_closed(api, bob, charlie, group):
    link = make_link(api, bob, group, expires_in_seconds=3600)
    assert join(api, charlie, link).status_code == 200
    Invite.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    dana = make_person("dana")
    assert join(api, dana, link).json()["code"] == "invite_closed"
    assert api(bob).get(url(group, "invites")).json()["results"][0]["is_active"] is False


def test_limited_link_is_used_up(api, bob, charlie, group):
    link = make_link(api, bob, group, max_uses=1)
    assert join(api, charlie, link).status_code == 200
    assert join(api, make_person("dana"), link).status_code == 410
    with pytest.raises(IntegrityError), transaction.atomic():
        Invite.objects.update(use_count=2)


def test_leaving_and_coming_back_by_the_link_uses_it_again(api, bob, charlie, group):
    link = make_link(api, bob, group, max_uses=2)
    join(api, charlie, link)
    api(charlie).post(url(group, "leave"))
    assert join(api, charlie, link).status_code == 200
    assert Invite.objects.get().use_count == 2


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"max_uses": 0}, "invalid"),
        ({"max_uses": -1}, "invalid"),
        ({"max_uses": 10**9}, "invalid"),
        ({"max_uses": "many"}, "invalid"),
        ({"expires_at": "yesterday"}, "invalid"),
        ({"expires_at": "2001-01-01T00:00:00Z"}, "expires_in_the_past"),
        ({"expires_at": "9999-12-31T23:59:59-14:00"}, "invalid"),
        ({"expires_in_seconds": 0}, "invalid"),
        ({"expires_in_seconds": 10**12}, "invalid"),
        ({"needs_approval": "perhaps"}, "invalid"),
        ({"needs_approval": True, "max_uses": 3}, "limit_with_approval"),
    ],
)
def test_bad_links_are_not_made(api, alice, group, body, code):
    answer = api(alice).post(url(group, "invites"), body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert not Invite.objects.exists()


def test_number_of_open_links_is_limited(api, alice, bob, group, monkeypatch):
    monkeypatch.setattr(limits, "INVITES_PER_CHAT", 1)
    link = make_link(api, bob, group)
    answer = api(bob).post(url(group, "invites"), {}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_invites")
    make_link(api, alice, group)
    api(bob).delete(url(group, "invites", link["id"]))
    make_link(api, bob, group)


def test_members_see_and_revoke_their_own_admins_all(api, alice, bob, group):
    hers, his = make_link(api, alice, group), make_link(api, bob, group)
    assert [one["id"] for one in api(bob).get(url(group, "invites")).json()["results"]] == [his["id"]]
    assert [one["id"] for one in api(alice).get(url(group, "invites")).json()["results"]] == [his["id"], hers["id"]]
    assert api(bob).delete(url(group, "invites", hers["id"])).status_code == 404
    assert Invite.objects.get(pk=hers["id"]).revoked_at is None
    assert api(alice).delete(url(group, "invites", his["id"])).status_code == 204
    assert api(alice).delete(url(group, "invites", 2**63 - 1)).status_code == 404


def test_without_the_right_there_are_no_links(api, alice, bob, group):
    api(alice).patch(url(group), {"default_rights": ["write"]}, format="json")
    for answer in (api(bob).get(url(group, "invites")), api(bob).post(url(group, "invites"), {}, format="json")):
        assert (answer.status_code, answer.json()["code"]) == (403, "right_needed")


def test_link_of_another_chat_is_not_found_here(api, alice, bob, group):
    other = api(bob).post("/api/v1/chats", {"kind": "group", "title": "Other"}, format="json").json()["chat"]["id"]
    link = make_link(api, bob, other)
    assert api(alice).delete(url(group, "invites", link["id"])).status_code == 404
    assert Invite.objects.get().revoked_at is None


# --- approval ---


@pytest.fixture
def link(api, alice, group):
    return make_link(api, alice, group, needs_approval=True)


def test_request_waits_for_an_admin(api, alice, bob, charlie, group, link, heard):
    for _twice in range(2):
        answer = join(api, charlie, link)
        assert (answer.status_code, answer.json()) == (202, {"state": "requested"})
    assert api(charlie).get(url(group)).status_code == 404
    assert preview(api, charlie, link).json()["state"] == "requested"
    (told,) = heard("join_requests.changed")
    assert (told.users, told.data) == ((alice.pk,), {"chat": group.pk, "count": 1})
    (waiting,) = api(alice).get(url(group, "join-requests")).json()["results"]
    assert (waiting["user"]["handle"], waiting["invite"]) == ("charlie", link["id"])
    for _twice in range(2):
        answer = api(alice).put(url(group, "join-requests", charlie.pk))
        assert (answer.status_code, answer.json()["state"]) == (200, "active")
    assert api(charlie).get(url(group)).json()["chat"]["member_count"] == 3
    assert Invite.objects.get().use_count == 1
    assert heard("join_requests.changed")[-1].data["count"] == 0
    assert not JoinRequest.objects.exists()


def test_refused_person_may_ask_again(api, alice, charlie, group, link):
    join(api, charlie, link)
    for _twice in range(2):
        assert api(alice).delete(url(group, "join-requests", charlie.pk)).status_code == 204
    assert not JoinRequest.objects.exists()
    answer = api(alice).put(url(group, "join-requests", charlie.pk))
    assert (answer.status_code, answer.json()["code"]) == (404, "request_not_found")
    assert join(api, charlie, link).status_code == 202


def test_only_the_right_to_ban_decides(api, alice, bob, charlie, group, link):
    join(api, charlie, link)
    client = api(bob)
    for answer in (
        client.get(url(group, "join-requests")),
        client.put(url(group, "join-requests", charlie.pk)),
        client.delete(url(group, "join-requests", charlie.pk)),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "right_needed")
    Membership.objects.filter(chat=group, user=bob).update(role="admin", rights=int(Right.BAN))
    assert client.put(url(group, "join-requests", charlie.pk)).status_code == 200


def test_request_of_one_who_was_added_or_banned_meanwhile_is_gone(api, alice, bob, charlie, group, link):
    join(api, charlie, link)
    api(alice).post(url(group, "members"), {"users": [charlie.pk]}, format="json")
    dana = make_person("dana")
    join(api, dana, link)
    api(alice).put(url(group, "bans", dana.pk))
    assert not JoinRequest.objects.exists()
    assert api(alice).put(url(group, "join-requests", dana.pk)).status_code == 404
    assert Membership.objects.get(chat=group, user=dana).state == "banned"


def test_number_of_requests_is_limited(api, charlie, group, link, monkeypatch):
    monkeypatch.setattr(limits, "JOIN_REQUESTS_PER_CHAT", 1)
    assert join(api, charlie, link).status_code == 202
    assert join(api, charlie, link).status_code == 202
    answer = join(api, make_person("dana"), link)
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_requests")


def test_full_group_keeps_the_request(api, alice, charlie, group, link, monkeypatch):
    join(api, charlie, link)
    monkeypatch.setattr(limits, "GROUP_MEMBERS", 2)
    answer = api(alice).put(url(group, "join-requests", charlie.pk))
    assert (answer.status_code, answer.json()["code"]) == (409, "group_full")
    assert JoinRequest.objects.count() == 1
    assert Invite.objects.get().use_count == 0


def test_joining_is_rate_limited(api, charlie, monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "join", limits.per(2, limits.HOUR))
    codes = [api(charlie).post(f"/api/v1/invites/{'x' * 22}/join").status_code for _ in range(3)]
    assert codes == [404, 404, 429]

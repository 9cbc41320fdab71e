"""Who sees the list of members, of groups and of channels."""

import pytest

from messenger.models import Chat, Membership, Message, Right

from .conftest import make_chat
from .people import make_person, url

pytestmark = pytest.mark.django_db


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


# --- the list of members ---


def test_list_of_members_is_paged_and_searched(api, alice, bob, charlie, dana, group):
    add(api, alice, group, charlie, dana)
    make_admin(group, bob, Right.PIN)
    first = api(charlie).get(url(group, "members"), {"limit": 3}).json()
    assert [one["user"]["handle"] for one in first["results"]] == ["alice", "bob", "charlie"]
    rest = api(charlie).get(url(group, "members"), {"limit": 3, "cursor": first["next"]}).json()
    assert ([one["user"]["handle"] for one in rest["results"]], rest["next"]) == (["dana"], None)

    def handles(**query):
        answer = api(charlie).get(url(group, "members"), query)
        return [one["user"]["handle"] for one in answer.json()["results"]]

    assert handles(role="staff") == ["alice", "bob"]
    assert handles(role="member") == ["charlie", "dana"]
    assert handles(q="@da") == ["dana"]
    assert handles(q="HARL") == ["charlie"]
    for query in ({"role": "x"}, {"cursor": "x"}, {"limit": "x"}, {"q": "x" * 65}, {"cursor": "WyJhIl0"}):
        assert api(charlie).get(url(group, "members"), query).status_code == 400, query


def test_list_of_members_costs_the_same_for_many(api, alice, group, django_assert_max_num_queries):
    client = api(alice)
    add(api, alice, group, *[make_person(f"person{number}") for number in range(20)])
    with django_assert_max_num_queries(11):  # those of the session among them
        assert len(client.get(url(group, "members")).json()["results"]) == 22


# --- channels ---


def test_subscribers_of_a_channel_are_known_to_admins_only(api, alice, bob, charlie, channel, heard):
    make_public(channel, "daily")
    before = channel.modseq
    assert api(charlie).post(url(channel, "join")).status_code == 200
    assert (api(charlie).get(url(channel)).json()["chat"]["member_count"], said(channel)) == (3, [])
    answer = api(bob).get(url(channel, "members"))
    assert (answer.status_code, answer.json()["code"]) == (403, "members_hidden")
    assert len(api(alice).get(url(channel, "members")).json()["results"]) == 3
    api(charlie).post(url(channel, "leave"))
    api(alice).put(url(channel, "bans", make_person("stranger").pk))
    came, went, banned = heard("member.changed")
    assert {event.modseq for event in (came, went, banned)} == {None}
    assert set(came.users) == {alice.pk, charlie.pk}
    assert set(went.users) == set(banned.users) == {alice.pk}  # who is out hears nothing, not even of themselves
    channel.refresh_from_db()
    # No counter moved: a hundred thousand readers would each have seen a gap and fetched it.
    assert (channel.modseq, channel.member_count) == (before, 2)
    assert api(bob).get(url(channel, "changes"), {"after": 0}).json()["members"] == []
    assert not heard("chat.changed")


def test_channel_admin_may_write(api, alice, bob, channel, send):
    assert send(bob, channel).json()["code"] == "right_needed"
    api(alice).patch(url(channel, "members", bob.pk), {"role": "admin", "rights": []}, format="json")
    assert send(bob, channel).status_code == 201

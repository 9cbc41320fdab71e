"""GET /api/v1/search and chats/{id}/media: what is found, and what nobody else finds."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from core import limits
from messenger import search
from messenger.actions.sending import send_message
from messenger.models import Attachment, Chat, HiddenMessage, Membership, Message
from tests.messenger.conftest import make_chat


@pytest.fixture(autouse=True)
def no_limits(monkeypatch):
    monkeypatch.setattr(limits, "check", lambda *_args, **_kwargs: None)


@pytest.fixture
def say():
    def write(user, chat, text, **rest) -> Message:
        return send_message(by=user, chat=chat.pk, client_id=uuid.uuid4(), text=text, **rest)

    return write


@pytest.fixture
def find(api):
    """find(alice, q="…"): the texts of the hits."""

    def ask(user, path="search", **query):
        response = api(user).get(f"/api/v1/{path}", query)
        assert response.status_code == 200, response.content
        return [hit["message"]["text"] for hit in response.json()["results"]]

    return ask


def attach(user, kind, name="x") -> Attachment:
    return Attachment.objects.create(
        owner=user, kind=kind, name=name, mime="x/y", size=1, file="files/x", state="ready"
    )  # fmt: skip


def test_words_are_found_newest_first_with_highlights(alice, bob, direct, say, api):
    say(alice, direct, "the wireless headphones are here")
    say(bob, direct, "😀 which **headphones**?")
    body = api(alice).get("/api/v1/search", {"q": "headphone"}).json()
    assert [hit["message"]["seq"] for hit in body["results"]] == [2, 1]
    assert body["results"][0]["highlights"] == [[9, 10]]
    assert body["results"][0]["peer"]["handle"] == "bob"
    assert body["results"][0]["chat"]["id"] == direct.pk


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("new headphones", "headfones"),
        ("wireless headphones", "wireles hedphones"),
        ("my iphone broke", "iphne"),
        ("новый самсунг", "самсуг"),
        ("смартфоны подешевели", "смартфоы"),
        ("明日の東京会議", "東京会議"),
        ("Die Fahrräder", "fahrrad"),
    ],
)
def test_typos_and_languages(alice, direct, say, find, text, typed):
    say(alice, direct, "nothing of interest")
    say(alice, direct, text)
    assert find(alice, q=typed) == [text]


def test_exact_hits_stand_before_repaired_ones(alice, direct, say, find):
    say(alice, direct, "the form is signed")
    say(alice, direct, "the forms were from Rome")
    say(alice, direct, "storm tonight")
    assert find(alice, q="forms ")[:2] == ["the forms were from Rome", "the form is signed"]
    say(alice, direct, "fields and farms")
    found = find(alice, q="farms")
    assert found[0] == "fields and farms"
    assert "the forms were from Rome" in found[1:]


def test_outsiders_find_nothing(alice, bob, charlie, direct, group, say, find, api):
    say(alice, direct, "secret rendezvous")
    say(alice, group, "secret party")
    assert find(charlie, q="secret") == []
    assert find(charlie, q="secrte") == []
    assert api(charlie).get("/api/v1/search", {"q": "secret", "chat": group.pk}).status_code == 404
    assert api(charlie).get(f"/api/v1/chats/{group.pk}/media", {"kind": "link"}).status_code == 404
    assert api().get("/api/v1/search", {"q": "secret"}).status_code in (401, 403)


@pytest.mark.parametrize("state", ["left", "removed", "banned"])
def test_former_members_find_nothing(alice, bob, group, say, find, state):
    say(alice, group, "secret party")
    assert find(bob, q="secret") == ["secret party"]
    Membership.objects.filter(chat=group, user=bob).update(state=state)
    assert find(bob, q="secret") == []


def test_history_before_joining_hidden_and_deleted_messages_stay_out(alice, bob, group, say, find):
    messages = [say(alice, group, f"party {word}") for word in ("one", "two", "three", "four")]
    Membership.objects.filter(chat=group, user=bob).update(joined_seq=1)
    HiddenMessage.objects.create(user=bob, message=messages[1], chat=group, seq=2, fact_seq=1)
    Message.objects.filter(pk=messages[2].pk).update(deleted_at=timezone.now(), text="")
    assert find(bob, q="party") == ["party four"]
    assert find(alice, q="party") == ["party four", "party two", "party one"]


def test_deleted_chats_stay_out(alice, group, say, find):
    say(alice, group, "party")
    Chat.objects.filter(pk=group.pk).update(deleted_at=timezone.now())
    assert find(alice, q="party") == []


def test_edits_and_deletions_through_the_api_reach_the_index(alice, direct, say, find, api):
    say(alice, direct, "meet at noon")
    address = f"/api/v1/chats/{direct.pk}/messages/1"
    assert api(alice).patch(address, {"text": "meet at midnight"}, format="json").status_code == 200
    assert find(alice, q="noon ") == []
    assert find(alice, q="midnight") == ["meet at midnight"]
    assert api(alice).delete(f"{address}?for=everybody").status_code in (200, 204)
    assert find(alice, q="midnight") == []


def test_filters(alice, bob, direct, group, say, find):
    say(alice, direct, "report from alice")
    say(bob, direct, "report from bob")
    old = say(bob, group, "old report")
    Message.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=9))
    assert find(alice, q="report from:@bob") == ["old report", "report from bob"]
    assert find(alice, q="report", sender="bob", chat=direct.pk) == ["report from bob"]
    assert find(alice, q="report", sender=str(alice.pk)) == ["report from alice"]
    assert find(alice, q="report", sender="me") == ["report from alice"]
    assert find(alice, q="report", sender="nobody_there") == []
    week = (timezone.now() - timedelta(days=7)).isoformat()
    assert find(alice, q="report", before=week) == ["old report"]
    assert find(alice, q="report", after=week) == ["report from bob", "report from alice"]


def test_kinds_and_file_names(alice, direct, say, find):
    say(alice, direct, "", attachments=[attach(alice, "file", "Invoice_2026.pdf").pk])
    say(alice, direct, "sunset", attachments=[attach(alice, "photo").pk])
    say(alice, direct, "see https://example.com/sunset")
    assert find(alice, q="invoice") == [""]
    assert find(alice, q="sunset", kind="photo") == ["sunset"]
    assert find(alice, kind="link") == ["see https://example.com/sunset"]
    media = f"chats/{direct.pk}/media"
    assert find(alice, media, kind="photo") == ["sunset"]
    assert find(alice, media, kind="file") == [""]
    assert find(alice, media, kind="voice") == []


def test_paging_neither_repeats_nor_skips(alice, direct, say, api):
    for number in range(7):
        say(alice, direct, f"banana {number}")
    seen, cursor = [], ""
    while cursor is not None:
        body = api(alice).get("/api/v1/search", {"q": "banana", "limit": 3, "cursor": cursor}).json()
        seen += [hit["message"]["seq"] for hit in body["results"]]
        assert bool(body["chats"]) is False
        cursor = body["next"]
    assert seen == [7, 6, 5, 4, 3, 2, 1]


def test_repaired_hits_are_paged_too(alice, direct, say, api):
    for number in range(7):
        say(alice, direct, f"bananas {number}")
    search.learn_words()
    seen, cursor = [], ""
    while cursor is not None:
        body = api(alice).get("/api/v1/search", {"q": "bannanas", "limit": 3, "cursor": cursor}).json()
        seen += [hit["message"]["seq"] for hit in body["results"]]
        cursor = body["next"]
    assert seen == [7, 6, 5, 4, 3, 2, 1]


def test_chats_and_people_are_found_by_name(alice, bob, charlie, direct, say, api):
    say(alice, direct, "hi")
    make_chat("group", alice, title="Riverside Neighbours")
    make_chat("group", charlie, title="Riverside Strangers")

    def names(query):
        body = api(alice).get("/api/v1/search", {"q": query}).json()
        return [head["chat"]["title"] or head["peer"]["handle"] for head in body["chats"]], [
            user["handle"] for user in body["people"]
        ]

    assert names("river") == (["Riverside Neighbours"], [])
    assert names("neigbours river") == (["Riverside Neighbours"], [])
    assert names("bo") == (["bob"], [])  # his chat is there, so he is not listed twice
    assert names("@charlie") == ([], ["charlie"])  # a whole handle finds anybody
    assert names("charl") == ([], [])


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({}, 400, "empty_query"),
        ({"q": " ?! "}, 400, "empty_query"),
        ({"q": "x" * 201}, 400, "invalid"),
        ({"q": "a", "kind": "poem"}, 400, "invalid"),
        ({"q": "a", "chat": "0"}, 400, "invalid"),
        ({"q": "a", "chat": 2**63 - 1}, 404, "not_found"),
        ({"q": "a", "after": "yesterday"}, 400, "invalid"),
        ({"q": "a", "cursor": "nonsense"}, 400, "bad_cursor"),
        ({"q": "a", "cursor": "WzMsIDFd"}, 400, "bad_cursor"),
        ({"q": "a", "limit": 0}, 400, "invalid"),
    ],
)
def test_bad_requests_are_refused(alice, api, query, status, code):
    response = api(alice).get("/api/v1/search", query)
    assert (response.status_code, response.json()["code"]) == (status, code)


def test_cost_does_not_grow_with_hits(alice, direct, say, api, django_assert_max_num_queries):
    for number in range(12):
        say(alice, direct, f"banana {number}")
    client = api(alice)
    with django_assert_max_num_queries(35):
        assert len(client.get("/api/v1/search", {"q": "banana"}).json()["results"]) == 12


def test_indexing_a_batch_is_one_statement(alice, direct, say, django_assert_num_queries):
    messages = [say(alice, direct, f"banana {number}") for number in range(3)]
    with django_assert_num_queries(1):
        search.index_messages(messages, {})

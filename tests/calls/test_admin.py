"""What moderators see of calls: that there was one, between whom, and how long. No more, and nobody else."""

import re
import uuid

import pytest
from django.test import Client

from calls.actions.answering import answer_call
from calls.actions.joining import hang_up
from calls.actions.signalling import send_signal
from moderation.actions.moderators import make_moderator
from moderation.models import AuditEntry
from tests.conftest import make_user

pytestmark = pytest.mark.django_db
HERS, HIS = uuid.UUID(int=1), uuid.UUID(int=2)
LIST = "/admin/calls/call/"


@pytest.fixture
def mod(db):
    user = make_user("mod")
    make_moderator(user=user)
    return user


@pytest.fixture
def desk(mod) -> Client:
    client = Client()
    client.force_login(mod)
    return client


@pytest.fixture
def call(ring, alice, bob):
    """Running, with a description in which an address stands."""
    found = ring(alice, kind="video", device=HERS).call
    answer_call(by=bob, call_id=found.pk, device=HIS)
    offer = {"type": "offer", "sdp": "v=0\r\nc=IN IP4 192.168.7.9\r\n"}
    send_signal(by=alice, call_id=found.pk, device=HERS, to_device=HIS, n=1, description=offer)
    return found


def test_the_list_and_the_page_hold_metadata_only(desk, call):
    for address in (LIST, f"{LIST}{call.pk}/change/"):
        page = desk.get(address)
        assert page.status_code == 200
        html = page.content.decode()
        assert "Video call" in html
        for secret in ("192.168.7.9", "v=0", str(HERS), str(HIS), "May I call?"):
            assert secret not in html, (address, secret)
        assert not re.search(r"<script(?![^>]*src=)(?![^>]*application/json)[^>]*>", html)
    assert "@alice (Caller)" in html
    assert "@bob (Called)" in html
    assert 'name="_save"' not in html


def test_a_whole_handle_or_a_number_finds_calls(desk, call, charlie):
    def found(query) -> bool:
        return f"{LIST}{call.pk}/change/" in desk.get(LIST, {"q": query}).content.decode()

    assert [query for query in ("bob", "@Bob", "alice", str(call.pk)) if not found(query)] == []
    assert [query for query in ("bo", "charlie", "%", "9" * 30, "'", str(call.pk + 1)) if found(query)] == []


@pytest.mark.parametrize("query", ["kind=audio", "state=ended", "reason=missed", "backend=janus", "chat__kind=group"])
def test_filters(desk, call, query):
    assert f"{LIST}{call.pk}/change/" not in desk.get(f"{LIST}?{query.replace('=', '__exact=')}").content.decode()


def test_that_somebody_looked_is_on_record_once_an_hour(desk, mod, call):
    desk.get(LIST)
    assert not AuditEntry.objects.exists()
    for _ in range(2):
        desk.get(f"{LIST}{call.pk}/change/")
    entry = AuditEntry.objects.get()
    assert (entry.by, entry.act, entry.target_kind, entry.target_id) == (mod, "call.opened", "call", call.pk)


def test_nobody_changes_a_call_there(desk, call):
    assert desk.get(f"{LIST}add/").status_code == 403
    assert desk.post(f"{LIST}{call.pk}/change/", {"state": "ended"}).status_code == 403
    assert desk.post(f"{LIST}{call.pk}/delete/", {"post": "yes"}).status_code == 403
    call.refresh_from_db()
    assert call.state == "active"


def test_who_does_not_moderate_sees_nothing(call, alice):
    clerk = make_user("clerk", is_staff=True)
    for who, statuses in ((None, {302}), (alice, {302, 403}), (clerk, {403})):
        client = Client()
        if who is not None:
            client.force_login(who)
        for address in (LIST, f"{LIST}{call.pk}/change/", f"{LIST}?q=alice"):
            assert client.get(address).status_code in statuses
    assert not AuditEntry.objects.exists()


def test_how_long_it_was(desk, call, alice):
    hang_up(by=alice, call_id=call.pk, device=HERS)
    assert "0:00" in desk.get(LIST).content.decode()


def test_the_list_costs_the_same_however_many(desk, ring, alice, django_assert_max_num_queries):
    for _ in range(6):
        hang_up(by=alice, call_id=ring(alice, device=HERS).call.pk, device=HERS)
    with django_assert_max_num_queries(14):
        assert desk.get(LIST).content.decode().count("/change/") >= 6

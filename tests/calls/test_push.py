"""Web Push for a call: who is woken, with what words, for how long; and that nothing rings on after the end."""

import json
import uuid
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts import pushing
from accounts.models import Block, PushSubscription, User
from calls.actions.answering import answer_call, decline_call
from calls.actions.joining import hang_up
from calls.actions.settling import settle
from calls.actions.starting import start_call
from calls.models import Call
from calls.pushes import push_ring
from core import webpush
from messenger import notifications
from tests.core.test_webpush import Browser
from tests.messenger.scenes import make_group

pytestmark = pytest.mark.django_db
HERS, HIS = uuid.UUID(int=1), uuid.UUID(int=2)


@pytest.fixture(autouse=True)
def fresh(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    notifications.forget()
    webpush._vapid_key.cache_clear()
    yield
    notifications.forget()
    webpush._vapid_key.cache_clear()


@pytest.fixture
def browser(api):
    """browser(bob): his browser subscribes, through REST, in a session of its own; its endpoint."""

    def subscribe(user) -> str:
        one = Browser()
        endpoint = f"https://push.example/{uuid.uuid4()}"
        body = {"endpoint": endpoint, "p256dh": one.p256dh, "auth": one.auth}
        assert api(user).put("/api/v1/push-subscriptions", body, format="json").status_code == 200
        return endpoint

    return subscribe


@pytest.fixture
def pushed(monkeypatch) -> list[tuple[str, dict, dict]]:
    """(endpoint, notice, how it was sent), in order."""
    told = []

    def push(endpoint, *, payload, **rest):
        told.append((endpoint, json.loads(payload), rest))
        return 201

    monkeypatch.setattr(pushing, "push", push)
    return told


def test_the_devices_of_whom_is_called_are_woken(alice, bob, ring, browser, pushed, run_all_tasks):
    hers, phone, tablet = browser(alice), browser(bob), browser(bob)
    call = ring(alice, kind="video", device=HERS).call
    run_all_tasks(even_later=False)  # at once: a message waits, a telephone does not
    assert [endpoint for endpoint, *_rest in pushed] == [phone, tablet]
    assert hers not in [endpoint for endpoint, *_rest in pushed]
    _endpoint, notice, sent = pushed[0]
    assert notice == {
        "type": "call", "title": "Alice", "body": "Video call", "tag": f"call-{call.pk}",
        "url": f"/c/{call.chat_id}?ring={call.pk}", "call": call.pk, "answer": "Answer", "decline": "Decline",
        "expires": call.rings_until.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }  # fmt: skip
    assert 40 <= sent["ttl"] <= 45
    assert sent["topic"] == f"call-{call.pk}"


def test_it_is_urgent():
    """What wakes a sleeping telephone; see RFC 8030, section 5.3."""
    assert webpush.push.__kwdefaults__["urgent"] is True


def test_it_speaks_the_readers_language(alice, bob, ring, browser, pushed, run_all_tasks):
    User.objects.filter(pk=alice.pk).update(name="Al\u202eice\nEve " + "x" * 40)
    User.objects.filter(pk=bob.pk).update(language="ru")
    browser(bob)
    ring(User.objects.get(pk=alice.pk))
    run_all_tasks(even_later=False)
    notice = pushed[0][1]
    assert notice["title"].startswith("Alice Eve x")
    assert len(notice["title"]) <= 80
    assert (notice["answer"], notice["decline"]) == ("Ответить", "Отклонить")
    assert len(json.dumps(notice, ensure_ascii=False).encode()) < webpush.MAX_PAYLOAD


def test_a_call_that_is_over_is_not_pushed_any_more(alice, bob, ring, browser, pushed, run_all_tasks):
    browser(bob)
    call = ring(alice, device=HERS).call
    hang_up(by=alice, call_id=call.pk, device=HERS)
    run_all_tasks()
    assert [notice["type"] for _endpoint, notice, _sent in pushed] == ["call_end"]


def test_a_ring_that_comes_too_late_is_not_pushed(alice, bob, ring, browser, pushed):
    browser(bob)
    call = ring(alice).call
    Call.objects.filter(pk=call.pk).update(created_at=timezone.now() - timedelta(seconds=60))
    push_ring(call=call.pk)  # the worker was busy, and nobody has looked at the call meanwhile
    assert pushed == []


def test_missed(alice, bob, ring, browser, pushed, run_all_tasks):
    browser(bob)
    call = ring(alice).call
    run_all_tasks(even_later=False)
    pushed.clear()
    Call.objects.filter(pk=call.pk).update(created_at=timezone.now() - timedelta(seconds=60))
    settle(Call.objects.get(pk=call.pk))
    run_all_tasks()  # also what would come as a message
    ((_endpoint, notice, sent),) = pushed
    assert (notice["type"], notice["is_missed"], notice["title"]) == ("call_end", True, "Alice")
    assert (notice["body"], notice["tag"]) == ("Missed call", f"call-{call.pk}")
    assert notice["url"] == f"/c/{call.chat_id}"
    assert sent["ttl"] == 24 * 3600


@pytest.mark.parametrize("says", ["yes", "no"])
def test_what_was_answered_or_declined_stops_on_all_devices(alice, bob, ring, browser, pushed, run_all_tasks, says):
    endpoints = {browser(bob), browser(bob)}
    call = ring(alice, device=HERS).call
    run_all_tasks(even_later=False)
    pushed.clear()
    if says == "yes":
        answer_call(by=bob, call_id=call.pk, device=HIS)
    else:
        decline_call(by=bob, call_id=call.pk)
    run_all_tasks(even_later=False)
    assert {endpoint for endpoint, *_rest in pushed} == endpoints
    assert {(notice["type"], notice["is_missed"]) for _endpoint, notice, _sent in pushed} == {("call_end", False)}
    pushed.clear()
    hang_up(by=alice, call_id=call.pk, device=HERS)
    run_all_tasks()
    assert pushed == []  # nobody has to be told twice that it does not ring


def test_somebody_who_talks_learns_who_has_called(alice, bob, charlie, ring, browser, pushed, run_all_tasks, api):
    call = ring(alice, device=HERS).call
    answer_call(by=bob, call_id=call.pk, device=HIS)
    run_all_tasks()
    browser(bob)
    chat = api(charlie).post("/api/v1/chats/direct", {"user": bob.pk}, format="json").json()["chat"]["id"]
    busy = start_call(by=charlie, chat_id=chat, kind="audio", device=uuid.uuid4()).call
    assert busy.reason == "busy"
    run_all_tasks()
    assert [(notice["type"], notice["body"]) for _endpoint, notice, _sent in pushed] == [("call_end", "Missed call")]


def test_whom_one_has_blocked_wakes_nobody(alice, bob, ring, browser, pushed, run_all_tasks):
    browser(bob)
    Block.objects.create(owner=bob, user=alice)
    call = ring(alice, device=HERS).call
    hang_up(by=alice, call_id=call.pk, device=HERS)
    run_all_tasks()
    assert pushed == []


def sign_out(user):
    Session.objects.all().delete()


def close_account(user):
    User.objects.filter(pk=user.pk).update(is_active=False)


@pytest.mark.parametrize("happens", [sign_out, close_account])
def test_a_device_that_is_signed_out_is_not_woken(happens, alice, bob, ring, browser, pushed, run_all_tasks):
    browser(bob)
    ring(alice)
    happens(bob)
    run_all_tasks(even_later=False)
    assert pushed == []


def test_without_a_subscription_no_worker_is_troubled(alice, bob, ring):
    with transaction.atomic():
        ring(alice, device=HERS)
    assert not DBTaskResult.objects.filter(task_path__contains="push").exists()


def test_a_ring_that_was_rolled_back_wakes_nobody(alice, bob, ring, browser):
    browser(bob)
    with transaction.atomic():
        ring(alice)
        transaction.set_rollback(True)
    assert not DBTaskResult.objects.filter(task_path__contains="push").exists()


def test_a_subscription_that_is_gone_is_forgotten(alice, bob, ring, browser, monkeypatch, run_all_tasks):
    browser(bob)
    monkeypatch.setattr(pushing, "push", lambda *_a, **_k: 410)
    ring(alice)
    run_all_tasks(even_later=False)
    assert not PushSubscription.objects.exists()


def test_a_groups_call_rings_nowhere_and_is_told_like_a_message(alice, bob, browser, pushed, run_all_tasks):
    room = make_group(alice, bob)
    browser(bob)
    start_call(by=alice, chat_id=room.pk, kind="video", device=HERS)
    run_all_tasks()
    assert [(notice["type"], notice["title"], notice["body"]) for _endpoint, notice, _sent in pushed] == [
        ("message", "Trees", "Video call")
    ]

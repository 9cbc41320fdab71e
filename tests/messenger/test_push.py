"""Who is woken by a message, with what words, and who is left in peace."""

import json
import uuid
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts import pushing
from accounts.models import Block, PushSubscription, User
from core import outgoing, webpush
from core.outgoing import OutgoingError
from messenger import notifications
from messenger.actions.outgoing import Outgoing
from messenger.actions.sending import send_message, send_messages
from messenger.models import Attachment, HiddenMessage, Membership, Message
from tests.core.hostile import Site
from tests.core.test_webpush import Browser
from tests.messenger.conftest import make_chat

URL = "/api/v1/push-subscriptions"


@pytest.fixture(autouse=True)
def fresh(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    notifications.forget()
    webpush._vapid_key.cache_clear()
    webpush._token.cache_clear()
    yield
    notifications.forget()
    webpush._vapid_key.cache_clear()
    webpush._token.cache_clear()


@pytest.fixture
def browsers(api):
    """browsers(bob): bob's browser subscribes, through REST, in a session of its own."""

    def subscribe(user, endpoint=""):
        browser = Browser()
        browser.endpoint = endpoint or f"https://push.example/{uuid.uuid4()}"
        body = {"endpoint": browser.endpoint, "p256dh": browser.p256dh, "auth": browser.auth}
        browser.client = api(user)
        answer = browser.client.put(URL, body, format="json")
        assert answer.status_code == 200, answer.content
        return browser

    return subscribe


@pytest.fixture
def pushed(monkeypatch):
    """What would have been pushed: (endpoint, notice), in order; pushed.statuses[endpoint] is the service's answer."""

    class Pushed(list):
        statuses: dict = {}

    told = Pushed()

    def push(endpoint, *, payload, **rest):
        told.append((endpoint, json.loads(payload)))
        status = told.statuses.get(endpoint, 201)
        if isinstance(status, Exception):
            raise status
        return status

    told.statuses = {}
    monkeypatch.setattr(pushing, "push", push)
    return told


def write(by, chat, text="hello", **rest) -> Message:
    return send_message(by=by, chat=chat.pk, client_id=uuid.uuid4(), text=text, **rest)


def to(browser, pushed) -> list[dict]:
    return [notice for endpoint, notice in pushed if endpoint == browser.endpoint]


# --- the happy path -----------------------------------------------------------------------------


def test_reader_is_told_and_writer_is_not(alice, bob, direct, browsers, pushed, run_all_tasks):
    hers, his = browsers(alice), browsers(bob)
    message = write(alice, direct, "dinner at **eight**?")
    run_all_tasks()
    assert to(hers, pushed) == []
    assert to(his, pushed) == [
        {
            "type": "message", "title": "Alice", "body": "dinner at eight?", "tag": f"chat-{direct.pk}",
            "url": f"/c/{direct.pk}/{message.seq}", "chat": direct.pk, "seq": message.seq, "count": 1, "badge": 1,
            "is_silent": False,
        }
    ]  # fmt: skip


def test_it_waits_a_moment_and_not_for_those_who_read(alice, bob, direct, browsers, pushed, run_all_tasks):
    browsers(bob)
    message = write(alice, direct)
    assert run_all_tasks(even_later=False) == 0
    Membership.objects.filter(user=bob).update(read_seq=message.seq)
    run_all_tasks()
    assert pushed == []


def test_several_messages_are_one_notice(alice, bob, direct, browsers, pushed, run_all_tasks):
    his = browsers(bob)
    with transaction.atomic():
        for text in ("one", "two"):
            write(alice, direct, text)
    last = write(alice, direct, "three")
    run_all_tasks()
    (notice,) = to(his, pushed)  # though several tasks were asked for: the first to run says it all
    assert (notice["title"], notice["body"], notice["tag"]) == ("Alice (3)", "three", f"chat-{direct.pk}")
    assert (notice["count"], notice["badge"], notice["seq"]) == (3, 3, last.seq)


def test_task_that_runs_twice_tells_once(alice, bob, direct, browsers, pushed):
    browsers(bob)
    message = write(alice, direct)
    for _ in range(2):
        notifications.push_chat(chat=direct.pk, first=message.seq)
    assert len(pushed) == 1


@pytest.mark.django_db(transaction=True)
def test_messages_of_the_same_moment_share_one_task(alice, bob, direct, browsers):
    browsers(bob)
    for _ in range(5):
        write(alice, direct)
    assert DBTaskResult.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_message_that_was_rolled_back_swallows_no_push(alice, bob, direct, browsers):
    browsers(bob)
    with transaction.atomic():
        write(alice, direct)
        transaction.set_rollback(True)
    assert DBTaskResult.objects.count() == 0
    write(alice, direct)
    assert DBTaskResult.objects.count() == 1


# --- words --------------------------------------------------------------------------------------


def test_group_names_the_writer_and_hides_spoilers(alice, bob, group, browsers, pushed, run_all_tasks):
    his = browsers(bob)
    write(alice, group, "the killer is ||the 😀 gardener||\n\n\u202eand so on")
    run_all_tasks()
    (notice,) = to(his, pushed)
    assert notice["title"] == "Friends"
    assert notice["body"] == "Alice: the killer is " + "▒" * 14 + " and so on"


def test_photo_is_named_in_the_readers_language(alice, bob, direct, browsers, pushed, run_all_tasks):
    User.objects.filter(pk=bob.pk).update(language="ru")
    his = browsers(bob)
    photo = Attachment.objects.create(owner=alice, kind="photo", name="a.jpg", mime="image/jpeg", size=1, file="x")
    write(alice, direct, "", attachments=[photo.pk])
    run_all_tasks()
    assert to(his, pushed)[0]["body"] == "Фото"


def test_long_text_fits_into_a_push(alice, bob, direct, browsers, pushed, run_all_tasks):
    his = browsers(bob)
    write(alice, direct, "😀" * 4000)
    run_all_tasks()
    assert len(json.dumps(to(his, pushed)[0], ensure_ascii=False).encode()) < webpush.MAX_PAYLOAD


# --- left in peace --------------------------------------------------------------------------------


def test_muted_chat_is_silent(alice, bob, direct, browsers, pushed, run_all_tasks):
    browsers(bob)
    Membership.objects.filter(user=bob).update(muted_until=timezone.now() + timedelta(hours=1))
    write(alice, direct, "@bob")
    run_all_tasks()
    assert pushed == []
    Membership.objects.filter(user=bob).update(muted_until=timezone.now() - timedelta(hours=1))
    notifications.forget()
    write(alice, direct)
    run_all_tasks()
    assert len(pushed) == 1


def test_mention_reaches_into_a_muted_group(alice, bob, charlie, browsers, pushed, run_all_tasks):
    group = make_chat("group", alice, bob, charlie, title="Friends")
    his, theirs = browsers(bob), browsers(charlie)
    Membership.objects.exclude(user=alice).update(muted_until=timezone.now() + timedelta(hours=1))
    write(alice, group, "nothing for anyone")
    write(alice, group, "look @bob")
    write(alice, group, "and nothing again")
    run_all_tasks()
    assert {notice["body"] for notice in to(his, pushed)} == {"Alice: look @bob"}
    assert to(theirs, pushed) == []


def remove(membership):
    membership.state = Membership.State.REMOVED
    membership.save()


def join_late(membership):
    membership.joined_seq = 99
    membership.save()


def block(membership):
    Block.objects.create(owner=membership.user, user=membership.chat.created_by)


def hide(membership):
    for message in Message.objects.filter(chat=membership.chat):
        HiddenMessage.objects.create(
            user=membership.user, message=message, chat=membership.chat, seq=message.seq, fact_seq=1
        )


def deactivate(membership):
    membership.user.is_active = False
    membership.user.save()


def delete(membership):
    Message.objects.filter(chat=membership.chat).update(deleted_at=timezone.now(), text="")


def sign_out(membership):
    Session.objects.all().delete()


@pytest.mark.parametrize("happens", [remove, join_late, block, hide, deactivate, delete, sign_out])
def test_nothing_reaches_those_who_may_not_see_it_any_more(happens, alice, bob, group, browsers, pushed, run_all_tasks):
    browsers(bob)
    write(alice, group, "secret")
    happens(Membership.objects.get(chat=group, user=bob))
    run_all_tasks()
    assert pushed == []


def test_outsider_is_not_told(alice, bob, charlie, direct, browsers, pushed, run_all_tasks):
    browsers(charlie)
    write(alice, direct)
    assert run_all_tasks() == 0
    assert pushed == []


def test_service_message_wakes_nobody(alice, bob, group, browsers, run_all_tasks):
    browsers(bob)
    message = Message(chat=group, seq=1, modseq=1, kind=Message.Kind.SERVICE, service={"type": "x"})
    notifications.request_pushes([message])
    assert DBTaskResult.objects.count() == 0


def test_badge_counts_what_is_unread_in_all_chats_that_are_not_muted(
    alice, bob, direct, group, browsers, pushed, run_all_tasks
):
    his = browsers(bob)
    loud, muted = make_chat("group", alice, bob, title="A"), make_chat("group", alice, bob, title="B")
    Membership.objects.filter(chat=muted, user=bob).update(muted_until=timezone.now() + timedelta(hours=1))
    for chat in (loud, loud, muted, direct):
        write(alice, chat)
    run_all_tasks()
    assert {notice["badge"] for notice in to(his, pushed)} == {3}


# --- costs ----------------------------------------------------------------------------------------


def messages_in(chat, count: int) -> list[Message]:
    return [Message(chat=chat, seq=seq, modseq=seq) for seq in range(1, count + 1)]


def test_nobody_to_wake_costs_one_query_in_half_a_minute(alice, bob, direct):
    with CaptureQueriesContext(connection) as queries:
        for _ in range(10):
            notifications.request_pushes(messages_in(direct, 20))
    assert len(queries) == 1
    assert DBTaskResult.objects.count() == 0


def test_batch_costs_one_insert_however_many_chats(alice, bob, browsers):
    browsers(bob)
    chats = [make_chat("group", alice, bob, title=str(number)) for number in range(5)]
    with CaptureQueriesContext(connection) as queries:
        notifications.request_pushes([message for chat in chats for message in messages_in(chat, 3)])
    assert len(queries) == 2
    assert DBTaskResult.objects.count() == 1


def test_reading_for_many_members_is_a_constant_number_of_queries(alice, bob, charlie, browsers, django_user_model):
    def cost(people) -> int:
        chat = make_chat("group", alice, *people, title="x")
        for person in people:
            browsers(person)
        write(alice, chat)
        chat.refresh_from_db()
        with CaptureQueriesContext(connection) as queries:
            assert len(notifications.notices_of(chat, 1)) == len(people)
        return len(queries)

    more = [django_user_model.objects.create_user(f"user{number}") for number in range(8)]
    assert cost([bob]) == cost([bob, charlie, *more])


# --- what push services answer ----------------------------------------------------------------------


@pytest.mark.parametrize("status", [404, 410, OutgoingError("refused"), ValueError("keys")])
def test_subscription_that_is_gone_is_forgotten(status, alice, bob, direct, browsers, pushed, run_all_tasks):
    his, other = browsers(bob), browsers(bob)
    pushed.statuses[his.endpoint] = status
    write(alice, direct)
    run_all_tasks()
    assert list(PushSubscription.objects.values_list("endpoint", flat=True)) == [other.endpoint]


def test_subscription_survives_a_push_service_that_is_ill(alice, bob, direct, browsers, pushed, run_all_tasks):
    his = browsers(bob)
    for status, failures in ((500, 1), (429, 2), (OutgoingError("too_slow"), 3), (201, 0)):
        pushed.statuses[his.endpoint] = status
        notifications.forget()
        write(alice, direct)
        run_all_tasks()
        assert PushSubscription.objects.get().failure_count == failures
    PushSubscription.objects.update(failure_count=pushing.MAX_FAILURES)
    pushed.statuses[his.endpoint] = 500
    notifications.forget()
    write(alice, direct)
    run_all_tasks()
    assert not PushSubscription.objects.exists()


def test_all_the_way_to_a_browser(alice, bob, direct, browsers, monkeypatch, run_all_tasks):
    monkeypatch.setattr(webpush, "post", lambda *a, **k: outgoing.post(*a, **k, allow_loopback=True))
    his = browsers(bob)
    with Site() as site:
        site.pages["/push"] = (201, {}, b"")
        PushSubscription.objects.update(endpoint=site.url("/push"))
        write(alice, direct, "привет")
        run_all_tasks()
        site.shutdown()
    assert json.loads(his.decrypt(site.bodies[0][1]))["body"] == "привет"


# --- subscribing --------------------------------------------------------------------------------------


def test_subscription_tells_the_key_and_is_taken_back(alice, bob, api, browsers):
    his = browsers(bob)
    answer = his.client.get(URL).json()
    assert answer["public_key"] == webpush.public_key()
    assert [(one["endpoint"], one["is_current"]) for one in answer["results"]] == [(his.endpoint, True)]
    assert api(alice).get(URL).json()["results"] == []
    api(alice).delete(URL, {"endpoint": his.endpoint}, format="json")
    assert PushSubscription.objects.count() == 1
    assert his.client.delete(URL, {"endpoint": his.endpoint}, format="json").status_code == 204
    assert PushSubscription.objects.count() == 0
    assert api().get(URL).status_code == 401


@pytest.mark.parametrize(
    "endpoint", ["http://push.example/1", "https://127.1/", "https://push.example:8443/", "https://a:b@push.example/"]
)
def test_endpoint_is_checked(endpoint, bob, api):
    browser = Browser()
    body = {"endpoint": endpoint, "p256dh": browser.p256dh, "auth": browser.auth}
    answer = api(bob).put(URL, body, format="json")
    assert answer.status_code == 400
    assert PushSubscription.objects.count() == 0


def test_keys_are_checked(bob, api):
    browser = Browser()
    body = {"endpoint": "https://push.example/", "p256dh": "A" * 87, "auth": browser.auth}
    answer = api(bob).put(URL, body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_push_keys")


def test_batch_of_several_writers(alice, bob, direct, browsers, pushed, run_all_tasks):
    hers, his = browsers(alice), browsers(bob)
    send_messages([Outgoing(by=by.pk, chat=direct.pk, client_id=uuid.uuid4(), text=by.handle) for by in (alice, bob)])
    run_all_tasks()
    assert [notice["body"] for notice in to(hers, pushed)] == ["bob"]
    assert to(his, pushed) == []  # who writes has read

"""The call log as a page, and planned calls as files for calendars."""

import uuid
from datetime import UTC, datetime

import pytest
from django.utils import timezone

from calls.actions.answering import answer_call, decline_call
from calls.actions.joining import hang_up
from calls.models import Call, CallParty, PlannedCall

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def missed(ring, alice, bob) -> Call:
    """alice called, bob did not hear it."""
    device = uuid.uuid4()
    call = ring(alice, device=device).call
    return hang_up(by=alice, call_id=call.pk, device=device)


@pytest.fixture
def talked(ring, alice, bob) -> Call:
    device = uuid.uuid4()
    call = ring(alice, "video", device=device).call
    answer_call(by=bob, call_id=call.pk, device=uuid.uuid4())
    Call.objects.filter(pk=call.pk).update(answered_at=timezone.now() - timezone.timedelta(seconds=134))
    return hang_up(by=alice, call_id=call.pk, device=device)


def page(client, user, address: str = "/calls/", **headers: str) -> str:
    client.force_login(user)
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_line_says_whom_how_and_how_long(client, alice, bob, talked):
    text = page(client, alice)
    assert bob.display_name in text
    assert "2:14" in text
    assert "Outgoing" in text
    assert f'href="/c/{talked.chat_id}?call=audio"' in text
    assert f'href="/c/{talked.chat_id}?call=video"' in text
    assert "Incoming" in page(client, bob)


def test_missed_is_news_until_it_was_looked_at(client, alice, bob, missed):
    assert "is-news" in page(client, bob)
    assert "is-news" in page(client, bob)  # reading alone changes nothing
    assert client.post("/calls/seen", headers=HTMX).status_code == 204
    text = page(client, bob)
    assert "is-news" not in text
    assert "is-missed" in text
    assert "Missed" in text
    assert "is-missed" not in page(client, alice)
    assert client.post("/calls/seen").status_code == 302  # without a script: back to the page


@pytest.mark.parametrize(
    ("which", "count"), [("all", 2), ("missed", 1), ("incoming", 2), ("outgoing", 0), ("nonsense", 2)]
)
def test_filters(client, bob, missed, talked, which, count):
    assert page(client, bob, f"/calls/?filter={which}").count('class="list-row call-line') == count
    part = page(client, bob, f"/calls/?filter={which}", **HTMX)
    assert "<html" not in part
    assert part.count('class="list-row call-line') == count


def test_declined_and_running(client, alice, bob, ring):
    call = ring(alice).call
    assert "In progress" in page(client, bob)
    assert f"/calls/{call.pk}/remove" not in page(client, bob)
    decline_call(by=bob, call_id=call.pk)
    assert "Declined" in page(client, alice)


def test_the_log_is_paged(client, alice, bob, chat):
    now = timezone.now()
    calls = Call.objects.bulk_create(
        Call(
            chat=chat, pair_key="x", kind="audio", state="ended", backend="direct", caller=alice,
            created_at=now, ended_at=now, reason="declined",
        )
        for _ in range(65)
    )  # fmt: skip
    parties = [CallParty(call=call, user=alice, role="caller") for call in calls]
    parties += [CallParty(call=call, user=bob, role="callee") for call in calls]
    CallParty.objects.bulk_create(parties)
    text = page(client, alice)
    assert text.count('class="list-row call-line') == 30
    before = calls[-30].pk
    assert f"before={before}" in text
    part = page(client, alice, f"/calls/?filter=all&before={before}", **HTMX)
    assert part.count('class="list-row call-line') == 30
    assert "<nav" not in part
    last = page(client, alice, f"/calls/?before={calls[-60].pk}")
    assert last.count('class="list-row call-line') == 5
    assert "calls-next" not in last
    for odd in ("0", "-1", "x", "9" * 40, "²"):
        page(client, alice, f"/calls/?before={odd}")


def test_the_log_takes_few_queries(client, alice, bob, talked, missed, django_assert_max_num_queries):
    client.force_login(alice)
    with django_assert_max_num_queries(14):
        client.get("/calls/")


def test_remove_one(client, alice, bob, charlie, missed, talked):
    client.force_login(bob)
    assert client.post(f"/calls/{missed.pk}/remove", headers=HTMX).content == b""
    assert client.post(f"/calls/{missed.pk}/remove", headers=HTMX).status_code == 200  # twice is once
    assert page(client, bob).count('class="list-row call-line') == 1
    assert page(client, alice).count('class="list-row call-line') == 2
    client.force_login(charlie)
    assert client.post(f"/calls/{talked.pk}/remove", headers=HTMX).status_code == 404
    assert client.post(f"/calls/{talked.pk}/remove").status_code == 302  # told on the page
    assert client.get(f"/calls/{talked.pk}/remove").status_code == 405
    assert page(client, alice).count('class="list-row call-line') == 2


def test_clear(client, alice, bob, missed, talked):
    client.force_login(bob)
    assert client.post("/calls/clear", follow=True).status_code == 200
    assert "No calls yet" in page(client, bob)
    assert page(client, alice).count('class="list-row call-line') == 2


def test_names_are_escaped(client, alice, bob, talked):
    alice.name = "<script>alert(1)</script>"
    alice.save()
    text = page(client, bob)
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text


@pytest.mark.parametrize("path", ["/calls/", "/calls/plans/1.ics", "/call/some-token-of-a-link"])
def test_strangers_sign_in_first(client, db, path):
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer["Location"] == f"/accounts/login/?next={path}"


def test_the_door_opens_inside_the_app(client, alice):
    """Whatever is behind it: the app asks."""
    assert "<chat-list" in page(client, alice, "/call/some-token-of-a-link")


# --- planned calls ---


@pytest.fixture
def plan(chat, alice) -> PlannedCall:
    return PlannedCall.objects.create(
        chat=chat, title="Trig; sines, cosines\\", kind="video", created_by=alice,
        starts_at=timezone.now() + timezone.timedelta(days=3),
    )  # fmt: skip


def test_planned_calls_stand_at_the_top(client, alice, charlie, plan):
    assert "Trig; sines" in page(client, alice)
    assert "Trig; sines" not in page(client, alice, "/calls/?filter=missed")
    assert "Trig; sines" not in page(client, charlie)
    PlannedCall.objects.update(cancelled_at=timezone.now())
    assert "Trig; sines" not in page(client, alice)


def test_a_plan_as_a_file_for_calendars(client, alice, charlie, plan):
    PlannedCall.objects.update(starts_at=datetime(2031, 5, 4, 9, 0, tzinfo=UTC))
    client.force_login(alice)
    answer = client.get(f"/calls/plans/{plan.pk}.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    text = answer.content.decode()
    assert "\r\nDTSTART:20310504T090000Z\r\nDTEND:20310504T100000Z\r\n" in text
    assert "\r\nSUMMARY:Trig\\; sines\\, cosines\\\\\r\n" in text
    client.force_login(charlie)
    assert client.get(f"/calls/plans/{plan.pk}.ics").status_code == 404
    assert client.get(f"/calls/plans/{10**30}.ics").status_code == 404


def test_long_lines_of_a_calendar_are_folded(client, alice, plan):
    title = "Ωmega " * 19
    PlannedCall.objects.update(title=title.strip())
    client.force_login(alice)
    raw = client.get(f"/calls/plans/{plan.pk}.ics").content
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75
    assert title.strip() in raw.decode().replace("\r\n ", "")

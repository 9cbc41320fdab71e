"""A person's call log: what each call was for them, page by page, and what they take out of it."""

import io
import json
import uuid
import zipfile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions.relations import block_user
from accounts.export import ZipArchive
from calls.actions.answering import answer_call, decline_call
from calls.actions.joining import hang_up, join_call
from calls.actions.starting import start_call
from calls.export import export_calls
from calls.models import Call, CallParty
from core import events
from tests.messenger.scenes import make_group

pytestmark = pytest.mark.django_db
HERS, HIS, THIRD = (uuid.UUID(int=number) for number in (1, 2, 3))


@pytest.fixture
def log(api):
    """log(alice, filter="missed"): [(id, outcome, is outgoing?, is news?)], newest first."""

    def read(user, **query):
        answer = api(user).get("/api/v1/calls", query)
        assert answer.status_code == 200, answer.content
        lines = answer.json()["results"]
        return [(one["call"]["id"], one["outcome"], one["is_outgoing"], one["is_news"]) for one in lines]

    return read


def cancelled(ring, by, device=HERS) -> int:
    call = ring(by, device=device).call
    hang_up(by=by, call_id=call.pk, device=device)
    return call.pk


def answered(ring, alice, bob) -> int:
    call = ring(alice, device=HERS).call
    answer_call(by=bob, call_id=call.pk, device=HIS)
    hang_up(by=bob, call_id=call.pk, device=HIS)
    return call.pk


def declined(ring, alice, bob) -> int:
    call = ring(alice, device=HERS).call
    decline_call(by=bob, call_id=call.pk)
    return call.pk


def test_each_side_reads_what_it_was_for_them(ring, log, alice, bob):
    talked, refused, missed = answered(ring, alice, bob), declined(ring, alice, bob), cancelled(ring, alice)
    back = cancelled(ring, bob, HIS)
    assert log(alice) == [
        (back, "missed", False, True), (missed, "cancelled", True, False), (refused, "declined", True, False),
        (talked, "answered", True, False),
    ]  # fmt: skip
    assert log(bob) == [
        (back, "cancelled", True, False), (missed, "missed", False, True), (refused, "declined", False, False),
        (talked, "answered", False, False),
    ]  # fmt: skip
    assert [line[0] for line in log(bob, filter="missed")] == [missed]
    assert [line[0] for line in log(bob, filter="outgoing")] == [back]
    assert [line[0] for line in log(bob, filter="incoming")] == [missed, refused, talked]


def test_who_was_not_called_has_no_line(ring, log, alice, charlie):
    cancelled(ring, alice)
    assert log(charlie) == []


def test_a_ring_that_nobody_ended_is_missed_for_who_looks(ring, log, alice, bob, django_db_blocker):
    call = ring(alice, device=HERS).call
    assert [line[1] for line in log(bob)] == ["running"]
    assert log(bob, filter="missed") == []
    Call.objects.filter(pk=call.pk).update(created_at="2026-01-01T00:00:00Z")
    assert log(bob, filter="missed") == [(call.pk, "missed", False, True)]  # no worker ran
    assert log(alice) == [(call.pk, "no_answer", True, False)]


def test_a_groups_call_stands_in_the_logs_of_those_who_were_in(log, alice, bob, charlie):
    room = make_group(alice, bob, charlie)
    call = start_call(by=alice, chat_id=room.pk, kind="audio", device=HERS).call
    join_call(by=bob, call_id=call.pk, device=HIS)
    hang_up(by=alice, call_id=call.pk, device=HERS)
    assert log(bob) == [(call.pk, "running", False, False)]
    hang_up(by=bob, call_id=call.pk, device=HIS)
    assert log(bob) == [(call.pk, "answered", False, False)]
    assert log(charlie) == []


def test_pages_neither_repeat_nor_skip(ring, api, alice):
    made = [cancelled(ring, alice) for _ in range(7)][::-1]
    seen, cursor = [], None
    for _ in range(4):
        query = {"limit": 3, **({"cursor": cursor} if cursor else {})}
        page = api(alice).get("/api/v1/calls", query).json()
        seen += [line["call"]["id"] for line in page["results"]]
        cursor = page["next"]
        if len(seen) == 3:
            made.insert(0, cancelled(ring, alice))  # something arrives meanwhile
        if cursor is None:
            break
    assert seen == made[1:]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("cursor=x", "bad_cursor"),
        ("cursor=WyJ4IiwxXQ", "bad_cursor"),
        ("limit=x", "bad_limit"),
        ("limit=-1", "bad_limit"),
        ("filter=secret", "invalid"),
        ("cursor=" + "A" * 300, "invalid"),
    ],
)
def test_queries_that_are_none(api, alice, query, code):
    answer = api(alice).get(f"/api/v1/calls?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_a_page_costs_the_same_however_long(ring, api, alice, bob):
    his = api(bob)
    his.get("/api/v1/calls")  # the first request of a session notes the device

    def cost(count) -> int:
        for _ in range(count):
            answered(ring, alice, bob)
        with CaptureQueriesContext(connection) as queries:
            assert his.get("/api/v1/calls").status_code == 200
        return len(queries)

    assert cost(1) == cost(8) <= 10


def test_looking_at_the_log_is_known_on_all_devices(ring, api, log, alice, bob, django_capture_on_commit_callbacks):
    missed = cancelled(ring, alice)
    his = api(bob)
    assert his.get("/api/v1/calls/running").json()["missed_count"] == 1
    told: list = []
    events.add_sender(told.extend)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            assert his.post("/api/v1/calls/seen").status_code == 204
            assert his.post("/api/v1/calls/seen").status_code == 204
    finally:
        events.remove_sender(told.extend)
    assert [(event.name, event.users, event.data) for event in told] == [("call.log", (bob.pk,), {"missed_count": 0})]
    assert his.get("/api/v1/calls/running").json()["missed_count"] == 0
    assert log(bob) == [(missed, "missed", False, False)]


def test_what_one_takes_out_the_other_keeps(ring, api, log, alice, bob):
    first, second = cancelled(ring, alice), cancelled(ring, alice)
    his = api(bob)
    assert his.delete(f"/api/v1/calls/{first}/log").status_code == 204
    assert his.delete(f"/api/v1/calls/{first}/log").status_code == 204
    assert [line[0] for line in log(bob)] == [second]
    assert his.get("/api/v1/calls/running").json()["missed_count"] == 1  # nobody need look at what is gone
    assert [line[0] for line in log(alice)] == [second, first]


def test_nobody_takes_a_line_out_of_anothers_log(ring, api, alice, bob, charlie):
    call = cancelled(ring, alice)
    for number in (call, 987654, 2**63 - 1):
        answer = api(charlie).delete(f"/api/v1/calls/{number}/log")
        assert (answer.status_code, answer.json()["code"]) == (404, "call_not_found")
    assert not CallParty.objects.exclude(removed_at=None).exists()


def test_emptying_it_leaves_what_still_runs(ring, api, log, alice, bob):
    cancelled(ring, alice)
    running = ring(alice, device=HERS).call
    assert api(bob).delete("/api/v1/calls/log").status_code == 204
    assert [line[0] for line in log(bob)] == [running.pk]
    assert len(log(alice)) == 2


def test_a_deleted_chat_leaves_the_line(ring, api, log, alice, bob):
    call = answered(ring, alice, bob)
    room = make_group(alice, bob)
    lesson = start_call(by=alice, chat_id=room.pk, kind="audio", device=HERS).call
    join_call(by=bob, call_id=lesson.pk, device=HIS)
    api(alice).delete(f"/api/v1/chats/{room.pk}")
    assert [line[:2] for line in log(bob)] == [(lesson.pk, "answered"), (call, "answered")]


def test_the_log_is_in_ones_export_and_nobody_elses(ring, alice, bob, charlie):
    call, room = answered(ring, alice, bob), make_group(bob, charlie)
    start_call(by=bob, chat_id=room.pk, kind="video", device=HIS)
    block_user(by=bob, user=alice)
    cancelled(ring, alice)  # he never heard of it

    def exported(user):
        file = io.BytesIO()
        archive = ZipArchive(file, lambda _fraction: None)
        export_calls(user, archive)
        archive.close()
        return json.loads(zipfile.ZipFile(file).read("calls.json"))

    assert [line["call"]["id"] for line in exported(alice)][-1] == call
    his = exported(bob)
    assert [(line["call"]["kind"], line["outcome"]) for line in his] == [("video", "running"), ("audio", "answered")]
    assert exported(charlie) == []


def test_a_long_log_is_exported_whole(ring, alice, monkeypatch):
    monkeypatch.setattr("calls.export._BATCH", 2)
    made = [cancelled(ring, alice) for _ in range(5)]
    lines = []
    export_calls(alice, type("Archive", (), {"write_json": lambda _self, _path, value: lines.extend(value)})())
    assert [line["call"]["id"] for line in lines] == made[::-1]

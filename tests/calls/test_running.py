"""What a device asks first, the log, and what all that costs: the queries of hot paths are counted here."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calls.actions.legs import ping_many
from calls.entries import entry_json
from calls.models import Call, CallLeg, CallParty
from calls.queries import log_of, running_of
from calls.serializers import log_json
from messenger.actions.chats import open_direct
from messenger.models import Chat
from tests.calls import acts
from tests.calls.acts import dial
from tests.calls.scenes import make_class
from tests.conftest import make_user
from tests.messenger.scenes import make_direct

HERS, HIS = (uuid.UUID(int=number) for number in (1, 2))


@pytest.fixture
def pairs(db):
    """pairs(25): so many calls, each between two new people; answered but every fifth."""

    def make(count: int) -> list[tuple[Call, tuple, tuple]]:
        made = []
        for number in range(count):
            one, other = make_user(f"one{number}"), make_user(f"other{number}")
            chat = make_direct(one, other)
            Chat.objects.filter(pk=chat.pk).update(last_seq=1)
            chat.refresh_from_db()
            sides = (one, uuid.uuid4()), (other, uuid.uuid4())
            call = dial(one, chat, sides[0][1]).call
            if number % 5:
                acts.answer(other, call, sides[1][1])
            made.append((call, *sides))
        return made

    return make


def queries(act, *args, **kwargs) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        act(*args, **kwargs)
    return [query["sql"] for query in captured if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]


@pytest.mark.django_db
def test_what_each_act_costs(chat, alice, bob):
    """No more than these; whoever needs one more says here what for."""

    def rung():
        return entry_json(alice, dial(alice, chat, HERS).call)

    assert len(queries(rung)) <= 18
    call = Call.objects.select_related("chat", "caller").get()
    assert len(queries(acts.rings, bob, call, HIS)) <= 8
    assert len(queries(acts.answer, bob, call, HIS)) <= 13
    assert len(queries(acts.signal, alice, call, HERS, HIS, n=1)) == 2
    assert len(queries(acts.signal, alice, call, HERS, HIS, n=1)) <= 4  # the same again
    assert len(queries(acts.ping, bob, call, HIS)) <= 3
    assert len(queries(acts.leave, bob, call, HIS)) <= 27  # with a message in the chat


@pytest.mark.django_db
def test_asking_costs_the_same_for_one_and_for_fifty(pairs, alice, charlie):
    made = pairs(25)
    group, (dora,) = make_class(alice, charlie, 1)
    dial(alice, group)
    people = [user for _call, *sides in made for user, _device in sides]
    few = len(queries(running_of, [alice]))
    assert few <= 7
    assert len(queries(running_of, [*people, alice, charlie])) <= few + 1  # between two there are callees to name
    answers = running_of([*people, dora])
    assert all(len(answer["calls"]) == 1 for answer in answers)
    assert {answer["calls"][0]["state"] for answer in answers} == {"ringing", "active"}


@pytest.mark.django_db
def test_pings_cost_the_same_for_one_and_for_fifty(pairs):
    asked = [(user.pk, call.pk, device) for call, *sides in pairs(25) for user, device in sides]
    long_ago = timezone.now() - timedelta(hours=1)
    CallLeg.objects.update(last_seen_at=long_ago)
    assert len(queries(ping_many, asked)) <= 3
    assert len(queries(ping_many, asked[:1])) <= 3
    assert not CallLeg.objects.filter(left_at=None, last_seen_at=long_ago, call__state="active").exists()


@pytest.mark.django_db
def test_a_page_of_the_log_costs_the_same_whatever_stands_there(chat, alice, bob):
    for number in range(9):
        call = dial(alice, chat, HERS).call
        if number % 2:
            acts.answer(bob, call, HIS)
        acts.leave(alice, call, HERS)
    group, _more = make_class(bob, alice)
    acts.leave(bob, dial(bob, group, HIS).call, HIS)
    few = len(queries(lambda: log_json(list(log_of(bob, "all")[:2]))))
    many = queries(lambda: log_json(list(log_of(bob, "all")[:50])))
    assert len(many) <= few + 2
    assert CallParty.objects.filter(user=bob).count() == 10


@pytest.mark.django_db
def test_only_what_concerns_one(ring, alice, bob, charlie):
    group, (dora,) = make_class(alice, bob, 1)
    rung = ring(alice, device=HERS).call
    opened = dial(dora, group).call
    running = [[call["id"] for call in answer["calls"]] for answer in running_of([alice, bob, charlie, dora])]
    assert running == [[rung.pk, opened.pk], [rung.pk, opened.pk], [], [opened.pk]]


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="EXPLAIN is read on PostgreSQL")
def test_hot_queries_use_an_index(alice, bob, charlie):
    """With rows enough that reading all of them would be noticed."""
    one = Call(kind="audio", state="ended", backend="direct", reason="missed", ended_at="2026-01-01T00:00Z")
    chat, _new = open_direct(by=alice, user_id=bob.pk)
    calls = Call.objects.bulk_create(
        [
            Call(
                chat=chat.chat, pair_key="1:2", kind=one.kind, state=one.state, backend=one.backend, caller=alice,
                reason=one.reason, ended_at=one.ended_at,
            )
            for _ in range(5_000)
        ]
    )  # fmt: skip
    users = [make_user(f"user{number}") for number in range(50)]
    parties = [CallParty(call=call, user=users[call.pk % 50], role="callee") for call in calls]
    CallParty.objects.bulk_create(parties)
    legs = [CallLeg(call=call, user=users[call.pk % 50], device=uuid.uuid4(), left_at=one.ended_at) for call in calls]
    CallLeg.objects.bulk_create(legs)
    call = dial(alice, chat.chat, HERS).call
    acts.answer(bob, call, HIS)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE calls_call, calls_callleg, calls_callparty, calls_callsignal")
    asked = [
        *queries(running_of, [alice, bob]),
        *queries(acts.signal, alice, call, HERS, HIS),
        *queries(ping_many, [(alice.pk, call.pk, HERS)]),
        *queries(acts.sweep),
        *queries(acts.leave, alice, call, HERS),
        *queries(lambda: list(log_of(users[0], "all")[:30])),
    ]
    for sql in asked:
        if not sql.startswith(("SELECT", "UPDATE", "DELETE")):
            continue
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {sql}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
        for table in ("calls_call", "calls_callleg", "calls_callparty"):
            assert f"Seq Scan on {table} " not in plan, f"{sql}\n{plan}"

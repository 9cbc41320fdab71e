"""A real Janus, started from deploy/janus: rooms, tokens, who gets in, who is put out, and that it may go away."""

import asyncio
import time
import uuid
from functools import partial

import pytest
from django.conf import settings
from django.db import connection

from calls import backends
from calls.actions.joining import hang_up, join_call
from calls.actions.legs import remove_leg
from calls.backends import rooms
from calls.backends.janus import videoroom
from calls.backends.tasks import sweep_rooms
from calls.models import Call, CallLeg
from core.errors import Unavailable
from core.worker import run_ready_tasks
from tests.messenger.people import at_once

from .scenes import JanusError, in_janus, make_class, open_call
from .servers import local_janus, needs_janus

pytestmark = [needs_janus, pytest.mark.django_db(transaction=True)]
FORBIDDEN, NO_SUCH_ROOM, UNAUTHORIZED = 403, 426, 433


@pytest.fixture(scope="module")
def janus(tmp_path_factory):
    with local_janus(tmp_path_factory.mktemp("janus")) as running:
        yield running


@pytest.fixture
def configured(janus, settings):
    for name, value in janus.settings.items():
        setattr(settings, name, value)
    return janus


@pytest.fixture
def crowd(configured, alice, bob):
    """A call of five, which has outgrown the mesh; and its people."""
    chat, more = make_class(alice, bob, others=5)
    call = open_call(alice, chat, bob, *more[:3])
    yield call, [alice, bob, *more]
    rooms.remove_room(call.room)


def device_of(call: Call, user) -> uuid.UUID:
    return CallLeg.objects.get(call=call, user=user, left_at=None).device


def rooms_there() -> list[str]:
    with videoroom() as room:
        return [row["room"] for row in room.ask("list", admin_key=settings.JANUS_API_SECRET)["list"]]


def enter(media, device, *, token=None, pin=None):
    async def act(client):
        return await client.join(media["room"], media["pin"] if pin is None else pin, device)

    return in_janus(media["url"], media["token"] if token is None else token, act)


def refusal(media, **other) -> int:
    with pytest.raises(JanusError) as refused:
        enter(media, uuid.uuid4(), **other)
    return refused.value.code


def test_the_fifth_moves_the_call_to_a_room(crowd):
    call, people = crowd
    assert (call.backend, call.room) == ("janus", rooms.name_of(call))
    assert rooms_there() == [call.room]
    media = backends.media_for(call, people[0])
    joined = enter(media, device_of(call, people[0]))
    assert (joined["videoroom"], joined["room"], joined["id"]) == ("joined", call.room, str(device_of(call, people[0])))
    sixth = people[5]
    assert backends.media_for(call, sixth) is None  # a way in is for those in the call
    assert join_call(by=sixth, call_id=call.pk, device=uuid.uuid4()).backend == "janus"
    assert backends.media_for(call, sixth)["room"] == call.room


def test_all_are_told_of_the_room_and_there_is_an_end_to_it(configured, settings, alice, bob, api, heard):
    settings.JANUS_PEOPLE = 5
    chat, more = make_class(alice, bob, others=4)
    call = open_call(alice, chat, bob, *more[:3])
    moved = [event.data for event in heard("call.changed") if event.data["backend"] == "janus"]
    assert (moved[0]["room"], len(moved[0]["legs"])) == (rooms.name_of(call), 4)
    body = {"device": str(uuid.uuid4())}
    answer = api(more[3]).post(f"/api/v1/calls/{call.pk}/join", body, format="json")
    assert (answer.status_code, answer.json()["code"], answer.json()["limit"]) == (409, "call_full", 5)
    rooms.remove_room(call.room)


def test_the_room_goes_with_the_call(crowd):
    call, people = crowd
    for user in people[:5]:
        hang_up(by=user, call_id=call.pk, device=device_of(call, user))
    run_ready_tasks()
    assert rooms_there() == []


def test_wrong_and_expired_tokens_and_pins(crowd):
    call, people = crowd
    media = backends.media_for(call, people[0])
    assert refusal(media, token=rooms.token_until(int(time.time()) - 1)) == FORBIDDEN
    assert refusal(media, token=media["token"][:-5] + "AAAA=") == FORBIDDEN
    assert refusal(media, token="") == FORBIDDEN
    assert refusal(media, pin="guessed") == UNAUTHORIZED
    assert refusal({**media, "room": "1-guessed"}) == NO_SUCH_ROOM


def test_people_make_no_rooms_and_change_none(crowd):
    call, people = crowd
    media = backends.media_for(call, people[0])

    async def make(client):
        return await client.ask(request="create", room="mine")

    async def destroy(client):
        return await client.ask(request="destroy", room=media["room"])

    async def look_around(client):
        return await client.ask(request="list")

    async def record(client):
        await client.join(media["room"], media["pin"], uuid.uuid4())
        return await client.ask(request="enable_recording", room=media["room"], record=True)

    for act in (make, destroy, record):
        with pytest.raises(JanusError):
            in_janus(media["url"], media["token"], act)
    assert in_janus(media["url"], media["token"], look_around)["list"] == []
    assert rooms_there() == [call.room]


def test_who_is_removed_is_put_out_and_the_lock_changes(crowd):
    call, people = crowd
    media, device = backends.media_for(call, people[1]), device_of(call, people[1])

    async def be_there(client):
        await client.join(media["room"], media["pin"], device)
        await in_database(lambda: remove_leg(by=people[0], call_id=call.pk, device=device))
        await in_database(run_ready_tasks)
        return await client.heard("leaving")

    in_janus(media["url"], media["token"], be_there)
    assert refusal(media) == UNAUTHORIZED  # they know the old pin
    assert enter(backends.media_for(call, people[0]), device_of(call, people[0]))["videoroom"] == "joined"


def test_who_left_the_call_but_not_the_room_is_put_out(crowd):
    call, people = crowd
    media = backends.media_for(call, people[1])

    async def stay(client):
        await client.join(media["room"], media["pin"], uuid.uuid4())
        await in_database(sweep_rooms)
        return await client.heard("leaving")

    in_janus(media["url"], media["token"], stay)


def test_stray_rooms_are_swept(crowd):
    call, _people = crowd
    gone = Call(pk=call.pk + 1000, created_at=call.created_at)
    rooms.ensure_room(gone)
    assert len(rooms_there()) == 2
    sweep_rooms()
    assert rooms_there() == [call.room]


def test_two_who_come_fifth_at_once(configured, alice, bob):
    chat, more = make_class(alice, bob, others=4)
    call = open_call(alice, chat, bob, *more[:2])
    assert call.backend == "mesh"
    both = [partial(join_call, by=user, call_id=call.pk, device=uuid.uuid4()) for user in more[2:]]
    assert {joined.room for joined in at_once(*both)} == {rooms.name_of(call)}
    assert rooms_there() == [rooms.name_of(call)]
    assert CallLeg.objects.filter(call=call, left_at=None).count() == 6
    rooms.remove_room(rooms.name_of(call))


def test_a_room_lost_with_the_media_server_is_made_again_once(tmp_path, settings, alice, bob, api):
    with local_janus(tmp_path) as first:
        for name, value in first.settings.items():
            setattr(settings, name, value)
        chat, more = make_class(alice, bob, others=3)
        call = open_call(alice, chat, bob, *more)
        path = f"/api/v1/calls/{call.pk}/media"
        pin = api(alice).post(path).json()["pin"]
    away = api(alice).post(path)
    assert (away.status_code, away.json()["code"]) == (503, "media_server_away")
    with local_janus(tmp_path, ports=first.ports, secrets_from=first):
        media = backends.media_for(call, alice)
        assert refusal(media) == NO_SUCH_ROOM
        answers = at_once(*[partial(api(user).post, path) for user in (alice, bob, *more)])
        assert {(answer.status_code, answer.json()["room"], answer.json()["pin"]) for answer in answers} == {
            (200, call.room, pin)
        }
        assert rooms_there() == [call.room]
        assert enter(answers[0].json(), device_of(call, alice))["videoroom"] == "joined"


def test_media_server_away_nobody_in_the_mesh_notices(configured, settings, alice, bob, api, heard):
    settings.JANUS_URL = "http://127.0.0.1:9/janus"
    chat, more = make_class(alice, bob, others=3)
    call = open_call(alice, chat, bob, *more[:2])
    told = len(heard())
    body = {"device": str(uuid.uuid4())}
    answer = api(more[2]).post(f"/api/v1/calls/{call.pk}/join", body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (503, "media_server_away")
    call.refresh_from_db()
    assert (call.backend, call.room) == ("mesh", "")
    assert len(heard()) == told
    sweep_rooms()  # says so in the log, and does not fail


def test_a_wrong_secret_of_ours_is_an_outage_and_no_bug(configured, settings, alice, bob):
    settings.JANUS_API_SECRET = "another"
    chat, more = make_class(alice, bob, others=3)
    with pytest.raises(Unavailable) as refused:
        open_call(alice, chat, bob, *more)
    assert refused.value.code == "media_server_away"


def test_who_gets_a_way_in_over_rest(crowd, charlie, api):
    call, people = crowd
    path = f"/api/v1/calls/{call.pk}/media"
    assert api(people[0]).post(path).json()["url"] == settings.JANUS_PUBLIC_URL
    outside = api(people[5]).post(path)
    assert (outside.status_code, outside.json()["code"]) == (409, "not_in_call")
    stranger = api(charlie).post(path)
    assert (stranger.status_code, stranger.json()["code"]) == (404, "call_not_found")
    assert api(None).post(path).status_code == 401


async def in_database(act):
    """In a thread of its own, whose connection is closed after it."""

    def run():
        try:
            act()
        finally:
            connection.close()

    await asyncio.to_thread(run)

"""Calls in groups without a media server: each to each, and how many that can be."""

import threading
import uuid
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from calls import backends
from calls.actions.joining import hang_up, join_call
from calls.actions.starting import start_call
from calls.models import CallLeg
from core.errors import Conflict, Forbidden, Unavailable
from messenger.models import Message
from tests.messenger.conftest import make_chat
from tests.messenger.people import at_once

from .scenes import make_class, open_call

pytestmark = pytest.mark.django_db


def join_code(by, call) -> str:
    try:
        join_call(by=by, call_id=call.pk, device=uuid.uuid4())
    except Conflict as error:
        return error.code
    return "in"


def test_four_talk_and_the_fifth_hears_that_it_is_full(alice, bob, api):
    chat, more = make_class(alice, bob, others=3)
    call = open_call(alice, chat, bob, *more[:2])
    assert (call.backend, call.room) == ("mesh", "")
    assert backends.media_for(call, alice) is None
    body = {"device": str(uuid.uuid4())}
    answer = api(more[2]).post(f"/api/v1/calls/{call.pk}/join", body, format="json")
    assert (answer.status_code, answer.json()["code"], answer.json()["limit"]) == (409, "call_full", 4)
    hang_up(by=bob, call_id=call.pk, device=CallLeg.objects.get(call=call, user=bob).device)
    assert join_code(more[2], call) == "in"


def test_who_is_in_may_change_the_device_though_it_is_full(alice, bob):
    chat, more = make_class(alice, bob, others=2)
    call = open_call(alice, chat, bob, *more)
    assert join_code(bob, call) == "in"
    assert CallLeg.objects.filter(call=call, left_at=None).count() == 4


@pytest.mark.django_db(transaction=True)
def test_two_come_fourth_at_once(alice, bob):
    chat, more = make_class(alice, bob, others=3)
    call = open_call(alice, chat, bob, more[0])
    assert sorted(at_once(*(partial(join_code, user, call) for user in more[1:]))) == ["call_full", "in"]
    assert CallLeg.objects.filter(call=call, left_at=None).count() == 4


@pytest.mark.django_db(transaction=True)
def test_two_open_the_call_at_once(alice, bob):
    chat, _more = make_class(alice, bob)
    entered = at_once(
        *(partial(start_call, by=user, chat_id=chat.pk, kind="audio", device=uuid.uuid4()) for user in (alice, bob))
    )
    assert len({one.call.pk for one in entered}) == 1
    assert sorted(one.is_new for one in entered) == [False, True]
    assert Message.objects.filter(chat=chat, card_kind="call").count() == 1


def test_the_call_ends_with_the_last(alice, bob):
    chat, _more = make_class(alice, bob)
    call = open_call(alice, chat, bob)
    for user in (alice, bob):
        device = CallLeg.objects.get(call=call, user=user).device
        assert hang_up(by=user, call_id=call.pk, device=device).state == ("active" if user == alice else "ended")
    assert open_call(bob, chat).pk != call.pk


class _Answering(BaseHTTPRequestHandler):
    status, body = 200, b""

    def do_POST(self):
        self.send_response(self.status)
        self.send_header("Location", "http://127.0.0.1:9/")
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_args):
        pass


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"{}"), (200, b"[]"), (200, b"<html>"), (200, b'{"data": {"id": "x"}}'), (200, b'{"data": 1}'),
        (200, b'{"data": {"id": 1}, "plugindata": 1}'), (500, b""), (302, b""), (200, b"\xff"),
        (200, b'{"janus": "error", "error": {"code": 403}}'),
        (200, b'{"data": {"id": 1}, "plugindata": {"data": {"error_code": 9}}}'),
    ],
)  # fmt: skip
def test_whatever_else_answers_there_is_an_outage(alice, bob, settings, status, body):
    """A port that something else took, a proxy's page: 503 for the fifth, and the four talk on."""
    chat, more = make_class(alice, bob, others=3)
    call = open_call(alice, chat, bob, *more[:2])
    with HTTPServer(("127.0.0.1", 0), type("", (_Answering,), {"status": status, "body": body})) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.JANUS_URL = f"http://127.0.0.1:{server.server_port}/janus"
        with pytest.raises(Unavailable) as refused:
            join_call(by=more[2], call_id=call.pk, device=uuid.uuid4())
        server.shutdown()
    assert refused.value.code == "media_server_away"
    call.refresh_from_db()
    assert call.backend == "mesh"


def test_no_way_in_where_there_is_no_media_server(alice, bob, api):
    chat, _more = make_class(alice, bob)
    call = open_call(alice, chat)
    answer = api(alice).post(f"/api/v1/calls/{call.pk}/media")
    assert (answer.status_code, answer.json()["code"]) == (409, "no_media_server")


def test_channels_have_no_calls_and_alone_nobody_calls(alice, bob):
    for kind, code in (("channel", "no_calls_here"), ("group", "nobody_to_call")):
        people = (alice, bob) if kind == "channel" else (alice,)
        chat = make_chat(kind, *people, title="x")
        with pytest.raises(Forbidden) as refused:
            start_call(by=alice, chat_id=chat.pk, kind="audio", device=uuid.uuid4())
        assert refused.value.code == code

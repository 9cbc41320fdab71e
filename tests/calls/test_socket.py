"""Calls on the socket, as the app meets them: who hears what, in which order, and how soon."""

import asyncio
import time
import uuid

import pytest
from asgiref.sync import sync_to_async

from calls.models import Call, CallSignal
from core import limits
from tests.calls.acts import OFFER
from tests.messenger.conftest import cookie_of

pytestmark = pytest.mark.django_db(transaction=True)

HERS, HIS, TABLET, THEIRS = (str(uuid.UUID(int=number)) for number in (1, 2, 3, 4))


async def cookies(*users):
    return [await sync_to_async(cookie_of)(user) for user in users]


async def ring(one, chat, device=HERS) -> int:
    answer = await one.ask("call.start", chat=chat.pk, device=device)
    return answer["ok"]["call"]["id"]


async def talk(one, two, chat) -> int:
    """The number of a call in which both are, with nothing left to hear of how it came about."""
    call = await ring(one, chat)
    assert "ok" in await two.ask("call.answer", call=call, device=HIS)
    for each in (one, two):
        while (await each.event("call.changed"))["data"]["state"] != "active":
            pass
    return call


async def test_two_people_talk(alice, bob, chat, connect):
    a, b = await cookies(alice, bob)
    async with connect(a) as one, connect(b) as two:
        call = await ring(one, chat)
        heard = await two.event("call.changed")
        assert (heard["data"]["state"], heard["data"]["caller"]["id"]) == ("ringing", alice.pk)
        await two.ask("call.rings", call=call)
        await two.ask("call.answer", call=call, device=HIS)
        await two.ask("call.hang_up", call=call, device=HIS)
        for each, before in ((one, 0), (two, 1)):
            told = [await each.event("call.changed") for _ in range(4 - before)]
            states = [(event["data"]["state"], bool(event["data"]["rang_at"])) for event in told]
            assert states == [("ringing", False), ("ringing", True), ("active", True), ("ended", True)][before:]
            assert [event["fact_seq"] for event in told] == list(range(1 + before, 5)), "a hole, or out of order"
        assert (await one.event("message.created"))["data"]["card"]["kind"] == "call"


async def test_an_answer_stops_the_other_devices_within_a_second(alice, bob, chat, connect):
    a, b = await cookies(alice, bob)
    async with connect(a) as one, connect(b) as phone, connect(b) as tablet, connect(b) as desk:
        call = await ring(one, chat)
        for each in (phone, tablet, desk):
            assert (await each.event("call.changed"))["data"]["id"] == call
        started = time.monotonic()
        answers = await asyncio.gather(
            *(each.ask("call.answer", call=call, device=str(uuid.uuid4())) for each in (phone, tablet, desk))
        )
        for each in (one, phone, tablet, desk):
            while (event := await each.event("call.changed"))["data"]["state"] == "ringing":
                pass
            assert event["data"]["state"] == "active"
        assert time.monotonic() - started < 1
        codes = [answer.get("error", {}).get("code") for answer in answers]
        assert sorted(map(str, codes)) == ["None", "answered_elsewhere", "answered_elsewhere"]


async def test_signals_go_to_the_other_devices_person_alone(alice, bob, charlie, chat, connect):
    a, b, c = await cookies(alice, bob, charlie)
    async with connect(a) as one, connect(a) as idle, connect(b) as two, connect(c) as outsider:
        call = await talk(one, two, chat)
        await idle.silence()
        where = {"call": call, "device": HERS, "to_device": HIS}
        offer = await one.ask("call.signal", **where, n=1, description=OFFER)
        candidates = [{"candidate": "candidate:1 1 udp 1 198.51.100.7 9 typ host", "sdpMid": "0", "sdpMLineIndex": 0}]
        await one.ask("call.signal", **where, n=2, candidates=candidates)
        first, second = [(await two.event("call.signal"))["data"] for _ in range(2)]
        assert (first["id"], first["n"], first["from_device"], first["to_device"]) == (offer["ok"]["id"], 1, HERS, HIS)
        assert (first["description"], second["candidates"]) == (OFFER, candidates)
        assert await outsider.silence() == []
        assert [event["event"] for event in await idle.silence(0.1)] == []
        assert await one.silence(0.1) == []


async def test_what_came_while_the_socket_was_away(alice, bob, chat, connect):
    a, b = await cookies(alice, bob)
    async with connect(a) as one:
        async with connect(b) as two:
            call = await talk(one, two, chat)
            where = {"call": call, "device": HERS, "to_device": HIS, "description": OFFER}
            await one.ask("call.signal", **where, n=1)
            seen = (await two.event("call.signal"))["data"]["id"]
        for n in (2, 3, 3):  # the last was not answered, so it is sent again
            await one.ask("call.signal", **where, n=n)
        async with connect(b) as two:
            (running,) = (await two.ask("call.running"))["ok"]["calls"]
            assert (running["id"], running["state"]) == (call, "active")
            missed = (await two.ask("call.signals", call=call, device=HIS, after=seen))["ok"]["signals"]
            assert [signal["n"] for signal in missed] == [2, 3]
            again = (await two.ask("call.signals", call=call, device=HIS))["ok"]["signals"]
            assert [signal["n"] for signal in again] == [1, 2, 3]
            assert (await two.ask("call.signals", call=call, device=HERS))["error"]["code"] == "not_in_call"
            assert (await two.ask("call.signals", call=call, device=HIS, after=missed[-1]["id"]))["ok"]["signals"] == []
        assert await CallSignal.objects.acount() == 3


async def test_pings(alice, bob, charlie, chat, connect):
    a, b, c = await cookies(alice, bob, charlie)
    async with connect(a) as one, connect(b) as two, connect(c) as outsider:
        call = await talk(one, two, chat)
        answers = await asyncio.gather(
            one.ask("call.ping", call=call, device=HERS),
            two.ask("call.ping", call=call, device=HIS),
            outsider.ask("call.ping", call=call, device=HERS),
        )  # all in one batch: who asks for what is not theirs learns nothing by that
        assert [answer.get("ok") for answer in answers[:2]] == [{"is_in": True, "state": "active"}] * 2
        assert answers[2]["error"]["code"] == "call_not_found"
        assert (await two.ask("call.ping", call=call, device=TABLET))["error"]["code"] == "call_not_found"
        await one.ask("call.hang_up", call=call, device=HERS)
        assert (await two.ask("call.ping", call=call, device=HIS))["ok"] == {"is_in": False, "state": "ended"}


async def test_the_outsider_hears_nothing_of_all_that(alice, bob, charlie, chat, connect):
    a, b, c = await cookies(alice, bob, charlie)
    async with connect(a) as one, connect(b) as two, connect(c) as outsider:
        call = await talk(one, two, chat)
        await one.ask("call.leg", call=call, device=HERS, is_muted=True)
        await one.ask("call.signal", call=call, device=HERS, to_device=HIS, n=1, description=OFFER)
        await two.ask("call.hang_up", call=call, device=HIS)
        assert await outsider.silence() == []
        assert (await outsider.ask("call.running"))["ok"] == {"calls": [], "missed_count": 0}
        for do in ("call.rings", "call.decline", "call.look"):
            assert (await outsider.ask(do, call=call))["error"]["code"] == "call_not_found"


async def test_whom_somebody_blocked_reaches_no_socket(alice, bob, chat, connect):
    await bob.blocks.acreate(user=alice)
    a, b = await cookies(alice, bob)
    async with connect(a) as one, connect(b) as two:
        call = await ring(one, chat)
        assert (await one.event("call.changed"))["data"]["state"] == "ringing"
        await one.ask("call.hang_up", call=call, device=HERS)
        assert (await one.event("call.changed"))["data"]["reason"] == "cancelled"
        assert await two.silence() == []
        assert (await two.ask("call.answer", call=call, device=HIS))["error"]["code"] == "call_not_found"
        assert (await two.ask("call.running"))["ok"] == {"calls": [], "missed_count": 0}


async def test_what_is_no_signal_is_refused_and_the_others_talk_on(alice, bob, charlie, chat, connect):
    a, b, c = await cookies(alice, bob, charlie)
    huge = {"type": "offer", "sdp": "v=0" + "x" * 1024 * 1024}
    big = {"type": "offer", "sdp": "v=0" + "x" * (limits.SDP_BYTES + 1)}
    async with connect(a) as one, connect(b) as two, connect(c) as outsider:
        call = await talk(one, two, chat)
        where = {"call": call, "device": HERS, "to_device": HIS, "n": 1}
        await one.communicator.send_to('{"id":"x","do":"call.signal","sdp":"' + huge["sdp"] + '"}')
        assert (await one.next())["error"]["code"] == "frame_too_large"
        refused = [
            (one, {**where, "description": big}, "signal_too_large"),
            (one, {**where, "candidates": [{"candidate": ""}] * 31}, "signal_too_large"),
            (one, {**where, "device": HIS, "to_device": HERS, "description": OFFER}, "not_in_call"),
            (one, {**where, "device": TABLET, "description": OFFER}, "not_in_call"),
            (one, {**where, "to_device": TABLET, "description": OFFER}, "peer_not_in_call"),
            (one, {**where, "to_device": HERS, "description": OFFER}, "peer_not_in_call"),
            (outsider, {**where, "description": OFFER}, "call_not_found"),
            (outsider, {**where, "call": 2**62, "description": OFFER}, "call_not_found"),
        ]
        for who, frame, code in refused:
            assert (await who.ask("call.signal", **frame))["error"]["code"] == code
        assert [event["event"] for event in await two.silence() if event["event"] == "call.signal"] == []
        assert "ok" in await one.ask("call.signal", **where, description=OFFER)
        assert (await two.event("call.signal"))["data"]["n"] == 1


async def test_endless_candidates_end_at_their_sender(alice, bob, chat, connect, monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "call_signal", limits.Limit(5, 60, shared=False))
    a, b = await cookies(alice, bob)
    async with connect(a) as one, connect(b) as two:
        call = await talk(one, two, chat)
        candidate = {"candidate": "candidate:1 1 udp 1 198.51.100.7 9 typ host"}
        where = {"call": call, "device": HERS, "to_device": HIS}
        answers = [await one.ask("call.signal", **where, n=n, candidates=[candidate]) for n in range(1, 9)]
        assert [answer.get("error", {}).get("code") for answer in answers] == [None] * 5 + ["rate_limited"] * 3
        assert answers[-1]["error"]["retry_after"] >= 1
        # The other side is not disturbed, and may still say all it has to say.
        back = {"call": call, "device": HIS, "to_device": HERS, "n": 1, "description": OFFER}
        assert "ok" in await two.ask("call.signal", **back)
        assert "ok" in await two.ask("call.hang_up", call=call, device=HIS)


async def test_after_the_end(alice, bob, chat, connect):
    a, b = await cookies(alice, bob)
    async with connect(a) as one, connect(b) as two:
        call = await talk(one, two, chat)
        await one.ask("call.hang_up", call=call, device=HERS)
        for do, frame in {
            "call.answer": {"device": HIS},
            "call.join": {"device": HIS},
            "call.signal": {"device": HIS, "to_device": HERS, "n": 1, "description": OFFER},
            "call.signals": {"device": HIS},
            "call.leg": {"device": HIS, "is_muted": True},
        }.items():
            error = (await two.ask(do, call=call, **frame))["error"]
            assert (error["code"], error["reason"]) == ("call_ended", "hung_up")
        assert (await Call.objects.aget()).reason == "hung_up"

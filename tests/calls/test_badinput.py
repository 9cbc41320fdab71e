"""Each command with each of its arguments wrong: an error in words, never one of ours, and the call goes on."""

import json
import uuid
from types import SimpleNamespace

import pytest
from asgiref.sync import sync_to_async

from core.commands import registry
from core.errors import DomainError
from tests.calls import acts
from tests.calls.acts import OFFER
from tests.messenger.conftest import cookie_of

HERS, HIS = (uuid.UUID(int=number) for number in (1, 2))
POISON = [
    None, True, -1, 0, 1, 2**31, 2**63, 2**63 - 1, 2**64, 10**40, 1.5, float("inf"), "", "1", "x" * 5_000, "'; --",
    "\u202e", "00000000-0000-0000-0000-00000000000", [], [[]], [{}] * 40, {}, {"type": "offer"}, {"": None},
]  # fmt: skip
NAMES = sorted(name for name in registry if name.startswith("call."))


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_wrong_arguments(name, ring, chat, alice, bob):
    call = ring(alice, device=HERS).call
    acts.answer(bob, call, HIS)
    command = registry[name]
    right = {
        "call": call.pk, "chat": chat.pk, "device": str(HERS), "to_device": str(HIS), "n": 1, "description": OFFER,
    }  # fmt: skip
    right = {key: value for key, value in right.items() if key in command.parameters}
    for parameter in command.parameters:
        for value in POISON:
            try:
                arguments = command.arguments({**right, parameter: value})
                if not command.is_async:
                    command.run(SimpleNamespace(user=alice), **arguments)
                elif name == "call.ping":
                    acts.ping_many([(alice.pk, arguments["call"], arguments["device"])])
            except DomainError:
                continue
    acts.is_sound()


@pytest.mark.django_db(transaction=True)
async def test_over_the_wire(ring, alice, bob, connect):
    cookie = await sync_to_async(cookie_of)(alice)
    call = (await sync_to_async(ring)(alice, device=HERS)).call
    await sync_to_async(acts.answer)(bob, call, HIS)
    where = {"id": "1", "do": "call.signal", "call": call.pk, "device": str(HERS), "to_device": str(HIS), "n": 1}
    frames = [
        (json.dumps({**where, "description": {"type": "offer", "sdp": "v=0\0"}}), {"bad_json", "bad_signal"}),
        (json.dumps({**where, "description": {"type": "offer", "sdp": "v=0\ud800"}}), {"bad_json"}),
        (json.dumps({**where, "description": OFFER, "n": 2**70}), {"bad_json", "bad_argument", "bad_signal"}),
        (json.dumps({**where, "description": OFFER, "call": -1}), {"call_not_found"}),
        (json.dumps({**where, "description": OFFER, "call": 2**63 - 1}), {"call_not_found"}),
        (json.dumps({**where, "description": OFFER, "more": 1}), {"bad_argument"}),
        (json.dumps({"id": "1", "do": "call.ping", "call": 2**63 - 1, "device": str(HERS)}), {"call_not_found"}),
        (json.dumps({"id": "1", "do": "call.ping", "call": call.pk, "device": "mine"}), {"bad_argument"}),
        (json.dumps({"id": "1", "do": "call.running", "call": call.pk}), {"bad_argument"}),
        (json.dumps({"id": "1", "do": "call.decline", "call": call.pk, "text": "x" * 9_000}), {"text_too_long"}),
    ]
    async with connect(cookie) as one:
        for frame, codes in frames:
            answer = await one.raw(frame)
            assert answer["error"]["code"] in codes, (frame[:200], answer)
        assert (await one.ask("call.ping", call=call.pk, device=str(HERS)))["ok"]["is_in"]

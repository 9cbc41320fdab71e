"""What stands of calls in the scene: the group talks, somebody knocks there, and the owner's telephone rings."""

import uuid
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from calls.actions.joining import join_call
from calls.actions.linking import open_link
from calls.actions.lobby import knock
from calls.actions.planning import plan_call
from calls.actions.starting import start_call
from calls.models import Call, CallLeg
from messenger.models import Chat
from tests.conftest import make_user
from tests.messenger.scenes import make_direct, say


def calling(owner: User, member: User, muted: User, group: Chat) -> dict[str, Any]:
    """`group_call`: with a device of the member and one of the muted in it. `ring`: somebody calls the owner."""
    devices = [uuid.UUID(int=number) for number in (1, 2, 3)]
    call = start_call(by=member, chat_id=group.pk, kind="audio", device=devices[0]).call
    join_call(by=muted, call_id=call.pk, device=devices[1])
    token = open_link(by=owner, chat_id=group.pk).token
    knocker, caller = make_user("knocker"), make_user("caller")
    knock(by=knocker, token=token)
    chat = make_direct(caller, owner)
    say(caller, chat, "May I call?")
    ring = start_call(by=caller, chat_id=chat.pk, kind="audio", device=devices[2]).call
    at = timezone.now() + timedelta(days=2)
    plan, _is_new = plan_call(by=owner, chat_id=group.pk, title="Beeches", kind="audio", starts_at=at)
    # It rings, and they are there, for as long as tests take.
    Call.objects.filter(pk=ring.pk).update(created_at=at)
    CallLeg.objects.update(last_seen_at=at)
    return {
        "group_call": call.pk, "leg": str(devices[0]), "muted_leg": str(devices[1]), "ring": ring.pk,
        "call_token": token, "knocker": knocker.pk, "plan": plan.pk,
    }  # fmt: skip

"""Some weeks of calls between the demo's people, so that the log and the chats show what calls look like."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from calls import cards
from calls.actions.planning import plan_call
from calls.models import Call, CallParty
from messenger.actions.cards import post_card
from messenger.models import Chat, Membership, Message

_OUTCOMES = {"missed": Call.Reason.MISSED, "declined": Call.Reason.DECLINED, "cancelled": Call.Reason.CANCELLED}
_CLASS = "Class 7b · Science"


@dataclass(frozen=True)
class Told:
    """A call between two. `ago` and `lasted` in minutes; `lasted` 0 with an outcome. `is_shown`: also in their chat."""

    caller: str
    callee: str
    kind: str
    ago: float
    lasted: float = 0
    outcome: str = ""
    is_shown: bool = False


_CALLS = (
    Told("alice", "bob", "audio", 9 * 1440, 14.2),
    Told("erin", "alice", "video", 6 * 1440 + 200, 31),
    Told("alice", "dana", "audio", 5 * 1440 + 90, outcome="missed"),
    Told("dana", "alice", "audio", 5 * 1440 + 55, 6.4),
    Told("alice", "charlie", "video", 3 * 1440 + 400, outcome="declined"),
    Told("bob", "alice", "video", 2 * 1440 + 120, 42.5),
    Told("charlie", "alice", "audio", 1440 + 310, outcome="cancelled"),
    Told("bob", "dana", "audio", 1440 + 20, 3.1),
    Told("alice", "bob", "audio", 21, 1.6, is_shown=True),
    Told("bob", "alice", "audio", 12, outcome="missed", is_shown=True),
)


def can_be_built() -> bool:
    return User.objects.filter(email="alice@example.com").exists() and not Call.objects.exists()


def build(now: datetime | None = None) -> int:
    """Everything, or nothing; answers how many calls. Dates are counted back from now."""
    now = now or timezone.now()
    people = {user.handle: user for user in User.objects.filter(email__endswith="@example.com")}
    with transaction.atomic():
        made = sum(_tell(told, people, now) for told in _CALLS)
        made += _lesson(people, now)
    return made


def _tell(told: Told, people: dict[str, User], now: datetime) -> int:
    caller, callee = people[told.caller], people[told.callee]
    key = ":".join(str(pk) for pk in sorted((caller.pk, callee.pk)))
    chat = Chat.objects.filter(pair_key=key).first()
    if chat is None:
        return 0
    began = now - timedelta(minutes=told.ago)
    call = _ended(chat, key, told.kind, Call.Backend.DIRECT, caller, began, told.lasted, told.outcome)
    answered = bool(told.lasted)
    CallParty.objects.create(call=call, user=caller, role=CallParty.Role.CALLER, was_in=True, seen_at=began)
    seen_at = None if told.is_shown and not answered else began
    CallParty.objects.create(call=call, user=callee, role=CallParty.Role.CALLEE, was_in=answered, seen_at=seen_at)
    if told.is_shown:
        _show(call, seen_by=[caller.pk, callee.pk] if answered else [caller.pk])
    return 1


def _lesson(people: dict[str, User], now: datetime) -> int:
    """A group's call, and the next one agreed on."""
    chat = Chat.objects.filter(title=_CLASS).first()
    if chat is None:
        return 0
    erin = people["erin"]
    began = now - timedelta(hours=5)
    call = _ended(chat, f"chat:{chat.pk}", "video", Call.Backend.MESH, erin, began, 34, "")
    members = list(Membership.objects.filter(chat=chat, state=Membership.State.ACTIVE).select_related("user"))
    for member in members[:4]:
        role = CallParty.Role.CALLER if member.user == erin else CallParty.Role.CALLEE
        CallParty.objects.create(call=call, user=member.user, role=role, was_in=True, seen_at=began)
    _show(call, seen_by=[member.user_id for member in members])
    morning = (now + timedelta(days=2)).replace(hour=15, minute=0, second=0, microsecond=0)
    plan_call(by=erin, chat_id=chat.pk, title="Sunflowers: who measures what", kind="video", starts_at=morning)
    return 1


def _ended(
    chat: Chat, key: str, kind: str, backend: str, caller: User, began: datetime, lasted: float, outcome: str
) -> Call:
    answered_at = began + timedelta(seconds=8) if lasted else None
    ended_at = answered_at + timedelta(minutes=lasted) if answered_at else began + timedelta(seconds=30)
    return Call.objects.create(
        chat=chat, pair_key=key, kind=kind, backend=backend, caller=caller, state=Call.State.ENDED, created_at=began,
        rang_at=began, answered_at=answered_at, ended_at=ended_at, reason=_OUTCOMES.get(outcome, Call.Reason.HUNG_UP),
    )  # fmt: skip


def _show(call: Call, *, seen_by: list[int]) -> None:
    message = post_card(
        chat_id=call.chat_id, card=cards.card_of(call), client_id=cards.message_id(call.pk), seen_by=seen_by
    )
    Message.objects.filter(pk=message.pk).update(created_at=call.ended_at)

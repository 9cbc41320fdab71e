"""Reads and shapes of the way in: the link, what it shows outside, and who waits."""

from accounts.models import User
from accounts.serializers import sender_json
from calls.actions.settling import settle
from calls.models import Call, CallLeg, CallLink, LobbyGuest
from calls.serializers import guest_json
from calls.shapes import CallDoorJSON, CallLinkJSON, LobbyJSON
from core import limits
from messenger.models import Chat, Membership
from messenger.serializers import chat_json, timestamp


def link_json(link: CallLink) -> CallLinkJSON:
    """Needs `created_by` loaded."""
    return {
        "chat": link.chat_id,
        "token": link.token,
        "path": f"/call/{link.token}",
        "created_by": sender_json(link.created_by) if link.created_by else None,
        "created_at": timestamp(link.created_at),
    }


def running_in(chat: Chat) -> Call | None:
    """The group's call, as time has left it."""
    found = Call.objects.running().select_related("chat", "caller").filter(pair_key=f"chat:{chat.pk}").first()
    return found if found is not None and settle(found).is_running else None


def is_member(user: User, chat_id: int) -> bool:
    return Membership.objects.filter(chat=chat_id, user=user, state=Membership.State.ACTIVE).exists()


def door_json(by: User, link: CallLink) -> CallDoorJSON:
    """Needs `chat` loaded. The call's number is for those who may have to do with it."""
    call = running_in(link.chat)
    is_inside = is_member(by, link.chat_id)
    guest = LobbyGuest.objects.filter(call=call, user=by).first() if call is not None else None
    full = chat_json(link.chat)
    is_known = is_inside or guest is not None
    return {
        "title": full["title"],
        # Files of a private chat are its members'.
        "photo": full["photo"] if is_inside or link.chat.handle else None,
        "color": full["color"],
        "member_count": full["member_count"],
        "call": call.pk if call is not None and is_known else None,
        "people": CallLeg.objects.filter(call=call, left_at=None).count() if call is not None else 0,
        "state": _standing(call, guest, is_inside),  # type: ignore[typeddict-item]
    }


def _standing(call: Call | None, guest: LobbyGuest | None, is_inside: bool) -> str:
    if is_inside:
        return "member"
    if call is None:
        return "quiet"
    return guest.state if guest is not None else "outside"


def lobby_json(call: Call) -> LobbyJSON:
    """Who waits, longest first, then who was let in."""
    rows = LobbyGuest.objects.filter(call=call).select_related("user").order_by("created_at", "pk")
    waiting = list(rows.filter(state=LobbyGuest.State.WAITING)[: limits.GUESTS_WAITING])
    admitted = list(rows.filter(state=LobbyGuest.State.ADMITTED)[: limits.PAGE_MAX])
    return {"call": call.pk, "guests": [guest_json(guest) for guest in [*waiting, *admitted]]}

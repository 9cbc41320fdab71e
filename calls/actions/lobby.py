"""The lobby: who knocks at a group's call with a link, and who opens."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from calls import access, doors, events
from calls.actions.legs import remove_people
from calls.actions.linking import link_for_knocking
from calls.actions.settling import lock
from calls.actions.telling import tell_call
from calls.models import Call, CallLeg, LobbyGuest
from core import limits
from core.errors import Conflict, Forbidden, Gone, NotFound
from core.events import publish
from messenger.actions.standing import require_unsanctioned
from messenger.models import Membership

_State = LobbyGuest.State


def knock(*, by: User, token: str) -> LobbyGuest:
    """Waits at the door of the call that runs there. Again while waiting or admitted: the same.

    After a no: not within a minute, and twice at most. Raises NotFound("link_not_found"), Conflict("nobody_there",
    "is_member", "lobby_full"), Forbidden("refused", "sanctioned"), RateLimited.
    """
    limits.check("call_knock", by.pk)
    link = link_for_knocking(by, token)
    require_unsanctioned(by)
    if doors.is_member(by, link.chat_id):
        raise Conflict("is_member", _("You are in this chat: join the call from there."))
    call = doors.running_in(link.chat)
    if call is None:
        raise Conflict("nobody_there", _("Nobody is in a call there right now."))
    with transaction.atomic():
        lock(call)
        if not call.is_running:
            raise Conflict("nobody_there", _("Nobody is in a call there right now."))
        guest = LobbyGuest.objects.filter(call=call, user=by).first()
        if guest is not None and guest.state != _State.REFUSED:
            return guest
        guest = _wait(call, by, guest)
        _tell_hosts(call)
    return guest


def _wait(call: Call, by: User, guest: LobbyGuest | None) -> LobbyGuest:
    if guest is not None:
        limits.check("call_knock_soon", by.pk, call.pk)
        if limits.take("call_knock_again", by.pk, call.pk):
            raise Forbidden("refused", _("The hosts have refused you."))
    if LobbyGuest.objects.filter(call=call, state=_State.WAITING).count() >= limits.GUESTS_WAITING:
        raise Conflict("lobby_full", _("Too many people are waiting already."), limit=limits.GUESTS_WAITING)
    now = timezone.now()
    if guest is None:
        return LobbyGuest.objects.create(call=call, user=by, created_at=now)
    guest.state, guest.decided_by, guest.created_at = _State.WAITING, None, now
    guest.save(update_fields=["state", "decided_by", "created_at"])
    return guest


def answer_door(*, by: User, call_id: int, user_id: int, admit: bool) -> Call:
    """Lets somebody in who waits, or not; a no takes out who is in. For hosts. The same again changes nothing.

    Raises NotFound("call_not_found", "guest_not_found"), Gone("call_ended"), Forbidden("right_needed").
    """
    call = access.running_call_for(by, call_id)
    access.host_of(call, by)
    state = _State.ADMITTED if admit else _State.REFUSED
    with transaction.atomic():
        lock(call)
        if not call.is_running:
            raise Gone("call_ended", _("The call has ended."), reason=call.reason)
        guest = LobbyGuest.objects.select_related("user").filter(call=call, user=user_id).first()
        if guest is None:
            raise NotFound("guest_not_found")
        if guest.state == state:
            return call
        _decide(call, guest, state, by)
    return call


def _decide(call: Call, guest: LobbyGuest, state: LobbyGuest.State, by: User) -> None:
    was_in = guest.state == _State.ADMITTED
    LobbyGuest.objects.filter(pk=guest.pk).update(state=state, decided_by=by)
    publish(events.DoorAnswered(users=(guest.user_id,), data={"call": call.pk, "state": state}))
    if state == _State.REFUSED:
        limits.take("call_knock_soon", guest.user_id, call.pk)
    _tell_hosts(call)
    if was_in:
        remove_people(call, [guest.user_id])
    elif state == _State.ADMITTED:
        tell_call(call)  # theirs, too, from now on


def _tell_hosts(call: Call) -> None:
    """Those who decide and are in the call."""
    inside = CallLeg.objects.filter(call=call, left_at=None).values("user")
    members = Membership.objects.select_related("chat").filter(
        chat=call.chat_id, user__in=inside, state=Membership.State.ACTIVE
    )
    if hosts := tuple(sorted(member.user_id for member in members if access.is_host(member))):
        publish(events.LobbyChanged(users=hosts, data={**doors.lobby_json(call)}))

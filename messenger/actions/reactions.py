"""Reactions: one emoji on a message, a few per person."""

from functools import cache

import emoji as emoji_data
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import limits
from core.errors import Invalid
from messenger.actions.acting import acting_on, require_contact, require_written
from messenger.models import Message, Reaction, Right

_SELECTOR = "\ufe0f"  # "show as an emoji": keyboards leave it out or not


@cache
def _canonical() -> dict[str, str]:
    """Every emoji without selectors -> its full form. "❤" and "❤️" are one reaction, not two."""
    full = emoji_data.STATUS["fully_qualified"]
    return {one.replace(_SELECTOR, ""): one for one, data in emoji_data.EMOJI_DATA.items() if data["status"] == full}


def checked_emoji(value: str) -> str:
    """Raises Invalid("bad_emoji") unless it is exactly one emoji."""
    found = _canonical().get(value.replace(_SELECTOR, "")) if len(value) <= 32 else None
    if found is None:
        raise Invalid("bad_emoji", _("A reaction is one emoji."))
    return found


def set_reaction(*, by: User, chat: int, seq: int, emoji: str) -> Message:
    """The same again changes nothing. Raises bad_emoji, right_needed, blocked, too_many_reactions."""
    emoji = checked_emoji(emoji)
    with acting_on(by, chat, seq, Right.REACT) as act:
        require_written(act.message)
        require_contact(act.change.chat)
        there = Reaction.objects.filter(message=act.message)
        if not there.filter(user=by, emoji=emoji).exists():
            _require_room(act.message, by, emoji)
            Reaction.objects.create(message=act.message, user=by, emoji=emoji)
            act.change.touch_message(act.message)
    return act.message


def _require_room(message: Message, by: User, emoji: str) -> None:
    """Under the chat's lock, so that two at once cannot both be the last."""
    there = Reaction.objects.filter(message=message)
    if there.filter(user=by).count() >= limits.REACTIONS_PER_PERSON:
        raise Invalid(
            "too_many_reactions", _("No more reactions of yours fit here."), limit=limits.REACTIONS_PER_PERSON
        )
    kinds = set(there.values_list("emoji", flat=True).distinct())
    if emoji not in kinds and len(kinds) >= limits.REACTION_KINDS_PER_MESSAGE:
        raise Invalid(
            "too_many_reactions", _("No more kinds of reactions fit here."), limit=limits.REACTION_KINDS_PER_MESSAGE
        )


def unset_reaction(*, by: User, chat: int, seq: int, emoji: str) -> Message:
    """Also without the right to react: one may always take back. None there: nothing changes."""
    emoji = checked_emoji(emoji)
    with acting_on(by, chat, seq) as act:
        if Reaction.objects.filter(message=act.message, user=by, emoji=emoji).delete()[0]:
            act.change.touch_message(act.message)
    return act.message

"""What happens to calls, as told to those whom they concern. See core/events.py."""

from core.events import Event


class CallChanged(Event):
    """A call began to ring, was answered, ended, or somebody came or went: the whole call again. data: Call.

    Between two people a private fact of each, with `fact_seq`; of a group's call told to the chat, and to its guests.
    """

    name = "call.changed"


class CallLogChanged(Event):
    """You looked at your call log, or took something out of it, on some device. data: {"missed_count"}."""

    name = "call.log"


class CallSignalled(Event):
    """A signal for one device of yours; the others ignore it. data: CallSignal."""

    name = "call.signal"


class CallMuteAsked(Event):
    """An admin asks those in the call to switch their microphones off. data: {"call", "by": Sender, "device"}."""

    name = "call.mute_asked"


class CallLegRemoved(Event):
    """An admin took somebody out of the call. data: {"call", "device"}. To that person."""

    name = "call.removed"


class LobbyChanged(Event):
    """Somebody waits at the door of a call, or was let in or refused. data: Lobby. To those who decide."""

    name = "call.lobby"


class DoorAnswered(Event):
    """The door you wait at was answered. data: {"call", "state"}. To the one who waits."""

    name = "call.door"

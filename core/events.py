"""What happened, told to whoever may know: after commit, to the lanes of the bus.

A push is only a hint; the database is the truth. So publish() never fails the act it speaks of.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.db import transaction

registry: dict[str, type["Event"]] = {}


@dataclass(frozen=True, kw_only=True)
class Event:
    """One thing that happened.

    `chat` addresses the members of a chat, `users` single people (all their devices); exactly one is given.
    `data` is what the noun's one serializer made, the same that REST answers.
    """

    name: ClassVar[str] = ""
    droppable: ClassVar[bool] = False  # typing, presence: the first to go when a socket is slow
    only_open: ClassVar[bool] = False  # only to sockets that have the chat open

    data: dict[str, Any]
    chat: int | None = None
    users: tuple[int, ...] = ()
    modseq: int | None = None  # the chat's, for durable facts of a chat
    fact_seq: int | None = None  # the person's, for private durable facts
    last_seq: int | None = None  # of a new message; what large chats are told instead of the message
    # Instructions to the hub that no client sees: {"join": [user ids]}, {"leave": [...]}, {"revoke": [session keys]}.
    hub: dict[str, Any] = field(default_factory=dict)

    def __init_subclass__(cls) -> None:
        if cls.name:
            registry[cls.name] = cls

    def frame(self) -> dict[str, Any]:
        """The event as clients see it."""
        body: dict[str, Any] = {"event": self.name}
        if self.chat is not None:
            body["chat"] = self.chat
        if self.modseq is not None:
            body["modseq"] = self.modseq
        if self.fact_seq is not None:
            body["fact_seq"] = self.fact_seq
        body["data"] = self.data
        return body


Sender = Callable[[Sequence[Event]], None]
_senders: list[Sender] = []


def add_sender(sender: Sender) -> None:
    """The bus (or a test) registers itself here."""
    _senders.append(sender)


def remove_sender(sender: Sender) -> None:
    _senders.remove(sender)


def publish(*events: Event) -> None:
    """Tell the events to those who are connected, once the transaction around has committed."""
    if events:
        transaction.on_commit(lambda: publish_now(events))


def publish_now(events: Sequence[Event]) -> None:
    """For facts that are not in the database (typing), and for the writer, which has committed already."""
    for sender in tuple(_senders):
        sender(events)

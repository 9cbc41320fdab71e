"""What someone asks to send, before it is a message."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from core import jsontext
from core.errors import Invalid
from core.limits import ATTACHMENTS_PER_MESSAGE, QUOTE_CHARS
from messenger.models import Message
from messenger.shapes import ForwardJSON, MessageJSON
from messenger.text import Parsed, prepare


@dataclass(frozen=True, kw_only=True)
class Card:
    kind: str
    id: int
    snapshot: dict[str, Any]


@dataclass(kw_only=True)
class Outgoing:
    """`by` and `chat` are ids; `client_id` is what makes a repeated send the same send."""

    by: int
    chat: int
    client_id: uuid.UUID
    text: str = ""
    entities: Sequence[dict[str, Any]] | None = None  # None: the text holds light markup
    reply_to: int | None = None  # seq
    quote: str = ""
    attachments: Sequence[uuid.UUID] = ()
    forward: ForwardJSON | None = None
    # Set only by actions (forwarding, cards), never from what a client sent.
    linked_attachments: Sequence[uuid.UUID] = ()  # of other people, which the forwarder may read
    card: Card | None = None
    is_silent: bool = False
    parsed: Parsed = field(init=False)

    def __post_init__(self) -> None:
        """Raises Invalid: text_too_long, bad_entities, empty_message, too_many_attachments, quote_too_long."""
        self.parsed = prepare(self.text, self.entities)
        if len(set(self.attachments)) != len(self.attachments) or len(self.attachments) > ATTACHMENTS_PER_MESSAGE:
            raise Invalid("too_many_attachments", limit=ATTACHMENTS_PER_MESSAGE)
        if len(self.quote) > QUOTE_CHARS:
            raise Invalid("quote_too_long", limit=QUOTE_CHARS)
        if not (self.parsed.text or self.attachments or self.linked_attachments or self.card):
            raise Invalid("empty_message")

    @property
    def key(self) -> tuple[int, uuid.UUID]:
        return self.by, self.client_id

    @property
    def all_attachments(self) -> Sequence[uuid.UUID]:
        return (*self.attachments, *self.linked_attachments)

    @cached_property
    def request_hash(self) -> str:
        """Tells a repeat of this request from another request under the same client_id."""
        asked = [
            self.chat,
            self.text,
            self.entities,
            self.reply_to,
            self.quote,
            [str(one) for one in self.all_attachments],
            [self.card.kind, self.card.id] if self.card else None,
            self.forward and [self.forward["user"], self.forward["at"]],
        ]
        return hashlib.sha256(jsontext.encode(asked)).hexdigest()


@dataclass(frozen=True, slots=True)
class Sent:
    """The stored message; `is_new` is false when this client_id was stored before."""

    message: Message
    data: MessageJSON
    is_new: bool

"""Search over a person's messages, chats and people.

A message is indexed in the transaction that stores it, under its words and under tags: `c12` its chat, `u7` its
sender, and what it holds (photo, link …). What a person may see is decided at the moment of the search by the same
rows that decide what they may read.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef, QuerySet

from accounts.access import user_for_viewing
from accounts.models import User
from core import utf16
from core.errors import Invalid, NotFound
from core.paging import decode_cursor, encode_cursor
from core.search import Document, Index, Query, Word, parse_query, pipeline, vocabulary
from messenger.access import membership_for_reading
from messenger.models import Attachment, HiddenMessage, Membership, Message, MessageAttachment

index = Index("message")
KINDS = ("photo", "video", "voice", "audio", "file", "link")
PAGE = 20
_ENOUGH = 5  # hits; with fewer, misspelt words are repaired
_LEARN_AT_ONCE = 2_000  # messages
_FROM = re.compile(r"(?:^|\s)from:@?([a-z][a-z0-9_]{2,31})(?=\s|$)", re.IGNORECASE)


# --- writing ----------------------------------------------------------------------------------


def index_messages(
    messages: Iterable[Message], attachments: Mapping[int, Sequence[Attachment]] | None = None
) -> None:  # fmt: skip
    """Index new or edited messages, with one statement, in the transaction that stores them.

    `attachments` by message id saves looking them up.
    """
    messages = [message for message in messages if message.kind != Message.Kind.SERVICE and not message.is_deleted]
    if attachments is None:
        attachments = _attachments_of(messages)
    index.put([_document(message, attachments.get(message.pk, ())) for message in messages])


def forget_messages(ids: Iterable[int]) -> None:
    """Deleted messages leave the index in the transaction that deletes them."""
    index.forget(ids)


def _attachments_of(messages: Sequence[Message]) -> dict[int, list[Attachment]]:
    result: dict[int, list[Attachment]] = {}
    links = MessageAttachment.objects.filter(message__in=[message.pk for message in messages])
    for link in links.select_related("attachment"):
        result.setdefault(link.message_id, []).append(link.attachment)
    return result


def _document(message: Message, attachments: Sequence[Attachment]) -> Document:
    tags = [f"c{message.chat_id}", f"u{message.sender_id}", *(attachment.kind for attachment in attachments)]
    if any(entity["type"] == "link" for entity in message.entities):
        tags.append("link")
    named = [attachment.name for attachment in attachments if attachment.kind in ("file", "audio", "video")]
    title = (message.card_snapshot or {}).get("title", "")
    return Document(message.pk, " ".join([message.text, *named, str(title)]), tags)


def learn_words(limit: int = _LEARN_AT_ONCE) -> int:
    """Learn the words of messages not looked at yet; how many messages that were.

    One that was committed late may be passed over: then its rarest words are found only as they are spelt.
    """
    rows = list(
        Message.objects.filter(pk__gt=vocabulary.position("message"))
        .order_by("pk")
        .values_list("pk", "text", named=True)[:limit]
    )
    if rows:
        vocabulary.learn("message", set().union(*(vocabulary.words_of(row.text) for row in rows)))
        vocabulary.move_position("message", rows[-1].pk)
    return len(rows)


# --- reading ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Hit:
    message: Message
    highlights: list[list[int]]  # [offset, length] in UTF-16 units


@dataclass(frozen=True)
class Hits:
    hits: list[Hit]
    next: str | None


def visible_messages(by: User) -> QuerySet[Message]:
    """All messages this person may read, in all their chats."""
    hidden = HiddenMessage.objects.filter(user=by, message=OuterRef("pk"))
    return Message.objects.filter(
        ~Exists(hidden),
        deleted_at=None,
        chat__deleted_at=None,
        chat__memberships__user=by,
        chat__memberships__state=Membership.State.ACTIVE,
        chat__memberships__joined_seq__lt=F("seq"),
    )


def search_messages(
    by: User,
    query: str,
    *,
    chat: int | None = None,
    sender: str = "",
    kind: str = "",
    after: datetime | None = None,
    before: datetime | None = None,
    cursor: str = "",
    limit: int = PAGE,
) -> Hits:
    """Newest first; when that finds little, then what is found with misspelt words repaired.

    `sender`: an id or a handle. `from:@handle` may also stand in the query. Raises NotFound for an unknown chat,
    Invalid("bad_cursor"), Invalid("empty_query") when there is neither a word nor a filter to go by.
    """
    words, senders = _split(query, sender)
    parsed = parse_query(words)
    groups = [[f"u{pk}" for pk in _sender_ids(by, senders)]] if senders else []
    if chat is not None:
        groups.append([f"c{membership_for_reading(by, chat).chat_id}"])
    if kind:
        groups.append([kind])
    parsed = parsed.tagged(*groups)
    if parsed.is_empty:
        raise Invalid("empty_query")
    if any(not group for group in parsed.tags):
        return Hits([], None)  # from somebody who does not exist
    found = visible_messages(by)
    if after is not None:
        found = found.filter(created_at__gte=after)
    if before is not None:
        found = found.filter(created_at__lt=before)
    return _Paging(found, parsed, limit).page(cursor)


def _split(query: str, sender: str) -> tuple[str, list[str]]:
    senders = [match[1] for match in _FROM.finditer(query)] + ([sender] if sender else [])
    return (_FROM.sub(" ", query) if senders else query), senders


def _sender_ids(by: User, senders: Iterable[str]) -> list[int]:
    ids: list[int] = []
    for sender in senders:
        try:
            ids.append(by.pk if sender.lower() in ("me", "@me") else user_for_viewing(by, sender).pk)
        except NotFound:
            continue
    return ids


@dataclass
class _Paging:
    found: QuerySet[Message]
    query: Query
    limit: int

    def page(self, cursor: str) -> Hits:
        is_repaired, below = (0, 0) if not cursor else _read_cursor(cursor)
        repaired = self._repaired() if is_repaired else None
        query = repaired or self.query
        messages = self._fetch(query, below) if repaired or not is_repaired else []
        hits = [Hit(message, highlights(message.text, query.words)) for message in messages[: self.limit]]
        if len(messages) > self.limit:
            return Hits(hits, encode_cursor(is_repaired, hits[-1].message.pk))
        if not cursor and len(hits) < _ENOUGH and self.query.words and (repaired := self._repaired()):
            more = self._fetch(repaired, 0)
            room = self.limit - len(hits)
            hits += [Hit(message, highlights(message.text, repaired.words)) for message in more[:room]]
            if len(more) > room:
                return Hits(hits, encode_cursor(1, more[room - 1].pk))
        return Hits(hits, None)

    def _repaired(self) -> Query | None:
        learn_words(500)
        return vocabulary.repaired("message", self.query)

    def _fetch(self, query: Query, below: int) -> list[Message]:
        found = self.found.filter(pk__lt=below) if below else self.found
        with index.matching(query) as matching:
            rows = found.filter(pk__in=matching).select_related("chat").order_by("-pk")
            return list(rows[: self.limit + 1])


def _read_cursor(cursor: str) -> tuple[int, int]:
    is_repaired, below = decode_cursor(cursor, 2)
    if is_repaired not in (0, 1) or not isinstance(below, int) or not 0 < below < 2**63:
        raise Invalid("bad_cursor")
    return is_repaired, below


def highlights(text: str, words: Sequence[Word]) -> list[list[int]]:
    """Where the words stand in the text: [offset, length] in UTF-16 units, in order, neighbours joined."""
    if not words:
        return []
    spans: list[tuple[int, int]] = []
    for token in pipeline.tokens(text):
        if not token.is_unspaced:
            forms = pipeline.query_forms(token.text)
            if any(word.matches(form) for word in words for form in forms):
                spans.append((token.start, token.end))
        elif len(token.text) == token.end - token.start:
            spans += _unspaced_spans(token, words)
    offsets, result = utf16.Offsets(text), list[list[int]]()
    last_end = -1
    for start, end in spans:
        if start <= last_end:
            result[-1][1] = max(result[-1][1], offsets.units(end) - result[-1][0])
        else:
            result.append([offsets.units(start), offsets.units(end) - offsets.units(start)])
        last_end = max(last_end, end)
    return result


def _unspaced_spans(token: pipeline.Token, words: Sequence[Word]) -> list[tuple[int, int]]:
    spans = []
    for place in range(len(token.text)):
        pair = token.text[place : place + 2]
        for word in words:
            if pair in word.forms:
                spans.append((token.start + place, token.start + place + len(pair)))
            elif pair[0] in word.prefixes:
                spans.append((token.start + place, token.start + place + 1))
    return spans

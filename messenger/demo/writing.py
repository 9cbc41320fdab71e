"""Writes a script as a chat: in bulk, and with everything the actions would have left behind.

Counters are dense (each message and each change of one takes the next modseq), who wrote has read, members are
counted, mentions are rows, and every message is in the search index.
"""

import random
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile

from accounts.models import User
from messenger import search
from messenger.actions.chats import DEFAULT_RIGHTS
from messenger.actions.standing import named
from messenger.demo.attachments import make_file, make_photo, make_voice, square_webp
from messenger.demo.people import EVERYBODY
from messenger.demo.portraits import emblem
from messenger.demo.previews import make_preview
from messenger.demo.script import Line, Script
from messenger.mentions import resolve_mentions
from messenger.models import Attachment, Chat, Membership, Mention, Message, MessageAttachment, Reaction, Right
from messenger.shapes import ReplyJSON
from messenger.text import parse

_ADMIN_RIGHTS = Right.INVITE | Right.PIN | Right.CHANGE_INFO | Right.DELETE | Right.BAN


def write_chat(script: Script, people: dict[str, User]) -> Chat:
    writer = _Writer(script, people)
    writer.make_chat()
    writer.play()
    writer.store()
    return writer.chat


@dataclass
class _Writer:
    script: Script
    people: dict[str, User]
    messages: list[Message] = field(default_factory=list)
    by_line: list[Message] = field(default_factory=list)
    attachments: dict[int, list[Attachment]] = field(default_factory=dict)  # by seq
    mentions: list[tuple[Message, int]] = field(default_factory=list)
    reactions: list[tuple[Message, User, str, datetime]] = field(default_factory=list)

    # --- the chat and its members ---

    def make_chat(self) -> None:
        header, kind = self.script.header, Chat.Kind(self.script.header["kind"])
        self.aliases = self.script.names("members")
        if self.aliases == ["everybody"]:
            self.aliases = [person.alias for person in EVERYBODY if person.alias != "mod"]
        members = [self.people[alias] for alias in self.aliases]
        self.owner = self.people[header.get("owner", self.aliases[0])]
        self.started_at = self.script.lines[0].at - timedelta(minutes=3)
        self.chat = Chat(
            kind=kind,
            title=header.get("title", ""),
            description=header.get("description", ""),
            handle=header.get("handle"),
            created_by=self.owner,
            created_at=self.started_at,
            default_rights=int(DEFAULT_RIGHTS[kind]),
            member_count=len(members),
        )
        if kind in (Chat.Kind.DIRECT, Chat.Kind.SAVED):
            self.chat.pair_key = ":".join(str(pk) for pk in sorted(user.pk for user in members))
        if "photo" in header:
            content = ContentFile(square_webp(emblem(header["photo"])))
            self.chat.photo.save(f"{secrets.token_urlsafe(18)}.webp", content, save=False)
        self.chat.save()

    def _members(self) -> list[Membership]:
        rng = random.Random(self.chat.pk)  # noqa: S311
        is_private = self.chat.kind in (Chat.Kind.DIRECT, Chat.Kind.SAVED)
        last = self.chat.last_seq
        members = []
        for alias in self.aliases:
            user, own = self.people[alias], [m for m in self.messages if m.sender_id == self.people[alias].pk]
            behind = self.script.unread.get(alias, 0)
            if alias not in self.script.unread and not is_private and alias != "alice":
                behind = int(rng.expovariate(1 / 5))
            read = max([last - behind, *(message.seq for message in own)], default=0)
            members.append(
                Membership(
                    chat=self.chat,
                    user=user,
                    role=self._role(alias),
                    modseq=0 if self.chat.is_broadcast else 1,
                    rights=int(_ADMIN_RIGHTS) if self._role(alias) == Membership.Role.ADMIN else 0,
                    joined_at=self.started_at,
                    changed_at=self.started_at,
                    read_seq=max(0, read),
                    delivered_seq=last,
                    last_sent_at=own[-1].created_at if own else None,
                )
            )
        return members

    def _role(self, alias: str) -> Membership.Role:
        if self.people[alias] == self.owner and self.chat.kind != Chat.Kind.DIRECT:
            return Membership.Role.OWNER
        return Membership.Role.ADMIN if alias in self.script.names("admins") else Membership.Role.MEMBER

    # --- what is said ---

    def play(self) -> None:
        if self.chat.kind in (Chat.Kind.GROUP, Chat.Kind.CHANNEL):
            others = [self.people[alias] for alias in self.aliases if self.people[alias] != self.owner]
            added = [] if self.chat.is_broadcast else [named(user) for user in others]
            self._say(self.owner, self.started_at, "chat.created", title=self.chat.title, users=added)
        else:
            self.chat.modseq = 1  # opening it was a change
        self.handles = {self.people[alias].handle: self.people[alias].pk for alias in self.aliases}
        for line in self.script.lines:
            self._write(line)

    def _next(self, **fields: Any) -> Message:
        self.chat.last_seq += 1
        self.chat.modseq += 1
        message = Message(chat=self.chat, seq=self.chat.last_seq, modseq=self.chat.modseq, **fields)
        self.messages.append(message)
        self.chat.changed_at = message.created_at
        return message

    def _say(self, by: User, at: datetime, type: str, **data: Any) -> None:
        self._next(kind=Message.Kind.SERVICE, sender=by, created_at=at, service={"type": type, **data})

    def _change(self, message: Message) -> None:
        self.chat.modseq += 1
        message.modseq = self.chat.modseq

    def _write(self, line: Line) -> None:
        sender, parsed = self.people[line.author], parse(line.text)
        entities, mentioned = resolve_mentions(parsed, self.handles)
        message = self._next(sender=sender, created_at=line.at, text=parsed.text, entities=entities)
        self.mentions += [(message, user_id) for user_id in mentioned if user_id != sender.pk]
        made = [make_photo(sender, name, line.at) for name in line.photos]
        made += [make_file(sender, line.file, line.at)] if line.file else []
        made += [make_voice(sender, line.voice, line.at)] if line.voice else []
        self.attachments[message.seq] = made
        if line.reply:
            message.reply = self._reply(self.by_line[-line.reply])
            message.reply_seq = message.reply["seq"]
        if line.preview:
            url = next(each["url"] for each in entities if each["type"] == "link")
            message.preview = make_preview(line.preview, url, line.at)
        self.by_line.append(message)
        for emoji, aliases in line.reactions:
            for place, alias in enumerate(aliases, 1):
                self.reactions.append((message, self.people[alias], emoji, line.at + timedelta(seconds=40 * place)))
                self._change(message)
        if line.is_edited:
            message.edited_at = line.at + timedelta(seconds=50)
            self._change(message)
        if line.is_pinned:
            self._pin(message)

    def _pin(self, message: Message) -> None:
        by = self.people[self.script.header["pinned_by"]] if "pinned_by" in self.script.header else self.owner
        message.pinned_at, message.pinned_by = message.created_at + timedelta(seconds=5), by
        self._change(message)
        self._say(by, message.pinned_at, "message.pinned", seq=message.seq)

    def _reply(self, message: Message) -> ReplyJSON:
        made = self.attachments.get(message.seq)
        sender = message.sender
        return {
            "seq": message.seq,
            "sender": sender.pk if sender else None,
            "name": sender.display_name if sender else "",
            "excerpt": message.text[:120],
            "quote": "",
            "kind": made[0].kind if made else message.kind,
        }

    # --- storing ---

    def store(self) -> None:
        self.chat.save()
        Membership.objects.bulk_create(self._members())
        Message.objects.bulk_create(self.messages)
        Attachment.objects.bulk_create(one for made in self.attachments.values() for one in made)
        by_id = {message.pk: self.attachments.get(message.seq, []) for message in self.messages}
        MessageAttachment.objects.bulk_create(
            MessageAttachment(message_id=pk, attachment=one, position=position)
            for pk, made in by_id.items()
            for position, one in enumerate(made)
        )
        Mention.objects.bulk_create(
            Mention(chat=self.chat, message=message, user_id=user_id, seq=message.seq)
            for message, user_id in self.mentions
        )
        Reaction.objects.bulk_create(
            Reaction(message=message, user=user, emoji=emoji, created_at=at)
            for message, user, emoji, at in self.reactions
        )
        search.index_messages(self.messages, by_id)

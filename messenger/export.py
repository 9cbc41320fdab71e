"""The messenger's part of "export my data": the chats I am in, what I may read there, and the files I own."""

from pathlib import PurePosixPath
from typing import Any

from accounts.models import User
from accounts.registry import Archive
from accounts.serializers import user_json
from messenger.models import Attachment, Chat, Membership
from messenger.queries import visible_messages
from messenger.serializers import chat_json, messages_json, my_json

_BATCH = 200  # messages in memory at a time
_FILES_SHARE = 0.4  # of the progress


def export_messenger(user: User, archive: Archive) -> None:
    """chats.json; chats/{id}/messages.jsonl, one message per line in order; files/{id}/{name}."""
    memberships = list(
        Membership.objects.filter(user=user, state=Membership.State.ACTIVE, chat__deleted_at=None)
        .select_related("chat", "user")
        .order_by("chat_id")
    )
    archive.write_json("chats.json", [_chat(membership) for membership in memberships])
    for done, membership in enumerate(memberships):
        _export_messages(membership, archive)
        archive.report((1 - _FILES_SHARE) * (done + 1) / len(memberships))
    _export_files(user, archive)


def _chat(membership: Membership) -> dict[str, Any]:
    row: dict[str, Any] = {"chat": chat_json(membership.chat), "my": my_json(membership)}
    if membership.chat.kind == Chat.Kind.DIRECT:
        peer = Membership.objects.filter(chat=membership.chat).exclude(pk=membership.pk).select_related("user").first()
        row["peer"] = user_json(peer.user) if peer else None
    return row


def _export_messages(membership: Membership, archive: Archive) -> None:
    rows = visible_messages(membership.user, membership.chat_id, membership.joined_seq).filter(deleted_at=None)
    seen = 0
    with archive.open_lines(f"chats/{membership.chat_id}/messages.jsonl") as write:
        while batch := list(rows.filter(seq__gt=seen).order_by("seq")[:_BATCH]):
            for message in messages_json(batch):
                write(message)
            seen = batch[-1].seq


def _export_files(user: User, archive: Archive) -> None:
    """Only what the person uploaded: what others sent stays theirs, and is named in the messages."""
    owned = Attachment.objects.filter(owner=user).order_by("pk")
    total = owned.count()
    for done, attachment in enumerate(owned.iterator(chunk_size=100)):
        name = PurePosixPath(attachment.name).name or "file"
        archive.write_file(f"files/{attachment.pk}/{name}", attachment.file)
        archive.report(1 - _FILES_SHARE + _FILES_SHARE * (done + 1) / total)

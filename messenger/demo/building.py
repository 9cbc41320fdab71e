"""Puts the demo together, once, into one transaction."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from messenger import search
from messenger.demo.attachments import forget_drawings
from messenger.demo.casting import make_people
from messenger.demo.script import Script, read_scripts
from messenger.demo.writing import write_chat
from messenger.models import Chat, Folder, FolderEntry, Membership
from moderation.actions.reports import report_target

_PINNED = ("Riverside Neighbours", "Bob Fischer")
_FOLDERS = {
    "Home": ("Riverside Neighbours", "Bob Fischer", "Мария Соколова", "Lake weekend"),
    "School": ("Class 7b · Science", "Erin Hoffmann"),
}
_DRAFTS = {
    "Dana Lindqvist": "Saturday at eleven? And could you look at the bell of Mia's old one, it only",
    "Мария Соколова": "Что принести? Могу взять муку и",
}


def is_built() -> bool:
    return User.objects.filter(handle="alice").exists()


def build(now: datetime | None = None) -> dict[str, int]:
    """Everything, or nothing; how many people, chats and messages. Dates are counted back from now."""
    now = now or timezone.now()
    with transaction.atomic():
        people = make_people(now)
        scripts = read_scripts(now)
        chats = [write_chat(script, people) for script in scripts]
        _keep(people["alice"], now)
        for script, chat in zip(scripts, chats, strict=True):
            _report(script, chat, people)
    forget_drawings()
    while search.learn_words():
        pass
    return {"people": len(people), "chats": len(chats), "messages": sum(chat.last_seq for chat in chats)}


def _keep(owner: User, now: datetime) -> None:
    """How alice keeps her chats: pinned, muted, archived, in folders, with drafts begun."""
    by_name = {_name(row): row for row in Membership.objects.filter(user=owner).select_related("chat")}
    for rank, name in enumerate(_PINNED, 1):
        by_name[name].pinned_rank = rank
    by_name["Dana's Bicycle Shop"].muted_until = now + timedelta(days=365)
    by_name["Choir 2019"].is_archived = True
    for place, (name, text) in enumerate(_DRAFTS.items()):
        by_name[name].draft_text, by_name[name].draft_at = text, now - timedelta(minutes=130 + 900 * place)
    for row in by_name.values():
        owner.fact_seq += 1
        row.fact_seq = owner.fact_seq
    fields = ["pinned_rank", "muted_until", "is_archived", "draft_text", "draft_at", "fact_seq"]
    Membership.objects.bulk_update(by_name.values(), fields)
    for position, (title, names) in enumerate(_FOLDERS.items()):
        folder = Folder.objects.create(owner=owner, name=title, position=position)
        FolderEntry.objects.bulk_create(FolderEntry(folder=folder, membership=by_name[name]) for name in names)
    owner.save(update_fields=["fact_seq"])


def _name(membership: Membership) -> str:
    chat = membership.chat
    if chat.kind != Chat.Kind.DIRECT:
        return chat.title
    return chat.memberships.exclude(user=membership.user_id).select_related("user").get().user.name


def _report(script: Script, chat: Chat, people: dict[str, User]) -> None:
    """`reported_by: alice spam, "note"`: the chat's last message is on the moderators' desk."""
    if "reported_by" not in script.header:
        return
    who, _comma, note = script.header["reported_by"].partition(", ")
    alias, reason = who.split()
    target = {"chat": chat.pk, "seq": chat.last_seq}
    report_target(by=people[alias], kind="message", target=target, reason=reason, note=note.strip('"'))

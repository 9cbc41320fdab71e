"""A person's folders. Each change tells the person's devices all folders anew, and the chats that moved.

Locks: memberships by id, then the person's row; under it everything of one person is serial.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import limits
from core.errors import Conflict, Invalid, NotFound
from core.events import publish
from messenger.actions.change import raise_fact_seq
from messenger.actions.standing import lock_facts, touch_facts
from messenger.events import FoldersChanged
from messenger.folders import folders_json
from messenger.models import Folder, FolderEntry, Membership


@contextmanager
def _changing_folders(by: User, chat_ids: Iterable[int] = ()) -> Iterator[dict[int, Membership]]:
    """One change of the folders; yields those of the chats that the person is in, by chat id, locked."""
    with transaction.atomic():
        rows = Membership.objects.select_for_update(of=("self",)).select_related("chat").order_by("pk")
        active = rows.filter(user=by, chat__in=set(chat_ids), state=Membership.State.ACTIVE, chat__deleted_at=None)
        memberships = {membership.chat_id: membership for membership in active}
        for membership in memberships.values():
            membership.user = by
        lock_facts(by)
        yield memberships
        publish(
            FoldersChanged(users=(by.pk,), fact_seq=raise_fact_seq(by.pk), data={"folders": folders_json(by)}),
        )


def create_folder(*, by: User, name: str, chat_ids: Sequence[int] = ()) -> Folder:
    with _changing_folders(by, chat_ids) as memberships:
        own = Folder.objects.filter(owner=by)
        if own.count() >= limits.FOLDERS_PER_PERSON:
            raise Conflict("too_many_folders", limit=limits.FOLDERS_PER_PERSON)
        _require_free(by, name)
        last = own.aggregate(last=Max("position"))["last"]
        folder = Folder.objects.create(owner=by, name=name, position=0 if last is None else last + 1)
        _fill(folder, memberships, chat_ids)
    return folder


def edit_folder(*, by: User, folder_id: int, name: str | None = None, chat_ids: Sequence[int] | None = None) -> Folder:
    """Rename, or set exactly which chats are in it; None leaves as it is."""
    folder = _own(by, folder_id)
    old = list(FolderEntry.objects.filter(folder=folder).values_list("membership__chat_id", flat=True))
    touched = [*old, *chat_ids] if chat_ids is not None else []
    with _changing_folders(by, touched) as memberships:
        folder = _own(by, folder_id)
        if name is not None and name != folder.name:
            _require_free(by, name)
            folder.name = name
            folder.save(update_fields=["name"])
        if chat_ids is not None:
            _fill(folder, memberships, chat_ids)
    return folder


def delete_folder(*, by: User, folder_id: int) -> None:
    """The chats in it stay where they are."""
    folder = _own(by, folder_id)
    inside = list(FolderEntry.objects.filter(folder=folder).values_list("membership__chat_id", flat=True))
    with _changing_folders(by, inside) as memberships:
        folder = _own(by, folder_id)
        _fill(folder, memberships, [])
        folder.delete()


def order_folders(*, by: User, folder_ids: Sequence[int]) -> None:
    """Invalid("not_the_folders") unless they are exactly the person's folders, each once."""
    with _changing_folders(by):
        own = {folder.pk: folder for folder in Folder.objects.filter(owner=by)}
        if len(folder_ids) != len(own) or set(folder_ids) != own.keys():
            raise Invalid("not_the_folders", _("These are not your folders."), folders=sorted(own))
        for position, folder_id in enumerate(folder_ids):
            Folder.objects.filter(pk=folder_id).update(position=position)


def _own(by: User, folder_id: int) -> Folder:
    folder = Folder.objects.filter(owner=by, pk=folder_id).first()
    if folder is None:
        raise NotFound("folder_not_found")
    return folder


def _require_free(by: User, name: str) -> None:
    if Folder.objects.filter(owner=by, name=name).exists():
        raise Conflict("folder_exists", _("You have a folder of that name."), field="name")


def _fill(folder: Folder, memberships: dict[int, Membership], chat_ids: Sequence[int]) -> None:
    """Exactly these chats; `memberships` are all that may be concerned. Tells each chat that moved."""
    wanted = list(dict.fromkeys(chat_ids))
    if len(wanted) > limits.CHATS_PER_FOLDER:
        raise Conflict("folder_full", limit=limits.CHATS_PER_FOLDER)
    if unknown := [chat_id for chat_id in wanted if chat_id not in memberships]:
        raise Invalid("unknown_chat", _("You are not in all of these chats."), field="chats", chats=unknown)
    present = {entry.membership_id: entry for entry in FolderEntry.objects.filter(folder=folder)}
    target = [memberships[chat_id].pk for chat_id in wanted]
    FolderEntry.objects.filter(pk__in=[entry.pk for pk, entry in present.items() if pk not in target]).delete()
    FolderEntry.objects.bulk_create(
        [FolderEntry(folder=folder, membership_id=pk) for pk in target if pk not in present]
    )
    moved = set(target) ^ present.keys()
    touch_facts([membership for membership in memberships.values() if membership.pk in moved])

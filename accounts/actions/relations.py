"""Contacts and blocks."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import registry
from accounts.events import BlocksChanged, ContactsChanged
from accounts.models import Block, Contact, User
from accounts.names import one_line
from core.errors import Conflict, Invalid, NotFound
from core.events import publish

MAX_CONTACTS = 5_000
MAX_BLOCKS = 5_000


def add_contact(*, by: User, user: User, alias: str = "") -> tuple[Contact, bool]:
    """Twice is once, with the newer alias. Answers the contact and whether it is new."""
    _refuse_self(by, user)
    if user.deleted_at:
        raise NotFound("user_not_found")
    with transaction.atomic():
        if by.contacts.count() >= MAX_CONTACTS:
            raise Conflict("too_many_contacts", _("You have very many contacts already."), limit=MAX_CONTACTS)
        contact, is_new = Contact.objects.update_or_create(
            owner=by, user=user, defaults={"alias": one_line(alias)[:64]}
        )
        if is_new:
            contact.refresh_from_db(fields=["created_at"])
        publish(ContactsChanged(users=(by.pk,), data={"user": user.pk, "is_contact": True}))
    contact.user = user
    return contact, is_new


def remove_contact(*, by: User, user_id: int) -> None:
    with transaction.atomic():
        if Contact.objects.filter(owner=by, user=user_id).delete()[0]:
            publish(ContactsChanged(users=(by.pk,), data={"user": user_id, "is_contact": False}))


def block_user(*, by: User, user: User) -> Block:
    """The blocked one is told nothing, and can no longer write, call, add or see. Twice is once."""
    _refuse_self(by, user)
    with transaction.atomic():
        if by.blocks.count() >= MAX_BLOCKS:
            raise Conflict("too_many_blocks", limit=MAX_BLOCKS)
        block, is_new = Block.objects.get_or_create(owner=by, user=user)
        if is_new:
            block.refresh_from_db(fields=["created_at"])
            publish(BlocksChanged(users=(by.pk,), data={"user": user.pk, "is_blocked": True}))
            registry.follow_block(by.pk, user.pk)
    block.user = user
    return block


def unblock_user(*, by: User, user_id: int) -> None:
    with transaction.atomic():
        if Block.objects.filter(owner=by, user=user_id).delete()[0]:
            publish(BlocksChanged(users=(by.pk,), data={"user": user_id, "is_blocked": False}))


def _refuse_self(by: User, user: User) -> None:
    if by.pk == user.pk:
        raise Invalid("self", _("That is you."))

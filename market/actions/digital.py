"""The files that buyers of digital goods are given: attachments that the seller has uploaded in the messenger."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from core import limits
from core.errors import Conflict, Invalid, NotFound
from market.access.listings import listing_for_selling
from market.actions.listing_changes import changing, note_change
from market.actions.publishing import keep_publishable
from market.models import Listing, ListingFile
from messenger.files.access import attachment_for_reading
from messenger.models import Attachment


def set_files(*, by: User, listing_id: int, attachments: Sequence[UUID]) -> Listing:
    """All of them, in this order. Raises Invalid("not_digital", "attachment_not_found"), Conflict("too_many_files")."""
    if len(attachments) > limits.FILES_PER_LISTING:
        raise Conflict("too_many_files", limit=limits.FILES_PER_LISTING)
    with changing(by, listing_id) as listing:
        if listing.kind != Listing.Kind.DIGITAL:
            raise Invalid("not_digital", _("Only digital goods have files."))
        wanted = list(dict.fromkeys(attachments))
        kept = set(listing.files.values_list("attachment_id", flat=True))
        for attachment in wanted:
            if attachment not in kept:
                _require_own(by, attachment)
        listing.files.all().delete()
        ListingFile.objects.bulk_create(
            ListingFile(listing=listing, attachment_id=attachment, position=position)
            for position, attachment in enumerate(wanted)
        )
        note_change(listing, "files")
        keep_publishable(by, listing)
    return listing_for_selling(by, listing_id)


def _require_own(by: User, attachment_id: UUID) -> None:
    try:
        attachment: Attachment | None = attachment_for_reading(by, attachment_id)
    except NotFound:
        attachment = None
    if attachment is None or attachment.owner_id != by.pk:
        raise Invalid("attachment_not_found", _("You have uploaded no such file."), attachment=str(attachment_id))

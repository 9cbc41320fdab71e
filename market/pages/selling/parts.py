"""What hangs on a listing beside its photos: variants that go, the files of digital goods, a further delivery."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.acting import PersonalRequest, act
from core import limits
from core.errors import DomainError, TooLarge
from market.access.listings import listing_for_selling, variant_for_selling
from market.actions.delivery import add_delivery_option
from market.actions.digital import set_files
from market.actions.listings import edit_listing
from market.actions.variants import remove_variant
from market.pages.once import once
from market.pages.shop_forms import delivery_fields
from messenger.files.uploads import store_file
from messenger.models import Attachment


def _editor(listing_id: int, part: str) -> str:
    return f"{reverse('market-sell-edit', args=[listing_id])}#{part}"


@login_required
@require_POST
@never_cache
def drop_variant(request: PersonalRequest, listing_id: int, variant_id: int) -> HttpResponse:
    variant_for_selling(request.user, variant_id)
    return act(
        request, lambda: remove_variant(by=request.user, variant_id=variant_id), done=_("Removed."),
        then=_editor(listing_id, "variants"),
    )  # fmt: skip


@login_required
@require_POST
@never_cache
def add_files(request: PersonalRequest, listing_id: int) -> HttpResponse:
    by = request.user
    listing = listing_for_selling(by, listing_id)
    try:
        kept = list(listing.files.order_by("position", "id").values_list("attachment_id", flat=True))
        for file in request.FILES.getlist("files")[: limits.FILES_PER_LISTING]:
            if file.size is not None and file.size > limits.FILE_BYTES:
                raise TooLarge("file_too_large", _("This file is too large."))
            kind = Attachment.Kind.FILE
            kept.append(store_file(by=by, name=file.name or "file", content=file.read(), kind=kind).pk)
        set_files(by=by, listing_id=listing_id, attachments=kept)
    except DomainError as error:
        messages.error(request, str(error.detail))
    return redirect(_editor(listing_id, "digital"))


@login_required
@require_POST
@never_cache
def drop_file(request: PersonalRequest, listing_id: int) -> HttpResponse:
    by, gone = request.user, request.POST.get("file", "")
    listing = listing_for_selling(by, listing_id)
    files = listing.files.order_by("position", "id").values_list("attachment_id", flat=True)
    kept = [one for one in files if str(one) != gone]
    return act(
        request, lambda: set_files(by=by, listing_id=listing_id, attachments=kept), done=_("Removed."),
        then=_editor(listing_id, "digital"),
    )  # fmt: skip


@login_required
@require_POST
@never_cache
def add_delivery(request: PersonalRequest, listing_id: int) -> HttpResponse:
    """A further way for the shop, chosen for this listing at once."""
    by = request.user
    listing = listing_for_selling(by, listing_id)

    def add() -> int:
        option = add_delivery_option(by=by, **delivery_fields(request.POST, listing.currency))
        chosen = [*listing.delivery_options.filter(is_active=True).values_list("pk", flat=True), option.pk]
        edit_listing(by=by, listing_id=listing_id, delivery_options=chosen)
        return option.pk

    return act(
        request, lambda: once(by, request.POST.get("once", ""), add), done=_("Added."),
        then=_editor(listing_id, "delivery"),
    )  # fmt: skip

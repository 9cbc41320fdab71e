"""Settings: who I am, who may see and reach me, and how others find me."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import user_for_viewing
from accounts.acting import PersonalRequest, act, attempt
from accounts.actions import profile, relations
from accounts.forms import ContactForm, PhotoForm, PrivacyForm, ProfileForm
from accounts.links import link_of, qr_svg
from accounts.models import Block, Contact, User
from core.errors import NotFound
from core.webpush import public_key

_SHOWN = 500  # contacts and blocks on one page; the app's own list has no end


@login_required
@require_safe
def index(request: PersonalRequest) -> HttpResponse:
    """On phones the list of sections alone, beside it the profile elsewhere."""
    return _profile(request, ProfileForm.of(request.user), is_index=True)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def show_profile(request: PersonalRequest) -> HttpResponse:
    if request.method != "POST":
        return _profile(request, ProfileForm.of(request.user))
    form = ProfileForm(request.POST)
    if form.is_valid() and attempt(form, lambda: profile.change_profile(by=request.user, **form.cleaned_data)):
        # From here on in the language just chosen.
        translation.activate(form.cleaned_data["language"] or translation.get_language() or "en")
        return act(request, lambda: None, done=_("Your profile is saved."), then="settings-profile")
    return _profile(request, form)


def _profile(request: PersonalRequest, form: ProfileForm, *, is_index: bool = False) -> HttpResponse:
    context = {"section": "profile", "form": form, "is_index": is_index}
    return render(request, "settings/profile.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def change_photo(request: PersonalRequest) -> HttpResponse:
    if "remove" in request.POST:
        return act(
            request, lambda: profile.delete_photo(by=request.user), done=_("Your photo is gone."),
            then="settings-profile",
        )  # fmt: skip
    form = PhotoForm(request.POST, request.FILES)
    if not form.is_valid():
        return redirect("settings-profile")
    file = form.cleaned_data["photo"]
    return act(
        request, lambda: profile.set_photo(by=request.user, file=file), done=_("Your photo is saved."),
        then="settings-profile",
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def privacy(request: PersonalRequest) -> HttpResponse:
    form = PrivacyForm(request.POST if request.method == "POST" else None, initial=PrivacyForm.values_of(request.user))
    if form.is_valid():
        return act(
            request, lambda: _save_privacy(request.user, **form.cleaned_data), done=_("Saved."),
            then="settings-privacy",
        )  # fmt: skip
    blocks = Block.objects.filter(owner=request.user).select_related("user").order_by("-pk")[:_SHOWN]
    context = {"section": "privacy", "form": form, "blocks": blocks, "has_relay": bool(settings.TURN_URLS)}
    return render(request, "settings/privacy.html", context)


def _save_privacy(user: User, *, hides_address: bool, **rules: str) -> None:
    profile.change_privacy(by=user, **rules)
    profile.change_profile(by=user, hides_address=hides_address)


@login_required
@require_POST
def unblock(request: PersonalRequest, user_id: int) -> HttpResponse:
    return act(
        request, lambda: relations.unblock_user(by=request.user, user_id=user_id), done=_("Unblocked."),
        then="settings-privacy",
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def contacts(request: PersonalRequest) -> HttpResponse:
    """My link with its QR code, and my contacts."""
    form = ContactForm(request.POST or None)
    if form.is_valid() and attempt(form, lambda: _add_contact(request, form)):
        return act(request, lambda: None, done=_("Added to your contacts."), then="settings-contacts")
    found = Contact.objects.filter(owner=request.user).select_related("user").order_by("user__name", "pk")[:_SHOWN]
    context = {"section": "contacts", "form": form, "contacts": found, "link": link_of(request, request.user)}
    return render(request, "settings/contacts.html", context)


@login_required
@require_safe
def show_qr(request: PersonalRequest) -> HttpResponse:
    """The QR code of my link, as a picture."""
    return HttpResponse(qr_svg(link_of(request, request.user)), content_type="image/svg+xml")


def _add_contact(request: PersonalRequest, form: ContactForm) -> None:
    try:
        person = user_for_viewing(request.user, f"@{form.cleaned_data['handle'].removeprefix('@')}")
    except NotFound as error:
        raise NotFound(error.code, _("Nobody has this handle."), field="handle") from error
    relations.add_contact(by=request.user, user=person)


@login_required
@require_POST
def remove_contact(request: PersonalRequest, user_id: int) -> HttpResponse:
    return act(
        request, lambda: relations.remove_contact(by=request.user, user_id=user_id),
        done=_("Removed from your contacts."), then="settings-contacts",
    )  # fmt: skip


@login_required
@require_safe
def notifications(request: PersonalRequest) -> HttpResponse:
    """What this device does when something arrives. The switches are the browser's own, so a script turns them."""
    context = {"section": "notifications", "vapid_key": public_key()}
    return render(request, "settings/notifications.html", context)


@login_required
@require_safe
def shortcuts(request: PersonalRequest) -> HttpResponse:
    return render(request, "settings/shortcuts.html", {"section": "shortcuts"})

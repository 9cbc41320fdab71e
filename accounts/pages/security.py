"""Settings: how I sign in, where I am signed in, my data, and the way out."""

import uuid

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.acting import PersonalRequest, act
from accounts.actions import deletion, devices, exports
from accounts.forms import DeletionForm
from accounts.models import Export
from accounts.phones import pretty
from accounts.serializers import device_json
from core import limits
from core.errors import Gone
from core.serving import Stored, serve


@login_required
@require_safe
def account(request: PersonalRequest) -> HttpResponse:
    user = request.user
    phone = get_adapter().get_phone(user)
    kinds = list(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    context = {
        "section": "account",
        "is_email_verified": EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists(),
        "phone": pretty(phone[0]) if phone and phone[1] else "",
        "passkey_count": kinds.count(Authenticator.Type.WEBAUTHN),
        "has_totp": Authenticator.Type.TOTP in kinds,
        "has_recovery_codes": Authenticator.Type.RECOVERY_CODES in kinds,
    }
    return render(request, "settings/account.html", context)


@login_required
@require_safe
def show_devices(request: PersonalRequest) -> HttpResponse:
    current = request.session.session_key
    rows = [(device, device_json(device, current)) for device in devices.devices_of(request.user)]
    rows.sort(key=lambda row: not row[1]["is_current"])
    return render(request, "settings/devices.html", {"section": "devices", "rows": rows})


@login_required
@require_POST
def end_device(request: PersonalRequest, device_id: int) -> HttpResponse:
    return act(
        request, lambda: devices.end_device(by=request.user, device_id=device_id), done=_("That device is signed out."),
        then="settings-devices",
    )  # fmt: skip


@login_required
@require_POST
def end_other_devices(request: PersonalRequest) -> HttpResponse:
    count = devices.end_devices(request.user, except_session=request.session.session_key)
    done = ngettext("%(count)d device is signed out.", "%(count)d devices are signed out.", count) % {"count": count}
    return act(request, lambda: None, done=done, then="settings-devices")


@login_required
@require_safe
def data(request: PersonalRequest) -> HttpResponse:
    context = {"section": "data", "export": _newest_export(request), "form": DeletionForm()}
    return render(request, "settings/data.html", context)


@login_required
@require_safe
def export_state(request: PersonalRequest) -> HttpResponse:
    """The part of the page that is asked for again while the export is being made."""
    return render(request, "settings/_export.html", {"export": _newest_export(request)})


def _newest_export(request: PersonalRequest) -> Export | None:
    return Export.objects.filter(user=request.user).order_by("-created_at").first()


@login_required
@require_POST
def start_export(request: PersonalRequest) -> HttpResponse:
    def start() -> None:
        limits.check("export", request.user.pk)
        exports.start_export(by=request.user)

    return act(
        request, start, done=_("Your copy is being made. It appears here when it is ready."), then="settings-data"
    )


@login_required
@require_safe
@reauthentication_required
def download_export(request: PersonalRequest, export_id: uuid.UUID) -> HttpResponseBase:
    """By its owner only, after a fresh sign-in: the zip holds everything."""
    export = exports.export_for_reading(request.user, str(export_id))
    if not export.is_downloadable:
        raise Gone("export_expired", _("This copy is no longer there. Ask for a new one."))
    name = f"tenfold-{request.user.handle}-{export.created_at:%Y-%m-%d}.zip"
    response = serve(request, Stored(export.file.name or "", "application/zip", name, export.size, is_inline=False))
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_http_methods(["POST"])
def delete(request: PersonalRequest) -> HttpResponse:
    form = DeletionForm(request.POST)
    if form.is_valid() and not get_adapter().reauthenticate(request.user, form.cleaned_data["password"]):
        form.add_error("password", _("That is not your password."))
    if not form.is_valid():
        context = {"section": "data", "export": _newest_export(request), "form": form}
        return render(request, "settings/data.html", context, status=422)
    deletion.delete_account(by=request.user, delete_messages=form.cleaned_data["delete_messages"])
    logout(request)
    messages.success(request, _("Your account is deleted."))
    return redirect("account_login")

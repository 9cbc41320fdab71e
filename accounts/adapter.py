"""How allauth meets our user model: handles, phones, and the devices that end with a password or a sign-out."""

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import attempts, sms
from accounts.actions import devices
from accounts.models import Phone, User
from accounts.names import one_line
from accounts.phones import PhoneField, as_stored
from core import handles, limits
from core.addresses import address_block, client_address
from core.errors import DomainError, RateLimited

# Mails that anybody can have sent to any address.
_ASKED_FOR = frozenset(
    f"account/email/{name}" for name in ("login_code", "password_reset_code", "password_reset_key", "unknown_account")
)


def display_name(user: User) -> str:
    return user.display_name


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_taken": _("This handle is taken."),
        "email_taken": _("An account with this e-mail address exists already. Sign in to it instead."),
        "username_password_mismatch": _("The sign-in name or the password is not right."),
        "email_password_mismatch": _("The sign-in name or the password is not right."),
        "phone_password_mismatch": _("The sign-in name or the password is not right."),
        "too_many_login_attempts": _("Too many tries. Wait a few minutes, or sign in by e-mail code or passkey."),
        "account_inactive": _("This account is suspended or closed."),
    }

    # --- handles ---

    def clean_username(self, username: str, shallow: bool = False) -> str:
        try:
            handle = handles.check(username)
        except DomainError as error:
            raise ValidationError(error.detail, code=error.code) from error
        if not shallow and handles.is_taken(handle):
            raise self.validation_error("username_taken")
        return handle

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        limits.check("sign_up", address_block(self.get_client_ip(request)))
        # One transaction: the handle stays ours from the check to the insert.
        with transaction.atomic():
            handles.claim(form.cleaned_data["username"])
            user.name = one_line(form.cleaned_data.get("name", ""))
            return super().save_user(request, user, form, commit)

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request) or "127.0.0.1"  # a unix socket has none

    # --- guessing ---

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        return f"{_account_key(credentials)}|{self.get_client_ip(request)}"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        super().pre_authenticate(request, **credentials)
        account = _account_key(credentials)
        if account.isdigit() and self._is_known_address(request, int(account)):
            return
        try:
            attempts.wait_before_trying(account)
        except RateLimited as error:
            raise self.validation_error("too_many_login_attempts") from error

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        attempts.count_failure(_account_key(credentials))

    def _is_known_address(self, request: HttpRequest, user_id: int) -> bool:
        return UserSession.objects.filter(user_id=user_id, ip=self.get_client_ip(request)).exists()

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The same limit whether the address is known or not: it must not tell."""
        if template_prefix in _ASKED_FOR:
            limits.check("code", email.lower(), address_block(self.get_client_ip(self.request)))
        super().send_mail(template_prefix, email, context)

    # --- sessions ---

    def post_login(self, request: HttpRequest, user: Any, *, signup: bool, **kwargs: Any) -> Any:
        if signup:  # who has just chosen a password need not type it once more to add a phone or a passkey
            record_authentication(request, user, method="password")
        return super().post_login(request, user, signup=signup, **kwargs)

    def logout(self, request: HttpRequest) -> None:
        user, session_key = request.user, request.session.session_key
        super().logout(request)
        if session_key and user.is_authenticated:
            devices.forget_session(user, session_key)

    def set_password(self, user: Any, password: str) -> None:
        """Every other device is signed out; this one gets a new session key from Django, its old one ends too."""
        with transaction.atomic():
            super().set_password(user, password)
            devices.end_devices(user, except_session=self.request.session.session_key)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not from those who have just signed in: asking twice within minutes makes nobody safer."""
        records = get_authentication_records(self.request, self.request.user)
        is_fresh = bool(records) and time.time() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        return not is_fresh and super().is_reauthentication_required(app=app, **kwargs)

    # --- phone ---

    def phone_form_field(self, **kwargs: Any) -> PhoneField:
        return PhoneField(**kwargs)

    def get_phone(self, user: Any) -> tuple[str, bool] | None:
        return Phone.objects.filter(user=user).values_list("number", "is_verified").first()

    def set_phone(self, user: Any, phone: str, verified: bool) -> None:
        with transaction.atomic():
            # Who only typed a number in must not keep its owner from it.
            Phone.objects.filter(number=phone, is_verified=False).exclude(user=user).delete()
            Phone.objects.update_or_create(user=user, defaults={"number": phone, "is_verified": verified})

    def set_phone_verified(self, user: Any, phone: str) -> None:
        self.set_phone(user, phone, True)

    def get_user_by_phone(self, phone: str) -> User | None:
        found = Phone.objects.select_related("user").filter(number=as_stored(phone), is_verified=True).first()
        return found.user if found else None

    def send_verification_code_sms(self, user: Any, phone: str, code: str, **kwargs: Any) -> None:
        limits.check("code", phone)
        sms.send(phone, gettext("Your Tenfold code: %(code)s. Tell it to nobody.") % {"code": code})

    def send_unknown_account_sms(self, phone: str, **kwargs: Any) -> None:
        limits.check("code", phone)
        sms.send(phone, gettext("Someone asked for a Tenfold code, but no account has this number."))

    def send_account_already_exists_sms(self, phone: str) -> None:
        sms.send(phone, gettext("Someone signed up at Tenfold with this number, which has an account already."))


def _account_key(credentials: dict[str, Any]) -> str:
    """The account's id, by whatever name it is called; the name itself if there is none."""
    if phone := credentials.get("phone"):
        number = as_stored(phone)
        found = Phone.objects.filter(number=number, is_verified=True).values_list("user_id", flat=True).first()
        return str(found) if found else number
    if email := (credentials.get("email") or "").lower():
        found = EmailAddress.objects.filter(email=email).values_list("user_id", flat=True).first()
        found = found or User.objects.filter(email=email).values_list("pk", flat=True).first()
        return str(found) if found else email
    handle = (credentials.get("username") or "").lower()
    found = User.objects.filter(handle=handle).values_list("pk", flat=True).first()
    return str(found) if found else handle

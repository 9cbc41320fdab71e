"""Forms of the pages; sign-in's own are allauth's."""

import zoneinfo
from functools import lru_cache
from typing import Any, Self

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Audience, User
from accounts.serializers import privacy_json


class SignupForm(forms.Form):
    """What sign-up asks beside handle, e-mail and password. The API calls the handle `username`, as allauth does."""

    name = forms.CharField(
        label=_("Your name"), max_length=64, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    field_order = ("name", "username", "email", "password1", "phone")

    def signup(self, request: HttpRequest, user: User) -> None:
        """allauth asks for it; AccountAdapter.save_user stores the name with the rest."""


@lru_cache(maxsize=1)
def _zone_choices() -> list[tuple[str, str]]:
    """Cities by their region; the legacy names without one are left out."""
    named = sorted(name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith("Etc/"))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in named)]


class ProfileForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=64, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    handle = forms.CharField(
        label=_("Handle"), max_length=40, help_text=_("Others find you by it. 3 to 32 of a-z, 0-9 and _."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "username"}),
    )  # fmt: skip
    status = forms.CharField(label=_("Status"), max_length=80, required=False)
    bio = forms.CharField(
        label=_("About you"), max_length=280, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language"), required=False)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), required=False, widget=forms.Select(attrs={"data-time-zone": ""})
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {
            "language": [("", _("As in the browser")), *settings.LANGUAGES],
            "time_zone": [("", _("Not chosen")), *_zone_choices()],
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]

    @classmethod
    def of(cls, user: User) -> Self:
        return cls(initial={name: getattr(user, name) for name in cls.base_fields})


class PhotoForm(forms.Form):
    photo = forms.FileField(max_length=200)


class PrivacyForm(forms.Form):
    last_seen = forms.ChoiceField(label=_("Who sees when I was last here"), choices=Audience.choices)
    photo = forms.ChoiceField(label=_("Who sees my photo"), choices=Audience.choices)
    phone = forms.ChoiceField(label=_("Who sees my phone number"), choices=Audience.choices)
    write = forms.ChoiceField(label=_("Who may write to me"), choices=Audience.choices)
    group = forms.ChoiceField(label=_("Who may add me to groups"), choices=Audience.choices)
    call = forms.ChoiceField(label=_("Who may call me"), choices=Audience.choices)
    hides_address = forms.BooleanField(
        label=_("Hide my address in calls"), required=False,
        widget=forms.CheckboxInput(attrs={"class": "switch", "role": "switch"}),
        help_text=_("Calls then go through a relay, so that nobody learns your network address. It may cost a little "
                    "quality."),
    )  # fmt: skip

    @staticmethod
    def values_of(user: User) -> dict[str, Any]:
        return {**privacy_json(user), "hides_address": user.hides_address}


class ContactForm(forms.Form):
    handle = forms.CharField(
        label=_("Handle"), max_length=40,
        widget=forms.TextInput(
            attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off", "placeholder": "@handle"}
        ),
    )  # fmt: skip


class DeletionForm(forms.Form):
    password = forms.CharField(
        label=_("Your password"), max_length=1000, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip
    delete_messages = forms.BooleanField(label=_("Delete my messages for everybody too"), required=False)

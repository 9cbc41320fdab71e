"""Forms of the pages; sign-in's own are allauth's."""

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class SignupForm(forms.Form):
    """What sign-up asks beside handle, e-mail and password. The API calls the handle `username`, as allauth does."""

    name = forms.CharField(
        label=_("Your name"), max_length=64, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    field_order = ("name", "username", "email", "password1", "phone")

    def signup(self, request: HttpRequest, user: User) -> None:
        """allauth asks for it; AccountAdapter.save_user stores the name with the rest."""

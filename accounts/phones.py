"""Phone numbers: typed as people type them, stored as E.164."""

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


def to_e164(text: str) -> str:
    """Raises ValidationError unless it is a number in international form that can exist."""
    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise ValidationError(_("Enter the number with its country code, such as +49 151 23456789."), code="invalid")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def as_stored(text: str) -> str:
    """A number in whatever form it was typed, for looking it up; what is none stays as it is, and finds nothing."""
    try:
        return to_e164(text)
    except ValidationError:
        return text


def pretty(number: str) -> str:
    """As people write it: "+49 1512 3456789"."""
    try:
        return phonenumbers.format_number(
            phonenumbers.parse(number, None), phonenumbers.PhoneNumberFormat.INTERNATIONAL
        )
    except phonenumbers.NumberParseException:
        return number


class PhoneField(forms.CharField):
    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "placeholder": "+49 151 23456789"})

    def __init__(self, **kwargs) -> None:
        kwargs.setdefault("max_length", 32)
        kwargs.setdefault("label", _("Phone number"))
        super().__init__(**kwargs)

    def clean(self, value: str) -> str:
        value = super().clean(value)
        return to_e164(value) if value else value

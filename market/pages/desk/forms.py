"""The settings of a shop as a form."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from market.countries import countries
from market.models import Shop
from market.money import EXPONENTS


def _area(rows: int = 3, **attributes: Any) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **attributes})


class ShopForm(forms.Form):
    name = forms.CharField(label=_("Name of the shop"), max_length=64)
    about = forms.CharField(label=_("About it"), max_length=2000, required=False, widget=_area())
    kind = forms.ChoiceField(label=_("You sell as"), choices=Shop.Kind.choices)
    country = forms.ChoiceField(label=_("Country"), choices=countries)
    currency = forms.ChoiceField(
        label=_("Currency"), choices=[(code, code) for code in sorted(EXPONENTS)],
        help_text=_("It can be changed only while nothing has a price."),
    )  # fmt: skip
    ship_within_days = forms.IntegerField(label=_("You send within so many days"), min_value=1, max_value=60)
    return_days = forms.IntegerField(
        label=_("Returns are taken for so many days"), min_value=0, max_value=365,
        help_text=_("0: none, but for faults. Businesses in the EU owe 14."),
    )  # fmt: skip
    shipping_policy = forms.CharField(label=_("About shipping"), max_length=2000, required=False, widget=_area())
    return_policy = forms.CharField(label=_("About returns"), max_length=2000, required=False, widget=_area())
    holiday_until = forms.DateField(
        label=_("On holiday until"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Until then nothing can be bought here; everything stays to be seen. Nothing: no holiday."),
    )  # fmt: skip
    holiday_note = forms.CharField(label=_("A word about it"), max_length=200, required=False)
    is_away = forms.BooleanField(label=_("Answer first questions by itself"), required=False)
    away_message = forms.CharField(
        label=_("What it answers"), max_length=500, required=False, widget=_area(2),
        help_text=_("Once a day to each who asks."),
    )  # fmt: skip
    legal_name = forms.CharField(label=_("Legal name"), max_length=120, required=False)
    legal_address = forms.CharField(label=_("Legal address"), max_length=400, required=False, widget=_area(3))
    tax_id = forms.CharField(label=_("Tax number"), max_length=40, required=False)
    vat = forms.DecimalField(
        label=_("VAT in your prices, percent"), min_value=0, max_value=50, decimal_places=2, required=False,
        help_text=_("0: none is shown on invoices."),
    )  # fmt: skip

    SECTIONS = (
        (_("The shop"), "store", ("name", "about", "kind", "country", "currency")),
        (_("Promises"), "truck", ("ship_within_days", "return_days", "shipping_policy", "return_policy")),
        (_("Away"), "sun", ("holiday_until", "holiday_note", "is_away", "away_message")),
        (_("On invoices"), "file-text", ("legal_name", "legal_address", "tax_id", "vat")),
    )

    def sections(self) -> list[tuple[Any, str, list[forms.BoundField]]]:
        return [(title, icon, [self[name] for name in names]) for title, icon, names in self.SECTIONS]

    def clean_holiday_until(self) -> Any:
        until = self.cleaned_data["holiday_until"]
        if until is not None and until < timezone.localdate():
            return None  # it is over
        return until

    def changes(self) -> dict[str, Any]:
        """As edit_shop() takes them."""
        changes = dict(self.cleaned_data)
        changes["vat_bp"] = int((changes.pop("vat") or 0) * 100)
        return changes

    @staticmethod
    def initial_of(shop: Shop) -> dict[str, Any]:
        names = [name for name in ShopForm.base_fields if name != "vat"]
        return {**{name: getattr(shop, name) for name in names}, "vat": f"{shop.vat_bp / 100:g}"}

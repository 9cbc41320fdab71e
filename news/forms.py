from django import forms
from django.utils.translation import gettext_lazy as _


class AddFeedForm(forms.Form):
    address = forms.CharField(label=_("Address of a site or feed"), max_length=2000)
    folder = forms.CharField(label=_("Folder"), max_length=60, required=False)


class FollowForm(forms.Form):
    title = forms.CharField(label=_("Your name for it"), max_length=120, required=False)
    folder = forms.CharField(label=_("Folder"), max_length=60, required=False)

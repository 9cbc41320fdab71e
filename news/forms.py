from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from news.models import Follow, Rule


class AddFeedForm(forms.Form):
    address = forms.CharField(label=_("Address of a site or feed"), max_length=2000)
    folder = forms.CharField(label=_("Folder"), max_length=60, required=False)


class FollowForm(forms.Form):
    title = forms.CharField(label=_("Your name for it"), max_length=120, required=False)
    folder = forms.CharField(label=_("Folder"), max_length=60, required=False)


class RuleForm(forms.Form):
    """A word, everywhere or in one source."""

    action = forms.ChoiceField(label=_("What to do"), choices=Rule.Action.choices)
    word = forms.CharField(label=_("Word or words"), max_length=60)
    source = forms.ChoiceField(label=_("Where"), required=False)

    def __init__(self, *args: Any, follows: Sequence[Follow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(str(one.source_id), one.title or one.source.title) for one in follows]
        self.fields["source"].choices = [("", _("Everywhere")), *named]  # type: ignore[attr-defined]

    def rule(self) -> dict[str, Any]:
        """For add_rule()."""
        source = self.cleaned_data["source"]
        return {
            "kind": Rule.Kind.WORD,
            "action": self.cleaned_data["action"],
            "word": self.cleaned_data["word"],
            "source": int(source) if source else None,
        }

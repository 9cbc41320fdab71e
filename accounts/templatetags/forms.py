"""Form fields in the classes of our own components."""

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def styled(field: BoundField) -> SafeString:
    """The widget with our class, marked as wrong when it is."""
    widget = field.field.widget
    attributes: dict[str, str | bool] = {"class": _css_class(widget)}
    # allauth repeats the label as a placeholder; only examples are worth the room.
    if not set("@+") & set(str(widget.attrs.get("placeholder", ""))):
        attributes["placeholder"] = ""
    if field.name == "code":
        attributes |= {"class": "input input--code", "inputmode": "text", "autocapitalize": "characters"}
        attributes |= {"autocomplete": "one-time-code", "spellcheck": "false"}
    if field.errors:
        attributes["aria-invalid"] = "true"
        attributes["aria-errormessage"] = f"{field.auto_id}_error"
    return field.as_widget(attrs=attributes)


def _css_class(widget: forms.Widget) -> str:
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.Textarea):
        return "textarea"
    return "select" if isinstance(widget, forms.Select) else "input"

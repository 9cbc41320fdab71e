"""Words of calls for the scripts of the chat app; they come with its later templates."""

from django import template
from django.utils.html import json_script
from django.utils.safestring import SafeString

from calls.strings import strings

register = template.Library()


@register.simple_tag
def call_words() -> SafeString:
    return json_script(strings(), "call-words-json")

"""Template tags and filters of the whole project."""

from django import template

register = template.Library()

"""The tree of categories, and the facts that goods of a category have."""

from typing import Any

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def in_language(name: str, names: dict[str, str]) -> str:
    """What moderators wrote for the reader's language, else the English."""
    return names.get((get_language() or "en").partition("-")[0]) or name


class Category(models.Model):
    """`path` is the slugs from the root, "home/furniture/": everything below a category begins like it."""

    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    slug = models.SlugField(max_length=40)
    path = models.CharField(max_length=160, unique=True, editable=False)
    name = models.CharField(max_length=60)  # in English
    names = models.JSONField(default=dict, blank=True)  # language -> name
    icon = models.CharField(max_length=40, default="tag")  # a Lucide name
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("category")
        verbose_name_plural = _("categories")

    def __str__(self) -> str:
        return self.path.strip("/").replace("/", " / ")

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.path = f"{self.parent.path if self.parent else ''}{self.slug}/"
        super().save(*args, **kwargs)

    @property
    def title(self) -> str:
        return in_language(self.name, self.names)


class Attribute(models.Model):
    """A typed fact of the goods in a category and all below it."""

    class Type(models.TextChoices):
        TEXT = "text", _("Text")
        NUMBER = "number", _("Number")
        CHOICE = "choice", _("Choice")
        FLAG = "flag", _("Yes or no")

    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="attributes")
    key = models.SlugField(max_length=30)
    name = models.CharField(max_length=60)
    names = models.JSONField(default=dict, blank=True)
    type = models.CharField(max_length=6, choices=Type.choices)
    unit = models.CharField(max_length=12, blank=True)  # of numbers: cm, GB
    # of choices: [{"value": "l", "name": "L", "names": {"de": …}}]
    choices = models.JSONField(default=list, blank=True)
    is_required = models.BooleanField(default=False)
    is_facet = models.BooleanField(default=False)  # searched and counted by
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["category", "key"], name="attribute_key_once")]
        verbose_name = _("attribute")
        verbose_name_plural = _("attributes")

    def __str__(self) -> str:
        return f"{self.category}: {self.name}"

    @property
    def title(self) -> str:
        return in_language(self.name, self.names)

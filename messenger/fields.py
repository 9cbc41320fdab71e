"""Fields that several request bodies share, and the parameters of every paged list."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from messenger.models import Right
from messenger.names import one_line, paragraph

PAGING = [
    OpenApiParameter("cursor", str, description="`next` of the page before."),
    OpenApiParameter("limit", int, description="1 to 100, else 50."),
]
MAX_ID = 2**63 - 1
RIGHT_NAMES = Right(sum(Right)).names


class LineField(serializers.CharField):
    """A title: one line in normal form, never blank."""

    def to_internal_value(self, data: Any) -> str:
        value = one_line(super().to_internal_value(data))
        if not value:
            self.fail("blank")
        return value


class ParagraphField(serializers.CharField):
    """Some lines of text in normal form; may be blank."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_blank=True, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        return paragraph(super().to_internal_value(data))


class RightsField(serializers.ListField):
    """Names of rights in, a Right out."""

    child = serializers.ChoiceField(choices=RIGHT_NAMES)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=len(RIGHT_NAMES), **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        return Right.parse(super().to_internal_value(data))


def id_field(**kwargs: Any) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=1, max_value=MAX_ID, **kwargs)


def ids_field(max_length: int = 1_000, **kwargs: Any) -> serializers.ListField:
    return serializers.ListField(child=id_field(), max_length=max_length, **kwargs)

"""JSON in and out of the REST API."""

from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer as _JSONRenderer

from core import jsontext
from core.errors import Invalid


class StrictJSONParser(JSONParser):
    """The same decoder as the socket's."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            return jsontext.decode(stream.read())
        except Invalid as error:
            raise ParseError(f"Not valid JSON: {error.extra.get('reason', '')}") from error


class JSONRenderer(_JSONRenderer):
    charset = None

"""REST: search, and what a chat holds of one kind."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import limits
from core.api import ApiView
from core.schema import Shape, example, problems
from core.shapes import page_of
from messenger import search
from messenger.finding import hits_json, search_json
from messenger.shapes import SearchHitJSON, SearchJSON

MediaPageJSON = page_of("MediaPageJSON", SearchHitJSON)
_KINDS = [(kind, kind) for kind in search.KINDS]


class SearchQuery(serializers.Serializer):
    q = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=limits.SEARCH_CHARS, trim_whitespace=False,
        help_text="Words; the last may be unfinished unless a space follows. `from:@handle` filters by sender.",
    )  # fmt: skip
    chat = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1, help_text="Only this chat.")
    sender = serializers.CharField(required=False, default="", max_length=33, help_text="Id or handle; `me` for me.")
    kind = serializers.ChoiceField(_KINDS, required=False, default="", help_text="Only messages that hold one.")
    after = serializers.DateTimeField(required=False, default=None, help_text="Sent at or after.")
    before = serializers.DateTimeField(required=False, default=None, help_text="Sent before.")
    cursor = serializers.CharField(required=False, default="", max_length=200)
    limit = serializers.IntegerField(required=False, default=search.PAGE, min_value=1, max_value=100)


class MediaQuery(serializers.Serializer):
    kind = serializers.ChoiceField(_KINDS)
    cursor = serializers.CharField(required=False, default="", max_length=200)
    limit = serializers.IntegerField(required=False, default=50, min_value=1, max_value=100)


class SearchView(ApiView):
    @extend_schema(
        operation_id="search",
        summary="Search my messages, chats and people",
        description="Newest first. Where that finds little, messages follow in which a misspelt word may have been "
        "meant. Without `q` at least one of `chat`, `sender` and `kind` is needed.",
        parameters=[SearchQuery],
        responses={200: Shape(SearchJSON), **problems("empty_query", "not_found", "bad_cursor")},
        examples=[
            example("Nothing found", {"results": [], "next": None, "chats": [], "people": []}, of_answer=True),
        ],
    )
    def get(self, request: Request) -> Response:
        query = self.query(SearchQuery)
        limits.check("search", self.user.pk)
        text = query.pop("q")
        is_narrowed = any(query.get(name) for name in ("chat", "sender", "kind", "after", "before", "cursor"))
        hits = search.search_messages(self.user, text, **query)
        return Response(search_json(self.user, hits, text, with_names=not is_narrowed))


class MediaView(ApiView):
    @extend_schema(
        operation_id="chats_media",
        summary="Photos, videos, voice notes, files or links of a chat, newest first",
        parameters=[MediaQuery],
        responses={200: Shape(MediaPageJSON), **problems("not_found", "bad_cursor")},
    )
    def get(self, request: Request, chat: int) -> Response:
        query = self.query(MediaQuery)
        hits = search.search_messages(self.user, "", chat=chat, **query)
        return Response({"results": hits_json(self.user, hits.hits), "next": hits.next})

"""REST: reading the chat list. The views that also write extend these (see chats.py)."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import paging
from core.api import ApiView
from core.schema import Shape, problems
from core.shapes import page_of
from messenger import queries
from messenger.access import membership_for_reading
from messenger.shapes import HeadJSON

HeadPageJSON = page_of("HeadPageJSON", HeadJSON)


class HeadsQuery(serializers.Serializer):
    folder = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    archived = serializers.BooleanField(required=False, allow_null=True, default=None)


class HeadsView(ApiView):
    @extend_schema(
        operation_id="chats_list",
        summary="My chats, the most recently changed first",
        parameters=[HeadsQuery, OpenApiParameter("cursor", str), OpenApiParameter("limit", int)],
        responses={200: Shape(HeadPageJSON), **problems("bad_cursor")},
    )
    def get(self, request: Request) -> Response:
        query = self.query(HeadsQuery)
        rows = queries.listed_memberships(self.user)
        if query["archived"] is not None:
            rows = rows.filter(is_archived=query["archived"])
        if "folder" in query:
            rows = rows.filter(folder_entries__folder=query["folder"], folder_entries__folder__owner=self.user)
        page = paging.page(rows, request, key="-chat__changed_at", serialize=lambda row: row)
        return Response({**page, "results": queries.heads_json(self.user, page["results"])})


class HeadView(ApiView):
    @extend_schema(
        operation_id="chats_get",
        summary="One of my chats",
        responses={200: Shape(HeadJSON), **problems("not_found")},
    )
    def get(self, request: Request, chat: int) -> Response:
        return Response(queries.head_json(self.user, membership_for_reading(self.user, chat)))

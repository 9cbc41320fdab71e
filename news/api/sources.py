"""REST: sources, followed and looked at."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.names import one_line
from core.api import ApiView
from core.paging import page
from core.schema import Shape, example, problems
from core.shapes import page_of
from messenger.fields import PAGING
from news.access import source_for_reading
from news.actions.following import follow_source, unfollow_source
from news.actions.reading import mark_source_read
from news.actions.sources import add_feed
from news.models import FetchLog, Follow, Source
from news.queries import follows_of, unread_counts
from news.serializers import fetch_json, source_json, sources_json
from news.shapes import FetchJSON, NewsMarkJSON, NewsSourceJSON

FetchPageJSON = page_of("FetchPageJSON", FetchJSON)


class LineField(serializers.CharField):
    def to_internal_value(self, data: Any) -> str:
        return one_line(super().to_internal_value(data))


class AddBody(serializers.Serializer):
    address = serializers.CharField(max_length=2000, help_text="Of a feed, or of a page that names one.")
    folder = LineField(max_length=60, required=False, allow_blank=True, default="")


class FollowBody(serializers.Serializer):
    """What is left out stays."""

    folder = LineField(max_length=60, required=False, allow_blank=True)
    title = LineField(max_length=120, required=False, allow_blank=True)


class MarkBody(serializers.Serializer):
    up_to_seq = serializers.IntegerField(min_value=0, max_value=2**63 - 1, help_text="The newest that was on screen.")


def told(source: Source, user: User) -> NewsSourceJSON:
    follow = Follow.objects.filter(user=user, source=source).first()
    return source_json(source, follow, unread_counts(user, [source])[source.pk])


class SourcesView(ApiView):
    @extend_schema(
        operation_id="news_sources_list",
        summary="What I follow, with what is unread and how the feeds are doing",
        responses={200: Shape(NewsSourceJSON, many=True), **problems()},
    )
    def get(self, request: Request) -> Response:
        return Response(sources_json(list(follows_of(self.user)), self.user))

    @extend_schema(
        operation_id="news_sources_add",
        summary="Follow the feed at an address",
        description="201: nobody here read it before, and it was fetched just now. 200: it was here. The codes of "
        "refusals say what is at the address instead: `feed_login`, `feed_not_found`, `feed_unreachable`, "
        "`feed_too_slow`, `feed_too_large`, `feed_refused` (a private network) and so on; all in the field `address`.",
        request=AddBody,
        responses={
            (200, "application/json"): Shape(NewsSourceJSON),
            (201, "application/json"): Shape(NewsSourceJSON),
            **problems("bad_address", "not_a_feed", "feed_login", "feed_unreachable", "feed_busy", "too_many_follows"),
        },
        examples=[example("A page is enough", {"address": "herald.example", "folder": "Morning"})],
    )
    def post(self, request: Request) -> Response:
        source, is_new = add_feed(by=self.user, **self.data(AddBody))
        source = source_for_reading(self.user, source.pk)
        return Response(told(source, self.user), status=201 if is_new else 200)


class SourceView(ApiView):
    @extend_schema(
        operation_id="news_sources_get",
        summary="A source",
        description="Feeds are there for those who follow them, as their address may hold somebody's key.",
        responses={200: Shape(NewsSourceJSON), **problems("source_not_found")},
    )
    def get(self, request: Request, source: int) -> Response:
        return Response(told(source_for_reading(self.user, source), self.user))


class FollowView(ApiView):
    @extend_schema(
        operation_id="news_sources_follow",
        summary="Follow a source, or say in which folder and under which name",
        request=FollowBody,
        responses={200: Shape(NewsSourceJSON), **problems("source_not_found", "too_many_follows")},
    )
    def put(self, request: Request, source: int) -> Response:
        found = source_for_reading(self.user, source)
        follow_source(by=self.user, source=found, **self.data(FollowBody))
        return Response(told(source_for_reading(self.user, source), self.user))

    @extend_schema(
        operation_id="news_sources_unfollow",
        summary="Follow it no more",
        description="Twice is once. What was read of it is forgotten.",
        responses={204: None, **problems()},
    )
    def delete(self, request: Request, source: int) -> Response:
        unfollow_source(by=self.user, source_id=source)
        return Response(status=204)


class SourceReadView(ApiView):
    @extend_schema(
        operation_id="news_sources_read",
        summary="Mark its stories as read, up to one",
        description="Never takes anything back. What came in after that seq stays unread.",
        request=MarkBody,
        responses={200: Shape(NewsMarkJSON), **problems("source_not_found")},
        examples=[example("All that was on screen", {"up_to_seq": 120})],
    )
    def put(self, request: Request, source: int) -> Response:
        found = source_for_reading(self.user, source)
        mark_source_read(by=self.user, source=found, **self.data(MarkBody))
        found.refresh_from_db()
        return Response({"unread_count": unread_counts(self.user, [found])[found.pk]})


class FetchesView(ApiView):
    @extend_schema(
        operation_id="news_sources_fetches",
        summary="When it was fetched, and what came of it; the newest first",
        parameters=PAGING,
        responses={200: Shape(FetchPageJSON), **problems("source_not_found", "bad_cursor", "bad_limit")},
    )
    def get(self, request: Request, source: int) -> Response:
        found = source_for_reading(self.user, source)
        return Response(page(FetchLog.objects.filter(source=found), request, key="-at", serialize=fetch_json))


routes = [
    path("sources", SourcesView.as_view()),
    path("sources/<int:source>", SourceView.as_view()),
    path("sources/<int:source>/follow", FollowView.as_view()),
    path("sources/<int:source>/read", SourceReadView.as_view()),
    path("sources/<int:source>/fetches", FetchesView.as_view()),
]

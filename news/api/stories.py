"""REST: stories, in lists and whole."""

from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import ApiView
from core.paging import page
from core.schema import Shape, problems
from core.shapes import page_of
from messenger.fields import PAGING
from news.access import story_for_reading
from news.actions.reading import mark_read, mark_unread
from news.queries import stories_followed, unread_only
from news.serializers import stories_json, story_text_json
from news.shapes import StoryJSON, StoryTextJSON

StoryPageJSON = page_of("StoryPageJSON", StoryJSON)


class FollowingQuery(serializers.Serializer):
    folder = serializers.CharField(max_length=60, required=False, allow_blank=True)
    source = serializers.IntegerField(min_value=1, max_value=2**63 - 1, required=False)  # type: ignore[assignment]
    unread = serializers.BooleanField(required=False, default=False)


class FollowingView(ApiView):
    @extend_schema(
        operation_id="news_following",
        summary="Stories of what I follow, the newest first",
        parameters=[
            *PAGING,
            OpenApiParameter("folder", str, description='Only sources in this folder; "" is those in none.'),
            OpenApiParameter("source", int, description="Only this source."),
            OpenApiParameter("unread", bool, description="Only what I have not read."),
        ],
        responses={200: Shape(StoryPageJSON), **problems("bad_cursor", "bad_limit")},
    )
    def get(self, request: Request) -> Response:
        asked = self.query(FollowingQuery)
        stories = stories_followed(self.user, folder=asked.get("folder"), source_id=asked.get("source"))
        if asked["unread"]:
            stories = unread_only(stories, self.user)
        answer = page(stories, request, key="-published_at", size=30, serialize=lambda story: story)
        return Response({**answer, "results": stories_json(answer["results"], self.user)})


class StoryView(ApiView):
    @extend_schema(
        operation_id="news_story_get",
        summary="A whole story",
        responses={200: Shape(StoryTextJSON), **problems("story_not_found")},
    )
    def get(self, request: Request, story: int) -> Response:
        return Response(story_text_json(story_for_reading(self.user, story), self.user))


class StoryReadView(ApiView):
    @extend_schema(
        operation_id="news_story_read",
        summary="I have read it",
        description="Twice is once.",
        request=None,
        responses={204: None, **problems("story_not_found")},
    )
    def put(self, request: Request, story: int) -> Response:
        mark_read(by=self.user, story=story_for_reading(self.user, story))
        return Response(status=204)

    @extend_schema(
        operation_id="news_story_unread",
        summary="It counts as unread again",
        responses={204: None, **problems("story_not_found")},
    )
    def delete(self, request: Request, story: int) -> Response:
        mark_unread(by=self.user, story=story_for_reading(self.user, story))
        return Response(status=204)


routes = [
    path("following", FollowingView.as_view()),
    path("stories/<int:story>", StoryView.as_view()),
    path("stories/<int:story>/read", StoryReadView.as_view()),
]

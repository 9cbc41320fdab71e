"""REST: what the two sides of an order say of each other."""

from typing import TypedDict

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import ApiView
from core.paging import page
from core.schema import Shape, example, problems
from market.access.listings import shop_for_viewing
from market.access.offers import buyer_for_viewing
from market.actions import reviews
from market.queries.reviews import rating_of_buyer, reviews_of_buyer, reviews_of_shop
from market.serializers.reviews import review_json, reviews_json
from market.shapes.orders import ReviewJSON
from messenger.fields import PAGING


class ReviewListJSON(TypedDict):
    """One page of reviews, newest first, and what all of them come to: 1.0 to 5.0, null without any."""

    rating: float | None
    rating_count: int
    results: list[ReviewJSON]
    next: str | None


class ReviewBody(serializers.Serializer):
    stars = serializers.IntegerField(min_value=1, max_value=5)
    text = serializers.CharField(max_length=reviews.TEXT_CHARS, allow_blank=True, default="")


class ReviewAnswerBody(serializers.Serializer):
    text = serializers.CharField(max_length=reviews.ANSWER_CHARS)


class OrderReviewView(ApiView):
    @extend_schema(
        operation_id="reviews_create",
        summary="Review the other side of a completed order",
        description="Once, within 60 days. It is shown when the other side has written too, or after 14 days.",
        request=ReviewBody,
        responses={
            201: Shape(ReviewJSON),
            **problems("order_not_found", "order_not_completed", "review_too_late", "already_reviewed", "sanctioned"),
        },
        examples=[example("A good one", {"stars": 5, "text": "Quick and friendly."})],
    )
    def post(self, request: Request, order: int) -> Response:
        review = reviews.write_review(by=self.user, order_id=order, **self.data(ReviewBody))
        return Response(review_json(review), status=201)


class ReviewAnswerView(ApiView):
    @extend_schema(
        operation_id="reviews_answer",
        summary="Answer a review of me or my shop, once",
        request=ReviewAnswerBody,
        responses={200: Shape(ReviewJSON), **problems("review_not_found", "already_answered", "sanctioned")},
    )
    def post(self, request: Request, review: int) -> Response:
        answered = reviews.answer_review(by=self.user, review_id=review, text=self.data(ReviewAnswerBody)["text"])
        return Response(review_json(answered))


class ShopReviewsView(ApiView):
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="reviews_list_of_shop",
        summary="What buyers say of a shop",
        parameters=PAGING,
        responses={200: Shape(ReviewListJSON), **problems("shop_not_found", "bad_cursor", "bad_limit")},
    )
    def get(self, request: Request, shop: int) -> Response:
        found = shop_for_viewing(self.user, shop)
        rows = page(reviews_of_shop(found), request, key="-published_at", size=20, serialize=lambda review: review)
        rows["results"] = reviews_json(rows["results"])
        return Response({"rating": found.rating, "rating_count": found.rating_count, **rows})


class BuyerReviewsView(ApiView):
    @extend_schema(
        operation_id="reviews_list_of_buyer",
        summary="What sellers say of a buyer",
        description="For sellers whom this person has bought of or made an offer, and for the person.",
        parameters=PAGING,
        responses={200: Shape(ReviewListJSON), **problems("user_not_found", "bad_cursor", "bad_limit")},
    )
    def get(self, request: Request, user: int) -> Response:
        buyer = buyer_for_viewing(self.user, user)
        rating, count = rating_of_buyer(buyer)
        rows = page(reviews_of_buyer(buyer), request, key="-published_at", size=20, serialize=lambda review: review)
        rows["results"] = reviews_json(rows["results"])
        return Response({"rating": rating, "rating_count": count, **rows})


routes = [
    path("orders/<int:order>/review", OrderReviewView.as_view()),
    path("reviews/<int:review>/answer", ReviewAnswerView.as_view()),
    path("shops/<int:shop>/reviews", ShopReviewsView.as_view()),
    path("users/<int:user>/reviews", BuyerReviewsView.as_view()),
]

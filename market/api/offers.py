"""REST: haggling."""

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import limits
from core.api import ApiView
from core.paging import page
from core.schema import Shape, example, problems
from core.shapes import page_of
from market.access.offers import offer_for_viewing, offers_for_viewing
from market.actions import offers
from market.actions.offer_rules import ACTS
from market.models import Offer
from market.money import MAX_MINOR
from market.serializers.offers import offer_json, offers_json
from market.shapes.orders import OfferJSON
from messenger.fields import PAGING, id_field

OfferPageJSON = page_of("OfferPageJSON", OfferJSON)


def _amount() -> serializers.IntegerField:
    return serializers.IntegerField(
        min_value=1, max_value=MAX_MINOR, required=False, allow_null=True,
        help_text="For one piece, in the smallest unit of the listing's currency.",
    )  # fmt: skip


def _note() -> serializers.CharField:
    return serializers.CharField(max_length=limits.OFFER_NOTE_CHARS, allow_blank=True, default="")


class OfferBody(serializers.Serializer):
    variant = id_field()
    amount_minor = _amount()
    quantity = serializers.IntegerField(min_value=1, max_value=limits.PIECES, default=1)
    note = _note()


class OfferStepBody(serializers.Serializer):
    act = serializers.ChoiceField(choices=ACTS)
    amount_minor = _amount()
    note = _note()
    step_count = serializers.IntegerField(
        min_value=1, max_value=1_000, required=False,
        help_text="How many steps the client shows: 409 when there are others.",
    )  # fmt: skip


class OffersQuery(serializers.Serializer):
    role = serializers.ChoiceField(choices=Offer.Side.choices, required=False, help_text="Else both.")
    state = serializers.ChoiceField(choices=Offer.State.choices, required=False)
    listing = id_field(required=False)


class OffersView(ApiView):
    @extend_schema(
        operation_id="offers_list",
        summary="My offers and those made to me, last changed first",
        parameters=[OffersQuery, *PAGING],
        responses={200: Shape(OfferPageJSON), **problems("bad_cursor", "bad_limit")},
    )
    def get(self, request: Request) -> Response:
        rows = offers_for_viewing(self.user, **self.query(OffersQuery))
        found = page(rows, request, key="-changed_at", serialize=lambda offer: offer)
        return Response({**found, "results": offers_json(found["results"])})

    @extend_schema(
        operation_id="offers_create",
        summary="Make an offer, or ask for a service",
        description="Without `amount_minor` it asks the seller of a service for a price, and needs a `note`. At most "
        "one is open per listing. Each step has 48 hours.",
        request=OfferBody,
        responses={
            201: Shape(OfferJSON),
            **problems(
                "variant_not_found", "own_listing", "not_available", "on_holiday", "no_offers", "price_on_request",
                "amount_needed", "bad_amount", "just_buy", "offer_too_low", "note_needed", "offer_open", "quote_open",
                "out_of_stock", "max_per_buyer", "bad_quantity", "sanctioned",
            ),
        },
        examples=[example("Less than it costs", {"variant": 12, "amount_minor": 8000, "note": "I fetch it today."})],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        body = self.data(OfferBody)
        offer = offers.make_offer(by=self.user, variant_id=body.pop("variant"), **body)
        return Response(offer_json(offer), status=201)


class OfferView(ApiView):
    @extend_schema(
        operation_id="offers_retrieve",
        summary="A negotiation of mine",
        responses={200: Shape(OfferJSON), **problems("offer_not_found")},
    )
    def get(self, request: Request, offer: int) -> Response:
        return Response(offer_json(offer_for_viewing(self.user, offer)))


class OfferStepsView(ApiView):
    @extend_schema(
        operation_id="offers_step",
        summary="Counter, accept, decline or withdraw",
        description="What may be done now is in `moves`. Accepting makes a quote for the buyer (`quote`), which holds "
        "the pieces for 24 hours. Sending the same step again changes nothing.",
        request=OfferStepBody,
        responses={
            200: Shape(OfferJSON),
            **problems(
                "offer_not_found", "offer_changed", "not_your_turn", "too_many_steps", "amount_needed", "bad_amount",
                "same_amount", "just_buy", "not_below_price", "offer_too_low", "not_available", "on_holiday",
                "out_of_stock", "max_per_buyer", "quote_open", "blocked_by_you", "privacy", "sanctioned",
            ),
        },
        examples=[
            example("Counter", {"act": "counter", "amount_minor": 9000, "step_count": 1}),
            example("Accept", {"act": "accept", "step_count": 2}),
        ],
    )  # fmt: skip
    def post(self, request: Request, offer: int) -> Response:
        body = self.data(OfferStepBody)
        moved = offers.move_offer(
            by=self.user, offer_id=offer, act=body["act"], amount_minor=body.get("amount_minor"), note=body["note"],
            seen=body.get("step_count"),
        )  # fmt: skip
        return Response(offer_json(moved))


routes = [
    path("offers", OffersView.as_view()),
    path("offers/<int:offer>", OfferView.as_view()),
    path("offers/<int:offer>/steps", OfferStepsView.as_view()),
]

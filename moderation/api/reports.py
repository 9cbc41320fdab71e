"""Reporting something to the moderators."""

from typing import Literal, TypedDict

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import limits
from core.api import ApiView
from core.schema import Shape, example, problems
from moderation.actions.reports import report_target
from moderation.models import Report

_MAX_ID = 2**63 - 1
_TARGETS = ("chat", "seq", "user", "listing", "review")  # what may be named, each kind by its own


class ReportJSON(TypedDict):
    id: int
    state: Literal["open", "actioned", "dismissed"]


class ReportInput(serializers.Serializer):
    target_kind = serializers.CharField(max_length=16)
    chat = serializers.IntegerField(min_value=1, max_value=_MAX_ID, required=False)
    seq = serializers.IntegerField(min_value=1, max_value=_MAX_ID, required=False)
    user = serializers.IntegerField(min_value=1, max_value=_MAX_ID, required=False)
    listing = serializers.IntegerField(min_value=1, max_value=_MAX_ID, required=False)
    review = serializers.IntegerField(min_value=1, max_value=_MAX_ID, required=False)
    reason = serializers.ChoiceField(choices=Report.Reason.choices)
    note = serializers.CharField(max_length=1000, allow_blank=True, default="")


class ReportsView(ApiView):
    @extend_schema(
        summary="Report a message, a person, a chat, a listing or a review",
        description="`message` needs `chat` and `seq`; `user`, `chat`, `listing` and `review` need what they are "
        "called after. It is kept for the moderators as it is now. 200 when I have reported it before and it is open.",
        request=ReportInput,
        responses={
            201: Shape(ReportJSON),
            200: Shape(ReportJSON),
            **problems(
                "not_found", "user_not_found", "listing_not_found", "review_not_found", "self", "unknown_target_kind"
            ),
        },
        examples=[
            example("A message", {"target_kind": "message", "chat": 12, "seq": 88, "reason": "spam", "note": ""}),
            example("A person", {"target_kind": "user", "user": 31, "reason": "fraud", "note": "Asks for gift cards."}),
        ],
        tags=["moderation"],
    )
    def post(self, request: Request) -> Response:
        limits.check("report", self.user.pk)
        data = self.data(ReportInput)
        target: dict[str, int] = {name: data[name] for name in _TARGETS if name in data}
        report, is_new = report_target(
            by=self.user, kind=data["target_kind"], target=target, reason=data["reason"], note=data["note"]
        )
        return Response({"id": report.pk, "state": report.state}, status=201 if is_new else 200)

"""REST: calls agreed on for later."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from calls.actions.planning import cancel_plan, plan_call
from calls.models import Call
from calls.plans import plan_json, plans_for
from calls.shapes import PlannedCallJSON
from core.api import ApiView
from core.paging import page
from core.schema import Shape, example, problems
from core.shapes import page_of
from messenger.access import membership_for_reading
from messenger.fields import id_field

PlannedCallPageJSON = page_of("PlannedCallPageJSON", PlannedCallJSON)


class PlanBody(serializers.Serializer):
    chat = id_field()
    title = serializers.CharField(required=False, allow_blank=True, default="", help_text="At most 120 characters.")
    kind = serializers.ChoiceField(choices=Call.Kind.choices, default=Call.Kind.AUDIO)
    starts_at = serializers.DateTimeField(help_text="Within a year.")


class PlansQuery(serializers.Serializer):
    chat = id_field(required=False, help_text="Left out: all chats of mine.")
    cursor = serializers.CharField(required=False, max_length=200, help_text="`next` of the page before.")
    limit = serializers.CharField(required=False, max_length=20, help_text="1 to 100, else 50.")


class PlansView(ApiView):
    @extend_schema(
        operation_id="calls_list_plans",
        summary="Calls that are still to come, the next first",
        description="One that has begun stays for an hour.",
        parameters=[PlansQuery],
        responses={200: Shape(PlannedCallPageJSON), **problems("not_found", "bad_cursor", "bad_limit")},
    )
    def get(self, request: Request) -> Response:
        chat = self.query(PlansQuery).get("chat")
        if chat is not None:
            membership_for_reading(self.user, chat)
        return Response(page(plans_for(self.user, chat), request, key="starts_at", serialize=plan_json))

    @extend_schema(
        operation_id="calls_plan",
        summary="Agree on a call",
        description="A card (`call_plan`) in the chat, as a message of mine; ten minutes before it begins the service "
        "posts it again, with `is_reminder` in its snapshot. 200 when the same is planned by me already.",
        request=PlanBody,
        responses={
            201: Shape(PlannedCallJSON),
            200: Shape(PlannedCallJSON),
            **problems(
                "not_found", "no_calls_here", "right_needed", "sanctioned", "blocked", "title_too_long",
                "starts_in_the_past", "too_far_ahead", "too_many_plans",
            ),
        },
        examples=[
            example(
                "A lesson",
                {"chat": 12, "title": "Trigonometry", "kind": "video", "starts_at": "2030-05-04T09:00:00Z"},
            )
        ],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        body = self.data(PlanBody)
        plan, is_new = plan_call(by=self.user, chat_id=body.pop("chat"), **body)
        return Response(plan_json(plan), status=201 if is_new else 200)


class PlanView(ApiView):
    @extend_schema(
        operation_id="calls_cancel_plan",
        summary="Cancel a planned call",
        description="One's own; anybody's with the right to ban in the chat. Its card says so from then on.",
        responses={204: None, **problems("plan_not_found", "right_needed")},
    )
    def delete(self, request: Request, plan: int) -> Response:
        cancel_plan(by=self.user, plan_id=plan)
        return Response(status=204)

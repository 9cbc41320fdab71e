"""REST: the log, calling, picking up, saying no, joining, hanging up."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from calls import access, turn
from calls.actions.answering import answer_call, decline_call, note_ringing
from calls.actions.joining import hang_up, join_call
from calls.actions.settling import settle
from calls.actions.starting import start_call
from calls.api import bodies
from calls.entries import entry_json
from calls.queries import log_of, running_of
from calls.serializers import call_json, log_json
from calls.shapes import CallEntryJSON, CallJSON, CallLogJSON, IceJSON, RunningCallsJSON
from core.api import ApiView
from core.paging import page
from core.schema import Shape, problems
from core.shapes import page_of

CallLogPageJSON = page_of("CallLogPageJSON", CallLogJSON)


class CallsView(ApiView):
    @extend_schema(
        operation_id="calls_log",
        summary="My call log, newest first",
        description="What each call was for me: what the caller hears as `no_answer` the other one missed.",
        parameters=[bodies.LogQuery],
        responses={200: Shape(CallLogPageJSON), **problems("bad_cursor", "bad_limit")},
    )
    def get(self, request: Request) -> Response:
        rows = log_of(self.user, self.query(bodies.LogQuery)["filter"])
        found = page(rows, request, key="-call_id", size=30, serialize=lambda party: party)
        return Response({**found, "results": log_json(found["results"])})

    @extend_schema(
        operation_id="calls_start",
        summary="Call somebody, or open a group's call",
        description="Rings the other side of a direct chat; in a group nobody's telephone rings, the call stands in "
        "the chat. 200 when a call runs there already: it is answered or joined instead, so that two who dial each "
        "other at once are put through, and a repeated request changes nothing.",
        request=bodies.StartBody,
        responses={
            201: Shape(CallEntryJSON),
            200: Shape(CallEntryJSON),
            **problems(
                "not_found", "no_calls_here", "right_needed", "call_refused", "blocked_by_you", "sanctioned",
                "already_in_call", "relay_missing", "call_full", "nobody_to_call", "answered_elsewhere",
                "device_taken", "media_server_away",
            ),
        },
        examples=bodies.STARTING,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        body = self.data(bodies.StartBody)
        entered = start_call(
            by=self.user,
            chat_id=body["chat"],
            kind=body["kind"],
            device=body["device"],
            has_video=body["has_video"],
        )
        entry = entry_json(self.user, entered.call, is_new=entered.is_new)
        return Response(entry, status=201 if entered.is_new else 200)


class RunningView(ApiView):
    @extend_schema(
        operation_id="calls_running",
        summary="All running calls of mine",
        description="Ask first thing after each start and connect, and ring only after the answer: what is not among "
        "them has ended. `missed_count`: missed calls that are still news.",
        responses={200: Shape(RunningCallsJSON), **problems()},
    )
    def get(self, request: Request) -> Response:
        return Response(running_of([self.user])[0])


class CallView(ApiView):
    @extend_schema(
        operation_id="calls_get",
        summary="A call as it is now",
        responses={200: Shape(CallJSON), **problems("call_not_found")},
    )
    def get(self, request: Request, call: int) -> Response:
        return Response(call_json(settle(access.call_for_reading(self.user, call))))


class AnswerView(ApiView):
    @extend_schema(
        operation_id="calls_answer",
        summary="Pick up on this device",
        description="The first answer wins; all other devices hear `call.changed` and stop ringing. The same device "
        "again hears the same.",
        request=bodies.EnterBody,
        responses={
            200: Shape(CallEntryJSON),
            **problems(
                "call_not_found", "call_ended", "answered_elsewhere", "already_in_call", "own_call", "not_ringing",
                "relay_missing", "device_taken",
            ),
        },
        examples=bodies.ENTERING,
    )  # fmt: skip
    def post(self, request: Request, call: int) -> Response:
        answered = answer_call(by=self.user, call_id=call, **self.data(bodies.EnterBody))
        return Response(entry_json(self.user, answered))


class DeclineView(ApiView):
    @extend_schema(
        operation_id="calls_decline",
        summary="Say no, on all devices",
        description="After an answer elsewhere, or the end, it changes nothing and answers the call as it is.",
        request=bodies.DeclineBody,
        responses={200: Shape(CallJSON), **problems("call_not_found", "own_call", "not_ringing", "text_too_long")},
        examples=bodies.DECLINING,
    )
    def post(self, request: Request, call: int) -> Response:
        return Response(call_json(decline_call(by=self.user, call_id=call, **self.data(bodies.DeclineBody))))


class RingingView(ApiView):
    @extend_schema(
        operation_id="calls_ringing",
        summary="This device rings",
        description="The caller hears so. Send it when the ringtone begins.",
        request=None,
        responses={200: Shape(CallJSON), **problems("call_not_found", "own_call")},
    )
    def post(self, request: Request, call: int) -> Response:
        return Response(call_json(note_ringing(by=self.user, call_id=call)))


class JoinView(ApiView):
    @extend_schema(
        operation_id="calls_join",
        summary="Into a group's call, or back into one's own from this device",
        description="Another device of one's own that is in it gives way.",
        request=bodies.EnterBody,
        responses={
            200: Shape(CallEntryJSON),
            **problems(
                "call_not_found", "call_ended", "call_full", "already_in_call", "not_answered", "relay_missing",
                "sanctioned", "device_taken", "media_server_away",
            ),
        },
        examples=bodies.ENTERING,
    )  # fmt: skip
    def post(self, request: Request, call: int) -> Response:
        joined = join_call(by=self.user, call_id=call, **self.data(bodies.EnterBody))
        return Response(entry_json(self.user, joined))


class HangUpView(ApiView):
    @extend_schema(
        operation_id="calls_hang_up",
        summary="Out of the call",
        description="Between two it ends; before an answer it is taken back. Twice is once.",
        request=bodies.DeviceBody,
        responses={200: Shape(CallJSON), **problems("call_not_found", "not_in_call")},
        examples=bodies.LEAVING,
    )
    def post(self, request: Request, call: int) -> Response:
        return Response(call_json(hang_up(by=self.user, call_id=call, **self.data(bodies.DeviceBody))))


class IceView(ApiView):
    @extend_schema(
        operation_id="calls_ice",
        summary="Servers and credentials that find a way to the others",
        description="STUN and TURN for RTCConfiguration. The credentials are this person's and expire: ask again "
        "before `expires_at`, and before each restart of ICE. With `relay_only` use `iceTransportPolicy: relay`.",
        responses={200: Shape(IceJSON), **problems("call_not_found", "call_ended")},
    )
    def get(self, request: Request, call: int) -> Response:
        access.running_call_for(self.user, call)
        return Response(turn.ice_for(self.user))

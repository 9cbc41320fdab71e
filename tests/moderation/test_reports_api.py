"""Reporting messages, people and chats."""

import pytest

from messenger.models import Message
from moderation.models import Report


def test_a_report_keeps_the_message_as_it_was(report, message, bob):
    answer = report(note="again and again")
    assert answer.status_code == 201, answer.content
    Message.objects.filter(pk=message.pk).update(text="nothing to see")
    stored = Report.objects.get(pk=answer.json()["id"])
    assert stored.evidence["message"]["text"] == "buy <b>cheap</b> pills"
    assert (stored.subject, stored.reason, stored.note) == (bob, "spam", "again and again")


def test_twice_is_once_and_by_two_is_two(report, message, alice, api):
    assert report().status_code == 201
    again = report()
    assert again.status_code == 200
    assert Report.objects.count() == 1


def test_an_outsider_learns_nothing(report, charlie):
    answer = report(by=charlie)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert Report.objects.count() == 0


def test_signed_out_is_401(api, db):
    assert (
        api().post("/api/v1/reports", {"target_kind": "user", "user": 1, "reason": "spam"}, format="json").status_code
        == 401
    )


def test_what_is_mine_cannot_be_reported(report, bob):
    assert report(by=bob).json()["code"] == "self"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"target_kind": "weather"}, "unknown_target_kind"),
        ({"target_kind": "user"}, "user_needed"),
        ({"target_kind": "user", "user": 999999}, "user_not_found"),
        ({"target_kind": "message", "seq": 77}, "not_found"),
        ({"target_kind": "chat", "chat": 2**62}, "not_found"),
        ({"reason": "boring"}, "invalid"),
        ({"note": "x" * 1001}, "invalid"),
        ({"seq": 2**63}, "bad_json"),
    ],
)
def test_bad_input_has_a_code(report, body, code):
    assert report(**body).json()["code"] == code
    assert Report.objects.count() == 0


def test_people_and_chats(report, bob, group):
    assert report(target_kind="user", user=bob.pk, reason="harassment").status_code == 201
    assert report(target_kind="chat", reason="fraud").status_code == 201
    about_chat = Report.objects.get(target_kind="chat")
    assert (about_chat.subject, about_chat.label) == (bob, "Friends")


def test_nobody_decides_over_the_api(report, api, mod):
    report(state="dismissed", decided_by=1, subject=1)
    assert Report.objects.get().state == "open"

"""The moderators' desk, from inside and outside."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User
from messenger.models import Message
from moderation.models import AuditEntry, Report, Sanction

PAGES = [
    "", "moderation/report/", "moderation/report/?state=all", "moderation/sanction/", "moderation/auditentry/",
    "accounts/user/", "messenger/chat/", "messenger/message/", "moderation/report/?q=bob", "accounts/user/?q=al",
    "messenger/message/?q=1", "messenger/chat/?q=Fri", "moderation/auditentry/?q=mod",
]  # fmt: skip


@pytest.mark.parametrize("address", PAGES)
def test_a_moderator_opens_every_list_and_others_none(desk, report, address, alice):
    report()
    answer = desk.get(f"/admin/{address}")
    assert answer.status_code == 200, address
    html = answer.content.decode()
    assert not re.search(r"<script(?![^>]*src=)(?![^>]*application/json)[^>]*>", html)
    assert " style=" not in html
    outsider = Client()
    outsider.force_login(alice)
    assert outsider.get(f"/admin/{address}").status_code in (302, 403)
    assert Client().get(f"/admin/{address}").status_code == 302


@pytest.mark.parametrize(
    "address",
    ["accounts/user/add/", "moderation/report/add/", "auth/group/", "account/emailaddress/", "mfa/authenticator/",
     "usersessions/usersession/", "django_tasks_database/dbtaskresult/", "messenger/chat/add/"],
)  # fmt: skip
def test_a_moderator_gets_nothing_else(desk, address):
    assert desk.get(f"/admin/{address}").status_code in (403, 404)


def test_lists_do_not_show_what_people_wrote(desk, report):
    report()
    for address in ("moderation/report/", "messenger/message/"):
        assert "cheap" not in desk.get(f"/admin/{address}").content.decode()


def test_reading_the_evidence_is_on_record(desk, report, mod, message):
    pk = report().json()["id"]
    html = desk.get(f"/admin/moderation/report/{pk}/change/").content.decode()
    assert "buy &lt;b&gt;cheap&lt;/b&gt; pills" in html
    assert AuditEntry.objects.get(act="evidence.opened").by == mod
    html = desk.get(f"/admin/messenger/message/{message.pk}/change/").content.decode()
    assert "buy &lt;b&gt;cheap&lt;/b&gt; pills" in html
    assert AuditEntry.objects.filter(act="evidence.opened").count() == 2


def test_messages_that_nobody_reported_are_not_there(desk, message):
    assert desk.get(f"/admin/messenger/message/{message.pk}/change/").status_code == 302
    assert AuditEntry.objects.count() == 0


def act(client, address, action, pk):
    return client.post(f"/admin/{address}/", {"action": action, "_selected_action": pk}, follow=True)


def test_removing_takes_the_message_from_everybody(desk, report, message, alice, mod, api):
    pk = report().json()["id"]
    act(desk, "moderation/report", "remove", pk)
    act(desk, "moderation/report", "remove", pk)
    message.refresh_from_db()
    assert message.is_deleted
    assert message.text == ""
    stored = Report.objects.get(pk=pk)
    assert (stored.state, stored.decided_by) == ("actioned", mod)
    assert stored.evidence["message"]["text"].startswith("buy")
    assert AuditEntry.objects.filter(act="content.removed", by=mod).exists()


@pytest.mark.parametrize(("action", "kind"), [("mute_7", "mute"), ("suspend_1", "suspend"), ("suspend_30", "suspend")])
def test_sanctions_from_the_queue(desk, report, bob, action, kind):
    pk = report().json()["id"]
    act(desk, "moderation/report", action, pk)
    assert Sanction.objects.get(user=bob).kind == kind
    assert User.objects.get(pk=bob.pk).is_active == (kind == "mute")
    assert Report.objects.get(pk=pk).state == "actioned"


@pytest.mark.parametrize(("action", "kind"), [("mute_7", "mute"), ("suspend_1", "suspend"), ("suspend_30", "suspend")])
def test_sanctions_from_the_list_of_accounts_take_a_reason(desk, mod, bob, action, kind):
    chosen = {"action": action, "_selected_action": bob.pk}
    desk.post("/admin/accounts/user/", {**chosen, "reason": "  "})
    assert not Sanction.objects.exists()
    desk.post("/admin/accounts/user/", {**chosen, "reason": "Sells followers"})
    assert (Sanction.objects.get().kind, User.objects.get(pk=bob.pk).is_active) == (kind, kind == "mute")
    entry = AuditEntry.objects.get(act=f"user.{kind}")
    assert (entry.by, entry.target_id, entry.detail["reason"]) == (mod, bob.pk, "Sells followers")
    assert "Sells followers" in desk.get("/admin/moderation/sanction/").content.decode()
    act(desk, "accounts/user", "lift", bob.pk)
    assert User.objects.get(pk=bob.pk).is_active
    assert AuditEntry.objects.filter(act="sanction.lifted", by=mod).exists()


def test_nobody_sanctions_moderators_or_without_the_right(desk, mod, root, bob, alice):
    for person in (mod, root):
        desk.post("/admin/accounts/user/", {"action": "suspend_1", "_selected_action": person.pk, "reason": "x"})
    helper = User.objects.create_user("helper", "h@example.com", "x", is_staff=True)
    helper.user_permissions.add(Permission.objects.get(codename="view_user"))
    client = Client()
    client.force_login(helper)
    assert "suspend_1" not in client.get("/admin/accounts/user/").content.decode()
    assert 'name="reason"' not in client.get(f"/admin/accounts/user/{bob.pk}/change/").content.decode()
    client.post("/admin/accounts/user/", {"action": "suspend_1", "_selected_action": bob.pk, "reason": "x"})
    assert not Sanction.objects.exists()
    assert 'name="reason"' in desk.get(f"/admin/accounts/user/{bob.pk}/change/").content.decode()


def test_lifting_and_dismissing(desk, report, bob):
    pk = report().json()["id"]
    act(desk, "moderation/report", "suspend_7", pk)
    act(desk, "moderation/sanction", "lift", Sanction.objects.get().pk)
    assert User.objects.get(pk=bob.pk).is_active
    other = report(target_kind="user", user=bob.pk).json()["id"]
    act(desk, "moderation/report", "dismiss", other)
    assert Report.objects.get(pk=other).state == "dismissed"


def test_the_record_cannot_be_changed(desk, root, report, mod):
    act(desk, "moderation/report", "dismiss", report().json()["id"])
    entry = AuditEntry.objects.latest("pk")
    client = Client()
    client.force_login(root)
    for one in (desk, client):
        assert one.post(f"/admin/moderation/auditentry/{entry.pk}/change/", {"act": "nothing"}).status_code == 403
        assert one.post(f"/admin/moderation/auditentry/{entry.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_moderator_cannot_make_moderators(desk, alice, mod):
    desk.post(f"/admin/accounts/user/{alice.pk}/change/", {"is_staff": "on", "is_superuser": "on"})
    desk.post(f"/admin/accounts/user/{mod.pk}/change/", {"is_superuser": "on"})
    assert not User.objects.get(pk=alice.pk).is_staff
    assert not User.objects.get(pk=mod.pk).is_superuser


def test_an_administrator_can(root, alice):
    client = Client()
    client.force_login(root)
    assert client.get(f"/admin/accounts/user/{alice.pk}/change/").status_code == 200
    client.post(f"/admin/accounts/user/{alice.pk}/change/", {"is_staff": "on"})
    alice.refresh_from_db()
    assert (alice.is_staff, alice.handle) == (True, "alice")


def test_the_admin_has_no_door_of_its_own(alice):
    assert Client().get("/admin/login/").status_code == 302
    answer = Client().post("/admin/login/", {"username": "alice", "password": "guess"})
    assert answer.headers["Location"].startswith("/accounts/login/")


def test_staff_without_the_group_reads_no_evidence(report, alice):
    pk = report().json()["id"]
    helper = User.objects.create_user("helper", "h@example.com", "x", is_staff=True)
    client = Client()
    client.force_login(helper)
    assert client.get(f"/admin/moderation/report/{pk}/change/").status_code == 403
    assert Message.objects.get().text

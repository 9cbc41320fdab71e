"""Suspending and muting: who may, what it does at once, and how it ends."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from core.errors import Forbidden
from moderation.access import active_sanction
from moderation.actions import sanctions
from moderation.models import AuditEntry, Sanction
from moderation.tasks import lift_expired_sanctions
from tests.conftest import PASSWORD


def test_suspended_people_are_cut_off_at_once(mod, alice, api, sign_in, told, django_capture_on_commit_callbacks):
    phone, web = sign_in("alice"), api(alice)
    assert web.get("/api/v1/me").status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        sanctions.suspend_user(by=mod, user=alice, reason="spam", days=7)
    assert phone.get("/api/v1/me").status_code == 401
    assert web.get("/api/v1/me").status_code == 401
    assert any(event.hub.get("revoke_users") == [alice.pk] for event in told)
    answer = api().post("/_allauth/app/v1/auth/login", {"username": "alice", "password": PASSWORD}, format="json")
    assert answer.status_code != 200
    entry = AuditEntry.objects.get(act="user.suspend")
    assert (entry.by, entry.target_id, entry.detail["days"]) == (mod, alice.pk, 7)


def test_a_suspension_ends_by_itself(mod, alice, sign_in):
    sanctions.suspend_user(by=mod, user=alice, reason="spam", days=1)
    Sanction.objects.update(until=timezone.now() - timedelta(seconds=1))
    lift_expired_sanctions()
    lift_expired_sanctions()
    assert sign_in("alice").get("/api/v1/me").status_code == 200
    assert AuditEntry.objects.filter(act="sanction.expired", by=None).count() == 1


def test_the_longer_of_two_suspensions_counts(mod, alice):
    short = sanctions.suspend_user(by=mod, user=alice, reason="spam", days=1)
    sanctions.suspend_user(by=mod, user=alice, reason="fraud", days=None)
    sanctions.lift_sanction(by=mod, sanction=short)
    assert not User.objects.get(pk=alice.pk).is_active
    assert active_sanction(alice, "suspend").until is None
    for sanction in Sanction.objects.all():
        sanctions.lift_sanction(by=mod, sanction=sanction)
    assert User.objects.get(pk=alice.pk).is_active
    assert active_sanction(alice, "suspend") is None


def test_lifting_does_not_bring_a_deleted_account_back(mod, alice, api):
    sanction = sanctions.suspend_user(by=mod, user=alice, reason="spam", days=1)
    User.objects.filter(pk=alice.pk).update(deleted_at=timezone.now())
    sanctions.lift_sanction(by=mod, sanction=sanction)
    assert not User.objects.get(pk=alice.pk).is_active


def test_muted_people_stay_signed_in(mod, alice, api):
    sanctions.mute_user(by=mod, user=alice, reason="spam", days=1)
    assert api(alice).get("/api/v1/me").status_code == 200
    assert active_sanction(alice, "mute")
    assert active_sanction(alice, "suspend") is None


def test_only_moderators_and_never_each_other_or_themselves(mod, root, alice, bob):
    helper = User.objects.create_user("helper", "h@example.com", PASSWORD, is_staff=True)
    for by, user in ((alice, bob), (helper, bob), (mod, root), (mod, helper), (mod, mod)):
        with pytest.raises(Forbidden):
            sanctions.suspend_user(by=by, user=user, reason="x", days=1)
    sanctions.suspend_user(by=root, user=mod, reason="x", days=1)
    mod.refresh_from_db()
    with pytest.raises(Forbidden):
        sanctions.suspend_user(by=mod, user=alice, reason="x", days=1)

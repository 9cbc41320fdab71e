"""The demo's calls: a log with every outcome, cards in chats, a plan; and a second run that changes nothing."""

import pytest
from django.core.management import call_command

from accounts.models import User
from calls.models import Call, PlannedCall
from calls.queries import log_of, running_of
from calls.serializers import log_json
from messenger.models import Message

pytestmark = pytest.mark.django_db


def test_the_demo_has_calls_of_every_outcome_once():
    call_command("demo_calls", verbosity=0)
    assert not Call.objects.exists()  # nobody is there to call
    call_command("demo", verbosity=0)
    call_command("demo_calls", verbosity=0)
    alice = User.objects.get(handle="alice")
    lines = log_json(list(log_of(alice, "all")))
    assert {"answered", "missed", "no_answer", "declined"} <= {line["outcome"] for line in lines}
    assert running_of([alice])[0] == {"calls": [], "missed_count": 1}
    assert PlannedCall.objects.count() == 1
    before = (Call.objects.count(), Message.objects.count())
    call_command("demo_calls", verbosity=0)
    assert (Call.objects.count(), Message.objects.count()) == before

"""What the worker does for calls. Each reads the present state, and may run twice."""

from datetime import timedelta

from calls.actions.legs import remove_unwelcome
from calls.actions.planning import remind_due
from calls.actions.settling import settle, sweep
from calls.actions.signalling import forget_old_signals
from calls.models import Call
from core import limits
from core.tasks import periodic, task


@task(retries=3)
def end_unanswered(*, call: int) -> None:
    """Enqueued with the ring, for the moment it has rung long enough."""
    found = Call.objects.running().select_related("chat", "caller").filter(pk=call).first()
    if found is not None:
        settle(found)


@periodic(every=timedelta(seconds=15))
@task()
def sweep_calls() -> None:
    """The net under end_unanswered, and what ends calls whose devices have gone."""
    sweep()
    remove_unwelcome()


@periodic(every=timedelta(minutes=1))
@task()
def forget_signals() -> None:
    forget_old_signals(limits.SIGNAL_SECONDS)


@periodic(every=timedelta(seconds=30))
@task()
def remind_of_plans() -> None:
    remind_due()

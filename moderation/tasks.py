"""Sanctions end by themselves."""

from datetime import timedelta

from core.tasks import periodic, task
from moderation.actions import sanctions


@periodic(every=timedelta(minutes=1))
@task()
def lift_expired_sanctions() -> None:
    sanctions.lift_expired()

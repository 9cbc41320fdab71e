"""What finding does by itself. What a changed listing sets off is in market/finding/tasks.py."""

from datetime import timedelta

from core.tasks import periodic, task
from market.finding import drops, news, tasks

__all__ = ["drops", "news", "tasks"]  # seen by the worker through this module


@periodic(every=timedelta(hours=1))
@task()
def tell_followers() -> None:
    news.tell_followers()

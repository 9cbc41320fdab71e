"""What follows a changed listing, behind the transaction that changed it. Here and not in market/tasks: the index
enqueues it, and what the worker imports there imports the index."""

from core.tasks import task
from market.finding.matching import match_saved_searches
from market.finding.words import learn_words


@task(retries=3)
def listings_changed(ids: list[int]) -> None:
    learn_words(ids)
    match_saved_searches(ids)

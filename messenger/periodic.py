"""The housekeeping of the messenger."""

from datetime import timedelta

from django.utils import timezone

from core.tasks import periodic, task
from messenger.actions import dissolving
from messenger.files import sweeping
from messenger.files.tasks import process_attachment
from messenger.search import learn_words


@periodic(every=timedelta(hours=1))
@task(queue="media")
def sweep_files() -> None:
    sweeping.sweep_uploads()
    sweeping.sweep_orphans()
    for attachment in sweeping.stuck_attachments():
        process_attachment.enqueue(attachment=str(attachment))


@periodic(every=timedelta(minutes=1))
@task()
def learn_search_words() -> None:
    """The vocabulary follows the messages; see core/search/vocabulary.py."""
    while learn_words():
        pass


@periodic(every=timedelta(days=1))
@task()
def purge_deleted_chats() -> None:
    dissolving.purge_dissolved(before=timezone.now() - dissolving.KEPT_FOR)

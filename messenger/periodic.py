"""The housekeeping of the messenger."""

from datetime import timedelta

from core.tasks import periodic, task
from messenger.files import sweeping
from messenger.files.tasks import process_attachment


@periodic(every=timedelta(hours=1))
@task(queue="media")
def sweep_files() -> None:
    sweeping.sweep_uploads()
    sweeping.sweep_orphans()
    for attachment in sweeping.stuck_attachments():
        process_attachment.enqueue(attachment=str(attachment))

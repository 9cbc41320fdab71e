"""Asking for a copy of everything I have here."""

from django.db import IntegrityError, transaction

from accounts import tasks
from accounts.models import Export, User
from core.errors import NotFound
from core.images import remove_photo


def start_export(*, by: User) -> Export:
    """The one that is being made, if there is one; else a new one, which replaces those before."""
    try:
        with transaction.atomic():
            export = Export.objects.create(user=by)
            for old in Export.objects.filter(user=by).exclude(pk=export.pk):
                if old.file:
                    remove_photo(old.file)
                old.delete()
            tasks.make_export.enqueue(export=str(export.pk))
    except IntegrityError:  # the constraint: one at a time
        unfinished = [Export.State.WAITING, Export.State.RUNNING]
        running = Export.objects.filter(user=by, state__in=unfinished).first()
        return running or start_export(by=by)  # or it was finished in between
    export.refresh_from_db()
    return export


def export_for_reading(by: User, export_id: str) -> Export:
    found = Export.objects.filter(user=by, pk=export_id).first()
    if found is None:
        raise NotFound()
    return found

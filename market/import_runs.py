"""The worker's part of an import, row by row.

Each row is a transaction of its own, which also says that it is done: a worker that dies goes on behind it, and no row
counts twice. What is already as the row wants it stays untouched, so a file can be sent again at any time.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation

from core import limits
from core.errors import DomainError
from market import spreadsheets
from market.actions.importing_row import apply_row
from market.import_rows import RowReader, error_json
from market.models import ListingImport
from market.shapes.listings import RowErrorJSON

State = ListingImport.State
ERRORS_KEPT = 1_000
BITE = 100  # rows of one task: others want their turn
_STALLED = timedelta(minutes=30)


@dataclass
class _Run:
    one: ListingImport
    reader: RowReader
    rows: list[spreadsheets.Numbered]


def run_bite(import_id: int) -> bool:
    """The next rows, a bite of them. True when there are more; False when it is over or somebody else's."""
    one = ListingImport.objects.filter(pk=import_id, state=State.RUNNING).select_related("shop__owner").first()
    if one is None:
        return False
    with translation.override(one.shop.owner.language or translation.get_language()):
        columns, rows = spreadsheets.table(one.text, one.delimiter, limit=limits.IMPORT_ROWS)
        run = _Run(one, RowReader(one.shop, columns), rows)
        for index in range(one.done_count, min(one.done_count + BITE, len(rows))):
            if not _do_row(run, index):
                return False
    if one.done_count + BITE < len(rows):
        return True
    running = ListingImport.objects.filter(pk=import_id, state=State.RUNNING, done_count=len(rows))
    running.update(state=State.DONE, text="", finished_at=timezone.now())
    return False


def _do_row(run: _Run, index: int) -> bool:
    """False when it is not ours to do: cancelled, or done by another worker."""
    number, cells = run.rows[index]
    due = ListingImport.objects.filter(pk=run.one.pk, state=State.RUNNING, done_count=index)
    with transaction.atomic():
        if not due.update(done_count=index + 1):
            return False
        row, problems = run.reader.read(cells)
        outcome = "failed_count"
        if not problems:
            try:
                with transaction.atomic():
                    outcome = apply_row(run.one.shop.owner, row, reference=f"import:{run.one.pk}:{index}")
            except DomainError as error:
                problems = [("", error)]
        done = ListingImport.objects.filter(pk=run.one.pk)
        done.update(**{outcome: F(outcome) + 1})
        if problems:
            _keep_errors(run.one.pk, [error_json(number, column, error) for column, error in problems])
    return True


def _keep_errors(import_id: int, new: list[RowErrorJSON]) -> None:
    kept = ListingImport.objects.values_list("errors", flat=True).get(pk=import_id)
    if len(kept) < ERRORS_KEPT:
        ListingImport.objects.filter(pk=import_id).update(errors=[*kept, *new][:ERRORS_KEPT])


def stalled_imports() -> list[int]:
    """Those that should have been over long ago: their task may be lost."""
    running = ListingImport.objects.filter(state=State.RUNNING, started_at__lt=timezone.now() - _STALLED)
    return list(running.values_list("pk", flat=True))

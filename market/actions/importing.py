"""Many listings at once, from a spreadsheet: looked through first; once started, market/import_runs.py makes it so."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core import limits
from core.errors import Conflict, NotFound, TooLarge
from market import spreadsheets
from market.access.listings import own_shop, require_may_sell
from market.actions.shops import shop_of
from market.import_rows import COLUMNS, RowReader, error_json
from market.import_runs import ERRORS_KEPT
from market.models import ListingImport
from market.shapes.listings import RowErrorJSON
from market.tasks.importing import run_import

State = ListingImport.State


def check_import(*, by: User, file: Any) -> ListingImport:
    """Look through a file and keep it; nothing changes yet.

    Raises TooLarge("file_too_large", "too_many_rows"), Invalid("bad_encoding", "bad_csv", "empty_file",
    "column_missing", "duplicate_column").
    """
    require_may_sell(by)
    limits.check("import", by.pk)
    if file.size > limits.IMPORT_BYTES:
        raise TooLarge("file_too_large", _("This file is too large."), limit=limits.IMPORT_BYTES)
    shop = shop_of(by)
    text = spreadsheets.decode(file.read())
    delimiter = spreadsheets.delimiter_of(text, COLUMNS)
    columns, rows = spreadsheets.table(text, delimiter, limit=limits.IMPORT_ROWS)
    reader = RowReader(shop, columns)
    errors: list[RowErrorJSON] = [
        {"row": 1, "column": name, "code": "unknown_column", "message": _("This column is not used.")}
        for name in reader.unknown_columns
    ]
    failed = 0
    for number, cells in rows:
        problems = reader.read(cells)[1]
        failed += bool(problems)
        errors += [error_json(number, column, error) for column, error in problems]
    # Not looked at any more, but for the newest one: each holds a file.
    ListingImport.objects.filter(shop=shop, state=State.CHECKED).delete()
    one = ListingImport.objects.create(
        shop=shop, name=str(file.name or "")[:200], text=text, delimiter=delimiter, row_count=len(rows),
        failed_count=failed, errors=errors[:ERRORS_KEPT],
    )  # fmt: skip
    one.refresh_from_db(fields=["created_at"])
    return one


def start_import(*, by: User, import_id: int) -> ListingImport:
    """Make it so; rows that are wrong are left out. Twice is once. Raises Conflict("import_running", "import_over")."""
    require_may_sell(by)
    one = import_for(by, import_id)
    if one.state == State.RUNNING:
        return one
    if one.state != State.CHECKED:
        raise Conflict("import_over", _("This import is over. Send the file again."))
    checked = ListingImport.objects.filter(pk=one.pk, state=State.CHECKED)
    try:
        with transaction.atomic():
            if checked.update(state=State.RUNNING, started_at=timezone.now(), failed_count=0, errors=[]):
                run_import.enqueue(listing_import=one.pk)
    except IntegrityError:  # the constraint: one of a shop at a time
        raise Conflict("import_running", _("Another import is still running.")) from None
    return import_for(by, import_id)


def cancel_import(*, by: User, import_id: int) -> ListingImport:
    """No further row; what is done stays done. Twice is once."""
    one = import_for(by, import_id)
    open_ones = ListingImport.objects.filter(pk=one.pk, state__in=(State.CHECKED, State.RUNNING))
    open_ones.update(state=State.CANCELLED, text="", finished_at=timezone.now())
    return import_for(by, import_id)


def import_for(by: User, import_id: int) -> ListingImport:
    """One's own. Raises NotFound("import_not_found")."""
    one = ListingImport.objects.filter(pk=import_id, shop=own_shop(by)).select_related("shop__owner").first()
    if one is None:
        raise NotFound("import_not_found")
    return one

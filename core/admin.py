"""The engine room, for operators: tasks that failed, workers that are alive, jobs that are due."""

from typing import Any

import django_tasks_db.admin as stock  # registers the model, before we take its place
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_tasks_db.models import DBTaskResult

from core import taskrows
from core.models import PeriodicJob, Worker

admin.site.unregister(DBTaskResult)


@admin.register(DBTaskResult)
class TaskAdmin(stock.DBTaskResultAdmin):
    list_display: tuple[str, ...] = (  # type: ignore[assignment]
        "task_name",
        "status",
        "queue_name",
        "attempts",
        "enqueued_at",
        "finished_at",
        "exception_class_path",
    )
    list_filter = ("status", "queue_name", "task_path")
    search_fields = ("task_path", "exception_class_path")
    date_hierarchy = "enqueued_at"
    actions = ("run_again",)

    @admin.display(description=_("attempts"))
    def attempts(self, row: DBTaskResult) -> int:
        return len(row.worker_ids)

    def has_rerun_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("django_tasks_database.change_dbtaskresult")

    @admin.action(description=_("Run the failed ones again"), permissions=["rerun"])
    def run_again(self, request: HttpRequest, rows: QuerySet[DBTaskResult]) -> None:
        count = taskrows.run_again(rows)
        self.message_user(request, ngettext("%d task will run again.", "%d tasks will run again.", count) % count)


class _ReadOnly(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Worker)
class WorkerAdmin(_ReadOnly):
    list_display = ("id", "host", "pid", "started_at", "beats")


@admin.register(PeriodicJob)
class PeriodicJobAdmin(_ReadOnly):
    list_display = ("name", "last_run_at", "next_run_at")

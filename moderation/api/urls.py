"""Addresses of the moderation API, under /api/v1/."""

from django.urls import path

from moderation.api import reports

urlpatterns = [path("reports", reports.ReportsView.as_view())]

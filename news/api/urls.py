"""REST of the news, under /api/v1/news/. Each noun lists its own routes; this file puts them together."""

from django.urls import URLPattern

from news.api import sources, stories

urlpatterns: list[URLPattern] = [*sources.routes, *stories.routes]

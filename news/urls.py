"""The pages of the news."""

from django.urls import path

from news.pages import reading, sources

urlpatterns = [
    path("", reading.following, name="news"),
    path("read", reading.mark_all, name="news-mark-all"),
    path("story/<int:story>", reading.story, name="news-story"),
    path("story/<int:story>/read", reading.read, name="news-read"),
    path("story/<int:story>/unread", reading.unread, name="news-unread"),
    path("sources/", sources.sources, name="news-sources"),
    path("sources/<int:source>", sources.source, name="news-source"),
    path("sources/<int:source>/change", sources.change, name="news-change"),
    path("sources/<int:source>/leave", sources.leave, name="news-leave"),
]

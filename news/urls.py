"""The pages of the news."""

from django.urls import path

from news.pages import front, keeping, reading, sources

urlpatterns = [
    path("", front.front, name="news"),
    path("following/", reading.following, name="news-following"),
    path("topics/", front.topics, name="news-topics"),
    path("topics/<slug:topic>/", front.topic, name="news-topic"),
    path("topics/<slug:topic>/follow", front.turn_topic, name="news-turn-topic"),
    path("saved/", front.saved, name="news-saved"),
    path("history/", front.history, name="news-history"),
    path("history/forget", front.forget_history, name="news-forget"),
    path("search/", front.search, name="news-search"),
    path("event/<int:event>", front.event, name="news-event"),
    path("rules/", keeping.rules, name="news-rules"),
    path("rules/<int:rule>/drop", keeping.drop_rule, name="news-drop-rule"),
    path("mute", keeping.mute, name="news-mute"),
    path("read", reading.mark_all, name="news-mark-all"),
    path("story/<int:story>", reading.story, name="news-story"),
    path("story/<int:story>/read", reading.read, name="news-read"),
    path("story/<int:story>/unread", reading.unread, name="news-unread"),
    path("story/<int:story>/save", keeping.save, name="news-save"),
    path("sources/", sources.sources, name="news-sources"),
    path("sources/<int:source>", sources.source, name="news-source"),
    path("sources/<int:source>/change", sources.change, name="news-change"),
    path("sources/<int:source>/leave", sources.leave, name="news-leave"),
]

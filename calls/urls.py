"""The pages of calls: the log, and planned calls for one's calendar."""

from django.urls import path

from calls import pages

urlpatterns = [
    path("", pages.log, name="calls"),
    path("seen", pages.seen, name="calls-seen"),
    path("clear", pages.clear, name="calls-clear"),
    path("<int:call>/remove", pages.remove, name="calls-remove"),
    path("plans/<int:plan>.ics", pages.calendar, name="calls-calendar"),
]

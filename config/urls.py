"""Every address of the service. The order is the order of a person's day: app, account, API, admin."""

from django.contrib import admin
from django.urls import include, path

from market.admin.books import books_page
from market.feeds import robots
from messenger.pages import inside as door

handler404 = "core.fallbacks.not_found"
handler500 = "core.fallbacks.server_error"
urlpatterns = [
    path("", include("core.urls")),
    path("", include("accounts.urls")),
    path("", include("messenger.urls")),
    path("calls/", include("calls.urls")),
    path("call/<str:token>", door, name="call-door"),  # opens inside the chat app
    path("market/", include("market.urls")),
    path("news/", include("news.urls")),
    path("robots.txt", robots),
    path("media/", include("market.api.media")),
    path("media/", include("news.api.media")),
    path("accounts/", include("allauth.urls")),
    path("_allauth/", include("allauth.headless.urls")),
    path(
        "api/v1/",
        include(
            [
                path("", include("core.api_urls")),
                path("", include("accounts.api.urls")),
                path("", include("moderation.api.urls")),
                path("", include("messenger.api.urls")),
                path("", include("calls.api.urls")),
                path("market/", include("market.api.urls")),
                path("news/", include("news.api.urls")),
            ]
        ),
    ),
    path("admin/market/books/", admin.site.admin_view(books_page), name="market-books"),
    path("admin/", admin.site.urls),
]

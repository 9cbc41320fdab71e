"""Every address of the service. The order is the order of a person's day: app, account, API, admin."""

from django.contrib import admin
from django.urls import include, path

handler404 = "core.fallbacks.not_found"
handler500 = "core.fallbacks.server_error"
urlpatterns = [
    path("", include("core.urls")),
    path("", include("accounts.urls")),
    path("", include("messenger.urls")),
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
            ]
        ),
    ),
    path("admin/", admin.site.urls),
]

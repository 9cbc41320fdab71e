from django.urls import path

from core import pwa

urlpatterns = [
    path("sw.js", pwa.service_worker),
    path("manifest.webmanifest", pwa.manifest),
    path("share", pwa.share),
]

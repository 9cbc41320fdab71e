"""Pages of the settings, and what goes before allauth's own addresses."""

from allauth.headless.constants import Client
from django.urls import include, path

from accounts.pages import profile, security
from accounts.sign_in_api import RequestLoginCodeView

urlpatterns = [
    path(
        "settings/",
        include(
            [
                path("", profile.index, name="settings"),
                path("profile/", profile.show_profile, name="settings-profile"),
                path("profile/photo", profile.change_photo, name="settings-photo"),
                path("account/", security.account, name="settings-account"),
                path("privacy/", profile.privacy, name="settings-privacy"),
                path("privacy/blocks/<int:user_id>/remove", profile.unblock, name="settings-unblock"),
                path("notifications/", profile.notifications, name="settings-notifications"),
                path("devices/", security.show_devices, name="settings-devices"),
                path("devices/<int:device_id>/end", security.end_device, name="settings-end-device"),
                path("devices/end-others", security.end_other_devices, name="settings-end-others"),
                path("contacts/", profile.contacts, name="settings-contacts"),
                path("contacts/qr.svg", profile.show_qr, name="settings-qr"),
                path("contacts/<int:user_id>/remove", profile.remove_contact, name="settings-remove-contact"),
                path("data/", security.data, name="settings-data"),
                path("data/export", security.start_export, name="settings-start-export"),
                path("data/export/state", security.export_state, name="settings-export-state"),
                path("data/exports/<uuid:export_id>", security.download_export, name="settings-export"),
                path("data/delete", security.delete, name="settings-delete"),
                path("shortcuts/", profile.shortcuts, name="settings-shortcuts"),
            ]
        ),
    ),
    path("_allauth/app/v1/auth/code/request", RequestLoginCodeView.as_api_view(client=Client.APP)),
    path("_allauth/browser/v1/auth/code/request", RequestLoginCodeView.as_api_view(client=Client.BROWSER)),
]

"""Addresses of the accounts API, under /api/v1/."""

from django.urls import path, register_converter
from django.urls.converters import IntConverter

from accounts.api import devices, me, people


class IdConverter(IntConverter):
    """An id that fits the database: longer ones are simply not there."""

    regex = "[0-9]{1,18}"


register_converter(IdConverter, "id")

urlpatterns = [
    path("me", me.MeView.as_view()),
    path("me/photo", me.PhotoView.as_view()),
    path("me/privacy", me.PrivacyView.as_view()),
    path("me/link", me.LinkView.as_view()),
    path("me/export", me.ExportsView.as_view()),
    path("me/export/<uuid:export_id>", me.ExportView.as_view()),
    path("me/devices", devices.DevicesView.as_view()),
    path("me/devices/<id:device_id>", devices.DeviceView.as_view()),
    path("users", people.PeopleView.as_view()),
    path("users/<id:user_id>", people.PersonView.as_view()),
    path("users/by-handle/<str:handle>", people.PersonByHandleView.as_view()),
    path("contacts", people.ContactsView.as_view()),
    path("contacts/<id:user_id>", people.ContactView.as_view()),
    path("blocks", people.BlocksView.as_view()),
    path("blocks/<id:user_id>", people.BlockView.as_view()),
    path("push-subscriptions", devices.PushSubscriptionsView.as_view()),
]

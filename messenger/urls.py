"""The pages of the chat app: one page, many addresses."""

from django.urls import path, re_path

from messenger import pages
from messenger.api import media

urlpatterns = [
    path("", pages.home, name="home"),
    path("shell", pages.shell, name="shell"),
    path("templates/<slug:language>.<slug:digest>.html", pages.later_templates, name="later-templates"),
    path("c/<int:chat>", pages.app, name="chat"),
    path("c/<int:chat>/<int:seq>", pages.app, name="message"),
    re_path(r"^@(?P<handle>[A-Za-z][A-Za-z0-9_]{2,31})$", pages.by_handle, name="by-handle"),
    path("join/<str:token>", pages.join, name="join"),
    path("join/<str:token>/qr.svg", pages.join_qr, name="join-qr"),
    path("media/a/<uuid:attachment>/<slug:size>/<path:name>", media.AttachmentFile.as_view()),
    path("media/avatars/<str:name>", media.AvatarFile.as_view()),
    path("media/chat-photos/<str:name>", media.ChatPhotoFile.as_view()),
    path("media/previews/<str:name>", media.PreviewFile.as_view()),
]

from django.urls import path

from messenger.api import heads, messages, uploads

urlpatterns = [
    path("chats", heads.HeadsView.as_view()),
    path("chats/<int:chat>", heads.HeadView.as_view()),
    path("sync", messages.SyncView.as_view()),
    path("chats/<int:chat>/messages", messages.MessagesView.as_view()),
    path("chats/<int:chat>/messages/<int:seq>", messages.MessageView.as_view()),
    path("chats/<int:chat>/read", messages.ReadView.as_view()),
    path("chats/<int:chat>/changes", messages.ChangesView.as_view()),
    path("chats/<int:chat>/mentions", messages.MentionsView.as_view()),
    path("uploads", uploads.Uploads.as_view()),
    path("uploads/<uuid:upload>", uploads.UploadView.as_view()),
    path("uploads/<uuid:upload>/finish", uploads.FinishUpload.as_view()),
]

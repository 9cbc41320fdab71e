"""Addresses of calls, under /api/v1/calls."""

from django.urls import path

from calls.api import calls, legs, links, log, media, plans, signalling

urlpatterns = [
    path("calls", calls.CallsView.as_view()),
    path("calls/seen", log.SeenView.as_view()),
    path("calls/log", log.LogView.as_view()),
    path("calls/running", calls.RunningView.as_view()),
    path("calls/<int:call>", calls.CallView.as_view()),
    path("calls/<int:call>/log", log.LogLineView.as_view()),
    path("calls/<int:call>/answer", calls.AnswerView.as_view()),
    path("calls/<int:call>/decline", calls.DeclineView.as_view()),
    path("calls/<int:call>/ringing", calls.RingingView.as_view()),
    path("calls/<int:call>/join", calls.JoinView.as_view()),
    path("calls/<int:call>/hang-up", calls.HangUpView.as_view()),
    path("calls/<int:call>/ping", legs.PingView.as_view()),
    path("calls/<int:call>/mute", legs.MuteView.as_view()),
    path("calls/<int:call>/legs/<str:device>", legs.LegView.as_view()),
    path("calls/<int:call>/ice", calls.IceView.as_view()),
    path("calls/<int:call>/signals", signalling.SignalsView.as_view()),
    path("calls/<int:call>/media", media.MediaView.as_view()),
    # group calls: links, the lobby, plans
    path("calls/links", links.LinksView.as_view()),
    path("calls/links/<str:token>", links.LinkView.as_view()),
    path("calls/links/<str:token>/knock", links.KnockView.as_view()),
    path("calls/<int:call>/lobby", links.LobbyView.as_view()),
    path("calls/<int:call>/lobby/<int:user>", links.GuestView.as_view()),
    path("calls/plans", plans.PlansView.as_view()),
    path("calls/plans/<int:plan>", plans.PlanView.as_view()),
]

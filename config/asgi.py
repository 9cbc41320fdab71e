"""The ASGI application: HTTP to Django behind the guard, WebSockets to the one consumer."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.core.asgi import get_asgi_application

django_application = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import path  # noqa: E402

from core.guard import Guard  # noqa: E402
from core.socket import Socket  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": Guard(django_application),
        "websocket": URLRouter([path("ws/v1", Socket.as_asgi())]),
    }
)

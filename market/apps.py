from importlib import import_module

from django.apps import AppConfig


class MarketConfig(AppConfig):
    name = "market"

    def ready(self) -> None:
        import_module("market.registrations")

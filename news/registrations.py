"""What this app tells the kernel and the apps below about itself; loaded once the models are."""

from accounts import registry
from news import cards
from news.actions.departing import depart
from news.export import export_news

registry.register_exporter("news", export_news)
registry.register_departure("news", depart)
cards.register()

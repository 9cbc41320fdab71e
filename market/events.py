"""What happens in the market, told to the people it concerns. Hints: what is true the REST answers."""

from core.events import Event


class OrderChanged(Event):
    """An order of yours moved, as buyer or seller. data: {"order", "kind", "live"}: what its card shows now."""

    name = "order.changed"


class OfferChanged(Event):
    """An offer of yours moved, as buyer or seller. data: {"offer", "kind", "live"}: what its card shows now."""

    name = "offer.changed"


class CartChanged(Event):
    """Your cart changed on another device. data: {"count"}."""

    name = "cart.changed"

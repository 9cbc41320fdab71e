"""A teller: what happens to an order is said in its thread, once per event; and what was bought online comes there."""

from collections.abc import Iterator
from typing import Any

from core.errors import DomainError, Forbidden
from core.events import publish
from market.actions.sharing import derived_id
from market.cards import amount, order_live, order_title
from market.events import OrderChanged
from market.models import Listing, Order, OrderLine, OutboxEvent
from messenger.actions.cards import Card, post_card, touch_cards
from messenger.actions.change import changing
from messenger.actions.members import enter
from messenger.actions.threads import open_thread
from messenger.models import Membership, Right

_NOUNS = ("order", "refund", "return", "dispute")
_UNSAID = ("refund.claimed",)  # the provider has not answered yet
# An order that was never paid for is the buyer's affair: no thread is opened for it.
_UNPAID = ("created", "expired", "cancelled")
_KEPT = ("act", "from", "state", "role", "number", "reason", "carrier", "tracking_number", "outcome", "refund")
_PIECE = 3_500  # characters of a message
_FILES = 10  # of a message


def tell_thread(event: OutboxEvent) -> None:
    if event.order_id is None or event.kind in _UNSAID:
        return
    if event.kind.split(".")[0] not in _NOUNS:
        touch_cards("order", event.order_id)  # a review changes what is left to do, and no word is said about it
        return
    order = Order.objects.select_related("buyer", "seller", "shop").prefetch_related("lines").get(pk=event.order_id)
    if order.chat_id is None and order.paid_at is None and order.state in _UNPAID:
        _tell_people(event, order)
        return
    chat_id = _thread_of(order)
    post_card(
        chat_id=chat_id,
        card=Card(kind="order", id=order.pk, snapshot=_snapshot(event, order)),
        client_id=event.pk,
        text=str(event.data.get("words") or "")[:_PIECE],
        seen_by=[event.data["by"]] if event.data.get("by") else (),
    )
    is_mixed = order.fulfilment != Order.Fulfilment.ONLINE
    if event.kind == "order.delivered_online" or (event.kind == "order.paid" and is_mixed):
        _deliver(order, chat_id)  # files that were bought together with goods need not wait for the parcel
    quote = getattr(order, "quote", None)
    if event.kind == "order.paid" and quote is not None and quote.offer_id is not None:
        touch_cards("offer", quote.offer_id)  # it need not be paid for any more
    _tell_people(event, order)


def _thread_of(order: Order) -> int:
    chat = open_thread(key=order.reference, title=order_title(order), people=[order.buyer, order.seller])
    if order.chat_id != chat.pk:
        Order.objects.filter(pk=order.pk).update(chat=chat)
        order.chat = chat
    return chat.pk


def _snapshot(event: OutboxEvent, order: Order) -> dict[str, Any]:
    """Seen by all who are ever in the thread: nothing that only one side may know."""
    said = {name: event.data[name] for name in _KEPT if name in event.data}
    minor = event.data.get("amount")
    return {
        "state": order.state,
        **said,
        "what": event.kind,
        "title": order_title(order),
        "order": order.number,
        "amount": amount(minor, order.currency) if isinstance(minor, int) else None,
    }


def _tell_people(event: OutboxEvent, order: Order) -> None:
    live = order_live([order.pk])[order.pk]
    users = (order.buyer_id, order.seller_id)
    publish(OrderChanged(users=users, data={"order": order.pk, "kind": event.kind, "live": live}))


# --- what is delivered online -------------------------------------------------------------------


def _deliver(order: Order, chat_id: int) -> None:
    lines = order.lines.select_related("listing__course_chat").order_by("pk")
    for line in lines:
        if line.kind == Listing.Kind.DIGITAL:
            _hand_over(order, line, chat_id)
        elif line.kind == Listing.Kind.COURSE:
            _let_into_class(order, line, chat_id)


def _hand_over(order: Order, line: OrderLine, chat_id: int) -> None:
    """The text and the files, in as many messages as they need. They cannot be forwarded out of the thread."""
    files = list(line.listing.files.order_by("position", "pk").values_list("attachment_id", flat=True))
    texts = list(_pieces(line.listing.digital_text)) or [""]
    batches = [files[start : start + _FILES] for start in range(0, len(files), _FILES)] or [[]]
    count = max(len(texts), len(batches))
    for number in range(count):
        post_card(
            chat_id=chat_id,
            card=Card(kind="delivery", id=line.pk, snapshot={"title": line.title, "part": number + 1, "of": count}),
            client_id=derived_id("delivery", order.pk, line.pk, number),
            text=texts[number] if number < len(texts) else "",
            attachments=batches[number] if number < len(batches) else [],
        )


def _pieces(text: str) -> Iterator[str]:
    """At ends of lines where there are any."""
    while text:
        cut = len(text) if len(text) <= _PIECE else text.rfind("\n", 1, _PIECE) + 1 or _PIECE
        yield text[:cut]
        text = text[cut:]


def _let_into_class(order: Order, line: OrderLine, chat_id: int) -> None:
    """The buyer becomes a member of the class's chat, if the seller may still let people in there. Said in the thread
    either way, so that both know."""
    try:
        chat = _enter_class(order, line)
    except DomainError:
        chat = None
    snapshot = {"title": line.title, "class": chat, "problem": "" if chat else "class_closed"}
    post_card(
        chat_id=chat_id,
        card=Card(kind="delivery", id=line.pk, snapshot=snapshot),
        client_id=derived_id("class", order.pk, line.pk, bool(chat)),
    )


def _enter_class(order: Order, line: OrderLine) -> int:
    course = line.listing.course_chat_id
    seller = Membership.objects.select_related("chat").filter(chat=course, user=order.seller).first()
    if course is None or seller is None or not seller.may(Right.INVITE):
        raise Forbidden("right_needed", right="invite")
    with changing(course) as change:
        enter(change, order.buyer, via="purchase")
    return course

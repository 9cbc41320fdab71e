"""What stands in the market of the scene: the owner sells, a member buys."""

import uuid
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import User
from core import limits
from market import taxonomy
from market.actions.addresses import create_address
from market.actions.cart import add_to_cart
from market.actions.coupons import create_coupon
from market.actions.disputes import open_dispute
from market.actions.favourites import mark_favourite
from market.actions.offers import make_offer
from market.actions.paying import start
from market.actions.quotes import make_quote
from market.actions.reviews import write_review
from market.actions.saved_searches import save_search
from market.invoices import issue_invoice
from market.models import (
    Attribute,
    Category,
    CommissionRule,
    ListingImport,
    QuickReply,
    Return,
    WebhookDelivery,
    WebhookEndpoint,
)
from market.photo_files import name_of
from tests.market.deals import make_order
from tests.market.scenes import make_listing, make_photo, the_variant
from tests.market.trade import bought, order


def buying(owner: User, member: User) -> dict[str, Any]:
    """An offer that waits for the owner, a quote, a cart, an address, a coupon; one order reviewed, one not yet."""
    bicycle, lamp = (make_listing(owner, title=title, stock=9) for title in ("Bicycle", "Lamp"))
    variant, held = the_variant(bicycle), the_variant(lamp)
    address = create_address(by=member, name="A Member", line1="Oak Street 1", city="Berlin", country="DE")
    done, reviewed = (make_order(bicycle, member, completed_at=timezone.now()) for _one in range(2))
    review = write_review(by=member, order_id=reviewed.pk, stars=4)
    waiting = make_order(bicycle, member, completed_at=timezone.now())  # its review is shown when both have written
    write_review(by=owner, order_id=reviewed.pk, stars=5)
    return {
        "reviewed": reviewed.pk, "variant": variant.pk, "shop": bicycle.shop_id, "address": address.pk,
        "done_order": done.pk, "review": review.pk,
        "secret_review": write_review(by=member, order_id=waiting.pk, stars=1).pk,
        "coupon": create_coupon(by=owner, code="OAK", kind="percent", value=500).pk,
        "offer": make_offer(by=member, variant_id=variant.pk, amount_minor=7_000).pk,
        "quote": make_quote(by=member, variant_id=held.pk)[0].pk,
        "cart_line": add_to_cart(by=member, variant_id=held.pk).pk,
    }  # fmt: skip


def selling(owner: User, member: User) -> dict[str, Any]:
    """A listing with a photo, a way to deliver, a quick reply, and a spreadsheet that was looked through."""
    taxonomy.plant(Category, Attribute, CommissionRule)
    listing = make_listing(owner, title="Green bicycle")
    shop = listing.shop
    sheet = ListingImport.objects.create(
        shop=shop, name="a.csv", text="external_id,title\nA1,Oak\n", delimiter=",", row_count=1
    )
    draft = make_listing(owner, title="Secret draft", state="draft")
    removed, deleted = (make_listing(owner, title=f"Secret {state}", state=state) for state in ("removed", "deleted"))
    for gone in (draft, removed, deleted):
        make_photo(gone, key=f"secret{gone.state:0>12}")
    shop.photo.save("shop.webp", ContentFile(b"picture"))
    photo = make_photo(listing, key="openphoto12345678")
    for key in ("openphoto12345678", "secret0000000draft", "secret00000removed", "secret00000deleted"):
        default_storage.save(name_of(key, "small"), ContentFile(b"picture"))
    return {
        "draft": draft.pk, "removed": removed.pk, "deleted": deleted.pk, "draft_variant": the_variant(draft).pk,
        "photo_key": photo.key, "shop_photo": shop.photo.name.split("/")[-1],
        "listing": listing.pk, "photo": photo.pk, "category": "leisure/bicycles",
        "option": shop.delivery_options.all()[0].pk, "listing_import": sheet.pk,
        "reply": QuickReply.objects.create(shop=shop, title="Yes", text="It is there.").pk,
    }  # fmt: skip


def leaving(owner: User, member: User) -> dict[str, Any]:
    """A webhook of the owner's shop with a delivery that was given up, and an invoice of an order of the two."""
    order = make_order(make_listing(owner, title="Blue bicycle"), member)
    order.paid_at = timezone.now()
    endpoint = WebhookEndpoint.objects.create(shop=order.shop, url="https://shop.example/hook", secret="whsec_x")
    delivery = WebhookDelivery.objects.create(
        endpoint=endpoint, event_id=uuid.uuid4(), kind="ping", body="{}", state="failed"
    )
    invoice = issue_invoice(order)
    assert invoice is not None
    return {"webhook": endpoint.pk, "delivery": delivery.pk, "invoice": invoice.pk}


def trading(owner: User, member: User) -> dict[str, Any]:
    """Orders of the member at the owner's: not paid, accepted, in dispute; a return; a favourite and a search."""
    limits.reset()
    lamp = make_listing(owner, title="Lamp of brass", stock=9)
    shipped, accepted = bought(member, lamp, state="shipped"), bought(member, lamp, state="accepted")
    open_dispute(by=member, order_id=shipped.pk, reason="damaged", text="It is bent.")
    unpaid = order(member, lamp)
    payment = start(by=member, payment_id=unpaid.payments.get().pk)
    back = Return.objects.create(order=accepted, reason="Too bright")
    mark_favourite(by=member, listing_id=lamp.pk)
    return {
        "order": accepted.pk, "disputed": shipped.pk, "group": unpaid.pk, "unpaid": unpaid.orders.get().pk,
        "payment": payment.pk, "charge": payment.reference, "return": back.pk, "brass": lamp.pk,
        "saved_search": save_search(by=member, query={"q": "brass"})[0].pk,
    }  # fmt: skip

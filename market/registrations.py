"""What this app tells the kernel and the apps below about itself; loaded once the models are."""

from accounts import registry
from market import cards, outbox, tasks
from market.access.evidence import is_evidence_for
from market.actions.departing import depart
from market.export import export_market
from market.finding.drops import tell_price_drop
from market.reporting import ReportableListing, ReportableReview
from market.telling.cards import tell_listing_cards, tell_offer
from market.telling.invoices import tell_invoices
from market.telling.owners import tell_owner
from market.telling.sold import tell_sold
from market.telling.thread import tell_thread
from market.telling.webhooks import tell_webhooks
from messenger.files.access import allow_elsewhere
from moderation import targets

assert tasks  # what enqueues the telling of what is in the outbox
outbox.register(tell_webhooks)
outbox.register(tell_invoices)
outbox.register(tell_owner)
for teller in (tell_price_drop, tell_sold, tell_thread, tell_offer, tell_listing_cards):
    outbox.register(teller)
cards.register()
targets.register(ReportableListing())
targets.register(ReportableReview())
registry.register_exporter("market", export_market)
registry.register_departure("market", depart)
allow_elsewhere(is_evidence_for)

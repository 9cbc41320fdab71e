"""What this app tells the kernel and the apps below about itself; loaded once the models are."""

from accounts import registry as people
from calls import cards
from calls.actions.departing import depart, follow_block, follow_parting
from calls.export import export_calls
from messenger import registry as chats

cards.register()
people.register_exporter("calls", export_calls)
people.register_departure("calls", depart)
people.register_severance("calls", follow_block)
chats.register_parting(follow_parting)

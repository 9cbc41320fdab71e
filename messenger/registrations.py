"""What this app tells the kernel and the apps below about itself; loaded once the models are."""

from accounts import registry
from core import handles
from messenger.actions.departing import depart
from messenger.export import export_messenger
from messenger.handles import is_taken_by_chat
from messenger.reporting import ReportableChat, ReportableMessage
from moderation import targets

handles.register(is_taken_by_chat)
registry.register_exporter("messenger", export_messenger)
registry.register_departure("messenger", depart)
targets.register(ReportableMessage())
targets.register(ReportableChat())

"""What this app tells the kernel and the apps below about itself; loaded once the models are."""

from accounts import registry
from moderation import targets
from moderation.export import export_reports
from moderation.people import ReportablePerson

targets.register(ReportablePerson())
registry.register_exporter("moderation", export_reports)

"""What this app tells the kernel about itself; loaded once the models are."""

from accounts import registry
from accounts.export import export_account
from accounts.handles import is_taken_by_user
from core import handles

handles.register(is_taken_by_user)
registry.register_exporter("account", export_account)

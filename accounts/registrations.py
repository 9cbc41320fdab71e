"""What this app tells the kernel about itself; loaded once the models are."""

from accounts.handles import is_taken_by_user
from core import handles

handles.register(is_taken_by_user)

"""What this app tells the kernel about itself; loaded once the models are."""

from core import handles
from messenger.handles import is_taken_by_chat

handles.register(is_taken_by_chat)

from accounts.models.export import Export
from accounts.models.relation import Block, Contact
from accounts.models.user import Audience, Phone, PushSubscription, User

__all__ = ["Audience", "Block", "Contact", "Export", "Phone", "PushSubscription", "User"]

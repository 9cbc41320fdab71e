from calls.models.call import Call, CallLeg, CallParty
from calls.models.link import CallLink, LobbyGuest
from calls.models.plan import PlannedCall
from calls.models.signal import CallSignal

__all__ = ["Call", "CallLeg", "CallLink", "CallParty", "CallSignal", "LobbyGuest", "PlannedCall"]

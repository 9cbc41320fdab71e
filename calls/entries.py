"""What a device gets that takes part in a call."""

from accounts.models import User
from calls import backends, turn
from calls.models import Call
from calls.serializers import call_json
from calls.shapes import CallEntryJSON


def entry_json(by: User, call: Call, *, is_new: bool = False) -> CallEntryJSON:
    return {"call": call_json(call), "ice": turn.ice_for(by), "media": backends.media_for(call, by), "is_new": is_new}

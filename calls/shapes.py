"""The nouns of calls as JSON. One declaration each, used by REST, the socket, the OpenAPI and contract.js."""

from typing import Any, Literal, NotRequired, TypedDict

from accounts.serializers import SenderJSON


class CallLegJSON(TypedDict):
    """A device that is in a call. `device` addresses signals to it."""

    user: SenderJSON
    device: str
    joined_at: str
    is_muted: bool
    has_video: bool
    is_sharing: bool
    hand_raised_at: str | None


class CallJSON(TypedDict):
    """A call as all see it whom it concerns.

    Ring only while `state` is "ringing", `rings_until` is ahead, and not as its caller.
    """

    id: int
    chat: int
    chat_title: str  # "" between two people
    kind: Literal["audio", "video"]
    state: Literal["ringing", "active", "ended"]
    backend: Literal["direct", "mesh", "janus"]
    room: str  # the media server's; "" without one
    caller: SenderJSON | None
    callee: SenderJSON | None  # between two people
    created_at: str
    rings_until: str
    rang_at: str | None  # a device of the other side rings
    answered_at: str | None
    ended_at: str | None
    reason: Literal["", "hung_up", "declined", "cancelled", "missed", "busy", "lost"]
    duration_seconds: int
    legs: list[CallLegJSON]


class IceServerJSON(TypedDict):
    """As RTCConfiguration.iceServers takes it."""

    urls: list[str]
    username: NotRequired[str]
    credential: NotRequired[str]


class IceJSON(TypedDict):
    """How to find a way to the others. `relay_only`: this person hides their address, use nothing but the relay."""

    ice_servers: list[IceServerJSON]
    relay_only: bool
    has_relay: bool  # without one, calls work where the devices can reach each other
    expires_at: str | None  # of the credentials: ask again before


class MediaServerJSON(TypedDict):
    """Where the call's room is: the protocol is Janus' own, plugin VideoRoom.

    Each message carries `token`. Join as publisher with `room`, `pin`, and as `id` the UUID of your device: who is
    there under another is put out. Subscriptions name your `private_id`. When the room is not there (426), the pin is
    wrong (433) or the connection is lost, ask for all this again: it is made anew as needed, under the same name.
    """

    url: str  # wss://…, subprotocol janus-protocol
    room: str
    token: str
    pin: str
    expires_at: str  # of the token: in a call that lasts so long, ask again before


class CallEntryJSON(TypedDict):
    """A call as somebody takes part in it: what start, answer and join give."""

    call: CallJSON
    ice: IceJSON
    media: MediaServerJSON | None
    is_new: bool  # False: it was there already (both dialled at once, or the same request again)


class CallSignalJSON(TypedDict):
    """`id` orders what comes to a device: keep the largest, and ask for what is after it when the socket comes back."""

    id: int
    call: int
    from_device: str
    to_device: str
    n: int
    description: dict[str, Any] | None
    candidates: list[dict[str, Any]]


class CallSignalsJSON(TypedDict):
    signals: list[CallSignalJSON]


class CallLogJSON(TypedDict):
    """A line of somebody's call log. `outcome` is theirs: what the caller hears as "no_answer" the other one missed."""

    call: CallJSON
    is_outgoing: bool
    outcome: Literal["running", "answered", "missed", "no_answer", "declined", "busy", "cancelled"]
    is_news: bool  # a missed call they have not looked at


class RunningCallsJSON(TypedDict):
    """All running calls of a person: what is not among them has ended."""

    calls: list[CallJSON]
    missed_count: int


class CallPingJSON(TypedDict):
    """`is_in` False: this device is out of the call (it was silent too long, or it went on elsewhere)."""

    is_in: bool
    state: Literal["ringing", "active", "ended"]


class CallLinkJSON(TypedDict):
    """`path` is relative to the address of the service."""

    chat: int
    token: str
    path: str
    created_by: SenderJSON | None
    created_at: str


class LobbyGuestJSON(TypedDict):
    user: SenderJSON
    state: Literal["waiting", "admitted", "refused"]
    created_at: str


class LobbyJSON(TypedDict):
    call: int
    guests: list[LobbyGuestJSON]


class CallDoorJSON(TypedDict):
    """What a link shows before one is in. `state`: how the asker stands; "quiet": nobody is in a call there now."""

    title: str
    photo: str | None
    color: int
    member_count: int
    call: int | None
    people: int  # who are in the call
    state: Literal["quiet", "member", "outside", "waiting", "admitted", "refused"]


class PlannedCallJSON(TypedDict):
    id: int
    chat: int
    chat_title: str
    title: str
    kind: Literal["audio", "video"]
    starts_at: str
    created_by: SenderJSON | None
    is_cancelled: bool

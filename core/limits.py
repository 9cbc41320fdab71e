"""Every rate limit and size limit, in one table.

check("search", user.pk) raises RateLimited with `retry_after`; sizes are plain constants. A limit is a bucket: `burst`
at once, then one every `every` seconds (GCRA, one number per key).

Where it is counted: `shared` limits in Redis, so that all processes count together; without Redis (one process), and
for hot paths where a Redis call would cost more than the act, in this process. When Redis is away, a limit that
`is_open` is counted per process meanwhile; one that is not answers 503, since each call it lets through costs money
or an account.
"""

import math
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.views import View
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from core.addresses import address_block, client_address
from core.buckets import LocalBuckets, RedisBuckets, RedisIsAway
from core.errors import RateLimited, Unavailable

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0


@dataclass(frozen=True)
class Limit:
    burst: int
    every: float  # seconds until one more is allowed
    shared: bool = True
    is_open: bool = True  # when Redis is away


def per(count: int, seconds: float, *, shared: bool = True, is_open: bool = True) -> Limit:
    return Limit(count, seconds / count, shared, is_open)


LIMITS: dict[str, Limit] = {
    # messages; key: user, and (user, chat)
    "send": Limit(60, 1.0, shared=False),
    "send_chat": per(10, 10, shared=False),
    "forward": per(100, MINUTE, shared=False),
    "edit": per(30, MINUTE, shared=False),
    "react": per(60, MINUTE, shared=False),
    "typing": per(20, 20, shared=False),
    "frame": Limit(120, 1 / 30, shared=False),  # socket commands of any kind; key: socket
    "socket": per(30, MINUTE),  # new sockets of one person
    "socket_ticket": per(60, MINUTE),
    # people and chats; key: user
    "new_stranger": per(20, DAY),  # first messages to people who do not know the writer
    "create_chat": per(30, HOUR),
    "add_members": per(200, HOUR),
    "join": per(30, HOUR),
    "invite": per(30, HOUR),
    "report": per(20, HOUR),
    "find_people": per(30, MINUTE),  # by handle or name: enumeration
    "contact": per(100, HOUR),
    # heavy things; key: user
    "upload": Limit(50, 1.2),
    "upload_chunk": Limit(600, 0.05, shared=False),
    "search": per(30, MINUTE),
    "checkout": per(5, MINUTE),
    "export": per(3, DAY),
    "push_subscription": per(30, HOUR),
    "preview": per(20, MINUTE, shared=False),  # pages fetched for one writer
    # --- market: finding; key: user
    "favourite": per(120, MINUTE),
    "saved_search": per(60, HOUR),
    "feed": per(30, HOUR),  # of all or one shop for shopping sites; key: block of addresses
    # --- market: selling; key: user
    "listing": per(120, HOUR),  # made or copied
    "listing_edit": per(120, MINUTE),
    "publish": per(120, HOUR),
    "follow": per(60, HOUR),
    "shop_edit": per(60, HOUR),
    "import": per(10, HOUR),
    "places": per(60, MINUTE, shared=False),
    # --- market: buying; key: user, and (user, what it is about)
    "quote": per(10, MINUTE),
    "quote_same": Limit(5, 30 * MINUTE),  # holds of one thing by one person: nobody keeps it from others for ever
    "offer": per(30, HOUR),
    "offer_same": per(5, DAY),  # negotiations over one listing: a "no" is not asked away
    "offer_move": per(60, MINUTE),
    "cart": per(60, MINUTE),
    "coupon": per(120, HOUR),  # codes tried
    "review": per(30, HOUR),
    "invoice": per(60, MINUTE),  # drawn as PDF; key: user
    "webhook": per(60, HOUR),  # made, renewed, tested, replayed; key: user
    # calls; key: user
    "call": per(10, MINUTE),  # started
    "call_join": per(30, MINUTE),
    "call_signal": Limit(300, 0.05, shared=False),
    "call_knock": per(10, MINUTE),
    "call_knock_soon": per(1, MINUTE),  # after a no; key: (user, call)
    "call_knock_again": per(2, DAY),
    "call_plan": per(30, HOUR),
    # news; key: user
    "feed_add": per(30, HOUR),
    # the REST API as a whole; key: user, or block of addresses
    "api": per(200, MINUTE),
    "anonymous": per(100, MINUTE),
    # signing in; what counts wrong passwords is in config/allauth.py and accounts/attempts.py
    "sign_up": per(5, 30 * MINUTE, is_open=False),  # accounts made; key: block of addresses
    # codes: each costs money and annoys someone; key: phone number, or (e-mail, block): no stranger uses up my codes
    "code": per(5, HOUR, is_open=False),
}

# --- sizes ------------------------------------------------------------------------------------

MESSAGE_CHARS = 4096
ENTITIES_PER_MESSAGE = 100
MENTIONS_PER_MESSAGE = 50
QUOTE_CHARS = 300
ATTACHMENTS_PER_MESSAGE = 10
MESSAGES_PER_FORWARD = 100
CHATS_PER_FORWARD = 20
REACTIONS_PER_PERSON = 3  # on one message
REACTION_KINDS_PER_MESSAGE = 20
PINS_PER_CHAT = 100
EDIT_HOURS = 48

GROUP_MEMBERS = 2_000  # channels have no limit
MEMBERS_PER_REQUEST = 100
CHATS_CREATED_PER_PERSON = 500
ADMINS_PER_CHAT = 50
INVITES_PER_CHAT = 20  # open ones, of one maker
JOIN_REQUESTS_PER_CHAT = 1_000
FOLDERS_PER_PERSON = 20
CHATS_PER_FOLDER = 500
PINNED_CHATS = 5
READERS_UP_TO = 200  # members of a chat that still tells who has read a message
TYPING_UP_TO = 100  # members of a chat that still shows who is typing
BIG_CHAT = 1_000  # members from which full events go only to those who have the chat open

FILE_BYTES = 100 * 1024 * 1024
PHOTO_BYTES = 20 * 1024 * 1024
AVATAR_BYTES = 8 * 1024 * 1024
UPLOAD_CHUNK_BYTES = 1024 * 1024
UPLOADS_AT_ONCE = 20
FILE_NAME_CHARS = 200

FRAME_BYTES = 64 * 1024
OPEN_CHATS = 8  # on screen at once, of one socket
SOCKETS_PER_PERSON = 20  # on one process
SEARCH_CHARS = 200
IDS_PER_REQUEST = 100
PAGE_MAX = 100
PUSH_SUBSCRIPTIONS_PER_PERSON = 20
FOLLOWS_PER_PERSON = 1_000  # of sources and topics
SAVED_STORIES = 5_000
NEWS_RULES = 200
CARDS_REFRESHED = 200  # messages that are told again when what their card shows has changed

# --- calls
RING_SECONDS = 45  # then the call is missed
PING_SECONDS = 10  # how often a device in a call says that it is there
SILENT_SECONDS = 45  # a device that has said nothing for so long is out
SIGNAL_SECONDS = 90  # how long a signal waits for a device whose socket is away
REMIND_SECONDS = 600  # before a planned call begins
MESH_PEOPLE = 4  # each sends to each: more would drown a telephone
SDP_BYTES = 48 * 1024  # of a description: a frame of the socket holds 64 KiB
CANDIDATE_BYTES = 1024
CANDIDATES_AT_ONCE = 30
SIGNALS_PER_LEG = 2_000  # that wait for one device
DECLINE_CHARS = 300  # of the message that goes with a "not now"
GUESTS_WAITING = 50  # at one door
PLANS_PER_CHAT = 50  # calls that are still to come
PLAN_DAYS = 365  # how far ahead
PLAN_TITLE_CHARS = 120

# --- market: finding
FAVOURITES_PER_PERSON = 1_000
SAVED_SEARCHES_PER_PERSON = 50
RECENT_VIEWS = 50

# --- market: selling
LISTINGS_PER_SHOP = 20_000  # that are not deleted
PHOTOS_PER_LISTING = 12
VARIANTS_PER_LISTING = 50
FILES_PER_LISTING = 10  # of digital goods
DELIVERY_OPTIONS_PER_SHOP = 20
QUICK_REPLIES_PER_SHOP = 50
LISTING_DAYS = 60  # until it expires
IMPORT_BYTES = 5 * 1024 * 1024
IMPORT_ROWS = 10_000

# --- market: buying
PIECES = 999  # of one thing in a quote, an offer, a line of the cart
OPEN_QUOTES = 5  # of one person: each holds stock
OFFER_STEPS = 20  # of one negotiation
OFFER_NOTE_CHARS = 500
CART_LINES = 100
ADDRESSES_PER_PERSON = 20
COUPONS_PER_SHOP = 200

# --- market: what leaves it
WEBHOOKS_PER_SHOP = 5
WEBHOOK_URL_CHARS = 500
WEBHOOK_KINDS = 40  # named by one webhook


def for_clients() -> dict[str, int]:
    """The sizes a client should know before it asks."""
    return {
        "message_chars": MESSAGE_CHARS,
        "attachments": ATTACHMENTS_PER_MESSAGE,
        "file_bytes": FILE_BYTES,
        "photo_bytes": PHOTO_BYTES,
        "chunk_bytes": UPLOAD_CHUNK_BYTES,
        "edit_hours": EDIT_HOURS,
        "forward_messages": MESSAGES_PER_FORWARD,
        "forward_chats": CHATS_PER_FORWARD,
        "group_members": GROUP_MEMBERS,
        "decline_chars": DECLINE_CHARS,
    }


# --- counting ---------------------------------------------------------------------------------


def _scale(text: str) -> float:
    """LIMITS=off or scale:10, for benchmarks and tests only: 0 is off."""
    if not text:
        return 1.0
    if not (settings.TESTING or settings.BENCH):
        raise ImproperlyConfigured("LIMITS is for benchmarks: set BENCH=1 as well, and never in production.")
    if text == "off":
        return 0.0
    kind, _, factor = text.partition(":")
    if kind != "scale" or not factor.replace(".", "", 1).isdigit() or float(factor) < 1:
        raise ImproperlyConfigured("LIMITS is off or scale:<factor of at least 1>.")
    return float(factor)


_factor = _scale(settings.LIMITS)
_local = LocalBuckets()
_shared = RedisBuckets(settings.REDIS_URL, prefix=f"{settings.BUS_PREFIX}:limit:") if settings.REDIS_URL else None


def check(name: str, *key: object, cost: int = 1) -> None:
    """Take `cost` from the bucket of (name, key). Raises RateLimited(retry_after=seconds), and then takes nothing."""
    if wait := take(name, *key, cost=cost):
        raise RateLimited(retry_after=max(1, math.ceil(wait)), limit=name)


def take(name: str, *key: object, cost: int = 1) -> float:
    """Like check(), but answers the seconds to wait; 0.0 when it was allowed."""
    limit = LIMITS[name]
    if not _factor:
        return 0.0
    every, burst = limit.every / _factor, limit.burst * _factor
    if _shared is None or not limit.shared:
        return _local.take((name, *key), every, burst, cost)
    try:
        return _shared.take(f"{name}:{':'.join(map(str, key))}", every, burst, cost)
    except RedisIsAway as error:
        if not limit.is_open:
            raise Unavailable(retry_after=5) from error
        return _local.take((name, *key), every, burst, cost)


def reset() -> None:
    """For tests: nobody has done anything yet."""
    _local.clear()
    if _shared is not None:
        _shared.forget()


class ApiThrottle(BaseThrottle):
    """All of the REST API: per person, else per block of addresses; views may name a further `limit` of their own."""

    _wait = 0.0

    def allow_request(self, request: Request, view: View) -> bool:
        user = request.user
        if user is not None and user.is_authenticated:
            self._wait = take("api", user.pk)
            key: object = user.pk
        else:
            key = address_block(client_address(request))
            self._wait = take("anonymous", key)
        if not self._wait and (own := getattr(view, "limit", "")):
            self._wait = take(own, key)
        return not self._wait

    def wait(self) -> float:
        return self._wait

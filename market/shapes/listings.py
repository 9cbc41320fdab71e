"""Categories, shops and listings as JSON."""

from typing import Any, Literal, NotRequired, TypedDict

from accounts.serializers import SenderJSON
from market.money import MoneyJSON

ListingKind = Literal["goods", "service", "digital", "course"]
ListingState = Literal["draft", "published", "paused", "sold", "expired", "removed", "deleted"]


class ChoiceJSON(TypedDict):
    value: str
    label: str


class AttributeJSON(TypedDict):
    """A typed fact that goods of the category have. `choices` of type "choice" only."""

    key: str
    label: str
    type: Literal["text", "number", "choice", "flag"]
    unit: str
    choices: list[ChoiceJSON]
    is_required: bool
    is_facet: bool


class CategoryJSON(TypedDict):
    """`path` is what searches take: a category and all below it. `attributes` includes those of the parents."""

    id: int
    path: str
    title: str
    icon: str
    parent: str | None  # path
    count: int  # visible listings in it and below
    attributes: NotRequired[list[AttributeJSON]]  # when one category is asked for


class PhotoSizeJSON(TypedDict):
    url: str
    width: int
    height: int


class PhotoJSON(TypedDict):
    """Sizes "tiny" (160), "small" (480), "medium" (960), "large" (1920), longest edge in pixels; as many as it has."""

    id: int
    state: Literal["processing", "ready", "failed"]
    alt: str
    thumb: str  # a tiny data: address, shown while the rest loads
    sizes: dict[str, PhotoSizeJSON]


class VariantJSON(TypedDict):
    """`available`: how many can be bought now; null: any number. `price`: null on request."""

    id: int
    name: str
    price: MoneyJSON | None
    available: int | None
    photo: int | None
    sku: NotRequired[str]  # for the seller
    on_hand: NotRequired[int | None]
    reserved: NotRequired[int | None]
    allocated: NotRequired[int | None]
    low_stock_at: NotRequired[int]


class DeliveryOptionJSON(TypedDict):
    id: int
    kind: Literal["shipping", "in_person"]
    name: str
    price: MoneyJSON
    extra: MoneyJSON  # for each further piece
    free_from: MoneyJSON | None  # of the goods' value
    countries: list[str]  # empty: anywhere
    days_min: int
    days_max: int


class PlaceJSON(TypedDict):
    """Where it is, on purpose not exactly: the middle of an H3 cell of some 5 square kilometres."""

    name: str
    latitude: float
    longitude: float
    cell: str  # H3 index, resolution 7


class ShopCardJSON(TypedDict):
    """A shop in one line."""

    id: int
    name: str
    kind: Literal["person", "business"]
    photo: str | None
    color: int
    rating: float | None  # 1.0 to 5.0
    rating_count: int
    sale_count: int
    is_on_holiday: bool
    owner: SenderJSON


class ShopJSON(ShopCardJSON):
    about: str
    currency: str
    country: str
    shipping_policy: str
    return_policy: str
    return_days: int
    ship_within_days: int
    legal_name: str
    legal_address: str
    tax_id: str
    holiday_until: str | None
    holiday_note: str
    follower_count: int
    listing_count: int
    is_followed: bool
    is_mine: bool
    created_at: str
    is_away: NotRequired[bool]  # the rest for the owner
    away_message: NotRequired[str]
    payout_account: NotRequired[str]
    vat_bp: NotRequired[int]


class ListingCardJSON(TypedDict):
    """A listing in a list or in a chat: what everybody sees alike."""

    id: int
    url: str  # of its page, relative to the address of the service
    kind: ListingKind
    state: ListingState
    title: str
    price: MoneyJSON | None  # of the cheapest variant; null on request
    price_max: MoneyJSON | None  # of the dearest, when it differs
    condition: str
    condition_label: str
    available: int | None  # of all variants; null: any number
    is_available: bool  # something of it can be bought now
    photo: PhotoJSON | None
    photo_count: int
    place: str
    category: str | None  # path
    shop: ShopCardJSON
    takes_offers: bool
    is_shipped: bool
    is_handed_over: bool
    published_at: str | None
    distance_km: NotRequired[float]  # in searches around a place
    is_favourite: NotRequired[bool]  # for who is signed in


class FactJSON(TypedDict):
    key: str
    label: str
    value: str


class ListingJSON(ListingCardJSON):
    """The whole listing."""

    description: str
    attributes: dict[str, Any]
    facts: list[FactJSON]  # the attributes, for people
    photos: list[PhotoJSON]
    variants: list[VariantJSON]
    delivery: list[DeliveryOptionJSON]
    location: PlaceJSON | None
    max_per_buyer: int | None
    revision: int
    favourite_count: int
    expires_at: str | None
    is_mine: bool
    view_count: NotRequired[int]  # the rest for the seller
    digital_text: NotRequired[str]
    files: NotRequired[list[dict[str, Any]]]  # attachments
    course_chat: NotRequired[int | None]
    external_id: NotRequired[str]
    is_in_review: NotRequired[bool]  # it is published once a moderator has let it pass


class OwnListingJSON(ListingCardJSON):
    """A listing in its seller's list."""

    revision: int
    view_count: int
    favourite_count: int
    expires_at: str | None
    is_in_review: bool
    external_id: str


class QuickReplyJSON(TypedDict):
    id: int
    title: str
    text: str


class TownJSON(TypedDict):
    """A place by its name: send its `latitude` and `longitude`, or the name and `cell`, as a listing's location."""

    name: str
    region: str
    country: str  # ISO 3166-1
    latitude: float
    longitude: float
    cell: str


class RowErrorJSON(TypedDict):
    """`row`: as a spreadsheet counts, the header being row 1. `column` may be empty."""

    row: int
    column: str
    code: str
    message: str


class ImportJSON(TypedDict):
    """`checked`: only looked through, nothing has changed; start it to make it so."""

    id: int
    state: Literal["checked", "running", "done", "cancelled"]
    name: str
    row_count: int
    done_count: int
    created_count: int
    updated_count: int
    unchanged_count: int
    failed_count: int
    errors: list[RowErrorJSON]  # the first thousand
    created_at: str
    finished_at: str | None

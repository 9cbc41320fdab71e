"""Where somebody is, as far as the market knows: a town they chose, or their position to a kilometre, in a cookie."""

from django.core import signing
from django.http import HttpRequest, HttpResponse

from market.finding.near import Spot

COOKIE = "market_place"
_SALT = "market.place"
_DECIMALS = 2  # about a kilometre
_KEPT = 180 * 24 * 3600


def place_of(request: HttpRequest) -> Spot | None:
    try:
        kept = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT)
        return Spot(latitude=float(kept[0]), longitude=float(kept[1]), name=str(kept[2]))
    except (signing.BadSignature, ValueError, TypeError, IndexError, KeyError):
        return None


def rounded(spot: Spot) -> Spot:
    return Spot(round(spot.latitude, _DECIMALS), round(spot.longitude, _DECIMALS), spot.name)


def remember_place(response: HttpResponse, spot: Spot, *, is_secure: bool) -> None:
    spot = rounded(spot)
    value = signing.dumps([spot.latitude, spot.longitude, spot.name], salt=_SALT)
    response.set_cookie(COOKIE, value, max_age=_KEPT, httponly=True, samesite="Lax", secure=is_secure)


def forget_place(response: HttpResponse) -> None:
    response.delete_cookie(COOKIE)

"""The market under one process: search, a listing's page, the cart, checkout; whole requests as a client sees them."""

import asyncio
import itertools
import random
import time
import uuid
from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

from bench.http import Answer, Visitor
from bench.measure import ms, percentile, row, usage
from bench.target import Target, verdict
from bench.towns import TOWNS

Act = Callable[[Visitor], Awaitable[float]]  # answers how long the request took that is measured
SECONDS, CLIENTS = 8.0, 4
_TARGET = "search, 2 facets + radius"
_WIDTHS = (26, 8, 8, 9, 9, 9, 9, 9, 10)
_WORDS = ("bicycle", "green sofa", "lamp", "bycicle", "Fahrrad", "vintage leather")
_FACETS: tuple[dict[str, list[str]], ...] = (
    {"category": ["leisure/bicycles/"], "condition": ["good", "like_new"], "attr.color": ["red", "blue", "green"]},
    {"category": ["electronics/phones/"], "condition": ["new"], "attr.color": ["black", "white"]},
    {"category": ["fashion/"], "condition": ["new", "good"], "attr.color": ["blue"]},
    {"condition": ["good"], "delivery": ["in_person"]},
    {"category": ["home/"], "delivery": ["shipping"], "price_max": ["10000"]},
    {"kind": ["goods"], "condition": ["new"]},
)


async def market(target: Target) -> bool:
    """One client alone for the times, four at once for how many a second; the target is on the times of one."""
    acts = Acts(target)
    print("\nmarket: times in ms; CPU in ms per request")
    print(row("", "clients", "p50", "p95", "p99", "max", "req/s", "server", "postgres", widths=_WIDTHS))
    found: dict[str, float] = {}
    for name, act in acts.all().items():
        for clients in (1, CLIENTS):
            p95 = await _measure(target, name, act, clients)
            found.setdefault(name, p95)
    return verdict(
        "ms p95 of search by two facets and a radius", found["search, 2 facets + radius"] * 1000, at_most=100
    )


async def _measure(target: Target, name: str, act: Act, clients: int) -> float:
    visitors = [Visitor(target.url, session) for session in target.sessions(2_000)[-clients:]]
    for visitor in visitors:
        await act(visitor)
    times: list[float] = []
    cpu, started = usage(target.pid), time.perf_counter()

    async def visit(visitor: Visitor) -> None:
        while time.perf_counter() - started < SECONDS:
            times.append(await act(visitor))

    await asyncio.gather(*(visit(visitor) for visitor in visitors))
    took, spent, count = time.perf_counter() - started, usage(target.pid) - cpu, len(times)
    for visitor in visitors:
        visitor.leave()
    cells = [ms(percentile(times, share)) for share in (0.5, 0.95, 0.99)] + [ms(max(times)), f"{count / took:.1f}"]
    print(row(name, clients, *cells, ms(spent.server / count), ms(spent.postgres / count), widths=_WIDTHS), flush=True)
    return percentile(times, 0.95)


class Acts:
    def __init__(self, target: Target) -> None:
        self.rng = random.Random(5)
        self.variants = itertools.cycle(self.rng.sample(target.seed["variants"], 5_000))
        self.pages: dict[int, str] = {}

    def all(self) -> dict[str, Act]:
        return {
            _TARGET: self.search_by_facets,
            "search, words": self.search_by_words,
            "search, a further page": self.search_further,
            "listing page": self.listing_page,
            "listing, REST": self.listing,
            "add to cart": self.add_to_cart,
            "checkout": self.check_out,
        }

    def _somewhere(self) -> dict[str, list[str]]:
        _name, latitude, longitude, _people = self.rng.choices(TOWNS, [town[3] for town in TOWNS])[0]
        near = f"{latitude + self.rng.gauss(0, 0.1):.3f},{longitude + self.rng.gauss(0, 0.1):.3f}"
        return {"near": [near], "radius_km": [str(self.rng.choice((5, 10, 25, 25, 50, 100)))]}

    async def search_by_facets(self, visitor: Visitor) -> float:
        return await self._search(visitor, {**self.rng.choice(_FACETS), **self._somewhere()})

    async def search_by_words(self, visitor: Visitor) -> float:
        return await self._search(visitor, {"q": [self.rng.choice(_WORDS)]})

    async def search_further(self, visitor: Visitor) -> float:
        wanted = {"category": ["home/"], "sort": ["cheapest"]}
        answer = await visitor.ask(
            "GET", f"/api/v1/market/listings/search?{urlencode(wanted, doseq=True)}&facets=false"
        )
        return await self._search(visitor, {**wanted, "cursor": [_ok(answer).json()["next"]]})

    async def _search(self, visitor: Visitor, wanted: dict[str, list[str]]) -> float:
        path = f"/api/v1/market/listings/search?{urlencode(wanted, doseq=True)}"
        return await _timed(visitor, "GET", path)

    async def listing_page(self, visitor: Visitor) -> float:
        _variant, listing = next(self.variants)
        answer = await visitor.ask("GET", f"/market/listings/{listing}")
        path = answer.headers.get("location", f"/market/listings/{listing}")
        return await _timed(visitor, "GET", path)

    async def listing(self, visitor: Visitor) -> float:
        _variant, listing = next(self.variants)
        return await _timed(visitor, "GET", f"/api/v1/market/listings/{listing}")

    async def add_to_cart(self, visitor: Visitor) -> float:
        _ok(await visitor.ask("DELETE", "/api/v1/market/cart"))
        return await self._add(visitor)

    async def _add(self, visitor: Visitor) -> float:
        variant, _listing = next(self.variants)
        return await _timed(
            visitor, "POST", "/api/v1/market/cart/lines", {"variant": variant}, Idempotency_Key=str(uuid.uuid4())
        )

    async def check_out(self, visitor: Visitor) -> float:
        _ok(await visitor.ask("DELETE", "/api/v1/market/cart"))
        total = None
        while total is None:  # some have only a way of delivery that these buyers do not have
            await self._add(visitor)
            plan = _ok(
                await visitor.ask("POST", "/api/v1/market/checkout/preview", {"address": await _address(visitor)})
            )
            problems = plan.json()["problems"]
            total = None if problems else plan.json()["total"]["minor"]
            if problems:
                _ok(await visitor.ask("DELETE", "/api/v1/market/cart"))
        body = {"expected_total_minor": total, "address": await _address(visitor)}
        return await _timed(visitor, "POST", "/api/v1/market/checkout", body, Idempotency_Key=str(uuid.uuid4()))


_addresses: dict[Visitor, int] = {}


async def _address(visitor: Visitor) -> int:
    if visitor not in _addresses:
        body = {"name": "Bench", "line1": "Main Street 1", "postal_code": "10115", "city": "Berlin", "country": "DE"}
        answer = await visitor.ask("POST", "/api/v1/market/addresses", body, Idempotency_Key=str(uuid.uuid4()))
        _addresses[visitor] = _ok(answer).json()["id"]
    return _addresses[visitor]


async def _timed(visitor: Visitor, method: str, path: str, body: object = None, **headers: str) -> float:
    started = time.perf_counter()
    _ok(await visitor.ask(method, path, body, **headers))
    return time.perf_counter() - started


def _ok(answer: Answer) -> Answer:
    if not 200 <= answer.status < 300:
        raise SystemExit(f"{answer.status}: {answer.body[:500]!r}")
    return answer

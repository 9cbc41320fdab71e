"""Shops and listings for bench/market.py: `python -m bench.market_seed seed.json`, after bench_seed.

What is measured depends on what is looked through: listings lie around towns as people do, categories and prices are
unequal, titles share words. The numbers are the same on every run.
"""

import argparse
import itertools
import json
import os
import random
import time
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

from bench.towns import TOWNS

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from core.search import vocabulary  # noqa: E402
from market.finding.document import document_of, words_of  # noqa: E402
from market.finding.index import index  # noqa: E402
from market.finding.loading import load, surroundings  # noqa: E402
from market.models import (  # noqa: E402
    Attribute,
    Category,
    DeliveryOption,
    Listing,
    ListingPhoto,
    Shop,
    Stock,
    StockMovement,
    Variant,
)
from market.places import spot_at  # noqa: E402
from market.queries.categories import attributes_of_paths  # noqa: E402

BATCH = 2_000
_KNOWN = """
green blue red vintage wooden leather large small compact light heavy classic modern original rare
boxed signed old new used folding electric manual silver golden striped bicycle sofa lamp chair
table phone laptop camera guitar coat boots book record bottle kettle mirror carpet tent skates
helmet drill printer monitor speaker headphones watch ring Fahrrad Tisch Stuhl Lampe Sofa Regal
Schrank Kamera Jacke Schuhe Buch Platte Zelt Helm Drucker Uhr neuwertig велосипед диван стол стул
лампа телефон куртка книга камера гитара
"""
WORDS = _KNOWN.split()
_SYLLABLES = [a + b for a in "bcdfghklmnprstvwz" for b in ("a", "e", "i", "o", "u", "en", "ar", "il", "ost")]
_ENDINGS = ("do", "ka", "max", "tec", "vik", "una")
BRANDS = [first + last for first in ("Nor", "Vel", "Alt", "Kar", "Lum", "Os") for last in _ENDINGS]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seed", help="the JSON that bench_seed wrote; what is made is added")
    parser.add_argument("--listings", type=int, default=100_000)
    options = parser.parse_args()
    seed = json.loads(Path(options.seed).read_text())
    started = time.perf_counter()
    rng = random.Random(11)
    shops = make_shops([person["id"] for person in seed["people"]][: max(20, min(1_000, options.listings // 100))])
    Filler(shops, rng).fill(options.listings)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    rows = Variant.objects.order_by("pk").values_list("pk", "listing_id")[: options.listings]
    seed["variants"] = [list(row) for row in rows]
    seed["sellers"] = len(shops)
    Path(options.seed).write_text(json.dumps(seed))
    print(f"{options.listings} listings of {len(shops)} shops in {time.perf_counter() - started:.0f} s")


def make_shops(owners: Iterable[int]) -> list[Shop]:
    names = dict(User.objects.filter(pk__in=list(owners)).values_list("pk", "name"))
    shops = Shop.objects.bulk_create([Shop(owner_id=pk, name=f"Shop of {name}") for pk, name in names.items()])
    DeliveryOption.objects.bulk_create(
        DeliveryOption(shop=shop, kind=kind, name=kind, price_minor=price)
        for shop in shops
        for kind, price in (("shipping", 490), ("in_person", 0))
    )
    return shops


class Filler:
    def __init__(self, shops: list[Shop], rng: random.Random) -> None:
        self.shops, self.rng = shops, rng
        self.leaves = list(Category.objects.filter(children=None, is_active=True).order_by("path"))
        self.attributes = attributes_of_paths(category.path for category in self.leaves)
        self.weights = [1 / (rank + 4) for rank in range(len(self.leaves))]
        rng.shuffle(self.weights)
        self.options: dict[int, list[DeliveryOption]] = {}
        for option in DeliveryOption.objects.filter(shop__in=shops):
            self.options.setdefault(option.shop_id, []).append(option)
        self.now = timezone.now()
        self.learnt: set[str] = set()
        # Words of descriptions: as in any language, few are frequent and most are rare.
        self.words = ["".join(rng.choices(_SYLLABLES, k=rng.randint(2, 4))) for _ in range(5_000)] + WORDS
        self.frequencies = list(itertools.accumulate(1 / (rank + 5) for rank in range(len(self.words))))

    def fill(self, count: int) -> None:
        for start in range(0, count, BATCH):
            with transaction.atomic():
                self._batch(min(BATCH, count - start))
        vocabulary.learn("listing", self.learnt)

    def _batch(self, count: int) -> None:
        listings = Listing.objects.bulk_create([self._listing() for _ in range(count)])
        variants = Variant.objects.bulk_create(
            Variant(listing=one, price_minor=one.price_minor, is_stock_tracked=True) for one in listings
        )
        Stock.objects.bulk_create(Stock(variant=one, on_hand=1_000) for one in variants)
        StockMovement.objects.bulk_create(
            StockMovement(variant=one, reason="adjust", reference="bench", on_hand=1_000) for one in variants
        )
        ListingPhoto.objects.bulk_create(
            ListingPhoto(listing=one, position=place, key=f"bench-{one.pk}-{place}", state="ready", sizes=_SIZES)
            for one in listings
            for place in range(2)
        )
        Listing.delivery_options.through.objects.bulk_create(
            Listing.delivery_options.through(listing_id=one.pk, deliveryoption_id=option.pk)
            for one in listings
            for option in self.options[one.shop_id]
            if (one.is_shipped if option.kind == "shipping" else one.is_handed_over)
        )
        loaded = list(load([one.pk for one in listings]))
        around = surroundings(loaded)
        index.put([document_of(one, around) for one in loaded])
        for one in loaded:
            self.learnt |= vocabulary.words_of(words_of(one, around))

    def _listing(self) -> Listing:
        rng = self.rng
        (category,) = rng.choices(self.leaves, self.weights)
        town, latitude, longitude, _people = rng.choices(TOWNS, [town[3] for town in TOWNS])[0]
        spot = spot_at(latitude + rng.gauss(0, 0.15), longitude + rng.gauss(0, 0.2))
        price = int(rng.lognormvariate(8.5, 1.4)) // 100 * 100
        return Listing(
            shop=rng.choice(self.shops),
            category=category,
            kind="goods",
            state="published",
            title=" ".join(rng.choices(WORDS, k=rng.randint(2, 5))).capitalize(),
            description=" ".join(rng.choices(self.words, cum_weights=self.frequencies, k=rng.randint(10, 80))),
            condition=rng.choices(Listing.Condition.values, [2, 3, 4, 2, 1])[0],
            attributes=self._facts(self.attributes[category.path]),
            currency="EUR",
            price_minor=price,
            price_max_minor=price,
            place=town,
            is_shipped=rng.random() < 0.7,
            is_handed_over=rng.random() < 0.8,
            published_at=self.now - timedelta(seconds=rng.randint(0, 50 * 86_400)),
            expires_at=self.now + timedelta(days=rng.randint(5, 60)),
            **spot._asdict(),
        )

    def _facts(self, attributes: list[Attribute]) -> dict[str, Any]:
        facts: dict[str, Any] = {}
        for attribute in attributes:
            if attribute.type == Attribute.Type.CHOICE:
                facts[attribute.key] = self.rng.choice(attribute.choices)["value"]
            elif attribute.type == Attribute.Type.NUMBER:
                facts[attribute.key] = self.rng.randint(1, 60)
            elif attribute.type == Attribute.Type.FLAG:
                facts[attribute.key] = self.rng.random() < 0.3
            elif attribute.key == "brand":
                facts[attribute.key] = self.rng.choice(BRANDS)
        return facts


_SIZES = {"tiny": [160, 120], "small": [480, 360], "medium": [960, 720]}

if __name__ == "__main__":
    main()

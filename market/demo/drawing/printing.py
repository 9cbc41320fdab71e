"""From an order for a picture to its files: four WebP sizes and a tiny one. What was drawn once is printed often."""

import base64
import io
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from functools import lru_cache
from multiprocessing import get_context

from PIL import Image

from market.demo.drawing import (
    bicycles,
    devices,
    food,
    furniture,
    household,
    leisure,
    papers,
    wear,
    wheels,
    workshop,
)
from market.demo.drawing.photograph import PART, Shot, cut, photograph
from market.demo.drawing.scenes import forget_backdrops
from market.demo.drawing.sketch import Sketch

_FILES = (bicycles, wheels, furniture, household, devices, wear, leisure, workshop, food, papers)
KINDS: dict[str, Callable[..., Sketch]] = {name: draw for file in _FILES for name, draw in file.KINDS.items()}
FLAT = {name for file in _FILES for name in getattr(file, "FLAT", ())}  # seen from above or hung on a wall
EDGES = {"tiny": 160, "small": 480, "medium": 960, "large": 1920}
QUALITY = {"tiny": 70, "small": 76, "medium": 76, "large": 74}
_METHOD = 1  # of the encoder: a third of the time of its usual 4, for files a third larger
_THUMB_BYTES = 800
_WORTH_IT = 150  # pictures; beginning a process takes a third of a second


@dataclass(frozen=True)
class Order:
    """One picture: what, in which colours, with which words, and how it is taken."""

    kind: str
    colour: str
    accent: str
    words: tuple[str | int, ...] = ()  # what the kind takes beside its colours: a title, a style
    shot: Shot = field(default_factory=Shot)


@dataclass(frozen=True)
class Print:
    files: dict[str, bytes]
    thumb: str


class Darkroom:
    """Draws on all processors while something else is done. Where no processes can be begun, it draws when asked."""

    def __init__(self, orders: Iterable[Order]) -> None:
        # Pictures of one thing one after the other: it is drawn once for all of them.
        self._orders = sorted(set(orders), key=lambda one: (one.kind, one.colour, one.accent, repr(one)))
        self._pool: ProcessPoolExecutor | None = None
        if len(self._orders) > _WORTH_IT:
            try:
                self._pool = ProcessPoolExecutor(2, mp_context=get_context("spawn"))
                self._coming = self._pool.map(print_one, self._orders, chunksize=12)
            except OSError:
                self._pool = None

    def collect(self) -> dict[Order, Print]:
        return dict(zip(self._orders, self._prints(), strict=True))

    def _prints(self) -> list[Print]:
        if self._pool is not None:
            try:
                with self._pool:
                    return list(self._coming)
            except (BrokenProcessPool, OSError):
                pass  # then here
        prints = [print_one(order) for order in self._orders]
        _layer.cache_clear()  # megabytes that nobody needs again
        _photo.cache_clear()
        forget_backdrops()
        return prints


def sizes_of(shot: Shot) -> dict[str, list[int]]:
    """Of the files of a picture, known before it is drawn."""
    width, height = shot.width, shot.height
    if shot.part is not None:
        width, height = round(width * PART), round(height * PART)
    longest = max(width, height)
    names = list(EDGES) if longest > EDGES["medium"] else ["tiny", "small", "medium"]
    scales = {name: min(1, EDGES[name] / longest) for name in names}
    return {name: [round(width * scale), round(height * scale)] for name, scale in scales.items()}


def print_one(order: Order) -> Print:
    whole = replace(order, shot=replace(order.shot, part=None))
    picture = cut(_photo(whole), order.shot)
    sizes = sizes_of(order.shot)
    files = {}
    for name in reversed(sizes):  # each from the one before: shrinking the large one three times is slow
        picture = _shrunk(picture, sizes[name])
        files[name] = _webp(picture, QUALITY[name])
    return Print(files, _thumb(picture))


@lru_cache(maxsize=2)
def _photo(order: Order) -> Image.Image:
    return photograph(_layer(order.kind, order.colour, order.accent, order.words), order.shot)


@lru_cache(maxsize=6)
def _layer(kind: str, colour: str, accent: str, words: tuple[str | int, ...]) -> Image.Image:
    return KINDS[kind](colour, accent, *words).layer()


def _shrunk(picture: Image.Image, size: Sequence[int]) -> Image.Image:
    if picture.size == tuple(size):
        return picture
    if picture.width % size[0] == 0 and picture.height % size[1] == 0:
        return picture.reduce((picture.width // size[0], picture.height // size[1]))  # whole pixels: far faster
    return picture.resize((size[0], size[1]), Image.Resampling.BICUBIC)


def _webp(picture: Image.Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "WEBP", quality=quality, method=_METHOD)
    return buffer.getvalue()


def _thumb(picture: Image.Image) -> str:
    copy = picture.resize(
        (24, max(1, round(24 * picture.height / picture.width))), Image.Resampling.BOX, reducing_gap=2.0
    )
    for quality in (40, 10):
        address = "data:image/webp;base64," + base64.b64encode(_webp(copy, quality)).decode()
        if len(address) <= _THUMB_BYTES:
            return address
    return ""

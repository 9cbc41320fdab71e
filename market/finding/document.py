"""A listing as the text it is found by."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.search import Document, pipeline
from market.models import Attribute, Category, Listing

_DESCRIPTION = 2_000  # characters: its beginning says what it is
_TITLE = "~"  # what the tags of words in titles begin with


@dataclass(frozen=True)
class Surroundings:
    """What the documents of several listings need besides their rows."""

    categories: Mapping[int, Sequence[Category]]  # id -> it and all above it
    attributes: Mapping[int, Sequence[Attribute]]  # id -> those that apply in it


def title_term(term: str) -> str:
    """Under which a word of a title is indexed once more."""
    return f"={_TITLE}{term}"


def document_of(listing: Listing, around: Surroundings) -> Document:
    terms = terms_of(listing, around)
    titles = [f"{_TITLE}{term}" for term in pipeline.broad_terms(listing.title)]
    cells = [cell for cell in (listing.cell_4, listing.cell_5, listing.cell_6, listing.cell_7) if cell is not None]
    categories = [category.pk for category in around.categories.get(listing.category_id or 0, ())]
    tags = [shop_tag(listing.shop_id), *map(category_tag, categories), *map(cell_tag, cells)]
    return Document(listing.pk, "", titles + tags, terms)


def shop_tag(pk: int) -> str:
    return f"s{pk}"


def category_tag(pk: int) -> str:
    """Also of all above the listing's own."""
    return f"c{pk}"


def cell_tag(cell: int) -> str:
    """Of any of the four resolutions."""
    return f"n{cell:x}"


def terms_of(listing: Listing, around: Surroundings) -> set[str]:
    """Everything the listing is found under. Needs `shop` and active `variants` loaded."""
    named = " ".join([listing.title, *_names(listing, around)])
    return pipeline.broad_terms(named) | pipeline.document_terms(listing.description[:_DESCRIPTION])


def words_of(listing: Listing, around: Surroundings) -> str:
    """The words that typing errors are repaired from."""
    return " ".join([listing.title, listing.description[:_DESCRIPTION], *_names(listing, around)])


def _names(listing: Listing, around: Surroundings) -> Iterable[str]:
    yield listing.shop.name
    yield listing.place
    for variant in listing.variants.all():
        yield variant.name
    for category in around.categories.get(listing.category_id or 0, ()):
        yield category.name
        yield from map(str, category.names.values())
    for attribute in around.attributes.get(listing.category_id or 0, ()):
        yield from _values(attribute, listing.attributes.get(attribute.key))


def _values(attribute: Attribute, value: object) -> Iterable[str]:
    """As written, and a choice in all its languages. Of yes-or-no the name, when it is yes."""
    if attribute.type == Attribute.Type.FLAG:
        if value is True:
            yield attribute.name
            yield from map(str, attribute.names.values())
    elif attribute.type == Attribute.Type.CHOICE:
        for choice in attribute.choices:
            if choice.get("value") == value:
                yield str(choice.get("name") or value)
                yield from map(str, (choice.get("names") or {}).values())
    elif isinstance(value, str | int | float):
        yield f"{value}{attribute.unit} {value} {attribute.unit}" if attribute.unit else str(value)

"""Chats by name: title, or the name, handle and alias of the other one. And the face of a search for REST."""

from collections.abc import Iterable, Sequence

from rapidfuzz.distance import OSA

from accounts.models import Contact, User
from accounts.queries import find_people
from accounts.serializers import user_json
from core.search import Word, parse_query, pipeline
from messenger.models import Chat, Membership
from messenger.queries import heads_json, listed_memberships
from messenger.search import Hit, Hits
from messenger.serializers import chat_json, messages_json
from messenger.shapes import SearchHitJSON, SearchJSON

_FOUND = 8
_COMPARED = 2_000  # of a person's chats, the most recently changed


def search_json(by: User, hits: Hits, query: str = "", *, with_names: bool = False) -> SearchJSON:
    """A page of hits; `with_names` also the chats and people that the query names."""
    chats = find_chats(by, query) if with_names else []
    heads = heads_json(by, chats)
    peers = {head["peer"]["id"] for head in heads if head["peer"]}
    people = [user for user in find_people(by, query.strip()) if user.pk not in peers] if with_names else []
    return {
        "results": hits_json(by, hits.hits),
        "next": hits.next,
        "chats": heads,
        "people": [user_json(user) for user in people[:_FOUND]],
    }


def hits_json(by: User, hits: Sequence[Hit]) -> list[SearchHitJSON]:
    messages = [hit.message for hit in hits]
    peers = _peers(by, {message.chat_id for message in messages if message.chat.is_direct})
    return [
        {
            "message": data,
            "chat": chat_json(hit.message.chat),
            "peer": user_json(peers[hit.message.chat_id]) if hit.message.chat_id in peers else None,
            "highlights": hit.highlights,
        }
        for hit, data in zip(hits, messages_json(messages) if messages else [], strict=True)
    ]


def find_chats(by: User, query: str) -> list[Membership]:
    """My chats whose name has all the words, or something close to them: best first, then the most recent."""
    words = parse_query(query.replace("@", " ")).words
    if not words:
        return []
    rows = list(listed_memberships(by).order_by("-chat__changed_at")[:_COMPARED])
    peers = _peers(by, {row.chat_id for row in rows if row.chat.is_direct})
    aliases = dict(Contact.objects.filter(owner=by).exclude(alias="").values_list("user_id", "alias"))
    scored: list[tuple[int, int, Membership]] = []
    for place, row in enumerate(rows):
        names = [row.chat.title, row.chat.handle or ""]
        if peer := peers.get(row.chat_id):
            names = [peer.display_name, peer.handle, aliases.get(peer.pk, "")]
        score = _score(words, {token.text for name in names for token in pipeline.tokens(name)})
        if score is not None:
            scored.append((score, place, row))
    return [row for _score, _place, row in sorted(scored, key=lambda each: each[:2])[:_FOUND]]


def _peers(by: User, chat_ids: Iterable[int]) -> dict[int, User]:
    others = Membership.objects.filter(chat__in=set(chat_ids), chat__kind=Chat.Kind.DIRECT).exclude(user=by)
    return {row.chat_id: row.user for row in others.select_related("user")} if chat_ids else {}


def _score(words: Sequence[Word], names: set[str]) -> int | None:
    """How many letters the name is away from the query; None for another name."""
    terms = {pipeline.without_accents(name) for name in names}
    total = 0
    for word in words:
        beginning = word.typed or next(iter(word.forms))
        if any(term.startswith(beginning) or (not word.typed and beginning in term) for term in terms):
            continue
        most = 0 if len(word.typed) < 4 else 1 if len(word.typed) < 6 else 2
        distance = min((OSA.distance(word.typed, term, score_cutoff=most) for term in terms), default=most + 1)
        if distance > most or not most:
            return None
        total += distance
    return total

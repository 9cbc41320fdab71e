"""The order of a front page. Pure: the same candidates, affinities and seed give the same page.

    score = key + 2 a(source) + max a(topics)               in doublings; a: -1 to 1 (news/affinity.py)
    place = score + log2 d(k of the source) + log2 d(k of the topic),  d(k) = 0.75 * 0.5^k + 0.25

k counts what was already picked from the same source or topic, so a page is not one paper's. At most six of twenty
cards are of one source, each event has one card, and every tenth place is for what one does not follow.
"""

import heapq
import math
import random
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from news.affinity import source_subject, topic_subject
from news.foryou.pool import Candidate

SOURCE_WEIGHT, TOPIC_WEIGHT = 2.0, 1.0
READ_PENALTY = 8.0  # doublings: what is read stands behind what is not
BLOCK, PER_SOURCE = 20, 6  # of so many cards at most so many are of one source
EXPLORE_EVERY, EXPLORED_AMONG = 10, 10


@dataclass(frozen=True)
class Pick:
    """A card, and the arithmetic of its place."""

    candidate: Candidate
    source_affinity: float
    topic_affinity: float
    score: float
    diversity: float  # doublings taken off, <= 0
    is_explored: bool = False


def damping(k: int) -> float:
    """In doublings: 0 for the first of its kind, never less than -2."""
    return math.log2(0.75 * 0.5**k + 0.25)


def order(candidates: Sequence[Candidate], affinities: Mapping[str, float], *, seed: str) -> Iterator[Pick]:
    """All cards in their order, one per event."""
    followed = [one for one in candidates if one.reason != "popular"]
    others = [one for one in candidates if one.reason == "popular"]
    if not followed:  # whoever follows nothing sees what everybody reads
        followed, others = others, []
    ranked = _Ranked([_scored(one, affinities) for one in followed])
    explored = deque(sorted((_scored(one, affinities) for one in others), key=lambda pick: -pick.score))
    shown: set[str] = set()
    for position in range(len(candidates)):
        pick = None
        if position % EXPLORE_EVERY == EXPLORE_EVERY - 1:
            pick = _explore(explored, shown, f"{seed}:{position}")
        if pick is None:
            pick = ranked.next(position, shown)
        if pick is None:
            pick = _explore(explored, shown, "", among=1)
        if pick is None:
            return
        shown.add(event_of(pick.candidate))
        ranked.note(pick.candidate)
        yield pick


def event_of(candidate: Candidate) -> str:
    story = candidate.story
    return f"c{story.cluster_id}" if story.cluster_id else f"s{story.pk}"


def _scored(one: Candidate, affinities: Mapping[str, float]) -> Pick:
    source = SOURCE_WEIGHT * affinities.get(source_subject(one.story.source_id), 0.0)
    topic = TOPIC_WEIGHT * max((affinities.get(topic_subject(topic), 0.0) for topic in one.topics), default=0.0)
    read = -READ_PENALTY if one.is_read else 0.0
    return Pick(one, source, topic, one.story.rank_key + source + topic + read, 0.0)


def _explore(explored: "deque[Pick]", shown: set[str], seed: str, among: int = EXPLORED_AMONG) -> Pick | None:
    """One of the best that are not followed."""
    fresh = [pick for pick in explored if event_of(pick.candidate) not in shown][:among]
    if not fresh:
        return None
    pick = random.Random(seed).choice(fresh)  # noqa: S311
    explored.remove(pick)
    return Pick(pick.candidate, pick.source_affinity, pick.topic_affinity, pick.score, 0.0, is_explored=bool(seed))


class _Ranked:
    """A heap whose places only ever get worse: the top is judged again before it is taken."""

    def __init__(self, picks: Sequence[Pick]) -> None:
        self._heap = [(-pick.score, -pick.candidate.story.pk, at) for at, pick in enumerate(picks)]
        self._picks = picks
        self._sources: Counter[int] = Counter()
        self._topics: Counter[str] = Counter()
        self._block: Counter[int] = Counter()
        self._number = 0
        self._put_off: list[tuple[float, int, int]] = []
        heapq.heapify(self._heap)

    def note(self, candidate: Candidate) -> None:
        self._sources[candidate.story.source_id] += 1
        self._block[candidate.story.source_id] += 1
        self._topics.update(candidate.topics)

    def next(self, position: int, shown: set[str]) -> Pick | None:
        if position // BLOCK != self._number:
            self._number = position // BLOCK
            self._block.clear()
            for entry in self._put_off:
                heapq.heappush(self._heap, entry)
            self._put_off.clear()
        while self._heap:
            entry = heapq.heappop(self._heap)
            pick = self._picks[entry[2]]
            if event_of(pick.candidate) in shown:
                continue
            source = pick.candidate.story.source_id
            if self._block[source] >= PER_SOURCE:
                self._put_off.append(entry)
                continue
            taken_off = self._damping(pick.candidate)
            place = -(pick.score + taken_off)
            if self._heap and (place, entry[1]) > self._heap[0][:2]:
                heapq.heappush(self._heap, (place, entry[1], entry[2]))
                continue
            return Pick(pick.candidate, pick.source_affinity, pick.topic_affinity, pick.score, taken_off)
        return self._rest(shown)

    def _damping(self, candidate: Candidate) -> float:
        topics = max((self._topics[topic] for topic in candidate.topics), default=0)
        return damping(self._sources[candidate.story.source_id]) + damping(topics)

    def _rest(self, shown: set[str]) -> Pick | None:
        """Nothing but one source's is left: better more of it than an empty page."""
        while self._put_off:
            pick = self._picks[self._put_off.pop(0)[2]]
            if event_of(pick.candidate) not in shown:
                return Pick(pick.candidate, pick.source_affinity, pick.topic_affinity, pick.score, 0.0)
        return None

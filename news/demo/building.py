"""Puts the news of the demo together, once: feeds are written, read as any feed is, gathered and illustrated. Nothing
is fetched from outside, then or later.
"""

import io
import random
import uuid
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image

from accounts.models import User
from core import images
from messenger.actions.cards import send_card
from messenger.demo.attachments import SCENES
from messenger.models import Chat
from news.actions.following import follow_source
from news.actions.opening import open_story
from news.actions.saving import save_story
from news.actions.topics import follow_topic
from news.clustering.gathering import arrange, recount, rerank
from news.demo.feeds import Item, document
from news.demo.reading import Event, Paper, read_events, read_papers, read_places
from news.fetching.addresses import url_hash
from news.fetching.ingest import ingest
from news.fetching.parsing import parse
from news.models import Cluster, Feed, FetchLog, Source, Story
from news.pictures import EDGES, name_of

PLACES_PER_TEMPLATE = 12
DAYS = 8
FAR = timedelta(days=36500)  # there is no server to ask
FOLLOWS = {
    "alice": ["The Linden Herald", "Green Ledger", "Kitchen Table", "Stage Door"],
    "bob": ["Harbour Post", "Sport am Fluss", "Byte Weekly"],
    "charlie": ["The Linden Herald", "Green Ledger", "Field Notes", "Harbour Post", "Byte Weekly"],
    "dana": ["Harbour Post", "Kitchen Table"],
    "erin": ["Field Notes", "Der Stadtbote", "The Linden Herald"],
}
FOLDERS = {"Field Notes": "Slow", "Byte Weekly": "Slow", "Kitchen Table": "Slow"}
TOPICS = {"alice": ["culture", "food"], "bob": ["sports"], "charlie": ["science", "climate"], "erin": ["education"]}


def can_be_built() -> bool:
    """Into a database that has the people of the demo, and no news yet."""
    return User.objects.filter(handle="alice", email="alice@example.com").exists() and not Source.objects.exists()


def build(*, now: datetime | None = None, places: int = PLACES_PER_TEMPLATE) -> dict[str, int]:
    """How many of what were made. Dates are counted back from now; fewer `places` make fewer stories."""
    now = now or timezone.now()
    papers, events = read_papers(), read_events()
    sources = {paper.name: _publish(paper, _items(paper, events, places, now), now) for paper in papers}
    arrange(Story.objects.order_by("published_at").values_list("pk", flat=True))
    _correct(papers, events, sources, places, now)
    pictures = _illustrate(events)
    _read(sources)
    _share(events)
    return {"sources": len(sources), "stories": Story.objects.count(), "pictures": pictures}


# --- feeds --------------------------------------------------------------------------------------


def _items(paper: Paper, events: list[Event], places: int, now: datetime, *, is_corrected: bool = False) -> list[Item]:
    """What its feed holds: reports of events, and the news of every place, spread over the days."""
    chance = random.Random(paper.address)  # noqa: S311
    found: list[Item] = []
    for number, event in enumerate(events):
        for report in event.reports:
            if report.paper == paper.name:
                at = now - timedelta(hours=event.hours, minutes=chance.randrange(100))
                text = (report.correction, report.text) if is_corrected and report.correction else (report.text,)
                found.append(Item(number, report.title, text, at))
    names = read_places()[paper.language]
    for row, (title, first, second) in enumerate(paper.templates):
        for column, place in enumerate(names[:places]):
            at = now - timedelta(minutes=30 + chance.randrange(DAYS * 24 * 60))
            sentences = (first.format(place=place), second.format(place=place))
            found.append(Item(1000 + 100 * row + column, title.format(place=place), sentences, at))
    return found


def _publish(paper: Paper, items: list[Item], now: datetime) -> Source:
    url = f"https://{paper.address}/feed"
    source = Source.objects.create(title=paper.name, is_public=True, pace=paper.pace)
    Feed.objects.create(
        source=source, url=url, url_hash=url_hash(url), domain=paper.address, next_fetch_at=now + FAR,
        last_fetched_at=now, last_success_at=now,
    )  # fmt: skip
    content = document(paper, items)
    done = ingest(source, parse(content, content_type="application/rss+xml", url=url), now=now)
    FetchLog.objects.create(
        source=source, at=now, outcome="ok", status=200, size=len(content), new_count=done.new_count
    )
    return source


def _correct(papers: list[Paper], events: list[Event], sources: dict[str, Source], places: int, now: datetime) -> None:
    """The papers that erred say so in their feeds, and are read again."""
    erred = {report.paper for event in events for report in event.reports if report.correction}
    for paper in papers:
        if paper.name in erred:
            content = document(paper, _items(paper, events, places, now, is_corrected=True))
            ingest(
                sources[paper.name],
                parse(content, content_type="application/rss+xml", url=f"https://{paper.address}/feed"),
            )


# --- pictures -----------------------------------------------------------------------------------


def _illustrate(events: list[Event]) -> int:
    """The first reports of each event, each with another part of its scene."""
    drawn: dict[str, Image.Image] = {}
    count = 0
    for number, event in enumerate(events):
        if event.picture not in drawn:
            drawn[event.picture] = SCENES[event.picture]().finish()
        scene = drawn[event.picture]
        titles = [report.title for report in event.reports]
        for at, story in enumerate(Story.objects.filter(title__in=titles, picture="").order_by("pk")[:3]):
            width = scene.width * (10 - at * 2) // 10
            left = (scene.width - width) * ((number + at) % 3) // 2
            top = (scene.height - width * 9 // 16) * ((number + at) % 2) // 2
            _hang(story, scene.crop((left, top, left + width, top + width * 9 // 16)))
            count += 1
    return count


def _hang(story: Story, picture: Image.Image) -> None:
    key = f"{story.pk}-{random.Random(story.pk).randbytes(6).hex()}"  # noqa: S311
    for size, edge in EDGES.items():
        buffer = io.BytesIO()
        images.shrunk(picture, edge).save(buffer, "WEBP", quality=78, method=2)
        default_storage.save(name_of(key, size), ContentFile(buffer.getvalue()))
    Story.objects.filter(pk=story.pk).update(picture=key)


# --- readers ------------------------------------------------------------------------------------


def _read(sources: dict[str, Source]) -> None:
    """Who follows what, and how much the stories were read."""
    chance = random.Random(7)  # noqa: S311
    people = {user.handle: user for user in User.objects.filter(handle__in=FOLLOWS)}
    for handle, names in FOLLOWS.items():
        for name in names:
            follow_source(by=people[handle], source=sources[name], folder=FOLDERS.get(name, ""))
        for topic in TOPICS.get(handle, []):
            follow_topic(by=people[handle], topic=topic)
    stories = list(Story.objects.order_by("pk"))
    for story in stories:
        story.open_count = int(chance.expovariate(1 / (40 if story.cluster_id else 6)))
    Story.objects.bulk_update(stories, ["open_count"], batch_size=200)
    for cluster in Cluster.objects.filter(merged_into=None):
        recount(cluster)
    rerank(story.pk for story in stories if story.cluster_id is None)
    charlie = people["charlie"]
    read = Story.objects.filter(source=sources["Field Notes"]).order_by("-published_at")[2:8]
    for number, story in enumerate(read):
        open_story(by=charlie, story=story)
        if number % 2:
            save_story(by=charlie, story=story)


def _share(events: list[Event]) -> None:
    """A story that was corrected later stands in a chat, and says so."""
    titles = [report.title for event in events for report in event.reports if report.correction]
    story = Story.objects.filter(title__in=titles).order_by("published_at").first()
    charlie = User.objects.get(handle="charlie")
    chat = Chat.objects.filter(kind=Chat.Kind.GROUP, memberships__user=charlie).order_by("pk").first()
    if story is not None and chat is not None:
        client_id = uuid.uuid5(uuid.NAMESPACE_URL, f"story:{story.pk}")
        send_card(
            by=charlie, chat_id=chat.pk, client_id=client_id, kind="story", id=story.pk, text="Nine million, at last!"
        )

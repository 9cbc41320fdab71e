"""The demo's news: papers, events, a correction in a chat; and a second run that changes nothing."""

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from messenger.models import Message
from news.demo.building import build, can_be_built
from news.demo.reading import read_events, read_papers
from news.foryou.front import front_page
from news.models import Cluster, Correction, Feed, Source, Story

pytestmark = pytest.mark.django_db


def test_the_demo_has_news_once():
    call_command("demo_news", verbosity=0)
    assert not Source.objects.exists()  # nobody is there to read
    call_command("demo", verbosity=0)
    build(places=1)
    events = read_events()
    assert Source.objects.count() == len(read_papers())
    assert Cluster.objects.filter(story_count__gte=2).count() >= len(events) * 0.8
    assert Correction.objects.count() == sum(bool(one.correction) for event in events for one in event.reports)
    card = Message.objects.get(card_kind="story")
    assert Correction.objects.filter(story=card.card_id).exists()
    assert not Feed.objects.filter(next_fetch_at__lt=timezone.now()).exists()  # there is no server to ask
    cards = front_page(User.objects.get(handle="charlie")).cards
    assert any(len(one.others) >= 2 for one in cards[:3])
    assert cards[0].story.picture
    before = Story.objects.count()
    assert not can_be_built()
    call_command("demo_news", verbosity=0)
    assert Story.objects.count() == before

"""The demo: everything is there, every invariant holds, and a second run changes nothing."""

from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone
from PIL import Image

from accounts.models import User
from messenger import search
from messenger.demo.attachments import SCENES
from messenger.demo.people import ACCOUNTS
from messenger.demo.script import read_scripts
from messenger.entities import is_nested
from messenger.models import Attachment, Chat, Membership, Mention, Message, Reaction
from moderation.models import Report
from tests.worlds import world


def build() -> dict[str, User]:
    call_command("demo", verbosity=0)
    return {user.handle: user for user in User.objects.all()}


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker, tmp_path_factory):
    with world(build, django_db_blocker, tmp_path_factory.mktemp("demo")) as built:
        yield built


@pytest.fixture
def demo(built, db, data_dir):
    return built.enter(data_dir)


def test_accounts_sign_in_and_the_moderator_moderates(demo, client):
    for person in ACCOUNTS:
        user = demo[person.handle]
        assert user.email == f"{person.handle}@example.com"
        assert user.check_password(settings.DEMO_PASSWORD)
        assert default_storage.exists(user.avatar.name)
    assert demo["mod"].is_staff
    assert demo["mod"].has_perm("moderation.moderate")
    assert not demo["alice"].is_staff
    assert sum(user.has_usable_password() for user in demo.values()) == len(ACCOUNTS)
    assert Report.objects.get().reporter == demo["alice"]


def test_counters_marks_and_counts_are_those_that_actions_leave(demo):
    now = timezone.now()
    for chat in Chat.objects.all():
        messages = list(Message.objects.filter(chat=chat).order_by("seq"))
        members = list(Membership.objects.filter(chat=chat))
        assert [message.seq for message in messages] == list(range(1, chat.last_seq + 1))
        modseqs = [message.modseq for message in messages]
        assert len(set(modseqs)) == len(modseqs)
        assert max(modseqs) <= chat.modseq
        assert chat.member_count == len(members)
        times = [message.created_at for message in messages]
        assert times == sorted(times)
        assert times[-1] < now
        assert chat.changed_at == times[-1]
        for member in members:
            own = max((message.seq for message in messages if message.sender_id == member.user_id), default=0)
            assert own <= member.read_seq <= member.delivered_seq <= chat.last_seq
            assert member.fact_seq <= member.user.fact_seq
        for message in messages:
            assert is_nested(message.entities)
            if message.reply:
                assert message.reply["seq"] == message.reply_seq < message.seq
                assert message.reply["excerpt"] == messages[message.reply["seq"] - 1].text[:120]
    for mention in Mention.objects.select_related("message"):
        assert mention.seq == mention.message.seq
        assert any(entity.get("user") == mention.user_id for entity in mention.message.entities)


def test_every_screen_of_alice_shows_something(demo, api):
    alice = api(demo["alice"])
    heads = alice.get("/api/v1/chats").json()["results"]
    assert len(heads) >= 12
    assert {head["chat"]["kind"] for head in heads} == {"direct", "group", "channel", "saved"}
    assert any(head["my"]["draft"] for head in heads)
    assert {head["my"]["pinned_rank"] for head in heads} >= {0, 1, 2}
    assert any(head["my"]["muted_until"] for head in heads)
    assert any(head["my"]["is_archived"] for head in heads)
    assert any(head["my"]["folders"] for head in heads)
    neighbours = next(head for head in heads if head["chat"]["title"] == "Riverside Neighbours")
    assert neighbours["chat"]["member_count"] > 30
    assert neighbours["my"]["unread_count"] == 14
    assert neighbours["my"]["mention_count"] == 1
    for kind in ("photo", "link"):
        media = alice.get(f"/api/v1/chats/{neighbours['chat']['id']}/media", {"kind": kind}).json()["results"]
        assert media, kind
    assert alice.get("/api/v1/search", {"q": "bycicle trailor"}).json()["results"]
    assert [
        head["peer"]["handle"] for head in alice.get("/api/v1/search", {"q": "dana"}).json()["chats"] if head["peer"]
    ]
    assert Message.objects.filter(edited_at__isnull=False).exists()
    assert Message.objects.filter(pinned_at__isnull=False).exists()
    assert Message.objects.filter(preview__isnull=False).exists()
    assert Reaction.objects.count() > 300
    assert Message.objects.count() > 250


def test_files_are_what_they_say(demo):
    attachments = Attachment.objects.all()
    assert {attachment.kind for attachment in attachments} >= {"photo", "voice", "file"}
    for attachment in attachments:
        content = default_storage.open(attachment.file.name).read()
        assert len(content) == attachment.size
        if attachment.kind == "photo":
            assert Image.open(BytesIO(content)).size == (attachment.width, attachment.height)
            assert attachment.thumb.startswith("data:image/webp")
            assert all(default_storage.exists(made["key"]) for made in attachment.sizes.values())
        elif attachment.kind == "voice":
            assert content.startswith(b"RIFF")
            assert len(attachment.waveform) == 64
            assert attachment.duration_ms > 0
        elif attachment.mime == "application/pdf":
            assert content.startswith(b"%PDF")


def test_a_second_run_changes_nothing(demo):
    before = (User.objects.count(), Message.objects.count(), Attachment.objects.count())
    said = StringIO()
    call_command("demo", stdout=said)
    assert "already" in said.getvalue()
    assert (User.objects.count(), Message.objects.count(), Attachment.objects.count()) == before


@pytest.mark.parametrize("hour", [0, 4, 12, 23])
def test_dialogues_are_in_order_and_past_whenever_the_demo_is_made(hour):
    now = timezone.now().replace(hour=hour, minute=1)
    for script in read_scripts(now):
        times = [line.at for line in script.lines]
        assert times == sorted(times)
        assert len(set(times)) == len(times)
        assert now - timedelta(days=40) < times[0]
        assert times[-1] < now
        assert all(photo in SCENES for line in script.lines for photo in line.photos)


def test_the_vocabulary_is_learnt(demo):
    assert search.learn_words() == 0

"""manage.py bench_seed: people, sessions, direct chats and a group for the load generator in bench/."""

import json
import os
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string

from accounts.models import User
from messenger.actions.chats import DEFAULT_RIGHTS
from messenger.models import Chat, Membership


class Command(BaseCommand):
    help = "Fills a database of its own for benchmarks, and writes what the load generator needs to know as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("out", help="file for the JSON; it holds session keys")
        parser.add_argument("--people", type=int, default=2_000)
        parser.add_argument("--group", type=int, default=200, help="members of the group")

    @transaction.atomic
    def handle(self, *, out: str, people: int, group: int, **options: Any) -> None:
        if not settings.BENCH:
            raise CommandError("For benchmarks only, on a database of its own: set BENCH=1.")
        User.objects.filter(handle__startswith="bench").delete()
        Chat.objects.filter(created_by=None, title="Bench").delete()
        users = User.objects.bulk_create(_person(number) for number in range(people))
        sessions = [_session(user) for user in users]
        Session.objects.bulk_create(sessions)
        pairs = [(users[index], users[index + 1]) for index in range(0, people - 1, 2)]
        direct = _chats(Chat.Kind.DIRECT, pairs)
        (room,) = _chats(Chat.Kind.GROUP, [tuple(users[:group])])
        seed = {
            "people": [
                {"id": user.pk, "session": session.session_key} for user, session in zip(users, sessions, strict=True)
            ],
            "direct": [chat.pk for chat in direct],  # the n-th is that of people 2n and 2n + 1
            "group": room.pk,
        }
        with open(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(seed, file)
        self.stdout.write(f"{people} people, {len(direct)} direct chats, a group of {group}: {out}")


def _person(number: int) -> User:
    user = User(handle=f"bench{number:05d}", email=f"bench{number:05d}@example.com", name=f"Bench {number}")
    user.set_unusable_password()
    return user


def _session(user: User) -> Session:
    data = {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
        HASH_SESSION_KEY: user.get_session_auth_hash(),
    }
    return Session(
        session_key=get_random_string(32),
        session_data=SessionStore().encode(data),
        expire_date=timezone.now() + timedelta(days=7),
    )


def _chats(kind: Chat.Kind, circles: Sequence[tuple[User, ...]]) -> list[Chat]:
    chats = Chat.objects.bulk_create(
        Chat(
            kind=kind,
            title="" if kind == Chat.Kind.DIRECT else "Bench",
            pair_key=f"{circle[0].pk}:{circle[1].pk}" if kind == Chat.Kind.DIRECT else None,
            created_by=circle[0] if kind == Chat.Kind.DIRECT else None,
            default_rights=int(DEFAULT_RIGHTS[kind]),
            member_count=len(circle),
        )
        for circle in circles
    )
    Membership.objects.bulk_create(
        (Membership(chat=chat, user=user) for chat, circle in zip(chats, circles, strict=True) for user in circle),
        batch_size=2_000,
    )
    return chats

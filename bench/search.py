"""What search costs: indexing per message, and searching 200,000 messages. On a database of its own, which it fills:

createdb tenfold_bench; DATABASE_URL=postgres://…/tenfold_bench python bench/search.py [--messages 200000]
"""

import argparse
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from accounts.models import User  # noqa: E402
from messenger import search  # noqa: E402
from messenger.models import Chat, Membership, Message  # noqa: E402

CHATS, PEOPLE, VOCABULARY, BATCH = 500, 200, 30_000, 50
KNOWN = """
hello the and you headphones wireless bicycle meeting tomorrow invoice smartphone iphone samsung
телефон смартфон самсунг привет завтра встреча велосипед fahrrad morgen rechnung 東京 会議
"""


def vocabulary(rng: random.Random) -> list[str]:
    syllables = [a + b for a in "bcdfghklmnprstvwz" for b in ("a", "e", "i", "o", "u", "en", "ar", "il", "ost")]
    return KNOWN.split() + ["".join(rng.choices(syllables, k=rng.randint(2, 4))) for _ in range(VOCABULARY)]


def fill(count: int, rng: random.Random) -> None:
    users = User.objects.bulk_create([User(handle=f"bench{n}", name=f"Bench {n}") for n in range(PEOPLE)])
    chats = Chat.objects.bulk_create([Chat(kind="group", title=f"Chat {n}") for n in range(CHATS)])
    # The first person is in 60 chats, one of them with every tenth message of all.
    members = [(chat, user) for chat in chats for user in rng.sample(users[1:], 8)] + [
        (c, users[0]) for c in chats[:60]
    ]
    Membership.objects.bulk_create([Membership(chat=chat, user=user) for chat, user in members])
    words = vocabulary(rng)
    weights = [1 / (rank + 5) for rank in range(len(words))]
    seqs: dict[int, int] = dict.fromkeys((chat.pk for chat in chats), 0)
    spent = []
    for start in range(0, count, BATCH):
        batch = []
        for _ in range(min(BATCH, count - start)):
            chat = chats[0] if rng.random() < 0.1 else rng.choice(chats)
            seqs[chat.pk] += 1
            text = " ".join(rng.choices(words, weights, k=max(1, int(rng.expovariate(1 / 10)))))
            sender = rng.choice(users)
            batch.append(Message(chat=chat, seq=seqs[chat.pk], modseq=seqs[chat.pk], sender=sender, text=text))
        with transaction.atomic():
            Message.objects.bulk_create(batch)
            started = time.perf_counter()
            search.index_messages(batch, {})
            spent.append(time.perf_counter() - started)
    report(f"index, per batch of {BATCH}", spent)
    warm = spent[len(spent) // 4 :]
    print(f"index, per message: {statistics.mean(warm) / BATCH * 1e6:.1f} us on average")


def report(name: str, seconds: list[float]) -> None:
    cuts = statistics.quantiles(seconds, n=100)
    p50, p95, p99 = (f"{cuts[n - 1] * 1e3:7.2f}" for n in (50, 95, 99))
    print(f"{name:42} p50 {p50} ms   p95 {p95}   p99 {p99}   max {max(seconds) * 1e3:7.2f}")


def measure(name: str, act: Callable[[], object], times: int = 60) -> list[float]:
    spent = []
    for _ in range(times):
        started = time.perf_counter()
        act()
        spent.append(time.perf_counter() - started)
    report(name, spent)
    return spent


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--messages", type=int, default=200_000)
    count = arguments.parse_args().messages
    rng = random.Random(7)
    call_command("migrate", verbosity=0, skip_checks=True)
    if not User.objects.filter(handle="bench0").exists():
        fill(count, rng)
        started = time.perf_counter()
        while search.learn_words():
            pass
        print(f"vocabulary learnt in {time.perf_counter() - started:.1f} s")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    by, words, everything = User.objects.get(handle="bench0"), vocabulary(random.Random(7)), []
    big = Chat.objects.get(title="Chat 0").pk
    queries: list[tuple[str, dict]] = [
        *[(query, {}) for query in ("hello", "the", "the and", "meeting tomorrow", "invo", "he", "привет", "東京")],
        *[(query, {}) for query in ("headfones", "wireles hedphones", "iphne", "самсуг", "смартфоы", "qwrtzpsd")],
        *[(rng.choice(words[100:]), {}) for _ in range(4)],
        *[(words[-1] + " " + words[-2], {}), ("hello", {"chat": big}), ("hello", {"sender": "bench7"})],
    ]
    for query, filters in queries:
        label = query + (f" {filters}" if filters else "")
        everything += measure(label, lambda q=query, f=filters: search.search_messages(by, q, **f))
    report("all", everything)


if __name__ == "__main__":
    main()

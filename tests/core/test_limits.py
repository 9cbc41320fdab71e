"""How much is too much, for whom, and what happens when Redis is away."""

import socket
import threading
import time
from types import SimpleNamespace

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory

from core import limits
from core.addresses import address_block, client_address
from core.buckets import LocalBuckets, RedisBuckets, RedisIsAway
from core.errors import RateLimited, Unavailable
from core.limits import Limit, _scale

REDIS = "redis://127.0.0.1:6379/3"


def redis_is_there() -> bool:
    try:
        socket.create_connection(("127.0.0.1", 6379), 0.3).close()
    except OSError:
        return False
    return True


def redis_buckets() -> RedisBuckets:
    buckets = RedisBuckets(REDIS, prefix="test:")
    buckets.forget()
    return buckets


@pytest.fixture(params=["local", "redis"])
def buckets(request):
    if request.param == "local":
        return LocalBuckets()
    if not redis_is_there():
        pytest.skip("no Redis here")
    return redis_buckets()


# --- buckets ----------------------------------------------------------------------------------


def test_bucket_lets_a_burst_through_and_then_one_by_one(buckets):
    assert [buckets.take("k", 0.2, 3, 1) for _ in range(3)] == [0, 0, 0]
    wait = buckets.take("k", 0.2, 3, 1)
    assert 0.1 < wait <= 0.2
    assert buckets.take("other", 0.2, 3, 1) == 0
    time.sleep(wait + 0.01)
    assert buckets.take("k", 0.2, 3, 1) == 0
    assert buckets.take("k", 0.2, 3, 1) > 0


def test_refused_takes_nothing(buckets):
    assert buckets.take("k", 60, 10, 8) == 0
    assert buckets.take("k", 60, 10, 5) > 0
    assert buckets.take("k", 60, 10, 2) == 0


def test_many_at_once_get_no_more_than_the_burst(buckets):
    allowed = []

    def run() -> None:
        for _ in range(10):
            if not buckets.take("k", 60, 25, 1):
                allowed.append(1)

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(allowed) == 25


def test_flood_of_keys_does_not_grow_without_end(monkeypatch):
    monkeypatch.setattr(LocalBuckets, "MAX", 100)
    buckets = LocalBuckets()
    for number in range(1000):
        buckets.take(number, 60, 1, 1)
    assert len(buckets._empty_at) <= 100
    assert buckets.take(999, 60, 1, 1) > 0  # the youngest are remembered


def test_no_clock_can_lock_people_out():
    buckets = LocalBuckets()
    with time_machine.travel("2030-01-01"):
        buckets.take("k", 0.01, 1, 1)
    time.sleep(0.02)
    with time_machine.travel("2020-01-01"):
        assert buckets.take("k", 0.01, 1, 1) == 0


# --- the table --------------------------------------------------------------------------------


def test_check_says_when_to_come_back():
    for _ in range(10):
        limits.check("send_chat", 1, 7)
    with pytest.raises(RateLimited) as caught:
        limits.check("send_chat", 1, 7)
    assert caught.value.extra == {"retry_after": 1, "limit": "send_chat"}
    limits.check("send_chat", 1, 8)
    limits.check("send_chat", 2, 7)


def test_hot_limits_cost_microseconds():
    started = time.perf_counter()
    for number in range(10_000):
        limits.take("send", number % 100)
    assert (time.perf_counter() - started) / 10_000 < 50e-6


def away() -> RedisBuckets:
    return RedisBuckets("redis://127.0.0.1:1/0", prefix="x")


def test_without_redis_open_limits_are_counted_here_and_closed_ones_refuse(monkeypatch):
    monkeypatch.setattr(limits, "_shared", away())
    monkeypatch.setitem(limits.LIMITS, "search", Limit(2, 60))
    assert limits.LIMITS["search"].is_open
    assert not limits.LIMITS["sign_up"].is_open
    assert [bool(limits.take("search", 1)) for _ in range(3)] == [False, False, True]
    with pytest.raises(Unavailable) as caught:
        limits.take("sign_up", "1.2.3.4")
    assert caught.value.extra["retry_after"] == 5
    assert limits.take("send", 1) == 0


def test_redis_that_is_away_is_not_waited_for_twice():
    buckets = away()
    with pytest.raises(RedisIsAway):
        buckets.take("k", 1, 1, 1)
    started = time.perf_counter()
    for _ in range(100):
        with pytest.raises(RedisIsAway):
            buckets.take("k", 1, 1, 1)
    assert time.perf_counter() - started < 0.05


def test_all_processes_count_together():
    if not redis_is_there():
        pytest.skip("no Redis here")
    one = redis_buckets()
    other = RedisBuckets(REDIS, prefix=one._prefix)
    assert [bucket.take("k", 60, 2, 1) > 0 for bucket in (one, other, one, other)] == [False, False, True, True]


def test_scale_is_refused_in_production(settings):
    settings.TESTING = settings.BENCH = False
    with pytest.raises(ImproperlyConfigured):
        _scale("off")
    assert _scale("") == 1
    settings.BENCH = True
    assert (_scale("off"), _scale("scale:10")) == (0, 10)
    for wrong in ("scale", "scale:0", "scale:-1", "scale:nan", "10"):
        with pytest.raises(ImproperlyConfigured):
            _scale(wrong)


def test_off_lets_everything_through(monkeypatch):
    monkeypatch.setattr(limits, "_factor", 0.0)
    assert not any(limits.take("call", 1) for _ in range(1000))


# --- addresses --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "6.6.6.6", "9.9.9.9"),
        (1, None, "9.9.9.9"),
        (1, "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        (2, "6.6.6.6, 1.1.1.1, 2.2.2.2", "1.1.1.1"),
        (2, "1.1.1.1", "1.1.1.1"),
        (1, "6.6.6.6, not-an-address", "9.9.9.9"),
        (1, "2001:db8::1", "2001:db8::1"),
    ],
)
def test_client_address_trusts_only_our_proxies(settings, proxies, forwarded, expected):
    settings.NUM_PROXIES = proxies
    extra = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    assert client_address(RequestFactory().get("/", REMOTE_ADDR="9.9.9.9", **extra)) == expected
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    assert client_address({"client": ("9.9.9.9", 1), "headers": headers}) == expected


def test_client_address_without_a_peer(settings):
    assert client_address({"client": None, "headers": []}) == ""


def test_address_block():
    assert address_block("2001:db8:1:2:3::4") == address_block("2001:db8:1:2:ffff::1") == "2001:db8:1:2::/64"
    assert address_block("::ffff:1.2.3.4") == address_block("1.2.3.4") == "1.2.3.4"
    assert address_block("") == ""


# --- the REST API -----------------------------------------------------------------------------


def ask(user, view=None, address: str = "9.9.9.9"):
    throttle = limits.ApiThrottle()
    request = SimpleNamespace(user=user, META={"REMOTE_ADDR": address})
    return throttle.allow_request(request, view or SimpleNamespace()), throttle.wait()


def test_throttle_counts_people_and_addresses_apart(monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "api", Limit(3, 60))
    monkeypatch.setitem(limits.LIMITS, "anonymous", Limit(2, 60))
    alice, bob = (SimpleNamespace(pk=pk, is_authenticated=True) for pk in (1, 2))
    nobody = SimpleNamespace(is_authenticated=False)
    assert [ask(alice)[0] for _ in range(4)] == [True, True, True, False]
    assert ask(bob)[0]
    assert [ask(nobody, address="2001:db8::1")[0] for _ in range(3)] == [True, True, False]
    assert ask(nobody, address="2001:db8::2")[1] > 0
    assert ask(nobody, address="2001:db8:0:1::1")[0]


def test_view_may_name_its_own_limit(monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "search", Limit(1, 60))
    alice = SimpleNamespace(pk=1, is_authenticated=True)
    view = SimpleNamespace(limit="search")
    assert [ask(alice, view)[0] for _ in range(2)] == [True, False]
    assert ask(alice)[0]

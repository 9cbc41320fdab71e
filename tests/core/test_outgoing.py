"""Where the server may be sent by strangers, and how much it takes from there."""

import socket
import time
import tracemalloc
from functools import partial

import pytest

from core import outgoing
from core.outgoing import OutgoingError, check_url, fetch, is_public
from tests.core.hostile import Mute, Site, bomb, drip, drip_headers

HTML = ("text/html",)
local = partial(fetch, max_bytes=100_000, types=HTML, allow_loopback=True)


@pytest.fixture
def site():
    with Site() as server:
        yield server
        server.shutdown()


def reason(act, *args, **kwargs) -> str:
    with pytest.raises(OutgoingError) as caught:
        act(*args, **kwargs)
    return caught.value.reason


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "100.100.100.200", "168.63.129.16", "192.0.0.8", "192.0.2.1", "192.88.99.1", "198.18.0.1", "224.0.0.1",
        "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "fe80::1",
        "fe80::1%eth0", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "64:ff9b::7f00:1", "64:ff9b:1::1",
        "2001::1", "2001:0:7f00:1::", "2001:20::1", "2001:db8::1", "2002:7f00:1::", "100::1", "3fff::1", "5f00::1", "x",
    ],
)  # fmt: skip
def test_address_is_refused(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "1.1.1.1", "::ffff:1.1.1.1", "2606:4700::1111", "2a00:1450::5"])
def test_address_of_the_open_internet_is_allowed(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/", "file:///etc/passwd", "gopher://example.com", "//example.com", "http://", "javascript:1",
        "http://user@example.com/", "http://a:b@example.com/", "http://example.com:22/", "http://example.com:8000/",
        "https://example.com:80/", "http://example.com:99999/", "http://127.1/", "http://2130706433/",
        "http://0x7f.0.0.1/", "http://0177.0.0.1/", "http://0x7f000001/", "http://127.0.0.1./", "http://1.2.3.04/",
        "http://exa mple.com/", "http://example.com\\@127.0.0.1/", "http://[::1/", "http://example.com/\n",
    ],
)  # fmt: skip
def test_url_is_refused_by_its_looks(url):
    assert reason(check_url, url) in ("bad_url", "refused")
    assert reason(fetch, url, max_bytes=1, types=HTML) in ("bad_url", "refused")


def test_good_urls_pass():
    for url in ("http://example.com", "https://example.com:443/a?b=c#d", "http://93.184.216.34/", "https://пример.рф/"):
        check_url(url)
    assert reason(check_url, "http://example.com", schemes=("https",)) == "bad_url"


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "localhost", "0.0.0.0", "169.254.169.254"]
)
def test_nothing_connects_to_ourselves(host, site, monkeypatch):
    monkeypatch.setattr(outgoing, "PORTS", {"http": (site.server_port,), "https": ()})
    assert reason(fetch, f"http://{host}:{site.server_port}/", max_bytes=1, types=HTML) == "refused"
    assert site.asked == []


def answer_with(monkeypatch, *addresses: str) -> list[str]:
    """getaddrinfo answers these, one call after the other."""
    asked = []
    left = list(addresses)
    real = socket.getaddrinfo

    def resolve(host, port, *args, **kwargs):
        if not str(host).endswith(".example"):
            return real(host, port, *args, **kwargs)
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (left.pop(0) if len(left) > 1 else left[0], port or 0))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


def test_name_that_resolves_to_a_private_address_is_refused(monkeypatch):
    # The last is a metadata service that only our own list knows.
    for address in ("10.0.0.1", "169.254.169.254", "127.0.0.1", "168.63.129.16"):
        answer_with(monkeypatch, address)
        assert reason(fetch, "http://rebind.example/", max_bytes=1, types=HTML) == "refused"


def test_name_that_answers_differently_the_second_time_gains_nothing(monkeypatch):
    """The address that was judged is the one connected to: the name is resolved once."""
    connected = []

    def connect(address, *args, **kwargs):
        connected.append(address[0])
        raise OSError("no network in tests")

    monkeypatch.setattr("urllib3.util.connection.create_connection", connect)
    asked = answer_with(monkeypatch, "93.184.216.34", "127.0.0.1")
    assert reason(fetch, "http://rebind.example/", max_bytes=1, types=HTML) == "unreachable"
    assert connected == ["93.184.216.34"]
    assert len(asked) == 1


def test_proxies_of_the_environment_are_ignored(site, monkeypatch):
    page = site.page("/", "hello")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert local(page).content == b"hello"


# --- redirects --------------------------------------------------------------------------------


def test_redirect_is_followed_and_judged(site):
    site.page("/end", "here")
    answer = local(site.redirect("/start", "/end"))
    assert (answer.content, answer.url) == (b"here", site.url("/end"))
    for target in ("http://169.254.169.254/latest", "http://10.0.0.1/", "http://localhost:6379/", "http://[fec0::1]/"):
        assert reason(local, site.redirect("/start", target)) in ("refused", "unreachable")
    for target in ("file:///etc/passwd", "ftp://example.com/", "http://a:b@127.0.0.1/", "http://[::1"):
        assert reason(local, site.redirect("/start", target)) == "bad_url"


def test_five_redirects_and_no_more(site):
    for hop in range(7):
        site.redirect(f"/{hop}", f"/{hop + 1}")
    site.page("/7", "end")
    assert local(site.url("/2")).content == b"end"
    assert reason(local, site.url("/1")) == "too_many_redirects"


def test_body_of_a_redirect_is_not_read(site):
    def endless(handler) -> None:
        handler.send_response(302)
        handler.send_header("Location", "/end")
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(bytes(1_000_000))
        except OSError:
            return

    site.pages["/"] = endless
    site.page("/end", "here")
    assert local(site.url("/"), deadline=3.0).content == b"here"


# --- how much ---------------------------------------------------------------------------------


def test_size_is_capped(site):
    page = site.page("/", "x" * 100_001)
    assert reason(local, page) == "too_large"
    assert local(page, is_cut=True).content == b"x" * 100_000


def test_bomb_is_not_unpacked(site):
    site.pages["/bomb"] = bomb
    tracemalloc.start()
    assert reason(local, site.url("/bomb"), max_bytes=1_000_000) == "too_large"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 30_000_000


@pytest.mark.parametrize("behaviour", [drip, drip_headers])
def test_deadline_covers_a_server_that_drips(site, behaviour):
    site.pages["/"] = behaviour
    started = time.monotonic()
    assert reason(local, site.url("/"), deadline=1.0) == "too_slow"
    assert time.monotonic() - started < 2


def test_deadline_covers_the_handshake():
    with Mute() as server:
        started = time.monotonic()
        assert reason(local, f"https://127.0.0.1:{server.server_address[1]}/", deadline=0.7) == "too_slow"
        assert time.monotonic() - started < 2
        server.shutdown()


def test_type_and_status_are_checked(site):
    assert reason(local, site.page("/", "x", "image/svg+xml")) == "wrong_type"
    assert reason(local, site.url("/none")) == "status"
    site.pages["/bare"] = (200, {}, b"x")
    assert reason(local, site.url("/bare")) == "wrong_type"
    answer = local(site.page("/de", "x", 'Text/HTML; Charset="ISO-8859-1"'))
    assert (answer.content_type, answer.charset) == ("text/html", "iso-8859-1")


def test_broken_answers_are_errors_of_ours(site):
    site.pages["/gzip"] = (200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, b"not gzip")
    assert reason(local, site.url("/gzip")) == "broken"
    site.pages["/cut"] = lambda handler: handler.wfile.write(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99\r\n\r\nhello"
    )
    assert reason(local, site.url("/cut")) == "unreachable"
    assert reason(local, "http://" + "a" * 300 + ".example/") in ("unreachable", "bad_url")


def test_post_does_not_follow_redirects(site):
    site.redirect("/push", "/elsewhere")
    assert outgoing.post(site.url("/push"), b"body", headers={"TTL": "1"}, allow_loopback=True) == 302
    assert site.asked == ["/push"]
    assert site.bodies[0][1] == b"body"
    assert site.bodies[0][0]["ttl"] == "1"

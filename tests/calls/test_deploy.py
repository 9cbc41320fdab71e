"""What stands around calls: settings that are refused, what pages may reach, and the files in deploy/."""

import ipaddress
import re
import shutil
import subprocess

import pytest

from config import checks

from .servers import DEPLOY, free_ports

GOOD = "x" * 32
RELAY = {"TURN_URLS": ["turn:chat.example.org:3478?transport=udp"], "TURN_SECRET": GOOD}
JANUS = {
    "JANUS_URL": "http://127.0.0.1:8088/janus",
    "JANUS_PUBLIC_URL": "wss://chat.example.org/janus",
    "JANUS_API_SECRET": GOOD,
    "JANUS_TOKEN_SECRET": GOOD,
}
WRONG = [
    ({**RELAY, "TURN_SECRET": ""}, "tenfold.E018"),
    ({**RELAY, "TURN_SECRET": "TURN-SECRET"}, "tenfold.E018"),
    ({**RELAY, "TURN_URLS": ["chat.example.org:3478"]}, "tenfold.E019"),
    ({"STUN_URLS": ["turn:chat.example.org"]}, "tenfold.E019"),
    ({**JANUS, "JANUS_API_SECRET": ""}, "tenfold.E020"),
    ({**JANUS, "JANUS_TOKEN_SECRET": "short"}, "tenfold.E020"),
    ({**JANUS, "JANUS_PUBLIC_URL": ""}, "tenfold.E021"),
    ({**JANUS, "JANUS_PUBLIC_URL": "https://chat.example.org/janus"}, "tenfold.E021"),
    ({**JANUS, "JANUS_PUBLIC_URL": "ws://chat.example.org/janus", "HTTPS": True}, "tenfold.E021"),
    ({**JANUS, "JANUS_URL": "127.0.0.1:8088"}, "tenfold.E022"),
]


@pytest.fixture
def found(settings):
    """found(TURN_URLS=[…]): the advice, by code."""

    def check(**given):
        for name in ("STUN_URLS", "TURN_URLS", "TURN_SECRET", *JANUS):
            setattr(settings, name, [] if name.endswith("URLS") else "")
        for name, value in given.items():
            setattr(settings, name, value)
        return {message.id: message for message in (*checks.check_relay(), *checks.check_media_server())}

    return check


def test_none_of_it_is_needed(found):
    assert found() == {}


def test_all_of_it_is_right(found):
    assert found(**RELAY, **JANUS, STUN_URLS=["stun:chat.example.org:3478"], HTTPS=True) == {}


@pytest.mark.parametrize(("given", "code"), WRONG)
def test_half_a_configuration_is_named_with_a_way_out(found, given, code):
    messages = found(**given)
    assert list(messages) == [code]
    assert messages[code].hint


def test_pages_may_reach_the_media_server_and_nothing_else(client, settings, db):
    assert "connect-src 'self';" in client.get("/accounts/login/")["Content-Security-Policy"]
    settings.CONNECT_TO = ["wss://media.example.org:8443/janus?x"]
    answer = client.get("/accounts/login/")
    assert "connect-src 'self' wss://media.example.org:8443;" in answer["Content-Security-Policy"]
    for feature in ("microphone", "camera", "display-capture", "speaker-selection"):
        assert f"{feature}=(self)" in answer["Permissions-Policy"]


def denied() -> list[tuple[int, int, int]]:
    """(version, first, last) of what the relay refuses."""
    text = (DEPLOY / "coturn" / "turnserver.conf").read_text()
    found = []
    for first, last in re.findall(r"(?m)^denied-peer-ip=([^-\n]+)-([^-\n]+)$", text):
        low, high = ipaddress.ip_address(first), ipaddress.ip_address(last)
        assert low.version == high.version
        assert low <= high
        # coturn takes :: for "any address of any kind"
        assert first != "::"
        found.append((low.version, int(low), int(high)))
    return found


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.1", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "169.254.169.254", "172.31.255.255",
        "192.168.0.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1",
        "::10.0.0.1", "64:ff9b::a00:1", "2001:0:1::", "2002:a00:1::", "fc00::1", "fd00:ec2::254", "fe80::1", "ff02::1",
    ],
)  # fmt: skip
def test_the_relay_refuses(address):
    wanted = ipaddress.ip_address(address)
    assert any(version == wanted.version and low <= int(wanted) <= high for version, low, high in denied())


@pytest.mark.parametrize("address", ["8.8.8.8", "193.99.144.80", "2a02:2e0:3fe::1", "2606:4700::1", "2001:4860::8888"])
def test_the_relay_serves(address):
    wanted = ipaddress.ip_address(address)
    assert not any(version == wanted.version and low <= int(wanted) <= high for version, low, high in denied())


def test_the_relay_is_closed_otherwise():
    lines = (DEPLOY / "coturn" / "turnserver.conf").read_text().splitlines()
    for line in ("use-auth-secret", "fingerprint", "no-cli", "no-multicast-peers", "no-tlsv1", "no-tlsv1_1"):
        assert line in lines
    assert not [line for line in lines if line.startswith(("no-auth", "allow-loopback-peers", "allowed-peer-ip"))]


def test_the_media_server_is_closed_but_for_what_calls_need():
    core, http, socket, rooms = (
        (DEPLOY / "janus" / f"janus{name}.jcfg").read_text()
        for name in ("", ".transport.http", ".transport.websockets", ".plugin.videoroom")
    )
    assert 'ip = "127.0.0.1"' in http
    assert 'ws_ip = "127.0.0.1"' in socket
    for text in (http, socket):
        assert not re.search(r"(?m)^\s*(admin_\w+|https|wss) = true", text)
    assert "token_auth = true" in core
    for plugin in ("streaming", "sip", "recordplay", "textroom", "audiobridge", "echotest", "lua", "duktape"):
        assert f"libjanus_{plugin}.so" in core
    assert "libjanus_videoroom.so" not in core
    assert "string_ids = true" in rooms
    assert "room-" not in rooms


@pytest.mark.skipif(not shutil.which("nginx"), reason="no nginx here: apt install nginx-light")
def test_nginx_takes_its_configuration(tmp_path):
    key = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    subprocess.run([*key, "-keyout", tmp_path / "key", "-out", tmp_path / "chain"], check=True, capture_output=True)
    text = (DEPLOY / "nginx.conf").read_text()
    assert re.search(r"location = /janus \{[^}]*proxy_pass http://127\.0\.0\.1:8188;", text)
    text = re.sub(r"(?m)^(\s*ssl_certificate\s).*$", rf"\1 {tmp_path / 'chain'};", text)
    text = re.sub(r"(?m)^(\s*ssl_certificate_key\s).*$", rf"\1 {tmp_path / 'key'};", text)
    # It opens the ports even to say that all is right.
    text = re.sub(r"(?m)^\s*listen \[.*$", "", text)
    for plain, port in zip(("listen 80;", "listen 443 ssl"), free_ports(2), strict=True):
        text = text.replace(plain, plain.replace(plain.split()[1].rstrip(";"), f"127.0.0.1:{port}"))
    (tmp_path / "site").write_text(text.replace("/var/log/nginx/", f"{tmp_path}/"))
    folders = " ".join(
        f"{name}_temp_path {tmp_path}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = f"pid {tmp_path}/pid; error_log {tmp_path}/log; events {{}} http {{ {folders} include {tmp_path}/site; }}"
    (tmp_path / "nginx.conf").write_text(main)
    outcome = subprocess.run(
        ["nginx", "-t", "-c", tmp_path / "nginx.conf"], capture_output=True, text=True, check=False
    )
    assert outcome.returncode == 0, outcome.stderr

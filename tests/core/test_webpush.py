"""Web Push, against the example of RFC 8291 and with a browser's half of the work done here."""

import json
import stat

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core import outgoing, webpush
from core.webpush import decode, encode, encrypt
from tests.core.hostile import Site


class Browser:
    """The receiving end."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = b"0123456789abcdef"
        self.p256dh, self.auth = encode(webpush._point(self.key.public_key())), encode(self.secret)

    def decrypt(self, body: bytes) -> bytes:
        salt, point = body[:16], body[21:86]
        sender = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        info = b"WebPush: info\0" + decode(self.p256dh) + point
        shared = webpush._derive(self.key.exchange(ec.ECDH(), sender), self.secret, info, 32)
        key = webpush._derive(shared, salt, b"Content-Encoding: aes128gcm\0", 16)
        nonce = webpush._derive(shared, salt, b"Content-Encoding: nonce\0", 12)
        padded = AESGCM(key).decrypt(nonce, body[86:], None)
        assert padded[-1] == 2
        return padded[:-1]


@pytest.fixture(autouse=True)
def own_key(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    webpush._vapid_key.cache_clear()
    webpush._token.cache_clear()
    yield
    webpush._vapid_key.cache_clear()
    webpush._token.cache_clear()


def test_example_of_the_rfc():
    """RFC 8291, section 5 and appendix A."""
    key = ec.derive_private_key(
        int.from_bytes(decode("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big"), ec.SECP256R1()
    )
    body = encrypt(
        b"When I grow up, I want to be a watermelon",
        p256dh="BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        auth="BTBZMqHH6r4Tts7J_aSIgg",
        key=key,
        salt=decode("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert encode(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3"
        "jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_browser_reads_what_was_pushed(monkeypatch):
    monkeypatch.setattr(webpush, "post", lambda *a, **k: outgoing.post(*a, **k, allow_loopback=True))
    browser = Browser()
    with Site() as site:
        site.pages["/push"] = (201, {}, b"")
        keys = {"p256dh": browser.p256dh, "auth": browser.auth}
        assert webpush.push(site.url("/push"), **keys, payload="héllo".encode(), ttl=60, topic="c7") == 201
        site.shutdown()
    headers, body = site.bodies[0]
    assert browser.decrypt(body).decode() == "héllo"
    assert (headers["ttl"], headers["topic"], headers["content-encoding"]) == ("60", "c7", "aes128gcm")
    token = headers["authorization"].removeprefix("vapid t=").partition(",")[0]
    signed, _, signature = token.rpartition(".")
    raw = decode(signature)
    der = utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    webpush._vapid_key().public_key().verify(der, signed.encode(), ec.ECDSA(hashes.SHA256()))
    assert json.loads(decode(signed.partition(".")[2]))["aud"] == site.url("")
    assert headers["authorization"].endswith(f"k={webpush.public_key()}")


def test_key_is_made_once_and_for_us_alone(tmp_path):
    first = webpush.public_key()
    webpush._vapid_key.cache_clear()
    assert webpush.public_key() == first
    assert stat.S_IMODE((tmp_path / "vapid.pem").stat().st_mode) == 0o600
    assert len(list(tmp_path.glob("*vapid*"))) == 1


@pytest.mark.parametrize(
    ("p256dh", "auth"),
    [("", ""), ("AAAA", "BTBZMqHH6r4Tts7J_aSIgg"), (encode(b"\x04" + bytes(64)), "BTBZMqHH6r4Tts7J_aSIgg"), ("§", "§")],
)
def test_wrong_keys_are_refused(p256dh, auth):
    with pytest.raises(ValueError):
        webpush.check_keys(p256dh=p256dh, auth=auth)


def test_payload_is_limited():
    browser = Browser()
    assert len(encrypt(bytes(webpush.MAX_PAYLOAD), p256dh=browser.p256dh, auth=browser.auth)) == 4096
    with pytest.raises(ValueError):
        encrypt(bytes(webpush.MAX_PAYLOAD + 1), p256dh=browser.p256dh, auth=browser.auth)


def test_endpoint_inside_our_network_is_refused():
    browser = Browser()
    with pytest.raises(outgoing.OutgoingError):
        webpush.push("https://127.0.0.1/", p256dh=browser.p256dh, auth=browser.auth, payload=b"x", ttl=1)

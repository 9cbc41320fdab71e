"""Web Push: encrypt (RFC 8291, aes128gcm), sign (VAPID, RFC 8292), deliver through the guarded client."""

import base64
import functools
import json
import os
import secrets
import struct
import time
from email.utils import parseaddr
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from core.outgoing import post

MAX_PAYLOAD = 3993  # bytes: what fits into the 4096 that every push service takes
_TOKEN_SECONDS = 12 * 3600


def push(
    endpoint: str, *, p256dh: str, auth: str, payload: bytes, ttl: int, topic: str = "", urgent: bool = True
) -> int:
    """Deliver to one browser and answer the push service's status: 201 taken, 404 or 410 gone for good.

    Raises OutgoingError, and ValueError for keys that are none.
    """
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
        "TTL": str(ttl),
        "Urgency": "high" if urgent else "normal",
        "Authorization": _authorization(endpoint),
    }
    if topic:  # a later push of the same topic replaces one that still waits for the device
        headers["Topic"] = topic
    return post(endpoint, encrypt(payload, p256dh=p256dh, auth=auth), headers=headers)


def encrypt(
    payload: bytes, *, p256dh: str, auth: str, key: ec.EllipticCurvePrivateKey | None = None, salt: bytes = b""
) -> bytes:
    """One record. `key` and `salt` are given only by the test of the RFC's example."""
    if len(payload) > MAX_PAYLOAD:
        raise ValueError("payload too long")
    browser_point, secret = check_keys(p256dh=p256dh, auth=auth)
    browser = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), browser_point)
    key = key or ec.generate_private_key(ec.SECP256R1())
    salt = salt or secrets.token_bytes(16)
    point = _point(key.public_key())
    shared = _derive(key.exchange(ec.ECDH(), browser), secret, b"WebPush: info\0" + browser_point + point, 32)
    content_key = _derive(shared, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derive(shared, salt, b"Content-Encoding: nonce\0", 12)
    header = salt + struct.pack("!IB", 4096, len(point)) + point
    return header + AESGCM(content_key).encrypt(nonce, payload + b"\x02", None)


def check_keys(*, p256dh: str, auth: str) -> tuple[bytes, bytes]:
    """A browser's keys as bytes. Raises ValueError unless they are a point of P-256 and 16 bytes."""
    point, secret = decode(p256dh), decode(auth)
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    if len(point) != 65 or len(secret) != 16:
        raise ValueError("not the keys of a push subscription")
    return point, secret


def public_key() -> str:
    """What a browser needs as `applicationServerKey`."""
    return encode(_point(_vapid_key().public_key()))


def encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def _authorization(endpoint: str) -> str:
    parts = urlsplit(endpoint)
    return _token(f"{parts.scheme}://{parts.netloc}", int(time.time() // 3600))


@functools.lru_cache(maxsize=256)
def _token(audience: str, hour: int) -> str:
    """Valid for twelve hours, and made anew every hour: some services refuse what lives longer than a day."""
    claims = {
        "aud": audience,
        "exp": hour * 3600 + _TOKEN_SECONDS,
        "sub": f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}",
    }
    signed = ".".join(encode(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims))
    r, s = utils.decode_dss_signature(_vapid_key().sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    return f"vapid t={signed}.{encode(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}, k={public_key()}"


@functools.cache
def _vapid_key() -> ec.EllipticCurvePrivateKey:
    """From VAPID_PRIVATE_KEY (PEM; needed when several machines serve), else made once and kept in DATA_DIR."""
    pem = settings.VAPID_PRIVATE_KEY.replace("\\n", "\n").encode() or _kept_pem()
    key = serialization.load_pem_private_key(pem, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("VAPID_PRIVATE_KEY is not a private key of the curve P-256")
    return key


def _kept_pem() -> bytes:
    path = settings.DATA_DIR / "vapid.pem"
    if not path.exists():
        made = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        temporary = path.with_name(f".vapid-{secrets.token_hex(8)}")
        temporary.touch(mode=0o600)
        temporary.write_bytes(made)
        try:
            os.link(temporary, path)  # never over the key of a process that was quicker
        except FileExistsError:
            pass
        finally:
            temporary.unlink()
    return path.read_bytes()

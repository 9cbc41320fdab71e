"""Who may do what over REST, beside the 27 routes of tests/messenger/test_chats_access.py. Data, to be read.

A row: method, path under /api/v1/, body, and a rule. A rule maps each role to a status, or to "status code".
"""

from typing import Any

from .scene import INSIDE, OUTSIDE, ROLES

Rule = dict[str, int | str]
NOBODY, UNKNOWN = "401 not_authenticated", "404 not_found"


def inside(everybody: int | str, outside: int | str = UNKNOWN, **others: int | str) -> Rule:
    """For members of the group; all others see what they would see if it did not exist."""
    rule: Rule = {"anonymous": NOBODY, **dict.fromkeys(OUTSIDE, outside), **dict.fromkeys(INSIDE, everybody)}
    return {**rule, **others}


def signed_in(everybody: int | str, **others: int | str) -> Rule:
    """For everybody who is signed in, about themselves or about people at large."""
    return {"anonymous": NOBODY, **dict.fromkeys(ROLES[1:], everybody), **others}


def mine(owner: int | str, others: int | str = UNKNOWN) -> Rule:
    """For the one whose thing it is."""
    return signed_in(others, owner=owner)


def anybody(status: int | str, **others: int | str) -> Rule:
    return {**dict.fromkeys(ROLES, status), **others}


NOT_YOURS, NO_RIGHT, MUTED = "403 not_yours", "403 right_needed", "403 sanctioned"
CARD = {"client_id": "{new_uuid}", "id": 1}
HELLO = {"client_id": "{new_uuid}", "text": "hello"}
FORWARD = {"client_ids": ["{new_uuid}"], "seqs": ["{seq}"]}
MESSAGE = "chats/{chat}/messages/{seq}"
REPORT = {"reason": "spam", "note": ""}

TABLE: list[tuple[str, str, Any, Rule]] = [
    # --- reading a chat
    ("get", "chats/{chat}/messages", None, inside(200)),
    ("get", MESSAGE, None, inside(200)),
    ("get", MESSAGE + "/readers", None, inside(200)),
    ("get", "chats/{chat}/pins", None, inside(200)),
    ("get", "chats/{chat}/changes?after=0", None, inside(200)),
    ("get", "chats/{chat}/mentions", None, inside(200)),
    ("get", "chats/{chat}/media?kind=file", None, inside(200)),
    ("get", "search?q=oak&chat={chat}", None, inside(200)),
    ("post", "chats/{chat}/read", {"seq": "{seq}"}, inside(200)),
    # --- writing in it
    ("post", "chats/{chat}/messages", HELLO, inside(201, outside="404 chat_not_found", muted=MUTED)),
    ("post", "chats/{chat}/cards", {**CARD, "kind": "none"}, signed_in("404 card_not_found")),
    ("patch", MESSAGE, {"text": "new"}, inside(NOT_YOURS, muted=MUTED, owner=200)),
    ("delete", MESSAGE, None, inside(204)),
    ("delete", MESSAGE + "?for=everybody", None, inside(NOT_YOURS, owner=204)),
    ("delete", "chats/{chat}/messages/{member_seq}?for=everybody", None, inside(NOT_YOURS, member=204, owner=204)),
    ("post", "chats/{chat}/messages/delete", {"seqs": ["{seq}"], "for": "me"}, inside(204)),
    ("post", "chats/{chat}/messages/delete", {"seqs": ["{seq}"], "for": "everybody"}, inside(NOT_YOURS, owner=204)),
    ("put", MESSAGE + "/reactions/👍", None, inside(200)),
    ("delete", MESSAGE + "/reactions/👍", None, inside(200)),
    ("put", MESSAGE + "/pin", None, inside(NO_RIGHT, owner=200)),
    ("delete", "chats/{chat}/messages/{pinned}/pin", None, inside(NO_RIGHT, owner=200)),
    ("delete", MESSAGE + "/preview", None, inside(NOT_YOURS, owner=200)),
    ("post", "forwards", {"from_chat": "{chat}", "to": ["{own_chat}"], **FORWARD}, inside(201)),
    (
        "post", "forwards", {"from_chat": "{own_chat}", "to": ["{chat}"], **FORWARD, "seqs": [1]},
        inside(201, outside="404 chat_not_found", muted=MUTED),
    ),
    # --- a direct chat whose one side has blocked the other
    ("get", "chats/{direct}/messages", None, mine(200) | {"blocked": 200}),
    (
        "post", "chats/{direct}/messages", HELLO,
        mine("403 blocked", "404 chat_not_found") | {"blocked": "403 blocked"},
    ),
    ("put", "chats/{direct}/messages/1/reactions/👍", None, mine("403 blocked") | {"blocked": "403 blocked"}),
    ("put", "chats/{direct}/messages/1/pin", None, mine("403 blocked") | {"blocked": "403 blocked"}),
    ("post", "chats/direct", {"user": "{owner_id}"}, signed_in(201, owner=200, blocked=200, member=200, muted=MUTED)),
    # --- my own list, folders, sync
    ("get", "chats", None, signed_in(200)),
    ("post", "chats", {"kind": "group", "title": "Mine"}, signed_in(201, muted=MUTED)),
    ("post", "chats/saved", None, signed_in(200)),
    ("put", "chats/pinned-order", {"chats": []}, signed_in(200)),
    ("get", "sync", None, signed_in(200)),
    ("get", "folders", None, signed_in(200)),
    ("post", "folders", {"name": "New"}, signed_in(201)),
    ("put", "folders/order", {"folders": ["{folder}"]}, mine(200, "400 not_the_folders")),
    ("patch", "folders/{folder}", {"name": "Other"}, mine(200, "404 folder_not_found")),
    ("delete", "folders/{folder}", None, mine(204, "404 folder_not_found")),
    ("get", "search?q=oak", None, signed_in(200)),
    # --- ways in, and the photo (who may set it: tests/messenger/test_chats.py)
    ("put", "chats/{chat}/photo", {}, signed_in("415 unsupported_media_type")),
    ("get", "chats/by-handle/nobody_here", None, anybody(UNKNOWN)),
    ("get", "invites/{token}", None, anybody(200, banned="404 invite_not_found")),
    ("post", "invites/{token}/join", None, signed_in(200, banned="404 invite_not_found")),
    # --- uploads
    ("post", "uploads", {"name": "a.bin", "size": 1, "kind": "file"}, signed_in(201)),
    ("get", "uploads/{upload}", None, mine(200)),
    ("patch", "uploads/{upload}", b"oak!", mine(200)),
    ("post", "uploads/{upload}/finish", None, mine("409 upload_incomplete")),
    ("delete", "uploads/{upload}", None, mine(204)),
    # --- me
    ("get", "me", None, signed_in(200)),
    ("patch", "me", {"bio": "new"}, signed_in(200)),
    ("delete", "me", {"password": "not it"}, signed_in("403 wrong_password")),
    ("put", "me/photo", {}, signed_in("415 unsupported_media_type")),
    ("delete", "me/photo", None, signed_in(200)),
    ("get", "me/privacy", None, signed_in(200)),
    ("patch", "me/privacy", {"phone": "nobody"}, signed_in(200)),
    ("get", "me/link", None, signed_in(200)),
    ("post", "me/export", None, signed_in(202)),
    ("get", "me/export/{export}", None, mine(200)),
    ("get", "me/devices", None, signed_in(200)),
    ("delete", "me/devices", None, signed_in(200)),
    ("delete", "me/devices/{device}", None, mine(204, "404 device_not_found")),
    ("get", "push-subscriptions", None, signed_in(200)),
    ("put", "push-subscriptions", {"endpoint": "https://127.0.0.1/x"}, signed_in("400 invalid")),
    ("delete", "push-subscriptions", {"endpoint": "https://push.example/x"}, signed_in(204)),
    ("post", "socket-ticket", None, signed_in(200)),
    # --- people
    ("get", "users?q=some", None, signed_in(200)),
    ("get", "users/{user}", None, signed_in(200)),
    ("get", "users/by-handle/{handle}", None, signed_in(200)),
    ("get", "contacts", None, signed_in(200)),
    ("post", "contacts", {"user": "{user}"}, signed_in(201)),
    ("delete", "contacts/{user}", None, signed_in(204)),
    ("get", "blocks", None, signed_in(200)),
    ("put", "blocks/{user}", None, signed_in(200)),
    ("delete", "blocks/{user}", None, signed_in(204)),
    # --- reports
    ("post", "reports", {"target_kind": "user", "user": "{user}", **REPORT}, signed_in(201)),
    (
        "post", "reports", {"target_kind": "message", "chat": "{chat}", "seq": "{member_seq}", **REPORT},
        inside(201, member="400 self"),
    ),
    ("post", "reports", {"target_kind": "chat", "chat": "{chat}", **REPORT}, inside(201, owner="400 self")),
    # --- open to all
    ("get", "emoji", None, anybody(302)),
    ("get", "emoji/{emoji_version}/en", None, anybody(200)),
    ("get", "schema", None, anybody(200)),
    ("get", "docs", None, anybody(200)),
]  # fmt: skip

MEDIA: list[tuple[str, Rule]] = [
    ("/media/a/{attachment}/original/oak.bin", inside(200)),
    ("/media/a/{loose}/original/loose.bin", mine(200)),
    ("/media/avatars/{avatar}", anybody(200, blocked=UNKNOWN)),
    ("/media/chat-photos/{chat_photo}", inside(200) | {"anonymous": UNKNOWN}),
    ("/media/chat-photos/{chat_photo}?invite={token}", anybody(200, banned=UNKNOWN)),
    ("/media/previews/{preview_image}", inside(200)),
    ("/media/listing-photos/{photo_key}-small.webp", anybody(200)),
    ("/media/listing-photos/secret0000000draft-small.webp", anybody(UNKNOWN, owner=200)),
    ("/media/listing-photos/secret00000removed-small.webp", anybody(UNKNOWN, owner=200)),
    ("/media/listing-photos/secret00000deleted-small.webp", anybody(UNKNOWN)),
    ("/media/listing-photos/nothing-at-all-small.webp", anybody(UNKNOWN)),
    ("/media/shop-photos/{shop_photo}", anybody(200)),
]

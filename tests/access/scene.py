"""Everybody who may knock at a door: one private group, what belongs to its owner, and people of every standing."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from accounts.models import Block, Contact, Export, User
from core import emoji_data
from messenger.actions.chats import DEFAULT_RIGHTS
from messenger.models import Chat, Folder, Invite, JoinRequest, LinkPreview, Membership, Message, Upload
from moderation.actions.moderators import make_moderator
from moderation.models import Sanction
from tests.conftest import make_user
from tests.messenger.people import signed_in
from tests.messenger.scenes import make_direct, make_group, say, upload

from .calling_scene import calling
from .market_scene import buying, leaving, selling, trading
from .news_scene import reading

INSIDE = ("member", "muted", "blocked", "owner")
OUTSIDE = ("stranger", "left", "removed", "banned", "waiting", "admin_elsewhere", "moderator", "referee")
ROLES = ("anonymous", *OUTSIDE, *INSIDE)  # the weakest first


@dataclass
class Scene:
    group: Chat
    people: dict[str, User | None]
    names: dict[str, Any] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)  # the cookie of each role's browser

    def fill(self, value: Any, role: str = "owner") -> Any:
        """Put the scene's ids into a path or a body. "{seq}" alone becomes a number."""
        if isinstance(value, str):
            names = {**self.names, "me": getattr(self.people.get(role), "pk", 0), "new_uuid": str(uuid.uuid4())}
            names["own_chat"] = self.names["saved"].get(role, 0)
            if value.startswith("{") and value.endswith("}") and value.count("{") == 1:
                return names[value[1:-1]]
            return value.format(**names)
        if isinstance(value, list):
            return [self.fill(one, role) for one in value]
        return {key: self.fill(one, role) for key, one in value.items()} if isinstance(value, dict) else value


def build() -> Scene:
    people: dict[str, User | None] = {role: make_user(role) for role in ROLES if role != "anonymous"}
    owner, member, blocked = people["owner"], people["member"], people["blocked"]
    group = make_group(owner, member, people["muted"], blocked, is_history_visible=True)
    for role in ("left", "removed", "banned"):
        Membership.objects.create(chat=group, user=people[role], state=role)
    invite = Invite.objects.create(chat=group, token="t" * 22, created_by=owner)
    JoinRequest.objects.create(chat=group, user=people["waiting"], invite=invite)
    make_group(people["admin_elsewhere"])
    User.objects.filter(handle="moderator").update(is_staff=True)
    people["moderator"].refresh_from_db()
    make_moderator(user=people["referee"])
    direct = make_direct(owner, blocked)
    Chat.objects.filter(pk=direct.pk).update(default_rights=DEFAULT_RIGHTS[Chat.Kind.DIRECT])
    say(owner, direct, "before the quarrel")
    names = {**_things(group, owner, member), "direct": direct.pk, **_ids(people, group, invite)}
    for stand in (trading, buying, selling, leaving):  # an order takes along what lies in the cart
        names |= stand(owner, member)
    names |= calling(owner, member, people["muted"], group)
    names |= reading(owner)
    Sanction.objects.create(user=people["muted"], kind="mute", reason="spam")
    Block.objects.create(owner=owner, user=blocked)
    return Scene(group, {"anonymous": None, **people}, names, {role: _session(user) for role, user in people.items()})


def _session(user: User) -> str:
    browser = Client()
    browser.force_login(user)
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


def _ids(people: dict[str, User | None], group: Chat, invite: Invite) -> dict[str, Any]:
    person = make_user("somebody")
    saved = {}
    for role, one in people.items():
        if one is not None:
            saved[role] = make_group(one, kind="saved", pair_key=str(one.pk)).pk
            say(one, Chat.objects.get(pk=saved[role]), "a note")
    return {
        "chat": group.pk, "user": person.pk, "handle": person.handle, "invite": invite.pk, "token": invite.token,
        "saved": saved, "owner_id": people["owner"].pk, "member_id": people["member"].pk,
        "emoji_version": emoji_data.version(), "zero": 0, "once": "0" * 32,
    }  # fmt: skip


def _things(group: Chat, owner: User, member: User) -> dict[str, Any]:
    """Messages of the group, and the private things of its owner."""
    client = signed_in(owner)
    photo = upload(client, b"\x00words", name="oak.bin", kind="file")
    loose = upload(client, b"unsent", name="loose.bin", kind="file")
    preview = LinkPreview.objects.create(url="https://oak.example", url_hash="0" * 64, title="Oak")
    preview.image.save("oak.webp", ContentFile(b"picture"))
    seq = say(owner, group, "oak https://oak.example").seq
    Message.objects.filter(chat=group, seq=seq).update(preview=preview)
    member_seq = say(member, group, "beech").seq
    with_file = say(owner, group, "file", attachments=[uuid.UUID(photo["id"])]).seq
    pinned = say(owner, group, "pinned").seq
    Message.objects.filter(chat=group, seq=pinned).update(pinned_at=timezone.now(), pinned_by=owner)
    group.refresh_from_db()
    group.photo.save("photo.webp", ContentFile(b"picture"))
    owner.avatar.save("face.webp", ContentFile(b"picture"))
    other = make_user("contact")
    Contact.objects.create(owner=owner, user=other)
    signed_in(owner).get("/api/v1/me/devices")
    device = client.get("/api/v1/me/devices").json()["results"][0]["id"]
    export = Export.objects.create(user=owner, state="running")
    begun = Upload.objects.create(owner=owner, name="half.bin", size=4, wanted_kind="file")
    return {
        "seq": seq, "member_seq": member_seq, "with_file": with_file, "pinned": pinned,
        "attachment": photo["id"], "loose": loose["id"], "upload": str(begun.pk), "export": str(export.pk),
        "device": device, "folder": Folder.objects.create(owner=owner, name="Trees").pk, "contact": other.pk,
        "avatar": owner.avatar.name.split("/")[-1], "chat_photo": group.photo.name.split("/")[-1],
        "preview_image": preview.image.name.split("/")[-1],
    }  # fmt: skip

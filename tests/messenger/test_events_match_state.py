"""State before + events = state after, for everything that can be done in a chat.

A model client keeps what it read before, applies the events it hears by the rule of the protocol (modseq one by one),
and must then hold what a fresh read answers. So no action can forget its event, or tell something else than it did.
"""

import uuid

import pytest

from accounts.models import User
from tests.conftest import make_user

pytestmark = pytest.mark.django_db(transaction=True)


class Model:
    """A client of one chat: the smallest that follows docs/protocol.md."""

    def __init__(self, client, chat: int) -> None:
        self.client, self.chat = client, chat
        self.state = self.read()

    def read(self) -> dict:
        head = self.client.get(f"/api/v1/chats/{self.chat}").json()
        messages = self.client.get(f"/api/v1/chats/{self.chat}/messages", {"limit": 100}).json()["messages"]
        members = self.client.get(f"/api/v1/chats/{self.chat}/members").json()["results"]
        return {
            "modseq": head["chat"]["modseq"],
            "chat": {key: value for key, value in head["chat"].items() if key not in ("modseq", "last_seq")},
            "messages": {message["seq"]: message for message in messages},
            "members": {member["user"]["id"]: member for member in members},
        }

    def apply(self, frame: dict) -> None:
        if frame.get("chat") != self.chat or "modseq" not in frame:
            return
        assert frame["modseq"] == self.state["modseq"] + 1, f"a hole before {frame['event']}"
        self.state["modseq"] = frame["modseq"]
        kind, data = frame["event"], frame["data"]
        if kind in ("message.created", "message.changed"):
            self.state["messages"][data["seq"]] = data
        elif kind == "chat.changed":
            self.state["chat"] = {key: value for key, value in data.items() if key not in ("modseq", "last_seq")}
            for member in self.state["members"].values():  # plain members have the chat's default rights
                if member["role"] == "member":
                    member["rights"] = data["default_rights"]
        elif kind == "member.changed":
            self.state["members"].pop(data["user"]["id"], None)
            if data["state"] == "active":
                self.state["members"][data["user"]["id"]] = data
        else:
            raise AssertionError(f"{kind} has a modseq but is no durable fact of a chat")


CHAT, MESSAGES = "/api/v1/chats/{chat}", "/api/v1/chats/{chat}/messages"
ACTS = {
    "send": ("alice", "post", MESSAGES, {"text": "**new** #words @bob https://example.org", "reply_to": 1}),
    "edit": ("alice", "patch", MESSAGES + "/1", {"text": "better"}),
    "delete": ("alice", "delete", MESSAGES + "/1?for=everybody", None),
    "delete several": ("alice", "post", MESSAGES + "/delete", {"seqs": [1, 2], "for": "everybody"}),
    "react": ("bob", "put", MESSAGES + "/1/reactions/👍", None),
    "pin": ("alice", "put", MESSAGES + "/1/pin", None),
    "title": ("alice", "patch", CHAT, {"title": "Other friends", "description": "about us"}),
    "slow mode": ("alice", "patch", CHAT, {"slow_mode_seconds": 30}),
    "rights": ("alice", "patch", CHAT, {"default_rights": ["write", "react"]}),
    "add": ("alice", "post", CHAT + "/members", {"users": ["charlie"]}),
    "promote": ("alice", "patch", CHAT + "/members/{bob}", {"role": "admin", "rights": ["pin", "delete"]}),
    "remove": ("alice", "delete", CHAT + "/members/{erin}", None),
    "ban": ("alice", "put", CHAT + "/bans/{erin}", None),
    "leave": ("erin", "post", CHAT + "/leave", None),
    "hand over": ("alice", "post", CHAT + "/owner", {"user": "bob"}),
    "read": ("bob", "post", CHAT + "/read", {"seq": 2}),
    "mute": ("bob", "patch", CHAT + "/membership", {"muted_for_seconds": 3600}),
    "draft": ("bob", "put", CHAT + "/draft", {"text": "later"}),
    "hide": ("bob", "delete", MESSAGES + "/2?for=me", None),
}


def perform(api, people: dict[str, User], chat: int, act: tuple) -> None:
    actor, method, path, body = act
    ids = {name: user.pk for name, user in people.items()}
    if body and "users" in body:
        body = {"users": [ids[name] for name in body["users"]]}
    elif body and "user" in body:
        body = {"user": ids[body["user"]]}
    elif method == "post" and path == MESSAGES:
        body = {**body, "client_id": str(uuid.uuid4())}
    address = path.format(chat=chat, **ids)
    response = getattr(api(people[actor]), method)(address, body, format="json")
    assert response.status_code < 300, response.content


@pytest.fixture
def people(alice, bob, charlie):
    return {"alice": alice, "bob": bob, "charlie": charlie, "erin": make_user("erin")}


@pytest.fixture
def chat(people, api):
    """A group made through the API, with two messages by alice."""
    members = [people["bob"].pk, people["erin"].pk]
    body = {"kind": "group", "title": "Friends", "members": members}
    chat = api(people["alice"]).post("/api/v1/chats", body, format="json").json()["chat"]["id"]
    for text in ("first", "second"):
        perform(api, people, chat, ("alice", "post", MESSAGES, {"text": text}))
    return chat


@pytest.mark.parametrize("name", ACTS)
def test_events_make_the_state(name, people, chat, api, heard):
    offset = len(heard())
    # Message numbers in the table count from the first thing that alice wrote.
    first = min(
        seq for seq, message in Model(api(people["bob"]), chat).state["messages"].items() if message["kind"] == "text"
    )
    actor, method, path, body = ACTS[name]
    path = path.replace("/1", f"/{first}").replace("/2", f"/{first + 1}") if MESSAGES in path else path
    if body and "reply_to" in body:
        body = {**body, "reply_to": first}
    if body and "seqs" in body:
        body = {**body, "seqs": [first, first + 1]}
    model = Model(api(people["bob"]), chat)
    if name == "hide":
        model.state["messages"].pop(first + 1)  # a private fact: told by message.hidden, not by a change of the chat
    perform(api, people, chat, (actor, method, path, body))
    for event in heard()[offset:]:
        model.apply(event.frame())
    assert model.state == model.read()

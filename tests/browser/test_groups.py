"""A group: who is in it hears, who is put out hears nothing from that moment on."""

import uuid

from playwright.sync_api import expect

from tests.browser.conftest import messages, write


def call(page, method: str, path: str, body: dict | None = None) -> dict:
    """The REST API with this browser's session, as the page itself would use it."""
    return page.evaluate(
        """async ([method, path, body]) => {
            const { engine } = await import("chat/engine.js");
            return await engine().api[method](path, body ?? undefined) ?? {};
        }""",
        [method, path, body],
    )


def test_removed_member_receives_nothing_more(person):
    alice, bob = person("alice"), person("bob")
    bob_id = call(alice, "get", "users/by-handle/bob")["id"]
    head = call(alice, "post", "chats", {"kind": "group", "title": "Garden party", "members": [bob_id]})
    chat = head["chat"]["id"]
    for page in (alice, bob):
        page.goto(f"/c/{chat}")
    write(alice, "Who brings the cake?")
    expect(messages(bob)).to_contain_text("Who brings the cake?")
    heard = []
    bob.on("websocket", lambda socket: socket.on("framereceived", lambda frame: heard.append(str(frame))))
    bob.reload()
    expect(messages(bob)).to_contain_text("Who brings the cake?")
    call(alice, "delete", f"chats/{chat}/members/{bob_id}")
    expect(bob.get_by_role("option", name="Garden party")).to_have_count(0)
    secret = f"Not for bob {uuid.uuid4().hex}"
    write(alice, secret)
    expect(messages(alice)).to_contain_text(secret)
    bob.wait_for_timeout(1_500)
    assert secret not in bob.content()
    assert not any(secret in frame for frame in heard)
    assert bob.evaluate(f"fetch('/api/v1/chats/{chat}/messages').then(r => r.status)") == 404

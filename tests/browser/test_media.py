"""Photos and voice notes, from one person's device to the other's eyes and ears."""

import io
import re

from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import messages, start_direct, until


def photo(color: str) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (1200, 800), color).save(data, "JPEG")
    return data.getvalue()


def test_photos_arrive_and_are_drawn(person):
    alice, bob = person("alice"), person("bob")
    start_direct(alice, "bob")
    start_direct(bob, "alice")
    files = [{"name": f"{color}.jpg", "mimeType": "image/jpeg", "buffer": photo(color)} for color in ("teal", "orange")]
    alice.locator("chat-composer input[type=file]").set_input_files(files)
    alice.get_by_role("textbox", name="Message", exact=True).fill("Two colours")
    alice.get_by_role("button", name="Send", exact=True).click()
    expect(messages(bob)).to_contain_text("Two colours", timeout=20_000)
    pictures = messages(bob).locator("img[src*='/media/a/']")
    expect(pictures).to_have_count(2, timeout=20_000)
    until(
        bob, "[...document.querySelectorAll('chat-timeline img[src*=\"/media/a/\"]')].every(i => i.naturalWidth > 100)"
    )


def test_voice_note_is_recorded_and_played(person):
    alice, bob = person("alice"), person("bob")
    start_direct(alice, "bob")
    start_direct(bob, "alice")
    alice.get_by_role("button", name="Record a voice note").click()
    alice.get_by_role("button", name="Send the voice note").wait_for()
    alice.wait_for_timeout(2_000)
    alice.get_by_role("button", name="Send the voice note").click()
    play = messages(bob).get_by_role("button", name=re.compile("^Play"))
    expect(play.first).to_be_visible(timeout=20_000)
    play.first.click()
    expect(messages(bob).get_by_role("button", name=re.compile("^Pause")).first).to_be_visible()

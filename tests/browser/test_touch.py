"""Fingers on a phone: held, lifted, pulled aside."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import messages, sign_in, start_direct


class Finger:
    """Touches as the browser's input thread gives them, gestures and clicks of its own included."""

    def __init__(self, page) -> None:
        self.page = page
        self.session = page.context.new_cdp_session(page)
        self.x = self.y = 0.0

    def _send(self, kind: str, *points: tuple[float, float]) -> None:
        touches = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    def down(self, target, *, hold: int = 0) -> None:
        box = target.bounding_box()
        self.x, self.y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self._send("touchStart", (self.x, self.y))
        self.page.wait_for_timeout(hold)

    def move(self, by_x: float, by_y: float) -> None:
        for step in range(1, 11):
            self._send("touchMove", (self.x + by_x * step / 10, self.y + by_y * step / 10))
            self.page.wait_for_timeout(16)

    def lift(self) -> None:
        self._send("touchEnd")
        self.page.wait_for_timeout(300)


@pytest.fixture
def phone(browser, server):
    context = browser.new_context(
        base_url=server.url, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True,
        permissions=["microphone"],
    )  # fmt: skip
    page = context.new_page()
    page.set_default_timeout(10_000)
    sign_in(page, "alice")
    start_direct(page, "bob")
    box = page.get_by_role("textbox", name="Message", exact=True)
    box.fill("a message to hold")
    page.get_by_role("button", name="Send", exact=True).tap()
    expect(messages(page).locator(".row[data-seq]").last).to_contain_text("a message to hold")
    yield page
    context.close()


def test_a_held_message_opens_its_menu_and_lifting_the_finger_chooses_nothing(phone):
    finger, menu = Finger(phone), phone.get_by_role("menu", name="Message")
    row = messages(phone).locator(".row[data-seq]").last
    finger.down(row.locator(".bubble"), hold=700)
    expect(menu).to_be_visible()
    finger.lift()
    expect(menu).to_be_visible()
    expect(phone.locator("dialog[open]")).to_have_count(0)
    expect(phone.locator("[data-context]")).to_be_hidden()
    phone.touchscreen.tap(195, 100)  # beside it
    expect(menu).to_have_count(0)
    finger.down(row.locator(".bubble"), hold=700)
    finger.lift()
    phone.get_by_role("menuitem", name="Reply").tap()
    expect(phone.locator("[data-context]")).to_contain_text("a message to hold")


def test_a_message_pulled_aside_is_answered(phone):
    finger = Finger(phone)
    finger.down(messages(phone).locator(".row[data-seq]").last.locator(".bubble"))
    finger.move(-80, 0)
    finger.lift()
    expect(phone.locator("[data-context]")).to_contain_text("a message to hold")


def test_a_voice_note_is_held_discarded_and_locked(phone):
    finger, notes = Finger(phone), messages(phone).locator(".voice")
    record, panel = phone.get_by_role("button", name="Record a voice note"), phone.locator("[data-recording]")
    before = notes.count()
    finger.down(record, hold=1_600)
    finger.move(-120, 0)
    expect(panel).to_be_hidden()
    finger.lift()
    expect(notes).to_have_count(before)
    finger.down(record, hold=1_800)
    finger.lift()
    expect(notes).to_have_count(before + 1)
    finger.down(record, hold=1_600)
    finger.move(0, -90)
    finger.lift()
    expect(panel).to_be_visible()
    phone.get_by_role("button", name="Send the voice note").tap()
    expect(notes).to_have_count(before + 2)

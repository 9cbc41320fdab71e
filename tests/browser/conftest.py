"""Real pages of a real server: the embedded default in a folder of its own, driven with Chromium.

Run by itself (`pytest tests/browser`): pytest-playwright and pytest-asyncio do not share a run.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "correct horse battery"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
FAKE_DEVICES = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]

SEED = f"""
from allauth.account.models import EmailAddress
from accounts.models import Contact, User
people = {{}}
for handle in ("alice", "bob", "charlie"):
    user = User.objects.create_user(handle, handle + "@example.com", {PASSWORD!r}, name=handle.title())
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    people[handle] = user
Contact.objects.create(owner=people["alice"], user=people["bob"])
Contact.objects.create(owner=people["bob"], user=people["alice"])
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": ["--no-sandbox", *FAKE_DEVICES]}


class Server:
    """`manage.py start`, which a test may stop and start again: the database stays."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
        self.environment = {
            **kept, "DATA_DIR": str(folder), "PORT": str(self.port), "DEMO": "0", "TENFOLD_TESTING": "1",
            "LIMITS": "scale:20",
        }  # fmt: skip
        self.process: subprocess.Popen | None = None

    def manage(self, *arguments: str) -> None:
        subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=self.environment, check=True, timeout=120
        )

    def start(self) -> None:
        self.process = subprocess.Popen([sys.executable, "manage.py", "start"], cwd=ROOT, env=self.environment)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"{self.url}/readyz", timeout=2)
                return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        raise RuntimeError("the server did not come up")

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
            self.process = None


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("data"))
    server.manage("migrate", "-v0")
    server.manage("shell", "-v0", "-c", SEED)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def base_url(server):
    return server.url


@pytest.fixture
def person(browser, server):
    """person("alice"): a page of her own browser, signed in, at the chats. Any script error fails the test."""
    with people_of(browser, server) as open_page:
        yield open_page


@contextmanager
def people_of(browser, server: Server):
    opened, errors = [], []

    def open_page(handle: str, *, width: int = 1280, height: int = 800, path: str = "/"):
        context = browser.new_context(
            base_url=server.url, viewport={"width": width, "height": height}, permissions=["microphone", "camera"]
        )
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: errors.append(f"{handle}: {error}"))
        page.on(
            "console",
            lambda line: errors.append(f"{handle}: {line.text}") if "Content Security Policy" in line.text else None,
        )
        sign_in(page, handle)
        page.goto(path)
        opened.append(context)
        return page

    try:
        yield open_page
    finally:
        for context in opened:
            context.close()
    assert errors == []


def sign_in(page, handle: str) -> None:
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(handle)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/accounts/" not in url)


def start_direct(page, handle: str) -> None:
    """From the chat list to an open direct chat with that person."""
    page.goto(f"/@{handle}")
    box = page.get_by_role("textbox", name="Message", exact=True)
    profile = page.get_by_role("button", name="Message", exact=True)
    profile.or_(box).first.wait_for()
    if not box.is_visible():  # strangers see the profile first
        profile.click()
    box.wait_for()


def write(page, text: str) -> None:
    box = page.get_by_role("textbox", name="Message", exact=True)
    box.fill(text)
    box.press("Enter")


def until(page, expression: str, timeout: float = 10.0) -> None:
    """Wait until a JavaScript expression is true. (Playwright's own wait_for_function needs `unsafe-eval`.)"""
    deadline = time.monotonic() + timeout
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, expression
        page.wait_for_timeout(100)


def messages(page):
    return page.get_by_role("log", name="Messages")

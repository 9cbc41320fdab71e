"""Every page: no accessibility violation, no script error, nothing wider than the screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import start_direct, write

SETTINGS = ["profile", "account", "privacy", "devices", "notifications", "data", "contacts"]
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}


STILL = """Promise.all(document.getAnimations()
    .filter((each) => each instanceof CSSTransition).map((each) => each.finished.catch(() => null)))"""


def check(page) -> None:
    page.evaluate(STILL)  # colours on their way from one scheme to the other have contrasts of their own
    results = Axe().run(page, options=RULES)
    found = [
        f"{violation['id']}: {node['target']}"
        for violation in results.response["violations"]
        for node in violation["nodes"]
    ]
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"])
def test_signed_out_pages(page, path):
    page.goto(path)
    check(page)


@pytest.mark.parametrize("width", [390, 1440])
def test_settings_pages(person, width):
    page = person("charlie", width=width)
    for name in SETTINGS:
        response = page.goto(f"/settings/{name}/")
        assert response.status == 200, name
        check(page)


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_chats(person, width, scheme):
    page = person("alice", width=width)
    page.emulate_media(color_scheme=scheme)
    check(page)
    start_direct(page, "bob")
    write(page, f"A page of {width} in {scheme}")
    page.wait_for_timeout(500)
    check(page)

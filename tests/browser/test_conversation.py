"""Two people open the app and talk."""

import re
import time

from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, messages, start_direct, write


def test_two_people_write_to_each_other(person):
    alice, bob = person("alice"), person("bob")
    start_direct(alice, "bob")
    write(alice, "Shall we meet at **six**?")
    expect(messages(alice)).to_contain_text("Shall we meet at six?")
    bob.get_by_role("option", name=re.compile("Alice")).first.click()
    expect(messages(bob)).to_contain_text("Shall we meet at six?")
    expect(messages(bob).locator("strong, b")).to_have_text("six")
    write(bob, "Seven is better")
    expect(messages(alice)).to_contain_text("Seven is better")
    expect(messages(bob)).to_contain_text("Seven is better")


def test_what_is_written_offline_arrives_once_and_in_order(person):
    alice, bob = person("alice"), person("bob")
    start_direct(alice, "bob")
    write(alice, "before the tunnel")
    expect(messages(alice)).to_contain_text("before the tunnel")
    start_direct(bob, "alice")
    alice.context.set_offline(True)
    for number in (1, 2, 3):
        write(alice, f"in the tunnel {number}")
    expect(messages(alice)).to_contain_text("in the tunnel 3")
    assert "in the tunnel" not in messages(bob).inner_text()
    alice.reload()  # the shell and the history come from this device
    expect(messages(alice)).to_contain_text("in the tunnel 3")
    write(alice, "in the tunnel 4")
    alice.context.set_offline(False)
    expect(messages(bob)).to_contain_text("in the tunnel 4", timeout=20_000)
    text = messages(bob).inner_text()
    places = [text.index(f"in the tunnel {number}") for number in (1, 2, 3, 4)]
    assert places == sorted(places)
    assert all(text.count(f"in the tunnel {number}") == 1 for number in (1, 2, 3, 4))


def test_a_new_person_has_written_within_a_minute(page, server, person):
    began = time.monotonic()
    page.goto("/accounts/signup/")
    page.locator("[name=username]").fill("newcomer")
    page.locator("[name=email]").fill("newcomer@example.com")
    page.locator("[name=password1]").fill(PASSWORD)
    page.locator("[name=password1]").press("Enter")
    page.wait_for_url(lambda url: "/accounts/" not in url)
    start_direct(page, "bob")
    write(page, "Hello, I am new here")
    expect(messages(page)).to_contain_text("Hello, I am new here")
    bob = person("bob")
    expect(bob.get_by_role("option", name=re.compile("newcomer", re.IGNORECASE)).first).to_be_visible()
    assert time.monotonic() - began < 60


def test_hostile_text_stays_text(person):
    alice, bob = person("alice"), person("bob")
    start_direct(alice, "bob")
    write(alice, "<img src=x onerror=alert(1)> [click](javascript:alert(1)) \u202eevil")
    start_direct(bob, "alice")
    expect(messages(bob)).to_contain_text("<img src=x onerror=alert(1)>")
    assert bob.locator("chat-timeline img[src='x'], a[href^='javascript:']").count() == 0

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


def test_a_chat_begins_at_the_first_unread(person):
    alice, bob = person("alice"), person("bob")
    start_direct(alice, "bob")
    write(alice, "before the break")
    start_direct(bob, "alice")
    expect(messages(bob)).to_contain_text("before the break")
    alice.goto("/")
    alice.get_by_role("option", name=re.compile("Bob")).first.wait_for()
    alice.wait_for_timeout(2_500)  # what is kept here by now must not count as seen
    for number in range(40):
        write(bob, f"news {number}")
    row = alice.get_by_role("option", name=re.compile("Bob")).first
    expect(row).to_contain_text("news 39")
    row.click()
    expect(messages(alice).get_by_text("New messages")).to_be_in_viewport()
    expect(messages(alice).get_by_role("article", name="Bob: news 0,")).to_be_in_viewport()
    alice.get_by_role("button", name="To the newest message").click()
    expect(messages(alice).get_by_role("article", name="Bob: news 39,")).to_be_in_viewport()


def test_a_spoiler_stays_covered_until_it_is_pressed(person):
    alice, bob = person("alice"), person("bob")
    start_direct(alice, "bob")
    start_direct(bob, "alice")
    write(alice, "The murderer is ||the gardener||")
    covered = messages(bob).locator("[data-do=spoiler]").last
    expect(covered).to_be_visible()
    expect(bob.get_by_role("option", name=re.compile("Alice")).first).not_to_contain_text("gardener")
    messages(bob).locator(".row[data-seq]").last.locator(".bubble").click(button="right", position={"x": 10, "y": 8})
    bob.get_by_role("menuitem", name="Reply").click()
    write(bob, "I knew it")
    expect(messages(alice).locator(".quote-box").last).not_to_contain_text("gardener")
    covered.click()
    expect(covered).to_have_class(re.compile("is-open"))

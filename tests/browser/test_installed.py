"""What an installed app does beyond a page: it takes what others share, and works without the server."""

from playwright.sync_api import expect

from tests.browser.conftest import messages, start_direct, write

SHARE = """() => {
    const form = document.createElement("form");
    Object.assign(form, {method: "post", action: "/share", enctype: "multipart/form-data"});
    for (const [name, value] of [["title", "A title"], ["text", "Shared words"], ["url", "https://example.com/x"]])
        form.append(Object.assign(document.createElement("input"), {name, value}));
    const files = Object.assign(document.createElement("input"), {name: "files", type: "file"});
    const given = new DataTransfer();
    given.items.add(new File(["the file"], "n\u00f6te.txt", {type: "text/plain"}));
    files.files = given.files;
    form.append(files);
    document.body.append(form);
    setTimeout(() => form.submit());
}"""


def test_what_another_app_shares_arrives_in_the_chosen_chat(person):
    alice = person("alice")
    start_direct(alice, "bob")
    write(alice, "before the share")
    alice.evaluate("navigator.serviceWorker.ready.then(() => null)")
    alice.goto("/")
    alice.evaluate(SHARE)
    chooser = alice.get_by_role("dialog")
    chooser.get_by_role("option", name="Bob").first.click()
    chooser.locator("[data-done]").click()
    expect(messages(alice)).to_contain_text("Shared words", timeout=20_000)
    expect(messages(alice)).to_contain_text("https://example.com/x")
    expect(messages(alice)).to_contain_text("n\u00f6te.txt")


def test_menus_and_dialogs_open_without_the_server(person):
    alice = person("alice")
    start_direct(alice, "bob")
    write(alice, "read me offline")
    expect(messages(alice)).to_contain_text("read me offline")
    alice.evaluate("navigator.serviceWorker.ready.then(() => null)")
    alice.wait_for_timeout(1_500)  # what is on the screen is written to the device every second
    alice.context.set_offline(True)
    alice.reload()
    messages(alice).get_by_text("read me offline").first.click(button="right")
    expect(alice.get_by_role("menuitem", name="Reply")).to_be_visible()
    alice.keyboard.press("Escape")
    alice.get_by_role("button", name="New chat").first.click()
    expect(alice.get_by_role("dialog")).to_be_visible()
    alice.context.set_offline(False)

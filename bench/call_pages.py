"""Two real pages call each other: from the press to the ring, and from the answer to the first picture.

`python -m bench.call_pages http://localhost:8000` against a running `make run` with its demo people, on this machine:
both pages and the server share one clock. Needs requirements-browser.txt and Chromium; its devices are made up.
"""

import argparse
import shutil
import statistics
import sys

from playwright.sync_api import Browser, Page, sync_playwright

CALLER, CALLEE = "alice", "bob"
ARGUMENTS = ["--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]

# Milliseconds since 1970 at which the element is first there.
SEEN = """(selector) => { window.seen = new Promise((done) => {
  const look = () => document.querySelector(selector)?.checkVisibility() && (watch.disconnect(), done(Date.now()));
  const watch = new MutationObserver(look);
  watch.observe(document, { childList: true, subtree: true, attributes: true });
}); }"""
# … and at which a picture of the other side has been decoded.
DECODED = """async () => {
  const { calls } = await import("calls/main.js");
  for (;;) {
    for (const connection of calls().session?.carrier?.connections ?? []) {
      for (const report of (await connection.getStats()).values()) {
        if (report.type === "inbound-rtp" && report.kind === "video" && report.framesDecoded > 0) return Date.now();
      }
    }
    await new Promise((done) => setTimeout(done, 5));
  }
}"""
PRESS = "(button) => { const now = Date.now(); button.click(); return now; }"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.call_pages", description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--times", type=int, default=12)
    parser.add_argument("--password", default="tenfold-demo")
    options = parser.parse_args()
    with sync_playwright() as playwright:
        program = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        caller, callee = (open_page(browser, options, handle) for handle in (CALLER, CALLEE))
        caller.get_by_role("option", name="Bob Fischer").first.click()
        rings, frames = [], []
        for _ in range(options.times):
            ring, frame = call_once(caller, callee)
            rings.append(ring)
            frames.append(frame)
        browser.close()
    print_row("from the press until the other page rings", rings)
    print_row("from the answer until the first picture is decoded", frames)
    return 0


def open_page(browser: Browser, options: argparse.Namespace, handle: str) -> Page:
    context = browser.new_context(base_url=options.url, permissions=["microphone", "camera"])
    page = context.new_page()
    page.goto("/accounts/login/")
    page.fill("[name=login]", handle)
    page.fill("[name=password]", options.password)
    page.click("button[type=submit]")
    page.wait_for_selector(".chat-row[data-key]")
    page.wait_for_timeout(5000)  # what comes once the page is idle: the engine of calls
    return page


def call_once(caller: Page, callee: Page) -> tuple[float, float]:
    """Milliseconds, both."""
    callee.evaluate(SEEN, ".ring-call")
    pressed = caller.locator("[data-do=call-video]").evaluate(PRESS)
    rang = callee.evaluate("seen")
    callee.wait_for_timeout(1000)  # people take their time
    answered = callee.locator(".ring-call [data-do=answer-video]").evaluate(PRESS)
    decoded = max(page.evaluate(DECODED) for page in (callee, caller))
    caller.locator(".control[data-do=hang-up]").click()
    for page in (caller, callee):
        page.locator(".call [data-do=close]").click(timeout=5000)
    caller.wait_for_timeout(6500)  # ten calls a minute are allowed
    return rang - pressed, decoded - answered


def print_row(what: str, values: list[float]) -> None:
    ordered = sorted(values)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
    print(f"{what}: p50 {statistics.median(ordered):.0f} ms, p95 {p95:.0f} ms, {len(ordered)} times")


if __name__ == "__main__":
    sys.exit(main())

/** What was read elsewhere, or on the page one comes back from, is marked as read here once this page is in sight again. */

const PARTS = [".news-shelf", ".news-head__tools", ".tabs"];
let isAsking = false;

document.addEventListener("visibilitychange", () => !document.hidden && refresh());
addEventListener("pageshow", (event) => event.persisted && refresh());

/** Only the first page of the list is asked for again: what was loaded after it keeps the marks it had. */
async function refresh() {
  if (isAsking || !document.querySelector(".news-lines")) return;
  isAsking = true;
  try {
    const answer = await fetch(location.href, { signal: AbortSignal.timeout(10_000) });
    if (answer.ok && !answer.redirected) take(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    // Without a connection the marks stay as they are; they are no promise.
  } finally {
    isAsking = false;
  }
}

/** @param {Document} fresh */
function take(fresh) {
  const lines = linesOf(document);
  for (const [address, line] of linesOf(fresh)) lines.get(address)?.classList.toggle("is-read", line.classList.contains("is-read"));
  for (const part of PARTS) {
    const [old, now] = [document.querySelector(part), fresh.querySelector(part)];
    if (old && now && !old.contains(document.activeElement)) old.replaceWith(now);
  }
}

/** @param {Document} page */
function linesOf(page) {
  const titles = /** @type {NodeListOf<HTMLAnchorElement>} */ (page.querySelectorAll(".news-line__title > a"));
  return new Map([...titles].map((title) => [title.pathname, /** @type {HTMLElement} */ (title.closest(".news-line"))]));
}

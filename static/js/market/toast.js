/** Short news at the bottom. The server's come by htmx into #toasts; all of them go by themselves. */

const STAYS = 4500; // milliseconds

const place = document.getElementById("toasts");

/** @param {string} text nothing is shown for "" */
export function toast(text) {
  if (!text || !place) return;
  const element = document.createElement("div");
  element.className = "toast";
  const words = document.createElement("span");
  words.className = "toast__text";
  words.textContent = text;
  element.append(words);
  place.append(element);
}

if (place) {
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) if (node instanceof HTMLElement) setTimeout(() => node.remove(), STAYS);
    }
  }).observe(place, { childList: true });
}

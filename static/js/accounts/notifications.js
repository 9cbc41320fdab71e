// The switch on the notifications page: Web Push of this one browser.

import { Api } from "core/api.js";
import { Push } from "core/push.js";

const page = document.querySelector("[data-notifications]");
const toggle = page?.querySelector("[data-push-switch]");

if (page && toggle) {
  const push = new Push(new Api(), page.dataset.vapidKey);
  const denied = document.querySelector("[data-push-denied]");
  const unsupported = document.querySelector("[data-push-unsupported]");

  push.subscribe(({ state }) => {
    toggle.checked = state === "on";
    toggle.disabled = state === "busy" || state === "denied" || state === "unsupported";
    toggle.setAttribute("aria-busy", String(state === "busy"));
    denied.hidden = state !== "denied";
    unsupported.hidden = state !== "unsupported";
  });

  toggle.addEventListener("change", () => {
    page.querySelector("[data-push-failed]").hidden = true;
    const change = toggle.checked ? push.enable() : push.disable();
    change.catch((error) => {
      console.warn("Not switched on:", error);
      page.querySelector("[data-push-failed]").hidden = false;
    });
  });

  push.start();
}

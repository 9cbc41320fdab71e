// Forms of sign-in and settings. Everything works without this; with it, it is kinder:
// no second submit while the first runs, questions before what cannot be undone, choices that save themselves.

function busy(form, submitter) {
  const button = submitter ?? form.querySelector("button[type=submit]");
  button?.setAttribute("aria-busy", "true");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  const question = event.submitter?.dataset.confirm ?? form.dataset.confirm;
  if (question && !window.confirm(question)) {
    event.preventDefault();
    return;
  }
  if (form.method === "dialog" || form.hasAttribute("hx-post")) return;
  form.dataset.sent = "true";
  busy(form, event.submitter);
});

// Back in the browser's history shows the page as it was left: let it be submitted again.
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
  for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
});

document.addEventListener("change", (event) => {
  if (event.target.closest("[data-submit-on-change]")) event.target.form?.requestSubmit();
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  const label = button.querySelector("[data-label]") ?? button;
  const before = label.textContent;
  label.textContent = button.dataset.copied ?? before;
  setTimeout(() => (label.textContent = before), 1800);
});

// The demo's people: a press fills the form, which one may look at before signing in.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-demo]");
  if (!button) return;
  const login = document.querySelector("input[name=login]");
  const { password } = login.form.elements;
  login.value = button.dataset.demo;
  password.value = button.dataset.password;
  login.form.querySelector("button[type=submit]").focus();
});

// The browser's own time zone, offered where none is chosen yet.
for (const select of document.querySelectorAll("select[data-time-zone]")) {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!select.value && [...select.options].some((option) => option.value === here)) select.value = here;
}

// Passkeys: allauth's script tells what went wrong only to the console.
document.addEventListener("allauth.error", (event) => {
  if (event.detail?.exception?.name === "NotAllowedError") return; // the person closed the window
  const place = document.querySelector("[data-passkey-error]");
  if (place) place.hidden = false;
});

/** Who is in a group's call, who waits at its door, and what hosts may do about it. */

import { clone, fill, list } from "core/fill.js";
import { engine } from "chat/engine.js";
import { attempt, confirm, dialogFrom, openDialog, openMenu, toast } from "chat/views/overlay.js";
import { faceOf, paintFace } from "chat/views/parts.js";
import { t, tn } from "chat/views/words.js";
import { nameOf } from "calls/views/base.js";
import { tilesOf } from "calls/views/layout.js";
import { tried } from "calls/views/wrong.js";

/** @param {import("calls/views/screen.js").CallScreen} screen */
export function openPeople(screen) {
  const { calls } = screen;
  const dialog = dialogFrom("tpl-call-people");
  const over = new AbortController();
  const paint = () => draw(dialog, screen);
  calls.subscribe(({ current }) => (current && current.phase !== "ended" ? paint() : dialog.close()), { signal: over.signal });
  calls.addEventListener("lobby", () => queueMicrotask(paint), { signal: over.signal });
  dialog.addEventListener("click", (event) => {
    const control = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest("[data-do]"));
    if (control && !control.closest(".menu")) run(screen, control);
  });
  openDialog(dialog, { onClose: () => over.abort() });
}

/** @param {HTMLDialogElement} dialog @param {import("calls/views/screen.js").CallScreen} screen */
function draw(dialog, screen) {
  const { current } = screen.calls.snapshot();
  if (!current) return;
  const part = (/** @type {string} */ name) => /** @type {HTMLElement} */ (dialog.querySelector(`[data-${name}]`));
  const tiles = tilesOf(current, engine().me);
  const title = dialog.querySelector("h2");
  if (title) title.textContent = `${t("people.title")} · ${tn("people.count", tiles.length)}`;
  const person = (/** @type {Element} */ element, /** @type {any} */ row) => {
    const name = nameOf(row.user);
    fill(element, {
      name: row.isSelf ? `${name} (${t("tile.you")})` : name, text: "", hand: row.hand, isMuted: row.isMuted, isWaiting: row.isWaiting,
      canManage: current.isHost && !row.isSelf && !row.isWaiting, menuLabel: t("manage.one", { name }),
    });
    element.setAttribute("data-user", String(row.user.id));
    paintFace(element.querySelector("[data-face]"), faceOf(row.user));
  };
  const how = { key: (/** @type {any} */ row) => String(row.key ?? row.user.id), create: () => clone("tpl-call-person"), update: person };
  list(part("people"), tiles, how);
  const guests = current.isHost ? (screen.guests ?? []).map((guest) => ({ ...guest, isWaiting: true, isMuted: false, hand: null })) : [];
  list(part("waiting"), guests, how);
  part("waiting-part").hidden = !guests.length;
  part("host").hidden = !current.isHost;
}

/** @param {import("calls/views/screen.js").CallScreen} screen @param {HTMLElement} control */
async function run(screen, control) {
  const { calls } = screen;
  const { current } = calls.snapshot();
  const row = /** @type {HTMLElement|null} */ (control.closest("li"));
  const act = control.dataset.do;
  if (act === "mute-all") tried(calls.muteAll()).then(() => toast(t("host.mutedAll")));
  else if (!current) return;
  else if (act === "link") (await import("calls/views/plan.js")).showLink(current.call.chat);
  else if (act === "admit" || act === "refuse") attempt(engine().api.post(`calls/${current.call.id}/lobby/${row?.dataset.user}`, { admit: act === "admit" }, { isRepeatable: true }));
  else if (act === "person-menu" && row) personMenu(calls, row.dataset.key ?? "", control);
}

/** @param {import("calls/calls.js").Calls} calls @param {string} device @param {HTMLElement} at */
function personMenu(calls, device, at) {
  const peer = calls.snapshot().current?.peers.find((/** @type {any} */ each) => each.device === device);
  if (!peer) return;
  const name = nameOf(peer.user);
  const remove = async () => {
    const answer = await confirm({ title: t("host.remove.title", { name }), text: t("host.remove.text"), action: t("host.remove"), danger: true });
    if (answer) tried(calls.removePerson(device));
  };
  openMenu([
    { label: t("host.muteOne"), icon: "mic-off", run: () => tried(calls.askMute(device)) },
    { label: t("host.remove"), icon: "user-x", danger: true, run: remove },
  ], at, { label: name });
}

/** A new conversation: with somebody, a group, a channel; and new members for a group. */

import "chat/views/later.js";
import { fill } from "core/fill.js";
import { engine } from "chat/engine.js";
import { joinNames } from "chat/views/describe.js";
import { button } from "chat/views/details/actions.js";
import { pick } from "chat/views/dialogs/people-picker.js";
import { attempt, dialogFrom, openDialog, toast } from "chat/views/overlay.js";
import { errorText, faceOf } from "chat/views/parts.js";
import { router } from "chat/views/router.js";
import { t } from "chat/views/words.js";

/** @typedef {import("chat/types.js").UserJSON} UserJSON */

/** @param {UserJSON} user */
const choice = (user) => ({ key: String(user.id), title: user.name || user.handle, text: `@${user.handle}`, face: faceOf(user) });

/** Contacts and those one talks with, then whoever the search knows. @param {(user: UserJSON) => boolean} [fits] */
function finder(fits = () => true) {
  /** @type {Promise<UserJSON[]>|null} */
  let known = null;
  return async (/** @type {string} */ query) => {
    known ??= knownPeople();
    const word = query.toLowerCase().replace(/^@/, "");
    const near = (await known).filter((user) => `${user.name} ${user.handle}`.toLowerCase().includes(word));
    const far = word.length > 1 ? await engine().api.get("users", { query: { q: word } }).catch(() => ({ results: [] })) : { results: [] };
    const all = new Map([...near, ...far.results].map((user) => [user.id, user]));
    return [...all.values()].filter((user) => user.id !== engine().me.id && !user.is_deleted && fits(user)).map(choice);
  };
}

async function knownPeople() {
  const { api, chats } = engine();
  const peers = chats.select({ kind: "direct" }).map((row) => row.peer).filter((peer) => peer !== null);
  const contacts = await api.get("contacts").catch(() => ({ results: [] }));
  const people = [...contacts.results.map((/** @type {any} */ each) => each.user ?? each), ...peers];
  return [...new Map(people.map((user) => [user.id, user])).values()];
}

export async function newChat() {
  const saved = button("saved", "bookmark", t("savedMessages"));
  saved.addEventListener("click", async () => goTo(await attempt(engine().actions.openSaved())));
  const group = button("group", "users", t("newGroup"));
  group.addEventListener("click", () => newGroup("group"));
  const channel = button("channel", "megaphone", t("newChannel"));
  channel.addEventListener("click", () => newGroup("channel"));
  const answer = await pick({ title: t("newChat"), placeholder: t("findPeople"), find: finder(), before: [group, channel, saved] });
  if (answer) goTo(await attempt(engine().actions.openDirect(Number(answer.chosen[0].key))));
}

/** @param {import("chat/types.js").ChatRow|undefined} row */
function goTo(row) {
  if (row) router.go(`/c/${row.id}`);
}

/** Members first, then the name. @param {"group"|"channel"} kind */
async function newGroup(kind) {
  const answer = await pick({ title: t("chooseMembers"), placeholder: t("findPeople"), find: finder(), isMany: true, mayBeEmpty: true, action: t("next") });
  if (answer) nameIt(kind, answer.chosen);
}

/** @param {"group"|"channel"} kind @param {{ key: string, title: string }[]} people */
function nameIt(kind, people) {
  const members = people.map((each) => Number(each.key));
  const dialog = fill(dialogFrom("tpl-new-group"), { heading: t(kind === "group" ? "newGroup" : "newChannel"), isChannel: kind === "channel" });
  const form = /** @type {HTMLFormElement} */ (dialog.querySelector("form"));
  const problem = /** @type {HTMLElement} */ (dialog.querySelector("[data-error]"));
  const photo = watchPhoto(dialog);
  dialog.querySelector("[data-back]")?.addEventListener("click", () => {
    /** @type {HTMLDialogElement} */ (dialog).close();
    newGroup(kind);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const values = Object.fromEntries(new FormData(form));
    const title = String(values.title).trim();
    problem.textContent = title ? "" : t("titleNeeded");
    if (!title) return;
    const handle = String(values.handle ?? "").trim().toLowerCase().replace(/^@/, "");
    try {
      const row = await engine().actions.createChat({ kind, title, description: String(values.description).trim(), members, ...(handle ? { handle } : {}) });
      if (photo.file) await attempt(engine().actions.setPhoto(row.id, photo.file));
      /** @type {HTMLDialogElement} */ (dialog).close();
      goTo(row);
      tellRefused(row.refused, people);
    } catch (error) {
      problem.textContent = errorText(error);
    }
  });
  openDialog(/** @type {HTMLDialogElement} */ (dialog));
  /** @type {HTMLInputElement} */ (form.querySelector("input[name=title]")).focus();
}

/** Whom the server did not add, and why. @param {import("core/contract.js").RefusedJSON[]} refused @param {{ key: string, title: string }[]} people */
function tellRefused(refused, people) {
  for (const code of new Set(refused.map((each) => each.code))) {
    const ids = refused.filter((each) => each.code === code).map((each) => String(each.user));
    const names = joinNames(people.filter((each) => ids.includes(each.key)).map((each) => each.title));
    toast(t(`refused.${code}`, { names }), { isError: true, ms: 7000 });
  }
}

/** Shows the chosen photo in the form's avatar. @param {Element} form @returns {{ file: File|null }} */
export function watchPhoto(form) {
  const chosen = { file: /** @type {File|null} */ (null) };
  const input = /** @type {HTMLInputElement} */ (form.querySelector("[data-photo]"));
  input.addEventListener("change", () => {
    chosen.file = input.files?.[0] ?? null;
    if (!chosen.file) return;
    const image = document.createElement("img");
    image.alt = "";
    image.src = URL.createObjectURL(chosen.file);
    image.addEventListener("load", () => URL.revokeObjectURL(image.src), { once: true });
    const face = /** @type {HTMLElement} */ (form.querySelector("[data-face]"));
    face.querySelector("img")?.remove();
    face.append(image);
  });
  return chosen;
}

/** @param {import("chat/types.js").ChatRow} chat */
export async function addMembers(chat) {
  const store = engine().members(chat.id);
  if (store.snapshot().state === "idle") await store.load();
  const inside = new Set(store.snapshot().rows.map((row) => row.user.id));
  const answer = await pick({ title: t("addMembers"), placeholder: t("findPeople"), find: finder((user) => !inside.has(user.id)), isMany: true, action: t("add") });
  if (!answer) return;
  const result = await attempt(engine().api.post(`chats/${chat.id}/members`, { users: answer.chosen.map((each) => Number(each.key)) }));
  if (!result) return;
  tellRefused(result.refused, answer.chosen);
  store.load();
}

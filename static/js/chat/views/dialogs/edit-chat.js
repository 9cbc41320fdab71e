/** The settings of a group or channel, as a form in the details pane. */

import "chat/views/later.js";
import { clone, fill } from "core/fill.js";
import { engine } from "chat/engine.js";
import { watchPhoto } from "chat/views/dialogs/new-chat.js";
import { attempt, toast } from "chat/views/overlay.js";
import { chatFace, errorText, paintFace } from "chat/views/parts.js";
import { t } from "chat/views/words.js";

/** @param {import("chat/types.js").ChatRow} row @param {() => void} done @returns {HTMLElement} */
export function chatForm(row, done) {
  const { chat } = row;
  const form = /** @type {HTMLFormElement} */ (clone("tpl-edit-chat"));
  fill(form, {
    title: chat.title,
    handle: chat.handle ?? "",
    photo: Boolean(chat.photo),
    isOwner: row.my.role === "owner",
    isGroup: chat.kind === "group",
  });
  const field = (/** @type {string} */ name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
  field("description").value = chat.description;
  field("slow_mode_seconds").value = String(chat.slow_mode_seconds);
  field("is_history_visible").checked = chat.is_history_visible;
  for (const box of rights(form)) box.checked = chat.default_rights.includes(box.value);
  paintFace(form.querySelector("[data-face]"), chatFace(row));
  const photo = watchPhoto(form);
  form.addEventListener("click", (event) => {
    const name = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest("[data-do]"))?.dataset.do;
    if (name === "cancel-edit") done();
    if (name === "remove-photo") attempt(engine().actions.removePhoto(row.id)).then(done);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save(form, row, photo.file).then(done, (error) => {
      const problem = form.querySelector("[data-error]");
      if (problem) problem.textContent = errorText(error);
    });
  });
  return form;
}

/** @param {HTMLFormElement} form @returns {HTMLInputElement[]} */
const rights = (form) => [...form.querySelectorAll("input[name=right]")].map((box) => /** @type {HTMLInputElement} */ (box));

/** Sends what is different. @param {HTMLFormElement} form @param {import("chat/types.js").ChatRow} row @param {File|null} photo */
async function save(form, row, photo) {
  const { chat } = row;
  const field = (/** @type {string} */ name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
  const title = field("title").value.trim();
  if (!title) throw { detail: t("titleNeeded") };
  const wanted = { title, description: field("description").value.trim() };
  if (chat.kind === "group") {
    const set = new Set(rights(form).filter((box) => box.checked).map((box) => box.value));
    const others = chat.default_rights.filter((right) => !rights(form).some((box) => box.value === right));
    Object.assign(wanted, {
      slow_mode_seconds: Number(field("slow_mode_seconds").value),
      is_history_visible: field("is_history_visible").checked,
      default_rights: [...set, ...others].sort(),
    });
  }
  if (row.my.role === "owner") Object.assign(wanted, { handle: field("handle").value.trim().toLowerCase() || null });
  const had = { ...chat, default_rights: [...chat.default_rights].sort() };
  const changes = Object.fromEntries(Object.entries(wanted).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(had[name])));
  if (Object.keys(changes).length) await engine().actions.changeChat(row.id, changes);
  if (photo) await engine().actions.setPhoto(row.id, photo);
  toast(t("saved"));
}

/** A dialog to choose from: people or chats, one or several, with a search field. */

import "chat/views/later.js";
import { clone, fill, list } from "core/fill.js";
import { openDialog } from "chat/views/overlay.js";
import { emptyPlace, paintFace } from "chat/views/parts.js";
import { t } from "chat/views/words.js";

/**
 * @typedef {{ key: string, title: string, text?: string, tag?: string, face: { name: string, photo?: string|null, color: number, kind?: string } }} Choice
 * @typedef {object} Wish
 * @property {string} title
 * @property {string} placeholder
 * @property {(query: string) => Choice[]|Promise<Choice[]>} find
 * @property {(again: () => void, until: AbortSignal) => void} [watch] calls again when what is found may have changed
 * @property {boolean} [isMany]
 * @property {string} [action] of the button, with isMany
 * @property {boolean} [mayBeEmpty]
 * @property {string} [option] a checkbox beside the button
 * @property {Element[]} [before] rows over the choices
 * @property {{ title: string, text: string }} [nothing] what is said when nothing was found
 */

/** @param {Wish} wish @returns {Promise<{ chosen: Choice[], option: boolean }|null>} */
export function pick(wish) {
  return new Promise((resolve) => new Picker(wish, resolve));
}

class Picker {
  /** @param {Wish} wish @param {(answer: { chosen: Choice[], option: boolean }|null) => void} resolve */
  constructor(wish, resolve) {
    this.wish = wish;
    /** @type {Map<string, Choice>} */
    this.chosen = new Map();
    /** @type {{ chosen: Choice[], option: boolean }|null} */
    this.answer = null;
    this.dialog = /** @type {HTMLDialogElement} */ (fill(clone("tpl-picker"), { title: wish.title, placeholder: wish.placeholder, action: wish.action ?? "", option: wish.option ?? "" }));
    this.items = this.part("items");
    this.query = /** @type {HTMLInputElement} */ (this.part("query"));
    this.part("footer").hidden = !wish.isMany;
    this.part("before").append(...(wish.before ?? []));
    if (wish.isMany) this.items.setAttribute("aria-multiselectable", "true");
    this.#listen();
    const closed = new AbortController();
    wish.watch?.(() => this.#find(), closed.signal);
    openDialog(this.dialog, {
      onClose: () => {
        closed.abort();
        resolve(this.answer);
      },
    });
    this.query.focus();
    this.#find();
    this.#paintChosen();
  }

  /** @param {string} name */
  part(name) {
    return /** @type {HTMLElement} */ (this.dialog.querySelector(`[data-${name}]`));
  }

  #listen() {
    this.query.addEventListener("input", () => this.#find());
    this.query.addEventListener("keydown", (event) => this.#onQueryKey(event));
    this.items.addEventListener("click", (event) => this.#toggle(/** @type {Element} */ (event.target).closest("[data-key]")));
    this.items.addEventListener("keydown", (event) => this.#onKey(event));
    this.part("chips").addEventListener("click", (event) => {
      const chip = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest("[data-id]"));
      if (chip && this.chosen.delete(chip.dataset.id ?? "")) this.#paintChosen();
    });
    this.part("before").addEventListener("click", () => this.dialog.close());
    this.part("done").addEventListener("click", () => this.#done());
  }

  async #find() {
    const query = this.query.value.trim();
    const asked = (this.asked = Symbol("find"));
    const found = await Promise.resolve(this.wish.find(query)).catch(() => []);
    if (this.asked !== asked) return;
    this.part("before").hidden = Boolean(query);
    const rows = /** @type {(Choice & object)[]} */ (found);
    for (const old of this.items.querySelectorAll(":scope > .empty")) old.remove();
    list(this.items, rows, { key: (row) => row.key, create: () => clone("tpl-person-row"), update: (element, row) => this.#fill(element, row) });
    if (!rows.length && query) this.items.append(emptyPlace({ picture: "search", ...(this.wish.nothing ?? { title: t("empty.people"), text: t("empty.people.text") }) }));
    this.items.querySelector("[role=option]")?.setAttribute("tabindex", "0");
    this.#mark();
  }

  #fill(element, row) {
    fill(element, { title: row.title, text: row.text ?? "", tag: row.tag ?? "", canCheck: Boolean(this.wish.isMany) });
    paintFace(element.querySelector("[data-face]"), row.face);
  }

  #toggle(element) {
    const row = element?.__row;
    if (!row) return;
    if (!this.wish.isMany) {
      this.answer = { chosen: [row], option: false };
      this.dialog.close();
      return;
    }
    if (!this.chosen.delete(row.key)) this.chosen.set(row.key, row);
    this.#paintChosen();
    if (this.query.value) {
      this.query.value = "";
      this.query.focus();
      this.#find();
    }
  }

  #paintChosen() {
    const rows = [...this.chosen.values()];
    this.part("chips").hidden = !rows.length;
    list(this.part("chips"), rows, { key: (row) => row.key, create: (row) => chip(row) });
    /** @type {HTMLButtonElement} */ (this.part("done")).disabled = !rows.length && !this.wish.mayBeEmpty;
    this.#mark();
  }

  #mark() {
    for (const element of this.items.querySelectorAll("[role=option]")) {
      element.setAttribute("aria-selected", String(this.chosen.has(element.getAttribute("data-key") ?? "")));
    }
  }

  #done() {
    const box = /** @type {HTMLInputElement|null} */ (this.dialog.querySelector("[data-option]"));
    this.answer = { chosen: [...this.chosen.values()], option: Boolean(box?.checked) };
    this.dialog.close();
  }

  #onQueryKey(event) {
    const first = /** @type {HTMLElement|null} */ (this.items.querySelector("[role=option]"));
    if (event.key === "Enter" && first && this.query.value) {
      event.preventDefault();
      this.#toggle(first);
    } else if (event.key === "ArrowDown" && first) {
      event.preventDefault();
      first.focus();
    } else if (event.key === "Backspace" && !this.query.value && this.chosen.size) {
      this.chosen.delete([...this.chosen.keys()].pop() ?? "");
      this.#paintChosen();
    }
  }

  #onKey(event) {
    const at = /** @type {HTMLElement} */ (event.target);
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.#toggle(at.closest("[data-key]"));
    }
    const next = event.key === "ArrowDown" ? at.nextElementSibling : event.key === "ArrowUp" ? at.previousElementSibling ?? this.query : null;
    if (!(next instanceof HTMLElement)) return;
    event.preventDefault();
    next.focus();
  }
}

/** @param {Choice} row */
function chip(row) {
  const element = fill(clone("tpl-chip"), { id: row.key, name: row.title, label: `${t("remove")}: ${row.title}` });
  paintFace(element.querySelector("[data-face]"), row.face);
  return element;
}

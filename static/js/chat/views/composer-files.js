/** Photos and files waiting to be sent with their caption: small pictures, sizes, and a way to drop each. */

import { clone, fill, list } from "core/fill.js";
import { LIMITS } from "core/contract.js";
import { extensionOf } from "chat/views/attachments.js";
import { toast } from "chat/views/overlay.js";
import { sizeText, t, tn } from "chat/views/words.js";

const MOST = LIMITS.attachments;

export class DraftFiles {
  /** @type {{ key: string, file: File, url: string }[]} */
  #files = [];
  #made = 0;

  /** @param {import("chat/views/composer.js").ChatComposer} composer */
  constructor(composer) {
    this.composer = composer;
    this.box = composer.part("files");
    this.input = /** @type {HTMLInputElement} */ (composer.part("file-input"));
    this.input.addEventListener("change", () => {
      composer.addFiles([...(this.input.files ?? [])]);
      this.input.value = "";
    });
  }

  get count() {
    return this.#files.length;
  }

  choose() {
    this.input.click();
  }

  /** @param {File[]} files */
  add(files) {
    const limit = LIMITS.file_bytes;
    for (const file of files) {
      if (this.#files.length >= MOST) {
        toast(t("upload.tooMany"), { isError: true });
        break;
      }
      if (file.size > limit) toast(t("upload.tooLarge", { name: file.name, limit: sizeText(limit) }), { isError: true });
      else if (!file.size) toast(t("upload.empty", { name: file.name }), { isError: true });
      else this.#files.push({ key: String((this.#made += 1)), file, url: isPicture(file) ? URL.createObjectURL(file) : "" });
    }
    this.#paint();
  }

  /** @param {string} key */
  remove(key) {
    const gone = this.#files.find((each) => each.key === key);
    if (gone?.url) URL.revokeObjectURL(gone.url);
    this.#files = this.#files.filter((each) => each !== gone);
    this.#paint();
  }

  /** Hands them over and is empty. @returns {{ files: File[], asFile: boolean }} */
  take() {
    const box = /** @type {HTMLInputElement|null} */ (this.box.querySelector("[data-as-file]"));
    const taken = { files: this.#files.map((each) => each.file), asFile: Boolean(box?.checked) };
    this.clear();
    return taken;
  }

  clear() {
    for (const { url } of this.#files) if (url) URL.revokeObjectURL(url);
    this.#files = [];
    this.#paint();
  }

  #paint() {
    this.box.hidden = !this.#files.length;
    this.composer.showButtons();
    if (!this.#files.length) {
      this.box.replaceChildren();
      return;
    }
    if (!this.box.firstElementChild) this.#build();
    const items = /** @type {Element} */ (this.box.firstElementChild);
    list(items, this.#files, { key: (each) => each.key, create: (each) => this.#item(each) });
    const bytes = this.#files.reduce((sum, { file }) => sum + file.size, 0);
    const summary = `${tn("files.count", this.count)}, ${sizeText(bytes)}`;
    fill(/** @type {Element} */ (this.box.lastElementChild), { summary, canCompress: this.#files.some(({ file }) => isPicture(file)) });
  }

  #build() {
    const items = document.createElement("div");
    items.className = "composer__files-list";
    this.box.append(items, clone("tpl-files-bar"));
  }

  /** @param {{ key: string, file: File, url: string }} each */
  #item({ key, file, url }) {
    const element = fill(clone("tpl-draft-file"), {
      key,
      picture: Boolean(url),
      name: file.name,
      size: sizeText(file.size),
      extension: url ? "" : extensionOf(file.name),
      label: t("removeFile", { name: file.name }),
    });
    if (url) {
      const image = /** @type {HTMLImageElement} */ (element.querySelector("img"));
      image.src = url;
      image.hidden = false;
    }
    return element;
  }
}

/** @param {File} file */
const isPicture = (file) => /^image\/(jpeg|png|gif|webp|avif|bmp)$/.test(file.type);

/** Markup comes from <template> elements; this clones them and fills their slots. Never innerHTML. See js/README.md. */

const ADDRESSES = new Set(["href", "src", "action", "formaction", "poster", "data"]);
/** A slot's words, parsed once per distinct text. @type {Map<string, { kind: string, name: string, key: string }[]>} */
const parsed = new Map();

/** @param {string} id @returns {HTMLElement} the template's first element, cloned */
export function clone(id) {
  const template = document.getElementById(id);
  if (!(template instanceof HTMLTemplateElement)) throw new Error(`no <template id="${id}">`);
  return /** @type {HTMLElement} */ (document.importNode(template.content, true).firstElementChild);
}

/** @param {Element} element @param {string} name @returns {HTMLElement|null} the element whose slot has this name */
export function slot(element, name) {
  if (slotName(element) === name) return /** @type {HTMLElement} */ (element);
  for (const child of element.querySelectorAll("[data-slot]")) {
    if (slotName(child) === name) return /** @type {HTMLElement} */ (child);
  }
  return null;
}

/** @param {Element} element @param {Record<string, unknown>} values */
export function fill(element, values) {
  if (element.hasAttribute("data-slot")) fillOne(element, values);
  for (const child of element.querySelectorAll("[data-slot]")) fillOne(child, values);
  return element;
}

/**
 * A keyed list: elements are kept, moved and dropped, never built again.
 * @template R
 * @param {Element} container @param {R[]} rows
 * @param {{ key: (row: R) => string, create: (row: R) => Element, update?: (element: Element, row: R) => void }} how
 */
export function list(container, rows, { key, create, update }) {
  /** @type {Map<string, Element & { __row?: R }>} */
  const present = new Map();
  for (const child of [...container.children]) {
    const name = child.getAttribute("data-key");
    if (name !== null) present.set(name, child);
  }
  const wanted = new Set(rows.map(key));
  for (const [name, element] of present) if (!wanted.has(name)) element.remove(); // first, so that the others need no move
  let next = container.firstElementChild;
  for (const row of rows) {
    const name = key(row);
    let element = present.get(name);
    if (!element) {
      element = create(row);
      element.setAttribute("data-key", name);
    }
    if (element.__row !== row) update?.(element, row);
    element.__row = row;
    while (next && next !== element && next.getAttribute("data-key") === null) next = next.nextElementSibling;
    if (next === element) next = element.nextElementSibling;
    else container.insertBefore(element, next);
  }
}

/** @param {Element} element */
const slotName = (element) => words(element.getAttribute("data-slot") ?? "").find((word) => word.kind === "text")?.key;

/** @param {string} text */
function words(text) {
  let found = parsed.get(text);
  if (!found) {
    found = text.split(/\s+/).filter(Boolean).map((word) => {
      const bare = word.replace(/^root:/, "");
      if (bare.startsWith("?")) return { kind: "show", name: "", key: bare.slice(1) };
      const [name, key] = bare.split("=");
      if (bare.startsWith(".")) return { kind: "class", name: name.slice(1), key: key ?? name.slice(1) };
      return key === undefined ? { kind: "text", name: "", key: name } : { kind: "attribute", name, key };
    });
    parsed.set(text, found);
  }
  return found;
}

/** @param {Element} element @param {Record<string, unknown>} values */
function fillOne(element, values) {
  for (const { kind, name, key } of words(element.getAttribute("data-slot") ?? "")) {
    if (!(key in values)) continue;
    const value = values[key];
    if (kind === "show") element.toggleAttribute("hidden", !value);
    else if (kind === "class") element.classList.toggle(name, Boolean(value));
    else if (kind === "attribute") setAttribute(element, name, value);
    else if (element.textContent !== String(value ?? "")) element.textContent = String(value ?? "");
  }
}

/** @param {Element} element @param {string} name @param {unknown} value */
function setAttribute(element, name, value) {
  if (name.startsWith("on") || name === "style" || name === "srcdoc") throw new Error(`not by template: ${name}`);
  if (value === null || value === undefined || value === false) element.removeAttribute(name);
  else if (ADDRESSES.has(name) && !isSafe(String(value))) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value === true ? "" : String(value));
}

/** @param {string} address */
export function isSafe(address) {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(address.replace(/[\u0000-\u0020]/g, ""))?.[1].toLowerCase();
  if (scheme === "data") return /^data:image\/(png|jpeg|webp|gif);/i.test(address);
  return scheme === undefined || ["http", "https", "blob", "mailto", "tel"].includes(scheme);
}

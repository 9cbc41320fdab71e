/**
 * Cards: things of other parts of the service inside messages. The chat knows none of them. The page names the modules
 * that draw them (<meta name="cards">, with data-kinds when it draws but a few); one is fetched when the first card of
 * its kinds is shown, and registers a renderer per kind.
 */

/** @typedef {import("core/contract.js").CardJSON} CardJSON */
/** @typedef {import("chat/types.js").TimelineRow} TimelineRow */
/**
 * @typedef {object} CardRenderer
 * @property {(card: CardJSON, row: TimelineRow) => Element} draw
 * @property {(card: CardJSON, message: import("chat/types.js").MessageJSON) => string} line for lists, replies and readers of screens
 * @property {Record<string, (card: CardJSON, control: HTMLElement, row: TimelineRow) => unknown>} [acts] by data-act of what is pressed with data-do="card"
 *
 * @typedef {object} CardModule what the module named by the page exports
 * @property {(chat: import("chat/types.js").ChatRow) => unknown} attach choose something of theirs to show in this chat
 * @property {(what: string) => unknown} share "kind:id": choose chats to show it in
 * @property {(chat: import("chat/types.js").ChatRow, insert: (text: string) => void, at: Element) => import("chat/views/overlay.js").MenuItem[]} items more for the menu beside the field
 */

class Cards extends EventTarget {
  /** @type {Map<string, CardRenderer>} */
  #kinds = new Map();
  /** @type {Map<string, Promise<CardModule>>} by address */
  #modules = new Map();
  /** @type {CardModule|undefined} the one of all other kinds */
  loaded;

  /** @param {string} kind @param {CardRenderer} renderer */
  register(kind, renderer) {
    this.#kinds.set(kind, renderer);
  }

  /** The module of that kind, or of all that have none of their own. */
  address(kind = "") {
    const all = [.../** @type {NodeListOf<HTMLMetaElement>} */ (document.querySelectorAll("meta[name=cards]"))];
    return (all.find(({ dataset }) => dataset.kinds?.split(" ").includes(kind)) ?? all.find(({ dataset }) => !dataset.kinds))?.content ?? "";
  }

  /** @returns {Promise<CardModule>} */
  load(kind = "") {
    const address = this.address(kind);
    let module = this.#modules.get(address);
    if (!module) {
      module = import(address).then((found) => {
        if (found.attach) this.loaded = found;
        this.dispatchEvent(new Event("change")); // what was drawn without it is drawn again
        return found;
      });
      this.#modules.set(address, module);
      module.catch(() => this.#modules.delete(address)); // the next card tries again
    }
    return module;
  }

  /** Until it is there: undefined, and it is on its way. @param {string} kind */
  of(kind) {
    const found = this.#kinds.get(kind);
    const address = found ? "" : this.address(kind);
    if (address && !this.#modules.has(address)) this.load(kind).catch(() => null);
    return found;
  }
}

export const cards = new Cards();

/** One line of a message that is a card. @param {import("chat/types.js").MessageJSON} message */
export function cardLine(message) {
  const card = /** @type {CardJSON} */ (message.card);
  return cards.of(card.kind)?.line(card, message) || message.text || String(card.snapshot.title ?? "");
}

/** What is drawn again when it differs. @param {TimelineRow} row */
export function cardSignature({ message: { card }, isNewestCard }) {
  return card ? JSON.stringify([card, isNewestCard, Boolean(cards.of(card.kind))]) : "";
}

/** @param {TimelineRow} row @returns {Element} */
export function drawCard(row) {
  const card = /** @type {CardJSON} */ (row.message.card);
  const box = document.createElement("div");
  box.className = `bubble__card bubble__card--${card.kind}`;
  const renderer = cards.of(card.kind);
  if (renderer) box.append(renderer.draw(card, row));
  else box.textContent = String(card.snapshot.title ?? ""); // not here yet, or nothing we know
  return box;
}

/** @param {HTMLElement} control @param {TimelineRow} row */
export function runCard(control, row) {
  const { card } = row.message;
  return card && cards.of(card.kind)?.acts?.[control.dataset.act ?? ""]?.(card, control, row);
}

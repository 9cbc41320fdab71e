/** Photos of a listing: chosen, taken or dropped, uploaded one after the other with progress, ordered by dragging. */

import { toast } from "market/toast.js";

const { htmx } = /** @type {any} */ (window);
const row = () => /** @type {HTMLElement} */ (document.getElementById("photo-row"));
const token = () => /** @type {HTMLInputElement} */ (document.querySelector("#act [name=csrfmiddlewaretoken]")).value;
const photos = () => [...row().querySelectorAll("[data-photo]")];

/** @param {HTMLFormElement} form @param {DOMStringMap} words */
export function startPhotos(form, words) {
  form.addEventListener("change", (event) => {
    const field = /** @type {HTMLInputElement} */ (event.target);
    if (!field.matches("[data-photos]")) return;
    uploadAll([...(field.files ?? [])], words);
    field.value = "";
  });
  document.querySelector("[data-drop]")?.addEventListener("dragover", (event) => {
    if (/** @type {DragEvent} */ (event).dataTransfer?.types.includes("Files")) event.preventDefault();
  });
  document.querySelector("[data-drop]")?.addEventListener("drop", (event) => {
    const files = [.../** @type {DragEvent} */ (event).dataTransfer?.files ?? []].filter((file) => file.type.startsWith("image/"));
    if (!files.length) return;
    event.preventDefault();
    uploadAll(files, words);
  });
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])].filter((file) => file.type.startsWith("image/"));
    if (files.length) uploadAll(files, words);
  });
  startOrdering();
  document.addEventListener("htmx:afterSwap", startOrdering);
}

let queue = Promise.resolve();

function uploadAll(files, words) {
  const room = Number(row().dataset.limit) - photos().length - row().querySelectorAll(".is-uploading").length;
  if (files.length > room) toast(words.many ?? "");
  for (const file of files.slice(0, Math.max(0, room))) {
    const tile = waitingTile(file);
    queue = queue.then(() => upload(file, tile)).catch(() => {
      tile.remove();
      toast(words.failed ?? "");
    });
  }
  queue = queue.then(refresh);
}

function waitingTile(file) {
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById("tpl-upload"));
  const tile = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
  const picture = tile.querySelector("img");
  if (picture) picture.src = URL.createObjectURL(file);
  row().querySelector(".photo-tile--add")?.before(tile);
  return tile;
}

/** XMLHttpRequest, because fetch does not tell how much of a body has left. */
function upload(file, tile) {
  const bar = tile.querySelector("progress");
  const body = new FormData();
  body.append("photos", file);
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("POST", row().dataset.add ?? "");
    request.setRequestHeader("X-CSRFToken", token());
    request.setRequestHeader("HX-Request", "true");
    request.upload.onprogress = (event) => {
      if (bar && event.lengthComputable) bar.value = event.loaded / event.total;
    };
    request.onload = () => {
      const refused = /toast--error/.test(request.responseText);
      if (request.status >= 400 || refused) failed(new Error(String(request.status)));
      else done(undefined);
    };
    request.onerror = () => failed(new Error("offline"));
    request.timeout = 120_000;
    request.ontimeout = request.onerror;
    request.send(body);
  });
}

function refresh() {
  if (row().querySelector(".is-uploading")) return htmx.ajax("GET", row().dataset.row, { target: "#photo-row", swap: "outerHTML" });
  return undefined;
}

// --- the order, by dragging; the buttons do the same ------------------------------------------------

let dragged = /** @type {HTMLElement | null} */ (null);

function startOrdering() {
  for (const tile of photos()) {
    if (tile.draggable) continue;
    tile.draggable = true;
    tile.addEventListener("dragstart", (event) => {
      dragged = tile;
      tile.classList.add("is-dragged");
      event.dataTransfer?.setData("text/plain", tile.dataset.photo ?? "");
    });
    tile.addEventListener("dragover", (event) => {
      if (!dragged || dragged === tile) return;
      event.preventDefault();
      const all = photos();
      if (all.indexOf(dragged) < all.indexOf(tile)) tile.after(dragged);
      else tile.before(dragged);
    });
    tile.addEventListener("dragend", () => {
      tile.classList.remove("is-dragged");
      if (dragged) send();
      dragged = null;
    });
  }
}

function send() {
  const order = photos().map((tile) => tile.dataset.photo).join(",");
  htmx.ajax("POST", row().dataset.order, { target: "#photo-row", swap: "outerHTML", values: { order } });
}

/** Addresses that lead in: /@handle and /join/token. */

import "chat/views/later.js";
import { clone, fill } from "core/fill.js";
import { engine } from "chat/engine.js";
import { openDialog, toast } from "chat/views/overlay.js";
import { errorText, paintFace } from "chat/views/parts.js";
import { router } from "chat/views/router.js";
import { t, tn } from "chat/views/words.js";

/** A person's profile, or a public chat: mine at once, others after a look. @param {string} handle */
export async function openByHandle(handle) {
  const { api, chats } = engine();
  const mine = chats.select({}).find((row) => row.handle === handle && row.kind !== "direct");
  if (mine) {
    router.go(`/c/${mine.id}`, { replace: true });
    return;
  }
  try {
    const preview = await api.get(`chats/by-handle/${handle}`);
    if (preview.state === "member") router.go(`/c/${preview.id}`, { replace: true });
    else showPreview(preview, () => engine().actions.join(preview.id));
  } catch (error) {
    if (/** @type {any} */ (error).status !== 404) return leave(error);
    await openPersonByHandle(handle);
  }
}

/** @param {string} handle */
async function openPersonByHandle(handle) {
  const { api, chats } = engine();
  try {
    const user = await api.get(`users/by-handle/${handle}`);
    const row = chats.withUser(user.id);
    router.go(row ? `/c/${row.id}` : "/", { replace: true, details: row ? false : user.id });
  } catch (error) {
    leave(error);
  }
}

/** @param {string} token */
export async function openInvite(token) {
  try {
    const preview = await engine().api.get(`invites/${token}`);
    if (preview.state === "member" && preview.id) router.go(`/c/${preview.id}`, { replace: true });
    else showPreview(preview, () => engine().actions.joinByInvite(token));
  } catch (error) {
    leave(/** @type {any} */ (error).status === 0 ? error : { detail: t("inviteBroken") });
  }
}

/** @param {unknown} error */
function leave(error) {
  const isMissing = /** @type {any} */ (error).status === 404;
  toast(isMissing ? t("notFound") : errorText(error), { isError: true });
  router.go("/", { replace: true });
}

/** @param {import("core/contract.js").ChatPreviewJSON} preview @param {() => Promise<import("chat/types.js").ChatRow|null>} join */
function showPreview(preview, join) {
  const dialog = /** @type {HTMLDialogElement} */ (clone("tpl-join"));
  const isRequested = preview.state === "requested";
  fill(dialog, {
    title: preview.title,
    description: preview.description,
    facts: `${t(preview.kind)} · ${tn(preview.kind === "channel" ? "followers.count" : "members.count", preview.member_count)}`,
    action: t(preview.needs_approval ? "joinRequest" : "join"),
  });
  paintFace(dialog.querySelector("[data-face]"), { name: preview.title, photo: preview.photo, color: preview.color });
  const button = /** @type {HTMLButtonElement} */ (dialog.querySelector("[data-join]"));
  const problem = /** @type {HTMLElement} */ (dialog.querySelector("[data-error]"));
  button.hidden = isRequested;
  if (isRequested) problem.textContent = t("requested");
  let path = "/";
  button.addEventListener("click", async () => {
    button.setAttribute("aria-busy", "true");
    try {
      const row = await join();
      if (row) path = `/c/${row.id}`;
      else toast(t("requested"), { ms: 6000 });
      dialog.close();
    } catch (error) {
      problem.textContent = errorText(error);
    }
    button.removeAttribute("aria-busy");
  });
  openDialog(dialog, { onClose: () => router.go(path, { replace: true }) });
  if (!isRequested) button.focus();
}

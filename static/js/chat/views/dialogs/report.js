/** Report a message, a person or a chat to the moderators. */

import "chat/views/later.js";
import { clone, fill } from "core/fill.js";
import { engine } from "chat/engine.js";
import { dialogFrom, openDialog, toast } from "chat/views/overlay.js";
import { errorText } from "chat/views/parts.js";
import { t } from "chat/views/words.js";

const REASONS = ["spam", "fraud", "harassment", "violence", "child_safety", "illegal", "other"];

/** @param {{ target_kind: "message"|"user"|"chat", chat?: number, seq?: number, user?: number }} target */
export function report(target) {
  const dialog = dialogFrom("tpl-report");
  const form = /** @type {HTMLFormElement} */ (dialog.querySelector("form"));
  dialog.querySelector("[data-reasons]")?.append(...REASONS.map((value) => fill(clone("tpl-reason"), { value, label: t(`reason.${value}`) })));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const values = Object.fromEntries(new FormData(form));
    try {
      await engine().api.post("reports", { ...target, reason: values.reason, note: String(values.note ?? "") });
      dialog.close();
      toast(t("reported"));
    } catch (error) {
      const problem = dialog.querySelector("[data-error]");
      if (problem) problem.textContent = errorText(error);
    }
  });
  openDialog(dialog);
}

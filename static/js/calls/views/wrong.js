/** What went wrong with a call, in words, and what helps. */

import { toast } from "chat/views/overlay.js";
import { errorText } from "chat/views/parts.js";
import { knows, t } from "chat/views/words.js";
import "calls/views/base.js";

/** @type {Record<string, string>} codes of the engine and the server -> our words */
const KINDS = {
  device_denied: "denied",
  no_microphone: "missing",
  device_busy: "busyDevice",
  no_camera: "camera",
  not_secure: "insecure",
  no_screen: "share",
  unsupported: "unsupported",
  already_in_call: "elsewhere",
  answered_elsewhere: "answered",
};

/** @param {unknown} error @param {{ isCamera?: boolean }} [about] @returns {{ title: string, text: string }} */
export function wrongText(error, { isCamera = false } = {}) {
  const { code } = /** @type {{ code?: string }} */ (error ?? {});
  const kind = KINDS[String(code)];
  if (isCamera && (kind === "denied" || kind === "busyDevice" || kind === "missing")) return words("camera");
  return kind ? words(kind) : { title: errorText(error), text: "" };
}

/** @param {string} kind */
const words = (kind) => ({ title: t(`wrong.${kind}`), text: knows(`wrong.${kind}.text`) ? t(`wrong.${kind}.text`) : "" });

/** Runs it; what goes wrong becomes a toast. @template T @param {Promise<T>} promise @param {{ isCamera?: boolean }} [about] */
export async function tried(promise, about) {
  try {
    return await promise;
  } catch (error) {
    const { title, text } = wrongText(error, about);
    toast([title, text].filter(Boolean).join(". "), { isError: true, ms: 8000 });
    return undefined;
  }
}

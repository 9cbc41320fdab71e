/** Resumable upload of one file: what the server has already is asked first, so a reload or a cut costs one chunk. */

import { ApiError } from "core/api.js";

const CHUNK = 1024 * 1024;
const CHUNK_WITHIN = 60_000; // milliseconds

/**
 * @typedef {import("chat/types.js").OutboxFile} OutboxFile
 * @typedef {object} UploadOptions
 * @property {(done: number) => void} [onProgress] 0..1
 * @property {() => Promise<unknown>} [save] keeps `file.upload` as soon as the server has given it
 * @property {AbortSignal} [signal]
 */

/**
 * The attachment the file has become. Rejects with ApiError (status 0: try again later, it goes on where it was)
 * or with the signal's AbortError.
 * @param {import("core/api.js").Api} api @param {OutboxFile} file @param {Blob} blob @param {UploadOptions} [options]
 * @returns {Promise<import("chat/types.js").AttachmentJSON>}
 */
export async function upload(api, file, blob, { onProgress, save, signal } = {}) {
  let { received, chunk_size: chunk = CHUNK } = await begin(api, file, save, signal);
  let corrections = 0;
  while (received < file.size) {
    onProgress?.(received / file.size);
    const part = blob.slice(received, received + Math.min(chunk, CHUNK));
    try {
      const answer = await api.request("PATCH", `uploads/${file.upload}`, {
        body: part,
        headers: { "Upload-Offset": String(received), "Content-Type": "application/octet-stream" },
        timeout: CHUNK_WITHIN,
        isRepeatable: false, // a lost answer may mean a stored chunk: ask where we are instead
        signal,
      });
      received = answer.received;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409 || (corrections += 1) > 5) throw error;
      received = (await api.get(`uploads/${file.upload}`, { signal })).received;
    }
  }
  onProgress?.(1);
  return api.post(`uploads/${file.upload}/finish`, {}, { isRepeatable: true, timeout: CHUNK_WITHIN, signal });
}

/** @param {import("core/api.js").Api} api @param {OutboxFile} file @returns {Promise<{ received: number, chunk_size?: number }>} */
async function begin(api, file, save, signal) {
  if (file.upload) {
    try {
      return await api.get(`uploads/${file.upload}`, { signal });
    } catch (error) {
      if (!(error instanceof ApiError) || ![404, 410].includes(error.status)) throw error;
      file.upload = null; // swept meanwhile: from the beginning
    }
  }
  const { name, size, kind, duration_ms, waveform } = file;
  const extra = kind === "voice" ? { duration_ms, waveform } : {};
  const answer = await api.post("uploads", { name, size, kind, ...extra }, { signal });
  file.upload = answer.id;
  await save?.();
  return answer;
}

/** The person has thought better of it. @param {import("core/api.js").Api} api @param {OutboxFile[]} files */
export async function discard(api, files) {
  for (const file of files) {
    if (file.upload && !file.attachment) await api.delete(`uploads/${file.upload}`).catch(() => null); // swept in time anyway
  }
}

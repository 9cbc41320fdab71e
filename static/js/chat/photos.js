/** Photos are made smaller before they travel. The decoding and encoding happen off the main thread, in the browser's own. */

const LONGEST = 2560; // pixels
const SMALL_ENOUGH = 1_500_000; // bytes
const QUALITY = 0.87;

/**
 * The photo at most 2560 pixels long, with its size; the file itself when it is small already or cannot be read here.
 * @param {Blob} blob @returns {Promise<{ blob: Blob, width: number, height: number }|null>}
 */
export async function shrinkPhoto(blob) {
  if (typeof createImageBitmap !== "function") return null;
  const picture = await createImageBitmap(blob).catch(() => null); // a format this browser cannot read: the server may
  if (!picture) return null;
  const { width, height } = picture;
  const scale = Math.min(1, LONGEST / Math.max(width, height));
  const isMoving = blob.type === "image/gif"; // drawn, it would stand still
  if (isMoving || (scale === 1 && blob.size <= SMALL_ENOUGH) || typeof OffscreenCanvas !== "function") {
    picture.close();
    return { blob, width, height };
  }
  const size = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
  const canvas = new OffscreenCanvas(size.width, size.height);
  canvas.getContext("2d")?.drawImage(picture, 0, 0, size.width, size.height);
  picture.close();
  const type = blob.type === "image/png" || blob.type === "image/webp" ? "image/webp" : "image/jpeg";
  const smaller = await canvas.convertToBlob({ type, quality: QUALITY });
  return smaller.size < blob.size ? { blob: smaller, ...size } : { blob, width, height };
}

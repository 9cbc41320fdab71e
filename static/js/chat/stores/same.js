/** Rows that are equal stay the same object. */

/**
 * The old row when nothing in it differs, so that whoever draws can compare by identity.
 * @template {object} R
 * @param {R|undefined} old @param {R} fresh @returns {R}
 */
export function sameOr(old, fresh) {
  if (!old) return fresh;
  for (const name in fresh) {
    if (old[name] !== fresh[name] && JSON.stringify(old[name]) !== JSON.stringify(fresh[name])) return fresh;
  }
  return old;
}

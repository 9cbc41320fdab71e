/** Who is shown in a call, in which order and how large. Needs no document. */

/**
 * @typedef {object} Tile
 * @property {string} key a device
 * @property {any} user
 * @property {MediaStream|null} stream
 * @property {boolean} isSelf
 * @property {boolean} isMuted
 * @property {boolean} hasVideo there is a picture to show
 * @property {boolean} isScreen
 * @property {boolean} isSpeaking
 * @property {string|null} hand when it was raised
 * @property {number} bars
 * @property {boolean} isBig
 */

const SPEAKS = 0.12; // of one's own level, from which on one is shown as speaking

/** Everybody else, raised hands first, then oneself. @param {any} current @param {any} me @returns {Tile[]} */
export function tilesOf(current, me) {
  const others = current.peers.map((/** @type {any} */ peer) => ({
    key: peer.device, user: peer.user, stream: peer.stream, isSelf: false, isMuted: peer.isMuted, hasVideo: Boolean(peer.stream) && (peer.hasVideo || peer.isSharing),
    isScreen: peer.isSharing, isSpeaking: peer.isSpeaking, hand: peer.handRaisedAt, bars: peer.quality?.bars ?? 4, isBig: false,
  }));
  const mine = current.call.legs.find((/** @type {any} */ leg) => leg.device === current.device);
  const self = {
    key: "self", user: me, stream: current.local, isSelf: true, isMuted: current.isMuted, hasVideo: Boolean(current.local) && (current.hasVideo || current.isSharing),
    isScreen: current.isSharing, isSpeaking: !current.isMuted && current.localLevel > SPEAKS, hand: current.hasHand ? mine?.hand_raised_at || "0" : null, bars: 4, isBig: false,
  };
  const byHand = (/** @type {Tile} */ a, /** @type {Tile} */ b) => (a.hand && b.hand ? a.hand.localeCompare(b.hand) : Number(Boolean(b.hand)) - Number(Boolean(a.hand)));
  return [...others.sort(byHand), self]; // the sort keeps the order of those without a hand
}

/**
 * Which picture is large, and how the tiles lie.
 * @param {any} current @param {Tile[]} tiles @param {boolean} isGroup @returns {"face"|"picture"|"grid"|"spotlight"}
 */
export function layoutOf(current, tiles, isGroup) {
  const others = tiles.filter(({ isSelf }) => !isSelf);
  if (!isGroup) {
    const other = others[0];
    if (other) other.isBig = true;
    return other?.hasVideo ? "picture" : "face";
  }
  const screen = others.find(({ isScreen }) => isScreen);
  const big = screen ?? others.find(({ key }) => key === current.activeSpeaker) ?? others.find(({ hasVideo }) => hasVideo) ?? others[0];
  if (big) big.isBig = true;
  return screen ? "spotlight" : "grid";
}

/** How many columns make the tiles largest. @param {number} count @param {number} width @param {number} height */
export function columnsFor(count, width, height) {
  let best = { columns: 1, size: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const size = Math.min(width / columns, (height / rows) * 1.34) * (width / columns > (height / rows) * 2.4 ? 0.8 : 1);
    if (size > best.size + 1) best = { columns, size };
  }
  return best.columns;
}

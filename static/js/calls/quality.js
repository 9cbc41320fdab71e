/** From the figures of getStats() to bars and a reason in one word; and when the picture has to give way to the sound. Pure. */

/**
 * @typedef {"" | "packet_loss" | "delay" | "low_bandwidth" | "video_off_for_audio" | "cpu" | "no_relay" | "reconnecting"} Why
 * @typedef {{ bars: number, why: Why }} Quality
 * @typedef {{ rtt: number|null, loss: number, available: number|null, isCpuLimited: boolean, isSendingVideo: boolean }} Sample
 *   rtt: seconds; loss: 0..1 of either way; available: bits a second that go out
 * @typedef {{ lost: number, received: number }} Counts
 */

const KILO = 1000;
export const ENOUGH_FOR_VIDEO = 150 * KILO;
const HEAVY_LOSS = 0.2;
const BAD_SAMPLES = 2; // in a row: one alone is a hiccup
const GOOD_FOR = 10_000; // milliseconds
const LONGEST_OFF = 120_000;

/** What one connection's report says, and its counts for the next time. @param {Iterable<any>} reports @param {Counts} [before] */
export function sampleOf(reports, before = { lost: 0, received: 0 }) {
  const counts = { lost: 0, received: 0 };
  let [rtt, available, outLoss] = [/** @type {number|null} */ (null), /** @type {number|null} */ (null), 0];
  let [isCpuLimited, isSendingVideo] = [false, false];
  for (const report of reports) {
    if (report.type === "candidate-pair" && report.nominated && report.state === "succeeded") {
      rtt = report.currentRoundTripTime ?? rtt;
      available = report.availableOutgoingBitrate ?? available;
    } else if (report.type === "inbound-rtp") {
      counts.lost += Math.max(0, report.packetsLost ?? 0);
      counts.received += report.packetsReceived ?? 0;
    } else if (report.type === "remote-inbound-rtp") outLoss = Math.max(outLoss, report.fractionLost ?? 0);
    else if (report.type === "outbound-rtp" && report.kind === "video") {
      isCpuLimited ||= report.qualityLimitationReason === "cpu";
      isSendingVideo ||= (report.framesPerSecond ?? 0) > 0;
    }
  }
  const lost = Math.max(0, counts.lost - before.lost);
  const all = lost + Math.max(0, counts.received - before.received);
  return { sample: /** @type {Sample} */ ({ rtt, loss: Math.max(all > 10 ? lost / all : 0, outLoss), available, isCpuLimited, isSendingVideo }), counts };
}

/** The worst of what there is to say. @param {Sample} sample @returns {Quality} */
export function judge({ rtt, loss, available, isCpuLimited, isSendingVideo }) {
  /** @type {Quality[]} */
  const found = [{ bars: 4, why: "" }];
  if (loss > 0.02) found.push({ bars: loss > 0.1 ? 1 : loss > 0.05 ? 2 : 3, why: "packet_loss" });
  if (rtt !== null && rtt > 0.25) found.push({ bars: rtt > 0.8 ? 1 : rtt > 0.4 ? 2 : 3, why: "delay" });
  if (available !== null && isSendingVideo && available < 2 * ENOUGH_FOR_VIDEO) found.push({ bars: available < ENOUGH_FOR_VIDEO ? 1 : 2, why: "low_bandwidth" });
  if (isCpuLimited) found.push({ bars: 3, why: "cpu" });
  return found.reduce((worst, one) => (one.bars < worst.bars ? one : worst));
}

/** Of several connections: as the worst of them. @param {Quality[]} all @returns {Quality} */
export const worst = (all) => all.reduce((found, one) => (one.bars < found.bars ? one : found), { bars: 4, why: "" });

/** Of several connections the poorest counts. @param {Sample[]} samples @returns {Sample} */
export function poorest(samples) {
  return samples.reduce((found, one) => ({
    ...found,
    loss: Math.max(found.loss, one.loss),
    rtt: Math.max(found.rtt ?? 0, one.rtt ?? 0),
    available: found.available === null ? one.available : Math.min(found.available, one.available ?? found.available),
  }));
}

/**
 * Sound first: takes the picture away while the network is poor, and gives it back after 10 good seconds. Without a picture there is
 * nothing to measure the way with, so giving back is a try: one that fails makes the next wait twice as long.
 */
export class PictureGuard {
  isOff = false;
  #bad = 0;
  #goodSince = /** @type {number|null} */ (null);
  #wait = GOOD_FOR;
  #onSince = 0;

  /** @param {Sample} sample @param {number} now milliseconds @returns {boolean} is the picture off? */
  look({ available, loss, rtt }, now) {
    const isPoor = loss > HEAVY_LOSS || (!this.isOff && available !== null && available < ENOUGH_FOR_VIDEO);
    if (!this.isOff) {
      this.#bad = isPoor ? this.#bad + 1 : 0;
      if (this.#wait > GOOD_FOR && now - this.#onSince > 2 * this.#wait) this.#wait = GOOD_FOR;
      if (this.#bad >= BAD_SAMPLES) this.#turnOff();
      return this.isOff;
    }
    const isGood = !isPoor && loss < 0.05 && (rtt === null || rtt < 0.5);
    if (!isGood) this.#goodSince = null;
    else this.#goodSince ??= now;
    if (this.#goodSince !== null && now - this.#goodSince >= this.#wait) this.#turnOn(now);
    return this.isOff;
  }

  #turnOff() {
    if (this.#onSince) this.#wait = Math.min(LONGEST_OFF, this.#wait * 2);
    this.isOff = true;
    this.#bad = 0;
    this.#goodSince = null;
  }

  #turnOn(/** @type {number} */ now) {
    this.isOff = false;
    this.#onSince = now;
    this.#bad = -2; // a new picture needs some seconds to find its size
  }
}

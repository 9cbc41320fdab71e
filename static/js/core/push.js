/** Web Push of this device: asked for by a click, told to the server, taken back at sign-out. */

import { Store } from "core/store.js";

/** @extends {Store<{ state: "unsupported"|"denied"|"off"|"on"|"busy" }>} */
export class Push extends Store {
  /** @type {"unsupported"|"denied"|"off"|"on"|"busy"} */
  #state = "off";

  /** @param {import("core/api.js").Api} api @param {string} [key] the server's VAPID key, base64url */
  constructor(api, key) {
    super();
    this.api = api;
    this.key = key;
  }

  build() {
    return { state: this.#state };
  }

  /** Registers the service worker and looks what this device has agreed to. */
  async start() {
    const worker = globalThis.navigator?.serviceWorker;
    await worker?.register("/sw.js").catch((error) => console.warn("No service worker:", error));
    if (!worker || !("PushManager" in globalThis)) return this.#set("unsupported");
    if (Notification.permission === "denied") return this.#set("denied");
    const registration = await worker.ready;
    const subscription = await registration.pushManager.getSubscription();
    this.#set(subscription ? "on" : "off");
    if (subscription && !(await this.#isKnown(subscription))) await this.#tell(subscription); // forgotten with an old session
  }

  async enable() {
    this.#set("busy");
    const permission = await Notification.requestPermission();
    if (permission !== "granted") return this.#set(permission === "denied" ? "denied" : "off"); // closing the question is no answer
    try {
      const registration = await navigator.serviceWorker.ready;
      this.key ??= (await this.api.get("push-subscriptions")).public_key;
      const options = { userVisibleOnly: true, applicationServerKey: this.key };
      await this.#tell(await registration.pushManager.subscribe(options));
      this.#set("on");
    } catch (error) {
      this.#set("off");
      throw error;
    }
  }

  async disable() {
    const registration = await globalThis.navigator?.serviceWorker?.getRegistration?.();
    const subscription = await registration?.pushManager?.getSubscription();
    if (subscription) {
      await subscription.unsubscribe();
      await this.api.delete("push-subscriptions", { body: { endpoint: subscription.endpoint } }).catch(() => null);
    }
    if (this.#state === "on") this.#set("off");
  }

  /** What was notified has been read. @param {string} tag */
  async close(tag) {
    const registration = await globalThis.navigator?.serviceWorker?.getRegistration?.();
    for (const notification of (await registration?.getNotifications({ tag })) ?? []) notification.close();
  }

  /** @param {PushSubscription} subscription */
  async #isKnown({ endpoint }) {
    const { results } = await this.api.get("push-subscriptions");
    return results.some((one) => one.endpoint === endpoint && one.is_current);
  }

  /** @param {PushSubscription} subscription */
  #tell(subscription) {
    const { endpoint, keys } = subscription.toJSON();
    return this.api.put("push-subscriptions", { endpoint, p256dh: keys?.p256dh, auth: keys?.auth });
  }

  /** @param {"unsupported"|"denied"|"off"|"on"|"busy"} state */
  #set(state) {
    this.#state = state;
    this.changed();
  }
}

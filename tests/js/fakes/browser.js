// What tabs of one browser share: locks and channels.

export class FakeLocks {
  #queue = new Map();

  request(name, { signal } = {}, held) {
    const before = this.#queue.get(name) ?? Promise.resolve();
    const mine = before.then(() => (signal?.aborted ? undefined : held()));
    this.#queue.set(name, mine.catch(() => null));
    return mine;
  }
}

export class FakeChannels {
  #all = new Set();

  open() {
    const channel = new EventTarget();
    channel.postMessage = (data) => {
      for (const other of this.#all) {
        if (other !== channel) queueMicrotask(() => other.dispatchEvent(Object.assign(new Event("message"), { data: structuredClone(data) })));
      }
    };
    this.#all.add(channel);
    return channel;
  }
}

export const until = async (condition, what = condition.toString(), within = 2000) => {
  const end = Date.now() + within;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`never: ${what}`);
    await new Promise((done) => setTimeout(done, 5));
  }
};

export const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

import type { Clock } from "../../src/runtime/clock.ts";

interface Timer {
  atMs: number;
  work: () => void;
}

/** Time that passes when the test says so; between two timers everything that can run does. */
export class ManualClock implements Clock {
  #now: number;
  #timers: Timer[] = [];
  /** How often long work let others go first. */
  turns = 0;

  constructor(startMs = Date.parse("2026-01-01T00:00:00Z")) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  after(delayMs: number, work: () => void): () => void {
    const timer = { atMs: this.#now + Math.max(0, delayMs), work };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  turn(): Promise<void> {
    this.turns++;
    return new Promise((resolve) => setImmediate(resolve));
  }

  /** Lets time pass; timers ring in order. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.#now + ms;
    await settle();
    for (;;) {
      const next = this.#timers.toSorted((a, b) => a.atMs - b.atMs)[0];
      if (!next || next.atMs > untilMs) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#now = Math.max(this.#now, next.atMs);
      next.work();
      await settle();
    }
    this.#now = untilMs;
    await settle();
  }

  /** Somebody sets the clock back. Timers do not care: they ring when their delay is over. */
  setBack(ms: number): void {
    this.#now -= ms;
    for (const timer of this.#timers) timer.atMs -= ms;
  }

  /** Waits for `work` while time passes in small steps. */
  async until<T>(work: Promise<T>, stepMs = 10): Promise<T> {
    let done = false;
    const watched = work.finally(() => {
      done = true;
    });
    watched.catch(() => {});
    await settle();
    for (let steps = 0; !done; steps++) {
      if (steps > 100_000) throw new Error("the work does not end");
      await this.pass(stepMs);
    }
    return watched;
  }
}

/** Everything that waits for nothing but promises has run afterwards. */
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}

import type { Clock } from "../../src/runtime/clock.ts";

interface Timer {
  atMs: number;
  work: () => void;
}

/** A clock that the test advances. All ready work runs between two timers. */
export class ManualClock implements Clock {
  #now: number;
  #timers: Timer[] = [];
  /** The number of pauses of long work. */
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

  /** Advances the time; timers fire in order. */
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

  /** Sets the clock back. Timers are not affected: they fire when their delay is over. */
  setBack(ms: number): void {
    this.#now -= ms;
    for (const timer of this.#timers) timer.atMs -= ms;
  }

  /** Waits for `work` while the time advances in small steps. */
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

/** Afterwards all work that waits only for promises has run. */
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}

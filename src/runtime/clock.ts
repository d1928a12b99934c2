/** Real time, passed as an argument so that tests can replace it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `work` after `delayMs`; the returned function cancels the call. */
  after(delayMs: number, work: () => void): () => void;
  /** Resolves after other requests of the isolate had a turn of this length. */
  turn(lengthMs: number): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, work) {
    const timer = setTimeout(work, delayMs);
    return () => clearTimeout(timer);
  },
  turn: (lengthMs) => new Promise((resolve) => setTimeout(resolve, lengthMs)),
};

/**
 * True while a lease of `leaseMs` that ends at `untilMs` is valid. An end more than `leaseMs` away means that the clock
 * was set back since: such a lease is invalid.
 */
export function isLeaseHeld(clock: Clock, untilMs: number, leaseMs: number): boolean {
  const leftMs = untilMs - clock.now();
  return leftMs > 0 && leftMs <= leaseMs;
}

export function sleep(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => clock.after(delayMs, resolve));
}

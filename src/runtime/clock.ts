/** Real time, as an argument: tests bring their own. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `work` after `delayMs`; the result takes it back. */
  after(delayMs: number, work: () => void): () => void;
  /** Resolves after other requests of the isolate had a turn. */
  turn(): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, work) {
    const timer = setTimeout(work, delayMs);
    return () => clearTimeout(timer);
  },
  turn: () => new Promise((resolve) => setTimeout(resolve, 0)),
};

/** Does a lease of `leaseMs` hold that ends at `untilMs`? One that ends later than it can was given before the clock was set back. */
export function isLeaseHeld(clock: Clock, untilMs: number, leaseMs: number): boolean {
  const leftMs = untilMs - clock.now();
  return leftMs > 0 && leftMs <= leaseMs;
}

export function sleep(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => clock.after(delayMs, resolve));
}

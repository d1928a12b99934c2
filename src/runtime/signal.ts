import type { Clock } from "./clock.ts";

/**
 * Lets requests of one isolate wake each other. A Worker's request is only resumed by another one while it holds a
 * timer of its own, so every wait has one; it also bounds the wait when the other request dies.
 */
export class Signal {
  readonly #waiters = new Set<() => void>();
  readonly #followers = new Set<Signal>();

  /** Wakes all present waiters, and those of the signals that follow this one. */
  notify(): void {
    for (const wake of this.#waiters) wake();
    this.#waiters.clear();
    for (const follower of this.#followers) follower.notify();
  }

  /** Notifies the other signal with this one, until the returned function is called. */
  pass(to: Signal): () => void {
    this.#followers.add(to);
    return () => void this.#followers.delete(to);
  }

  /** True when notified, false after `timeoutMs`. */
  async wait(clock: Clock, timeoutMs: number): Promise<boolean> {
    let wake = () => {};
    let cancelTimer = () => {};
    const notified = new Promise<boolean>((resolve) => {
      wake = () => resolve(true);
      this.#waiters.add(wake);
    });
    const timedOut = new Promise<boolean>((resolve) => {
      cancelTimer = clock.after(timeoutMs, () => resolve(false));
    });
    try {
      return await Promise.race([notified, timedOut]);
    } finally {
      cancelTimer();
      this.#waiters.delete(wake);
    }
  }
}

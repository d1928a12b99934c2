/** Limits the requests of a credential in one isolate: a token bucket. */
import { ApiError } from "../lib/api-error.ts";
import { BoundedCache } from "../lib/bounded-cache.ts";
import { MAX_RATE_BUCKETS } from "../lib/limits.ts";
import type { Clock } from "./clock.ts";

/** The size of a bucket and its fill rate. */
export interface Rate {
  /** Requests at once. */
  burst: number;
  perSecond: number;
}

interface Bucket {
  left: number;
  atMs: number;
}

/** Counts in this isolate alone: a credential that is spread over many isolates may send more. */
export class RateLimit {
  readonly #rate: Rate;
  readonly #clock: Clock;
  /** By credential. A credential whose bucket was evicted begins with a full bucket again. */
  readonly #buckets = new BoundedCache<string, Bucket>(MAX_RATE_BUCKETS);

  constructor(rate: Rate, clock: Clock) {
    this.#rate = rate;
    this.#clock = clock;
  }

  /** Counts a request as `weight` requests. Throws TooManyRequests with the seconds that clients then wait. */
  spend(credential: string, weight = 1): void {
    const { burst, perSecond } = this.#rate;
    const nowMs = this.#clock.now();
    const { left, atMs } = this.#buckets.get(credential) ?? { left: burst, atMs: nowMs };
    const filled = Math.min(burst, left + (Math.max(0, nowMs - atMs) / 1000) * perSecond);
    this.#buckets.set(credential, { left: filled >= weight ? filled - weight : filled, atMs: nowMs });
    if (filled >= weight) return;
    const retryAfterSeconds = Math.max(1, Math.ceil((weight - filled) / perSecond));
    throw new ApiError("TooManyRequests", "Too many requests, please try again later.", { retryAfterSeconds });
  }
}

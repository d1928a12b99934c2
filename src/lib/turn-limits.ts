/** Limits of the turns that the requests of one isolate take. Units as in `limits.ts`. */

/** The longest turn after one section of long work: several round trips to the database. */
export const MAX_TURN_MS = 8;
/** Lease of a place in the line of long work. A request without a sign of life for this long lets the next one pass. */
export const TURN_LEASE_MS = 1_000;
/** Time for which long work counts a call of the store by another cluster's request. */
export const STORE_CALL_LEASE_MS = 1_000;

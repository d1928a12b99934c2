/** Kubernetes' two wire forms of an instant. In memory, instants are milliseconds since the epoch. */

const FIRST_MS = Date.parse("0001-01-01T00:00:00Z");
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** metav1.Time: RFC 3339 in UTC, whole seconds, rounded down. */
export function formatTime(ms: number): string {
  return `${writable(ms).toISOString().slice(0, 19)}Z`;
}

/** RFC 3339 has a year of four digits. Clients may request grace periods and lifetimes that end later. */
function writable(ms: number): Date {
  return new Date(Math.max(FIRST_MS, Math.min(ms, LAST_MS)));
}

/** metav1.MicroTime: RFC 3339 in UTC with six digits. */
export function formatMicroTime(ms: number): string {
  return `${writable(ms).toISOString().slice(0, 23)}000Z`;
}

/** Reads either form, or any RFC 3339 instant; NaN for an invalid text. */
export function parseTime(text: string): number {
  return Date.parse(text);
}

/** The first of some instants; undefined if all are undefined. */
export function earliest(...times: (number | undefined)[]): number | undefined {
  let first: number | undefined;
  for (const time of times) if (time !== undefined && (first === undefined || time < first)) first = time;
  return first;
}

/** Kubernetes' two wire forms of an instant. Instants inside are milliseconds since the epoch. */

/** metav1.Time: RFC 3339 in UTC, whole seconds, rounded down. */
export function formatTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** metav1.MicroTime: RFC 3339 in UTC with six digits. */
export function formatMicroTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 23)}000Z`;
}

/** Reads either form (or any RFC 3339 instant); NaN if it is none. */
export function parseTime(text: string): number {
  return Date.parse(text);
}

/** Lines of kubectl's own log. Source: k8s.io/klog */

/** The head of a warning: the time, the process and the place in the real program. */
export function warningHead(nowMs: number, place: string): string {
  const text = new Date(nowMs).toISOString();
  return `W${text.slice(5, 7)}${text.slice(8, 10)} ${text.slice(11, 23)}000       1 ${place}]`;
}

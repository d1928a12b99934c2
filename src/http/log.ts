/** The server's log: one JSON line for each bug and for each failure of the database. */

/** The request in which an error occurred. No other part of the request is logged. */
export interface LogPlace {
  requestId: string;
  method: string;
  path: string;
  /** The cluster that failed, in a request for many clusters. */
  clusterId?: string;
}

export function logError(error: unknown, place: LogPlace): void {
  console.error(JSON.stringify({ level: "error", ...place, error: shown(error) }));
}

export function logDatabaseFailure(failure: { operation: string; sqlState: string | null; message: string }): void {
  console.error(JSON.stringify({ level: "error", database: failure }));
}

/** Logs due work of a cluster, or a commit, that failed; its requests were answered without it. */
export function logHindrance(error: unknown, clusterId: string): void {
  console.error(JSON.stringify({ level: "error", clusterId, hindrance: shown(error) }));
}

/** An error and its first cause: the stack of the cause names the place of the bug. */
function shown(error: unknown): object {
  const { name, message, stack, cause } = error instanceof Error ? error : new Error(String(error));
  return { name, message, stack, ...(cause instanceof Error && { cause: { name: cause.name, stack: cause.stack } }) };
}

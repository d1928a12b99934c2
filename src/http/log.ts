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
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  console.error(JSON.stringify({ level: "error", ...place, error: { name, message, stack } }));
}

export function logDatabaseFailure(failure: { operation: string; sqlState: string | null; message: string }): void {
  console.error(JSON.stringify({ level: "error", database: failure }));
}

/** Logs due work of a cluster, or a commit, that failed; its requests were answered without it. */
export function logHindrance(error: unknown, clusterId: string): void {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  console.error(JSON.stringify({ level: "error", clusterId, hindrance: { name, message, stack } }));
}

/** The server's log: one JSON line for each mistake of our own, and for each failure of the database. */

/** Where a mistake happened. Nothing else that a client sent is logged. */
export interface LogPlace {
  requestId: string;
  method: string;
  path: string;
  /** Where a request concerns many clusters: the one that failed. */
  clusterId?: string;
}

export function logError(error: unknown, place: LogPlace): void {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  console.error(JSON.stringify({ level: "error", ...place, error: { name, message, stack } }));
}

export function logDatabaseFailure(failure: { operation: string; sqlState: string | null; message: string }): void {
  console.error(JSON.stringify({ level: "error", database: failure }));
}

/** Due work of a cluster, or a commit, that could not be carried out; its requests were answered without it. */
export function logHindrance(error: unknown, clusterId: string): void {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  console.error(JSON.stringify({ level: "error", clusterId, hindrance: { name, message, stack } }));
}

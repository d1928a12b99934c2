import type { ClusterTransaction } from "../cluster/cluster-transaction.ts";

/** Takes a revision for the present state if the newest one is `after`. */
export function takeRevision(tx: ClusterTransaction, after: number): void {
  tx.flush();
  if (tx.writeSet.revision === after) tx.writeSet.revision++;
}

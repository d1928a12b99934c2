/**
 * Bounds calls that lead to further calls: a webhook writes objects that it judges, an aggregated server asks for itself.
 * In Kubernetes such a chain ends when the first client gives up. Here all of it happens within one request.
 */
import { ClusterTransaction } from "../cluster/cluster-transaction.ts";
import type { Transaction } from "../cluster/transaction.ts";
import { MAX_CALL_DEPTH, MAX_CALLS_IN_CHAIN } from "../lib/container-limits.ts";
import { MAX_SENT_COMMIT_BYTES } from "../lib/limits.ts";

interface Chain {
  depth: number;
  calls: number;
}

/** The chain that each transaction is in, by its identity. */
const chains = new WeakMap<object, Chain>();

/** The result of a call; undefined if its chain is too deep or has too many calls. Then it counts as timed out. */
export function withinChain<R>(tx: Transaction, call: () => R): R | undefined {
  const chain = chains.get(tx.identity) ?? { depth: 0, calls: 0 };
  chains.set(tx.identity, chain);
  if (chain.depth >= MAX_CALL_DEPTH || chain.calls >= MAX_CALLS_IN_CHAIN) return undefined;
  chain.depth++;
  chain.calls++;
  try {
    return chain.depth === 1 ? besideLimit(tx, call) : call();
  } finally {
    chain.depth--;
    if (chain.depth === 0) chain.calls = 0;
  }
}

/**
 * The state of a called program does not count towards the limit of the controller that calls it: otherwise a program
 * with a large state would fill each commit, and the controller would call it again without ever writing its result.
 */
function besideLimit<R>(tx: Transaction, call: () => R): R {
  if (!(tx instanceof ClusterTransaction) || tx.writeSet.limitBytes === Number.POSITIVE_INFINITY) return call();
  const { writeSet } = tx;
  const before = writeSet.written.bytes;
  try {
    return call();
  } finally {
    const grown = Math.max(0, writeSet.written.bytes - before);
    writeSet.limitBytes = Math.min(writeSet.limitBytes + grown, MAX_SENT_COMMIT_BYTES / 2);
  }
}

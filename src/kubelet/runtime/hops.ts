/** The pods that a request passes through: the server, and the pods that the server asks before it answers. */
import type { Transaction } from "../../cluster/transaction.ts";
import type { Pod } from "../../schema/index.ts";

/** A pod that answered. `depth` is 0 for the pod that the client's connection reached. */
export interface Hop {
  pod: Pod;
  depth: number;
}

interface Trace {
  depth: number;
  hops: Hop[];
}

const traces = new WeakMap<object, Trace>();

/** Runs `work` and tells which pods answered requests meanwhile, in the order in which they were asked. */
export function traceHops<R>(tx: Transaction, work: () => R): { result: R; hops: readonly Hop[] } {
  const trace: Trace = { depth: 0, hops: [] };
  const before = traces.get(tx.identity);
  traces.set(tx.identity, trace);
  try {
    return { result: work(), hops: trace.hops };
  } finally {
    if (before) traces.set(tx.identity, before);
    else traces.delete(tx.identity);
  }
}

/** Asks a pod. It counts as a hop if `ask` returns an answer of its process. */
export function asHop<A extends { type: string } | undefined>(tx: Transaction, pod: Pod, ask: () => A): A {
  const trace = traces.get(tx.identity);
  if (!trace) return ask();
  const at = trace.hops.length;
  trace.depth++;
  const answer = ask();
  trace.depth--;
  if (answer && answer.type !== "failed") trace.hops.splice(at, 0, { pod, depth: trace.depth });
  return answer;
}

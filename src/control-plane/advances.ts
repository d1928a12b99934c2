/**
 * Named advances: a caller whose answer was lost can repeat the request. The commits that advance the time also store
 * the progress of the advance.
 */
import type { Transaction } from "../cluster/transaction.ts";
import { namespaceKind } from "../kinds/core/namespace.ts";
import { objectKey } from "../kinds/kind.ts";
import { MAX_REMEMBERED_ADVANCES } from "../lib/limits.ts";

/** An object that always exists. */
const KEY = objectKey(namespaceKind, "", "default");
const OWNER = "advances";

/** An advance of the cluster's time that may go over several commits. */
export interface NamedAdvance {
  name: string;
  /** The requested advance. */
  deltaMs: number;
  /** The progress so far. */
  advancedMs: number;
  steps: number;
  commits: number;
}

/**
 * The advance of this name; undefined if it has not begun, or is no longer among the last `MAX_REMEMBERED_ADVANCES`.
 */
export function namedAdvance(tx: Pick<Transaction, "privateState">, name: string): NamedAdvance | undefined {
  return all(tx).find((advance) => advance.name === name);
}

/** Stores the state of the advance; beyond the limit the oldest ones are dropped. */
export function rememberAdvance(tx: Transaction, advance: NamedAdvance): void {
  const others = all(tx).filter(({ name }) => name !== advance.name);
  tx.setPrivateState(KEY, OWNER, [...others, advance].slice(-MAX_REMEMBERED_ADVANCES));
}

function all(tx: Pick<Transaction, "privateState">): readonly NamedAdvance[] {
  return tx.privateState<readonly NamedAdvance[]>(KEY, OWNER) ?? [];
}

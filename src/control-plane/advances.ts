/**
 * Advances that their caller named, so that one whose answer was lost can be asked for again: how far each has come is
 * written by the very commits that let the time pass.
 */
import type { Transaction } from "../cluster/transaction.ts";
import { namespaceKind } from "../kinds/core/namespace.ts";
import { objectKey } from "../kinds/kind.ts";
import { MAX_REMEMBERED_ADVANCES } from "../lib/limits.ts";

/** An object that is always there. */
const KEY = objectKey(namespaceKind, "", "default");
const OWNER = "advances";

/** An advance of the cluster's time that may go over several commits. */
export interface NamedAdvance {
  name: string;
  /** What was asked for. */
  deltaMs: number;
  /** How far it has come. */
  advancedMs: number;
  steps: number;
  commits: number;
}

/** The advance of this name; undefined if it has not begun, or is so long ago that it is forgotten. */
export function namedAdvance(tx: Pick<Transaction, "privateState">, name: string): NamedAdvance | undefined {
  return all(tx).find((advance) => advance.name === name);
}

/** Replaces what was known of the advance; beyond the limit the oldest ones are forgotten. */
export function rememberAdvance(tx: Transaction, advance: NamedAdvance): void {
  const others = all(tx).filter(({ name }) => name !== advance.name);
  tx.setPrivateState(KEY, OWNER, [...others, advance].slice(-MAX_REMEMBERED_ADVANCES));
}

function all(tx: Pick<Transaction, "privateState">): readonly NamedAdvance[] {
  return tx.privateState<readonly NamedAdvance[]>(KEY, OWNER) ?? [];
}

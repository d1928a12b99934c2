/** A mistake of ours in one piece of work, named so that the rest of the cluster can go on without it. */
import type { ObjectKey } from "../kinds/kind.ts";

/** Names a piece of work: what one controller has to do for one key. */
export function workName(controller: string, key: ObjectKey): string {
  return `${controller} ${key}`;
}

/** A controller threw something that is no refusal. `cause` is what it threw. */
export class ReconcileError extends Error {
  override name = "ReconcileError";
  readonly work: string;

  constructor(controller: string, key: ObjectKey, cause: unknown) {
    super(`${controller} failed for ${key}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.work = workName(controller, key);
  }
}

/** A bug in a controller, with the piece of work that met it, so that the rest of the cluster can go on. */
import type { ObjectKey } from "../kinds/kind.ts";

/** The name of a piece of work: one controller's reconcile of one key. */
export function workName(controller: string, key: ObjectKey): string {
  return `${controller} ${key}`;
}

/** A controller threw an exception other than a refusal; `cause` is that exception. */
export class ReconcileError extends Error {
  override name = "ReconcileError";
  readonly work: string;

  constructor(controller: string, key: ObjectKey, cause: unknown) {
    super(`${controller} failed for ${key}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.work = workName(controller, key);
  }
}

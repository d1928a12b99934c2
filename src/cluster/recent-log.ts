/**
 * The newest part of the change log in memory, for watches. Contiguous: it holds every change after `afterRevision`.
 */
import type { ObjectKey } from "../kinds/kind.ts";
import { MAX_RECENT_LOG_BYTES } from "../lib/limits.ts";
import { parseObject } from "../schema/parse-object.ts";
import type { KubernetesObject } from "../schema/types.ts";

/** A change of the log. Objects are parsed on the first read, once for all watches. */
export class LoggedChange {
  readonly key: ObjectKey;
  readonly revision: number;
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  /** The log row's text: the new state, for DELETED the last state. */
  readonly body: string;
  /** The text of the state before; null without one. */
  readonly beforeBody: string | null;
  #before: KubernetesObject | undefined;
  #object: KubernetesObject | undefined;

  constructor(
    change: { key: string; revision: number; type: "ADDED" | "MODIFIED" | "DELETED"; body: string },
    beforeBody: string | null,
  ) {
    this.key = change.key as ObjectKey;
    this.revision = change.revision;
    this.type = change.type;
    this.body = change.body;
    this.beforeBody = beforeBody;
  }

  get before(): KubernetesObject | undefined {
    if (!this.#before && this.beforeBody !== null) this.#before = parseObject(this.beforeBody);
    return this.#before;
  }

  /** The object of `body`: for DELETED its last state. */
  get object(): KubernetesObject {
    this.#object ??= parseObject(this.body);
    return this.#object;
  }

  /** Absent for removals. */
  get after(): KubernetesObject | undefined {
    return this.type === "DELETED" ? undefined : this.object;
  }

  get sizeBytes(): number {
    return this.body.length + (this.beforeBody?.length ?? 0);
  }
}

export class RecentLog {
  #changes: LoggedChange[] = [];
  #sizeBytes = 0;
  #afterRevision: number;

  constructor(afterRevision: number) {
    this.#afterRevision = afterRevision;
  }

  push(change: LoggedChange): void {
    this.#changes.push(change);
    this.#sizeBytes += change.sizeBytes;
    let dropped = 0;
    while (this.#sizeBytes > MAX_RECENT_LOG_BYTES && dropped < this.#changes.length - 1) {
      const oldest = this.#changes[dropped++]!;
      this.#sizeBytes -= oldest.sizeBytes;
      this.#afterRevision = oldest.revision;
    }
    if (dropped > 0) this.#changes = this.#changes.slice(dropped);
  }

  /** Changes after a revision in order; null when memory no longer holds all of them. */
  since(revision: number): readonly LoggedChange[] | null {
    if (revision < this.#afterRevision) return null;
    let low = 0;
    let high = this.#changes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#changes[middle]!.revision <= revision) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? this.#changes : this.#changes.slice(low);
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }
}

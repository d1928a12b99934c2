/** Histories as ControllerRevisions: what StatefulSets and DaemonSets roll out, back, and remember. */
import type { Transaction } from "../../cluster/transaction.ts";
import { controllerRevisionKind } from "../../kinds/apps/controller-revision.ts";
import { canonicalJson, sortedCopy } from "../../lib/canonical-json.ts";
import { fnv1, safeEncode } from "../../lib/hash.ts";
import { compareIntegers, fromBigInt, nextInt64, toBigInt } from "../../lib/integers.ts";
import { equalJson } from "../../lib/json.ts";
import type { ControllerRevision, PodTemplateSpec } from "../../schema/index.ts";

/** What a revision holds: a patch that replaces the pod template. */
export interface TemplatePatch {
  spec: { template: PodTemplateSpec & { $patch: "replace" } };
}

/** Oldest first (history.SortControllerRevisions). */
export function sortRevisions(revisions: readonly ControllerRevision[]): ControllerRevision[] {
  const created = ({ metadata }: ControllerRevision) => metadata.creationTimestamp ?? "";
  const name = ({ metadata }: ControllerRevision) => metadata.name ?? "";
  return [...revisions].sort(
    (a, b) =>
      compareIntegers(toBigInt(a.revision), toBigInt(b.revision)) ||
      compare(created(a), created(b)) ||
      compare(name(a), name(b)),
  );
}

/** The number of the revision that follows these. */
export function nextRevision(revisions: readonly ControllerRevision[]): number {
  return fromBigInt(nextInt64(revisions.map(({ revision }) => toBigInt(revision))));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** With sorted keys, which are the bytes that clients compute from the object (getPatch of both controllers). */
export function patchOf(template: PodTemplateSpec): TemplatePatch {
  return sortedCopy({ spec: { template: { ...template, $patch: "replace" } } }) as TemplatePatch;
}

/** The template that the revision puts in the place of `present`: none if a client made it hold something else. */
export function templateOf(revision: ControllerRevision, present: PodTemplateSpec): PodTemplateSpec {
  const patch = revision.data as Partial<TemplatePatch> | undefined;
  const patched = patch?.spec?.template;
  if (!patched) return present;
  const { $patch: _, ...template } = patched;
  return template;
}

/**
 * Does the revision hold this patch? Kubernetes compares bytes. Here the order of keys does not count: a client may have
 * written the revision anew.
 */
export function holds(revision: ControllerRevision, patch: TemplatePatch): boolean {
  return equalJson(revision.data, patch);
}

/** Kubernetes' HashControllerRevision: FNV-1 (not 1a) over the patch and the number of collisions. */
export function revisionHash(patch: TemplatePatch, collisionCount: number): string {
  return safeEncode(String(fnv1(`${canonicalJson(patch)}${collisionCount}`)));
}

/** Removes the oldest revisions that nothing uses, beyond the limit. */
export function truncateHistory(
  tx: Transaction,
  revisions: readonly ControllerRevision[],
  { limit, inUse }: { limit: number; inUse: ReadonlySet<string> },
): void {
  const unused = revisions.filter(({ metadata }) => !inUse.has(metadata.name ?? ""));
  for (const revision of unused.slice(0, Math.max(0, unused.length - limit))) {
    tx.delete(controllerRevisionKind, revision);
  }
}

/**
 * ControllerRevisions: the template history of StatefulSets and DaemonSets.
 * Kubernetes: pkg/controller/history/controller_history.go
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { controllerRevisionKind } from "../../kinds/apps/controller-revision.ts";
import { canonicalJson, sortedCopy } from "../../lib/canonical-json.ts";
import { fnv1, safeEncode } from "../../lib/hash.ts";
import { compareIntegers, fromBigInt, nextInt64, toBigInt } from "../../lib/integers.ts";
import { equalJson } from "../../lib/json.ts";
import type { ControllerRevision, PodTemplateSpec } from "../../schema/index.ts";

/** The data of a revision: a patch that replaces the pod template. */
export interface TemplatePatch {
  spec: { template: PodTemplateSpec & { $patch: "replace" } };
}

/** Oldest first (SortControllerRevisions). */
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

/** The patch with sorted keys: the bytes that Kubernetes stores and hashes (getPatch of both controllers). */
export function patchOf(template: PodTemplateSpec): TemplatePatch {
  return sortedCopy({ spec: { template: { ...template, $patch: "replace" } } }) as TemplatePatch;
}

/** The template of the revision. If a client changed the data so that it has no template, `present` stays. */
export function templateOf(revision: ControllerRevision, present: PodTemplateSpec): PodTemplateSpec {
  const patch = revision.data as Partial<TemplatePatch> | undefined;
  const patched = patch?.spec?.template;
  if (!patched) return present;
  const { $patch: _, ...template } = patched;
  return template;
}

/**
 * True if the revision has this patch. Kubernetes compares bytes. Here the order of keys does not matter, since a
 * client may have rewritten the revision.
 */
export function holds(revision: ControllerRevision, patch: TemplatePatch): boolean {
  return equalJson(revision.data, patch);
}

/** HashControllerRevision: FNV-1 (not FNV-1a) over the patch and the number of collisions. */
export function revisionHash(patch: TemplatePatch, collisionCount: number): string {
  return safeEncode(String(fnv1(`${canonicalJson(patch)}${collisionCount}`)));
}

/** Deletes the oldest unused revisions beyond the limit. */
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

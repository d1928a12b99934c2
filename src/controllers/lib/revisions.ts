/** Histories as ControllerRevisions: what StatefulSets and DaemonSets roll out, back, and remember. */
import type { Transaction } from "../../cluster/transaction.ts";
import { controllerRevisionKind } from "../../kinds/apps/controller-revision.ts";
import { safeEncode } from "../../lib/hash.ts";
import { equalJson } from "../../lib/json.ts";
import type { ControllerRevision, KubernetesObject, PodTemplateSpec } from "../../schema/index.ts";
import { controllerOf } from "../controller.ts";
import { canonicalJson } from "./canonical-json.ts";

/** What a revision holds: a patch that replaces the pod template. */
export interface TemplatePatch {
  spec: { template: PodTemplateSpec & { $patch: "replace" } };
}

/** The revisions that an object owns, oldest first. */
export function revisionsOf(tx: Transaction, owner: KubernetesObject): ControllerRevision[] {
  return tx
    .list(controllerRevisionKind, owner.metadata.namespace)
    .filter((revision) => controllerOf(revision)?.uid === owner.metadata.uid)
    .sort((a, b) => a.revision - b.revision);
}

export function patchOf(template: PodTemplateSpec): TemplatePatch {
  return { spec: { template: { ...template, $patch: "replace" } } };
}

export function templateOf(revision: ControllerRevision): PodTemplateSpec {
  const { $patch: _, ...template } = (revision.data as unknown as TemplatePatch).spec.template;
  return template;
}

export function holds(revision: ControllerRevision, template: PodTemplateSpec): boolean {
  return equalJson(templateOf(revision), template);
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

/** 32-bit FNV-1 over the UTF-8 bytes of a text. */
function fnv1(text: string): number {
  let hash = 0x811c9dc5;
  // Bytes as escapes of a URI: the pure folders have no encoder.
  for (const [, hex, plain] of encodeURIComponent(text).matchAll(/%([0-9A-F]{2})|(.)/gs)) {
    const byte = hex === undefined ? (plain ?? "").charCodeAt(0) : Number.parseInt(hex, 16);
    hash = (Math.imul(hash, 0x01000193) ^ byte) >>> 0;
  }
  return hash;
}

/** The hash that names a Deployment's ReplicaSets, digit for digit Kubernetes' (ComputeHash of pkg/controller). */
import { fnv1a32, safeEncode } from "../../lib/hash.ts";
import { type PodTemplateSpec, resolveStruct } from "../../schema/index.ts";
import { goDump } from "./go-dump.ts";

/** `collisionCount`: how often the name was taken by another template; undefined and 0 are not the same. */
export function podTemplateHash(template: PodTemplateSpec, collisionCount?: number): string {
  const text = goDump(resolveStruct("io.k8s.api.core.v1.PodTemplateSpec"), template);
  // The count follows as eight bytes, the lowest first, of which Kubernetes fills four.
  const bytes = collisionCount === undefined ? "" : littleEndian(collisionCount);
  return safeEncode(String(fnv1a32(text + bytes)));
}

/** Counts stay below 128, where UTF-8 is one byte per character. */
function littleEndian(count: number): string {
  return `${String.fromCharCode(count)}${"\u0000".repeat(7)}`;
}

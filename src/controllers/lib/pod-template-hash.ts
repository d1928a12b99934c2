/**
 * The hash in the names of a Deployment's ReplicaSets, equal to Kubernetes' digit for digit.
 * Kubernetes: pkg/controller/controller_utils.go (ComputeHash)
 */
import { fnv1a32, safeEncode } from "../../lib/hash.ts";
import { type PodTemplateSpec, resolveStruct } from "../../schema/index.ts";
import { goDump } from "./go-dump.ts";

/** `collisionCount`: how often another template had the name already. Undefined and 0 give different hashes. */
export function podTemplateHash(template: PodTemplateSpec, collisionCount?: number): string {
  const text = goDump(resolveStruct("io.k8s.api.core.v1.PodTemplateSpec"), template);
  // The count follows as eight bytes, the lowest first, of which Kubernetes fills four.
  const bytes = collisionCount === undefined ? "" : littleEndian(collisionCount);
  return safeEncode(String(fnv1a32(text + bytes)));
}

/** Counts stay below 128, so each character is one byte of UTF-8. */
function littleEndian(count: number): string {
  return `${String.fromCharCode(count)}${"\u0000".repeat(7)}`;
}

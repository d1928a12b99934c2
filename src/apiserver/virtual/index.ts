/** Every kind that is answered without being stored. */
import { selfSubjectReview } from "./authentication.ts";
import {
  localSubjectAccessReview,
  selfSubjectAccessReview,
  selfSubjectRulesReview,
  subjectAccessReview,
} from "./authorization.ts";
import type { VirtualKind } from "./virtual-kind.ts";

export type { VirtualKind } from "./virtual-kind.ts";

export const virtualKinds: readonly VirtualKind[] = [
  selfSubjectReview,
  localSubjectAccessReview,
  selfSubjectAccessReview,
  selfSubjectRulesReview,
  subjectAccessReview,
];

export function virtualKindByPath(group: string, version: string, plural: string): VirtualKind | undefined {
  return virtualKinds.find((kind) => kind.plural === plural && kind.group === group && kind.version === version);
}

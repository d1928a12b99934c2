/** All virtual kinds: answered without being stored. Routing and discovery treat them like the registry's kinds. */
import { selfSubjectReview } from "./authentication.ts";
import {
  localSubjectAccessReview,
  selfSubjectAccessReview,
  selfSubjectRulesReview,
  subjectAccessReview,
} from "./authorization.ts";
import { binding } from "./bindings.ts";
import { componentStatus } from "./component-statuses.ts";
import { tokenReview } from "./token-review.ts";
import type { VirtualKind } from "./virtual-kind.ts";

export type { VirtualKind } from "./virtual-kind.ts";

export const virtualKinds: readonly VirtualKind[] = [
  binding,
  componentStatus,
  selfSubjectReview,
  tokenReview,
  localSubjectAccessReview,
  selfSubjectAccessReview,
  selfSubjectRulesReview,
  subjectAccessReview,
];

export function virtualKindByPath(group: string, version: string, plural: string): VirtualKind | undefined {
  return virtualKinds.find((kind) => kind.plural === plural && kind.group === group && kind.version === version);
}

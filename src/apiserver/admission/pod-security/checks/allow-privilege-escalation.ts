import type { PodSpec } from "../../../../schema/index.ts";
import { type Check, containersNamed, isWindows, namesWhere, type Violation } from "../check.ts";

/** Requires `allowPrivilegeEscalation: false`, which disables set-user-ID programs. */
export const allowPrivilegeEscalation: Check = {
  id: "allowPrivilegeEscalation",
  level: "restricted",
  versions: [
    { since: 8, test: ({ spec }) => violation(spec) },
    { since: 25, test: ({ spec }) => (isWindows(spec) ? null : violation(spec)) },
  ],
};

function violation(spec: PodSpec): Violation | null {
  const names = namesWhere(spec, ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false);
  if (names.length === 0) return null;
  const detail = `${containersNamed(names)} must set securityContext.allowPrivilegeEscalation=false`;
  return { reason: "allowPrivilegeEscalation != false", detail };
}

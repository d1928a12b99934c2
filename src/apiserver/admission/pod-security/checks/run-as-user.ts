import type { PodSpec } from "../../../../schema/index.ts";
import { type Check, hasUserNamespace, namesWhere, setters, type Violation } from "../check.ts";

/** Refuses `runAsUser: 0`, except in a user namespace. */
export const runAsUser: Check = {
  id: "runAsUser",
  level: "restricted",
  versions: [
    { since: 23, test: ({ spec }) => violation(spec) },
    { since: 35, test: ({ spec }) => (hasUserNamespace(spec) ? null : violation(spec)) },
  ],
};

function violation(spec: PodSpec): Violation | null {
  const names = namesWhere(spec, ({ securityContext }) => securityContext?.runAsUser === 0);
  const who = setters(spec.securityContext?.runAsUser === 0, names);
  return who.length === 0 ? null : { reason: "runAsUser=0", detail: `${who.join(" and ")} must not set runAsUser=0` };
}

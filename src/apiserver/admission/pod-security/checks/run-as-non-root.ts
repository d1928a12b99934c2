import type { PodSpec } from "../../../../schema/index.ts";
import { type Check, containersNamed, hasUserNamespace, namesWhere, setters, type Violation } from "../check.ts";

/** Requires `runAsNonRoot: true`, except in a user namespace. */
export const runAsNonRoot: Check = {
  id: "runAsNonRoot",
  level: "restricted",
  versions: [
    { since: 0, test: ({ spec }) => violation(spec) },
    { since: 35, test: ({ spec }) => (hasUserNamespace(spec) ? null : violation(spec)) },
  ],
};

const reason = "runAsNonRoot != true";

function violation(spec: PodSpec): Violation | null {
  const ofPod = spec.securityContext?.runAsNonRoot;
  const refusing = namesWhere(spec, ({ securityContext }) => securityContext?.runAsNonRoot === false);
  const who = setters(ofPod === false, refusing);
  if (who.length > 0) return { reason, detail: `${who.join(" and ")} must not set securityContext.runAsNonRoot=false` };
  if (ofPod) return null;
  const silent = namesWhere(spec, ({ securityContext }) => securityContext?.runAsNonRoot === undefined);
  if (silent.length === 0) return null;
  return { reason, detail: `pod or ${containersNamed(silent)} must set securityContext.runAsNonRoot=true` };
}

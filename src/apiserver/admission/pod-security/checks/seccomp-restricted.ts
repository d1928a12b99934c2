import { type Check, containersNamed, isWindows, namesWhere, type PodToCheck, type Violation } from "../check.ts";
import { isForbidden, seccompProfileBaseline } from "./seccomp-baseline.ts";

const replaces = [seccompProfileBaseline.id];

/** Requires an allowed seccomp profile for every container. */
export const seccompProfileRestricted: Check = {
  id: "seccompProfile_restricted",
  level: "restricted",
  versions: [
    { since: 19, test: violation, replaces },
    { since: 25, test: (pod) => (isWindows(pod.spec) ? null : violation(pod)), replaces },
  ],
};

/** The version of the baseline's check that reads fields and not annotations. */
const forbiddenProfile = seccompProfileBaseline.versions.at(-1)!;

function violation(pod: PodToCheck): Violation | null {
  const { spec } = pod;
  const forbidden = forbiddenProfile.test(pod);
  if (forbidden) return forbidden;
  const ofPod = spec.securityContext?.seccompProfile;
  if (ofPod !== undefined && !isForbidden(ofPod)) return null;
  const silent = namesWhere(spec, ({ securityContext }) => securityContext?.seccompProfile === undefined);
  if (silent.length === 0) return null;
  const what = 'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"';
  return { reason: "seccompProfile", detail: `pod or ${containersNamed(silent)} ${what}` };
}

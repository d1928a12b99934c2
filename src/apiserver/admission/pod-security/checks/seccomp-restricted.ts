import { type Check, containersNamed, isWindows, namesWhere, type PodToCheck, type Violation } from "../check.ts";
import { isForbidden, seccompProfileBaseline } from "./seccomp-baseline.ts";

const replaces = [seccompProfileBaseline.id];

/** Everything runs with a seccomp profile. */
export const seccompProfileRestricted: Check = {
  id: "seccompProfile_restricted",
  level: "restricted",
  versions: [
    { since: 19, test: violation, replaces },
    { since: 25, test: (pod) => (isWindows(pod.spec) ? null : violation(pod)), replaces },
  ],
};

/** The baseline's check in the form that looks at fields. */
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

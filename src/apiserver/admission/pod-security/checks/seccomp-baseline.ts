import type { SeccompProfile } from "../../../../schema/index.ts";
import { allContainers, type Check, distinct, namesWhere, plural, quoted, setters } from "../check.ts";

/** The annotation that held a pod's profile before the field existed. */
const POD_ANNOTATION = "seccomp.security.alpha.kubernetes.io/pod";
const CONTAINER_ANNOTATION_PREFIX = "container.seccomp.security.alpha.kubernetes.io/";

/** Refuses the seccomp profile `Unconfined`. */
export const seccompProfileBaseline: Check = {
  id: "seccompProfile_baseline",
  level: "baseline",
  versions: [
    {
      since: 0,
      test({ annotations, spec }) {
        const keys = [POD_ANNOTATION, ...allContainers(spec).map(({ name }) => CONTAINER_ANNOTATION_PREFIX + name)];
        const bad = distinct(
          keys
            .filter((key) => annotations[key] !== undefined && !isAllowedText(annotations[key]))
            .map((key) => `${key}=${JSON.stringify(annotations[key])}`),
        );
        if (bad.length === 0) return null;
        return {
          reason: "seccompProfile",
          detail: `forbidden ${plural("annotation", bad.length)} ${bad.join(", ")}`,
        };
      },
    },
    {
      since: 19,
      test({ spec }) {
        const ofPod = spec.securityContext?.seccompProfile;
        const names = namesWhere(spec, ({ securityContext }) => isForbidden(securityContext?.seccompProfile));
        const who = setters(isForbidden(ofPod), names);
        if (who.length === 0) return null;
        const all = [ofPod, ...allContainers(spec).map(({ securityContext }) => securityContext?.seccompProfile)];
        const types = distinct(all.filter(isForbidden).map((profile) => profile!.type));
        return {
          reason: "seccompProfile",
          detail: `${who.join(" and ")} must not set securityContext.seccompProfile.type to ${quoted(types)}`,
        };
      },
    },
  ],
};

/** Is a profile set, and is it a forbidden one? */
export function isForbidden(profile: SeccompProfile | undefined): boolean {
  return profile !== undefined && profile.type !== "RuntimeDefault" && profile.type !== "Localhost";
}

function isAllowedText(value: string): boolean {
  return value === "runtime/default" || value === "docker/default" || value.startsWith("localhost/");
}

import type { AppArmorProfile } from "../../../../schema/index.ts";
import {
  allContainers,
  type Check,
  distinct,
  namesWhere,
  type PodToCheck,
  plural,
  quoted,
  setters,
  type Violation,
} from "../check.ts";

/** Prefix of the annotations that held profiles before the field existed. */
const ANNOTATION_PREFIX = "container.apparmor.security.beta.kubernetes.io/";

/** Allows the runtime's default AppArmor profile and profiles loaded on the node. */
export const appArmorProfile: Check = {
  id: "appArmorProfile",
  level: "baseline",
  versions: [{ since: 0, test: violation }],
};

function violation({ annotations, spec }: PodToCheck): Violation | null {
  const podProfile = spec.securityContext?.appArmorProfile;
  const names = namesWhere(spec, ({ securityContext }) => isBad(securityContext?.appArmorProfile));
  const badAnnotations = Object.entries(annotations)
    .filter(([key, value]) => key.startsWith(ANNOTATION_PREFIX) && !isAllowedText(value))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .sort();
  const who = setters(isBad(podProfile), names);
  if (badAnnotations.length > 0) who.push(plural("annotation", badAnnotations.length));
  if (who.length === 0) return null;

  const profiles = [podProfile, ...allContainers(spec).map(({ securityContext }) => securityContext?.appArmorProfile)];
  const values = [...distinct(profiles.filter(isBad).map((profile) => profile!.type)), ...badAnnotations];
  return {
    reason: plural("forbidden AppArmor profile", values.length),
    detail: `${who.join(" and ")} must not set AppArmor profile type to ${quoted(values)}`,
  };
}

function isBad(profile: AppArmorProfile | undefined): boolean {
  return profile !== undefined && profile.type !== "RuntimeDefault" && profile.type !== "Localhost";
}

function isAllowedText(value: string): boolean {
  return value === "" || value === "runtime/default" || value.startsWith("localhost/");
}

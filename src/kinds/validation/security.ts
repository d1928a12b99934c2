/** Validation of security contexts. */
import type { PodSecurityContext, SeccompProfile, SecurityContext } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { invalid, notSupported, required } from "./field-errors.ts";

const LARGEST_ID = 2_147_483_647;

export function validatePodSecurityContext(context: PodSecurityContext, path: string): FieldError[] {
  const errors = [
    ...validateId(context.fsGroup, `${path}.fsGroup`),
    ...validateId(context.runAsUser, `${path}.runAsUser`),
    ...validateId(context.runAsGroup, `${path}.runAsGroup`),
    ...(context.supplementalGroups ?? []).flatMap((group, i) => validateId(group, `${path}.supplementalGroups[${i}]`)),
  ];
  const policy = context.fsGroupChangePolicy;
  if (policy !== undefined && policy !== "OnRootMismatch" && policy !== "Always") {
    errors.push(notSupported(`${path}.fsGroupChangePolicy`, policy, ["Always", "OnRootMismatch"]));
  }
  return [...errors, ...validateSeccomp(context.seccompProfile, `${path}.seccompProfile`)];
}

export function validateSecurityContext(context: SecurityContext, path: string): FieldError[] {
  const errors = [
    ...validateId(context.runAsUser, `${path}.runAsUser`),
    ...validateId(context.runAsGroup, `${path}.runAsGroup`),
  ];
  const procMount = context.procMount;
  if (procMount !== undefined && procMount !== "Default" && procMount !== "Unmasked") {
    errors.push(notSupported(`${path}.procMount`, procMount, ["Default", "Unmasked"]));
  }
  errors.push(...validateSeccomp(context.seccompProfile, `${path}.seccompProfile`));
  if (context.allowPrivilegeEscalation === false) {
    const value = context.allowPrivilegeEscalation;
    if (context.privileged) {
      const clash = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true";
      errors.push(invalid(path, value, clash));
    }
    if (context.capabilities?.add?.includes("CAP_SYS_ADMIN")) {
      const clash = "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN";
      errors.push(invalid(path, value, clash));
    }
  }
  return errors;
}

function validateId(id: number | undefined, field: string): FieldError[] {
  if (id === undefined || (id >= 0 && id <= LARGEST_ID)) return [];
  return [invalid(field, id, `must be between 0 and ${LARGEST_ID}, inclusive`)];
}

function validateSeccomp(profile: SeccompProfile | undefined, path: string): FieldError[] {
  if (!profile) return [];
  const types = ["Localhost", "RuntimeDefault", "Unconfined"];
  if (!profile.type) return [required(`${path}.type`, "type is required when seccompProfile is set")];
  if (!types.includes(profile.type)) return [notSupported(`${path}.type`, profile.type, types)];
  if (profile.type === "Localhost" && profile.localhostProfile === undefined) {
    return [required(`${path}.localhostProfile`, "must be set when seccomp type is Localhost")];
  }
  if (profile.type !== "Localhost" && profile.localhostProfile !== undefined) {
    return [invalid(`${path}.localhostProfile`, profile, "can only be set when seccomp type is Localhost")];
  }
  return [];
}

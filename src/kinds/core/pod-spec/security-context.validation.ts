/**
 * Validation of security contexts.
 *
 * Kubernetes: pkg/apis/core/validation/validation.go (validatePodSpecSecurityContext, ValidateSecurityContext)
 */
import { utf8Length } from "../../../lib/text.ts";
import type {
  AppArmorProfile,
  PodSecurityContext,
  PodSpec,
  SeccompProfile,
  SecurityContext,
} from "../../../schema/index.ts";
import type { FieldError } from "../../kind.ts";
import { duplicate, invalid, notSupported, required, tooLong } from "../../validation/field-errors.ts";

const LARGEST_ID = 2_147_483_647;
const MAX_SYSCTL = 253;
const SYSCTL_FORM = "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$";
const SYSCTL = new RegExp(SYSCTL_FORM);
const MAX_PROFILE_BYTES = 4095;

type HostNamespaces = Pick<PodSpec, "hostIPC" | "hostNetwork" | "hostPID" | "shareProcessNamespace">;

export function validatePodSecurityContext(
  context: PodSecurityContext,
  host: HostNamespaces,
  path: string,
): FieldError[] {
  const errors = [
    ...validateId(context.fsGroup, `${path}.fsGroup`),
    ...validateId(context.runAsUser, `${path}.runAsUser`),
    ...validateId(context.runAsGroup, `${path}.runAsGroup`),
    ...(context.supplementalGroups ?? []).flatMap((group, i) => validateId(group, `${path}.supplementalGroups[${i}]`)),
  ];
  if (host.shareProcessNamespace && host.hostPID) {
    const clash = "ShareProcessNamespace and HostPID cannot both be enabled";
    errors.push(invalid(`${path}.shareProcessNamespace`, true, clash));
  }
  errors.push(...validateSysctls(context, host, `${path}.sysctls`));
  const policy = context.fsGroupChangePolicy;
  if (policy !== undefined && policy !== "OnRootMismatch" && policy !== "Always") {
    errors.push(notSupported(`${path}.fsGroupChangePolicy`, policy, ["Always", "OnRootMismatch"]));
  }
  errors.push(...validateSeccomp(context.seccompProfile, `${path}.seccompProfile`));
  errors.push(...validateAppArmor(context.appArmorProfile, `${path}.appArmorProfile`));
  const { supplementalGroupsPolicy: groups, seLinuxChangePolicy: change } = context;
  if (groups !== undefined && groups !== "Merge" && groups !== "Strict") {
    errors.push(notSupported(`${path}.supplementalGroupsPolicy`, groups, ["Merge", "Strict"]));
  }
  if (change !== undefined && change !== "MountOption" && change !== "Recursive") {
    errors.push(notSupported(`${path}.seLinuxChangePolicy`, change, ["MountOption", "Recursive"]));
  }
  return errors;
}

function validateSysctls(context: PodSecurityContext, host: HostNamespaces, path: string): FieldError[] {
  const names = new Set<string>();
  return (context.sysctls ?? []).flatMap(({ name }, i) => {
    const field = `${path}[${i}].name`;
    const errors: FieldError[] = [];
    if (!name) errors.push(required(field));
    else if (name.length > MAX_SYSCTL || !SYSCTL.test(name)) {
      errors.push(invalid(field, name, `must have at most ${MAX_SYSCTL} characters and match regex ${SYSCTL_FORM}`));
    } else if (names.has(name)) errors.push(duplicate(field, name));
    names.add(name);
    if (host.hostNetwork && /^net[./]/.test(name)) {
      errors.push(invalid(field, name, "may not be specified when 'hostNetwork' is true"));
    } else if (host.hostIPC && /^(kernel[./](shm|msg|sem)|fs[./]mqueue[./])/.test(name)) {
      errors.push(invalid(field, name, "may not be specified when 'hostIPC' is true"));
    }
    return errors;
  });
}

function validateAppArmor(profile: AppArmorProfile | undefined, path: string): FieldError[] {
  if (!profile) return [];
  const types = ["Localhost", "RuntimeDefault", "Unconfined"];
  const { type, localhostProfile: local } = profile;
  const field = `${path}.localhostProfile`;
  if (!type) return [required(`${path}.type`, "type is required when appArmorProfile is set")];
  if (!types.includes(type)) return [notSupported(`${path}.type`, type, types)];
  if (type !== "Localhost") {
    return local === undefined ? [] : [invalid(field, local, "can only be set when AppArmor type is Localhost")];
  }
  const needed = "must be set when AppArmor type is Localhost";
  if (local === undefined) return [required(field, needed)];
  const errors: FieldError[] = [];
  if (local.trim() !== local) errors.push(invalid(field, local, "must not be padded with whitespace"));
  else if (local === "") errors.push(required(field, needed));
  if (utf8Length(local) > MAX_PROFILE_BYTES) errors.push(tooLong(field, MAX_PROFILE_BYTES));
  return errors;
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
  errors.push(...validateAppArmor(context.appArmorProfile, `${path}.appArmorProfile`));
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

/**
 * Validation of volume mounts and devices, and of paths within volumes.
 *
 * Kubernetes: pkg/apis/core/validation/validation.go (ValidateVolumeMounts, ValidateVolumeDevices)
 */
import type { Container, EphemeralContainer, Volume, VolumeMount } from "../../../schema/index.ts";
import type { FieldError } from "../../kind.ts";
import { forbidden, invalid, notFoundValue, notSupported, required } from "../../validation/field-errors.ts";

const PROPAGATIONS = ["Bidirectional", "HostToContainer", "None"];
const RECURSIONS = ["Disabled", "Enabled", "IfPossible"];

/** The pod's valid volumes by name. */
export type PodVolumes = ReadonlyMap<string, Volume>;

export function validateMounts(
  container: Container | EphemeralContainer,
  volumes: PodVolumes,
  path: string,
): FieldError[] {
  const mounts = container.volumeMounts ?? [];
  const devices = container.volumeDevices ?? [];
  const errors: FieldError[] = [];
  const mountPaths = new Set<string>();
  for (const [i, mount] of mounts.entries()) {
    const { name, mountPath, subPath, subPathExpr } = mount;
    const at = `${path}.volumeMounts[${i}]`;
    if (!name) errors.push(required(`${at}.name`));
    if (!volumes.has(name)) errors.push(notFoundValue(`${at}.name`, name));
    if (!mountPath) errors.push(required(`${at}.mountPath`));
    if (mountPaths.has(mountPath)) errors.push(invalid(`${at}.mountPath`, mountPath, "must be unique"));
    mountPaths.add(mountPath);
    if (devices.some((device) => device.name === name)) {
      errors.push(invalid(`${at}.name`, name, "must not already exist in volumeDevices"));
    }
    if (devices.some(({ devicePath }) => devicePath === mountPath)) {
      errors.push(invalid(`${at}.mountPath`, mountPath, "must not already exist as a path in volumeDevices"));
    }
    if (subPath) errors.push(...validateLocalPath(subPath, `${path}.volumeMounts.subPath`));
    if (subPathExpr && subPath) {
      errors.push(invalid(`${at}.subPathExpr`, subPathExpr, "subPathExpr and subPath are mutually exclusive"));
    }
    if (subPathExpr) errors.push(...validateLocalPath(subPathExpr, `${path}.volumeMounts.subPathExpr`));
    errors.push(...validatePropagation(mount, container, `${path}.volumeMounts`));
  }
  return [...errors, ...validateDevices(container, volumes, `${path}.volumeDevices`)];
}

/** Kubernetes names the list, not the mount. */
function validatePropagation(
  { mountPropagation: mode, recursiveReadOnly: recursive, readOnly }: VolumeMount,
  { securityContext }: Container | EphemeralContainer,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (mode !== undefined) {
    const field = `${path}.mountPropagation`;
    if (!PROPAGATIONS.includes(mode)) errors.push(notSupported(field, mode, PROPAGATIONS));
    if (mode === "Bidirectional" && !securityContext?.privileged) {
      errors.push(forbidden(field, "Bidirectional mount propagation is available only to privileged containers"));
    }
  }
  if (recursive === undefined || recursive === "Disabled") return errors;
  const field = `${path}.recursiveReadOnly`;
  if (!RECURSIONS.includes(recursive)) return [...errors, notSupported(field, recursive, RECURSIONS)];
  if (!readOnly) errors.push(forbidden(field, "may only be specified when readOnly is true"));
  if (mode !== undefined && mode !== "None") {
    errors.push(forbidden(field, "may only be specified when mountPropagation is None or not specified"));
  }
  return errors;
}

function validateDevices(
  { volumeMounts = [], volumeDevices = [] }: Container | EphemeralContainer,
  volumes: PodVolumes,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  const paths = new Set<string>();
  for (const [i, { name, devicePath }] of volumeDevices.entries()) {
    const at = `${path}[${i}]`;
    const volume = volumes.get(name);
    if (!name) errors.push(required(`${at}.name`));
    if (names.has(name)) errors.push(invalid(`${at}.name`, name, "must be unique"));
    if (!volume) errors.push(notFoundValue(`${at}.name`, name));
    else if (!volume.persistentVolumeClaim && !volume.ephemeral) {
      const only = "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode";
      errors.push(invalid(`${at}.name`, name, only));
    }
    if (!devicePath) errors.push(required(`${at}.devicePath`));
    if (paths.has(devicePath)) errors.push(invalid(`${at}.devicePath`, devicePath, "must be unique"));
    if (devicePath && validateNoBacksteps(devicePath, at).length > 0) {
      errors.push(invalid(`${at}.devicePath`, devicePath, "can not contain backsteps ('..')"));
    } else paths.add(devicePath);
    if (volumeMounts.some((mount) => mount.name === name)) {
      errors.push(invalid(`${at}.name`, name, "must not already exist in volumeMounts"));
    }
    if (volumeMounts.some(({ mountPath }) => mountPath === devicePath)) {
      errors.push(invalid(`${at}.devicePath`, devicePath, "must not already exist as a path in volumeMounts"));
    }
    if (name) names.add(name);
  }
  return errors;
}

/** A relative path without `..`. */
export function validateLocalPath(path: string, field: string): FieldError[] {
  if (path.startsWith("/")) return [invalid(field, path, "must be a relative path")];
  return validateNoBacksteps(path, field);
}

/** The path must also not start with two dots, which are reserved for a volume's internal files. */
export function validateLocalFile(path: string, field: string): FieldError[] {
  const errors = validateLocalPath(path, field);
  if (path.startsWith("..") && !path.startsWith("../")) errors.push(invalid(field, path, "must not start with '..'"));
  return errors;
}

export function validateNoBacksteps(path: string, field: string): FieldError[] {
  return path.split("/").includes("..") ? [invalid(field, path, "must not contain '..'")] : [];
}

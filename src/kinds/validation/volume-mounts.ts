/** Validation of where containers mount volumes. */
import type { Container, EphemeralContainer, Volume } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { invalid, notFoundValue, required } from "./field-errors.ts";

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
  for (const [i, { name, mountPath, subPath, subPathExpr }] of mounts.entries()) {
    const at = `${path}.volumeMounts[${i}]`;
    if (!name) errors.push(required(`${at}.name`));
    if (!volumes.has(name)) errors.push(notFoundValue(`${at}.name`, name));
    if (!mountPath) errors.push(required(`${at}.mountPath`));
    if (mountPaths.has(mountPath)) errors.push(invalid(`${at}.mountPath`, mountPath, "must be unique"));
    mountPaths.add(mountPath);
    if (devices.some((device) => device.name === name)) {
      errors.push(invalid(`${at}.name`, name, "must not already exist in volumeDevices"));
    }
    if (subPath) errors.push(...validateLocalPath(subPath, `${path}.volumeMounts.subPath`));
    if (subPathExpr && subPath) {
      errors.push(invalid(`${at}.subPathExpr`, subPathExpr, "subPathExpr and subPath are mutually exclusive"));
    }
    if (subPathExpr) errors.push(...validateLocalPath(subPathExpr, `${path}.volumeMounts.subPathExpr`));
  }
  for (const [i, { name, devicePath }] of devices.entries()) {
    const at = `${path}.volumeDevices[${i}]`;
    const volume = volumes.get(name);
    if (!name) errors.push(required(`${at}.name`));
    if (!volume) errors.push(notFoundValue(`${at}.name`, name));
    else if (!volume.persistentVolumeClaim && !volume.ephemeral) {
      const only = "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode";
      errors.push(invalid(`${at}.name`, name, only));
    }
    if (!devicePath) errors.push(required(`${at}.devicePath`));
  }
  return errors;
}

/** A relative path that does not climb. */
export function validateLocalPath(path: string, field: string): FieldError[] {
  if (path.startsWith("/")) return [invalid(field, path, "must be a relative path")];
  return validateNoBacksteps(path, field);
}

export function validateNoBacksteps(path: string, field: string): FieldError[] {
  return path.split("/").includes("..") ? [invalid(field, path, "must not contain '..'")] : [];
}

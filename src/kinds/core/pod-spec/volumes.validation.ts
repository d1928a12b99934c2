/**
 * Validation of a pod's volumes.
 *
 * Kubernetes: pkg/apis/core/validation/validation.go (ValidateVolumes, validateVolumeSource)
 */
import { configKeyProblems, dnsLabelProblems } from "../../../lib/names.ts";
import type {
  DownwardAPIVolumeFile,
  KeyToPath,
  ProjectedVolumeSource,
  Volume,
  VolumeProjection,
} from "../../../schema/index.ts";
import type { FieldError } from "../../kind.ts";
import { validateDriverName } from "../../validation/device-names.ts";
import { duplicate, forbidden, invalid, invalidFor, notSupported, required } from "../../validation/field-errors.ts";
import { validateQuantity } from "../../validation/resources.ts";
import { validateClaimSpec } from "../persistent-volume-claim.validation.ts";
import { FIELDS_OF_FILES, validateFieldReference, validateResourceReference } from "./environment.validation.ts";
import { validateLocalFile, validateLocalPath, validateNoBacksteps } from "./volume-mounts.validation.ts";

/** Sources in Kubernetes' order: of two sources the first is validated. */
const SOURCES = [
  "emptyDir",
  "hostPath",
  "gitRepo",
  "gcePersistentDisk",
  "awsElasticBlockStore",
  "secret",
  "nfs",
  "iscsi",
  "glusterfs",
  "flocker",
  "persistentVolumeClaim",
  "rbd",
  "cinder",
  "cephfs",
  "quobyte",
  "downwardAPI",
  "fc",
  "flexVolume",
  "configMap",
  "azureFile",
  "vsphereVolume",
  "photonPersistentDisk",
  "portworxVolume",
  "azureDisk",
  "storageos",
  "projected",
  "scaleIO",
  "csi",
  "ephemeral",
  "image",
] as const satisfies readonly (keyof Volume)[];

const HOST_PATH_TYPES = [
  "",
  "BlockDevice",
  "CharDevice",
  "Directory",
  "DirectoryOrCreate",
  "File",
  "FileOrCreate",
  "Socket",
];
const WRONG_MODE = "must be a number between 0 and 0777 (octal), both inclusive";

export function validateVolumes(
  list: readonly Volume[],
  path: string,
): { volumes: Map<string, Volume>; errors: FieldError[] } {
  const volumes = new Map<string, Volume>();
  const errors: FieldError[] = [];
  for (const [i, volume] of list.entries()) {
    const at = `${path}[${i}]`;
    const problems = validateSources(volume, at);
    if (!volume.name) problems.push(required(`${at}.name`));
    else problems.push(...invalidFor(`${at}.name`, volume.name, dnsLabelProblems(volume.name)));
    if (volumes.has(volume.name)) problems.push(duplicate(`${at}.name`, volume.name));
    if (problems.length === 0) volumes.set(volume.name, volume);
    errors.push(...problems);
  }
  return { volumes, errors };
}

function validateSources(volume: Volume, path: string): FieldError[] {
  const given = SOURCES.filter((source) => volume[source] !== undefined && volume[source] !== null);
  if (given.length === 0) return [required(path, "must specify a volume type")];
  return given.flatMap((source, i) =>
    i === 0
      ? validateSource(volume, `${path}.${source}`)
      : [forbidden(`${path}.${source}`, "may not specify more than 1 volume type")],
  );
}

/** The sources that a simulated cluster can use; the others are kept as they are given. */
function validateSource(volume: Volume, path: string): FieldError[] {
  const { emptyDir, hostPath, secret, configMap, persistentVolumeClaim, nfs, downwardAPI, projected } = volume;
  const { gitRepo, csi, ephemeral } = volume;
  if (gitRepo) {
    const errors = gitRepo.repository ? [] : [required(`${path}.repository`)];
    return [...errors, ...validateLocalPath(gitRepo.directory ?? "", `${path}.directory`)];
  }
  if (csi) return validateDriverName(csi.driver, `${path}.driver`);
  if (ephemeral) {
    const { volumeClaimTemplate: template } = ephemeral;
    const at = `${path}.volumeClaimTemplate`;
    return template ? validateClaimSpec(template.spec ?? {}, `${at}.spec`) : [required(at)];
  }
  if (emptyDir) return emptyDir.sizeLimit ? validateQuantity(emptyDir.sizeLimit, `${path}.sizeLimit`) : [];
  if (hostPath) return validateHostPath(hostPath.path, hostPath.type ?? "", path);
  if (secret) {
    return [
      ...(secret.secretName ? [] : [required(`${path}.secretName`)]),
      ...validateMode(secret.defaultMode, `${path}.defaultMode`),
      ...validateItems(secret.items ?? [], `${path}.items`),
    ];
  }
  if (configMap) {
    return [
      ...(configMap.name ? [] : [required(`${path}.name`)]),
      ...validateMode(configMap.defaultMode, `${path}.defaultMode`),
      ...validateItems(configMap.items ?? [], `${path}.items`),
    ];
  }
  if (persistentVolumeClaim) return persistentVolumeClaim.claimName ? [] : [required(`${path}.claimName`)];
  if (nfs) {
    const errors = nfs.server ? [] : [required(`${path}.server`)];
    if (!nfs.path) errors.push(required(`${path}.path`));
    else if (!nfs.path.startsWith("/")) errors.push(invalid(`${path}.path`, nfs.path, "must be an absolute path"));
    return errors;
  }
  if (downwardAPI) {
    return [
      ...validateMode(downwardAPI.defaultMode, `${path}.defaultMode`),
      ...validateDownwardFiles(downwardAPI.items ?? [], path),
    ];
  }
  return projected ? validateProjected(projected, path) : [];
}

export function validateHostPath(hostPath: string, type: string, path: string): FieldError[] {
  if (!hostPath) return [required(`${path}.path`)];
  const errors = validateNoBacksteps(hostPath, `${path}.path`);
  if (!HOST_PATH_TYPES.includes(type)) errors.push(notSupported(`${path}.type`, type, HOST_PATH_TYPES));
  return errors;
}

function validateMode(mode: number | undefined, field: string): FieldError[] {
  return mode !== undefined && (mode < 0 || mode > 0o777) ? [invalid(field, mode, WRONG_MODE)] : [];
}

function validateItems(items: readonly KeyToPath[], path: string): FieldError[] {
  return items.flatMap(({ key, path: file, mode }, i) => [
    ...(key ? invalidFor(`${path}[${i}].key`, key, configKeyProblems(key)) : [required(`${path}[${i}].key`)]),
    ...(file ? validateLocalFile(file, `${path}[${i}].path`) : [required(`${path}[${i}].path`)]),
    ...validateMode(mode, `${path}[${i}].mode`),
  ]);
}

function validateDownwardFiles(files: readonly DownwardAPIVolumeFile[], path: string): FieldError[] {
  return files.flatMap((file) => {
    const errors: FieldError[] = file.path ? validateLocalFile(file.path, `${path}.path`) : [required(`${path}.path`)];
    if (file.fieldRef) {
      errors.push(...validateFieldReference(file.fieldRef, FIELDS_OF_FILES, `${path}.fieldRef`));
      if (file.resourceFieldRef) {
        errors.push(invalid(path, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously"));
      }
    } else if (file.resourceFieldRef) {
      errors.push(...validateResourceReference(file.resourceFieldRef, `${path}.resourceFieldRef`, { inFile: true }));
    } else {
      errors.push(required(path, "one of fieldRef and resourceFieldRef is required"));
    }
    return [...errors, ...validateMode(file.mode, `${path}.mode`)];
  });
}

function validateProjected(projected: ProjectedVolumeSource, path: string): FieldError[] {
  const errors = validateMode(projected.defaultMode, `${path}.defaultMode`);
  const files = new Set<string>();
  for (const [i, source] of (projected.sources ?? []).entries()) {
    errors.push(...validateProjection(source, path, i));
    for (const { file, named } of filesOf(source)) {
      if (files.has(file)) errors.push(invalid(path, named, "conflicting duplicate paths"));
      files.add(file);
    }
  }
  return errors;
}

/** The files of a source, and the field that a refusal names. */
function filesOf({ secret, configMap, downwardAPI }: VolumeProjection): { file: string; named: string }[] {
  return [
    ...(secret?.items ?? []).map(({ path }) => ({ file: path, named: secret?.name ?? "" })),
    ...(configMap?.items ?? []).map(({ path }) => ({ file: path, named: configMap?.name ?? "" })),
    ...(downwardAPI?.items ?? []).map(({ path }) => ({ file: path, named: path })),
  ].filter(({ file }) => file !== "");
}

function validateProjection(source: VolumeProjection, volume: string, index: number): FieldError[] {
  const path = `${volume}.sources[${index}]`;
  const { secret, configMap, downwardAPI, serviceAccountToken } = source;
  const errors: FieldError[] = [];
  const count = Object.values(source).filter((value) => value !== undefined && value !== null).length;
  if (secret) {
    if (!secret.name) errors.push(required(`${path}.secret.name`));
    errors.push(...validateItems(secret.items ?? [], `${path}.secret.items`));
  }
  if (configMap) {
    if (!configMap.name) errors.push(required(`${path}.configMap.name`));
    errors.push(...validateItems(configMap.items ?? [], `${path}.configMap.items`));
  }
  if (downwardAPI) errors.push(...validateDownwardFiles(downwardAPI.items ?? [], `${path}.downwardAPI`));
  if (serviceAccountToken) {
    const { expirationSeconds = 0, path: file } = serviceAccountToken;
    if (expirationSeconds < 600) {
      const least = "may not specify a duration less than 10 minutes";
      errors.push(invalid(`${path}.serviceAccountToken.expirationSeconds`, expirationSeconds, least));
    }
    if (expirationSeconds > 2 ** 32) {
      const most = "may not specify a duration larger than 2^32 seconds";
      errors.push(invalid(`${path}.serviceAccountToken.expirationSeconds`, expirationSeconds, most));
    }
    // Kubernetes' path is the volume's, not the source's.
    if (!file) errors.push(required(`${volume}.path`));
    else errors.push(...validateLocalFile(file, `${volume}.path`));
  }
  if (count > 1) errors.push(forbidden(path, "may not specify more than 1 volume type per source"));
  return errors;
}

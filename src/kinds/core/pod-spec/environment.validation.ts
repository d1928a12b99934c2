/**
 * Validation of environment variables and their sources.
 *
 * Kubernetes: pkg/apis/core/validation/validation.go (ValidateEnv, ValidateEnvFrom)
 */
import {
  configKeyProblems,
  dnsLabelProblems,
  dnsSubdomainProblems,
  environmentNameProblems,
  qualifiedNameProblems,
} from "../../../lib/names.ts";
import type {
  EnvFromSource,
  EnvVar,
  EnvVarSource,
  FileKeySelector,
  ObjectFieldSelector,
  PodSpec,
  ResourceFieldSelector,
} from "../../../schema/index.ts";
import type { FieldError } from "../../kind.ts";
import { invalid, invalidFor, notFoundValue, notSupported, required } from "../../validation/field-errors.ts";
import { validateNoBacksteps } from "./volume-mounts.validation.ts";

const FIELDS_OF_ENVIRONMENT = [
  "metadata.name",
  "metadata.namespace",
  "metadata.uid",
  "spec.nodeName",
  "spec.serviceAccountName",
  "status.hostIP",
  "status.hostIPs",
  "status.podIP",
  "status.podIPs",
];
export const FIELDS_OF_FILES = [
  "metadata.annotations",
  "metadata.labels",
  "metadata.name",
  "metadata.namespace",
  "metadata.uid",
];
const RESOURCES = [
  "limits.cpu",
  "limits.ephemeral-storage",
  "limits.memory",
  "requests.cpu",
  "requests.ephemeral-storage",
  "requests.memory",
];

export function validateEnvironment(variables: readonly EnvVar[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [i, variable] of variables.entries()) {
    const at = `${path}[${i}]`;
    if (!variable.name) errors.push(required(`${at}.name`));
    else errors.push(...invalidFor(`${at}.name`, variable.name, environmentNameProblems(variable.name)));
    if (variable.valueFrom) errors.push(...validateValueFrom(variable, variable.valueFrom, `${at}.valueFrom`));
  }
  return errors;
}

export function validateEnvironmentSources(sources: readonly EnvFromSource[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [i, { prefix, configMapRef, secretRef }] of sources.entries()) {
    const at = `${path}[${i}]`;
    if (prefix) errors.push(...invalidFor(`${at}.prefix`, prefix, environmentNameProblems(prefix)));
    if (configMapRef) errors.push(...validateReference(configMapRef.name, `${at}.configMapRef.name`));
    if (secretRef) errors.push(...validateReference(secretRef.name, `${at}.secretRef.name`));
    // Kubernetes reports these on the list.
    if (!configMapRef && !secretRef)
      errors.push(invalid(path, "", "must specify one of: `configMapRef` or `secretRef`"));
    else if (configMapRef && secretRef)
      errors.push(invalid(path, "", "may not have more than one field specified at a time"));
  }
  return errors;
}

/** A reference to a field of the pod. Files and variables support different fields. */
export function validateFieldReference(
  { apiVersion, fieldPath }: ObjectFieldSelector,
  allowed: readonly string[],
  path: string,
): FieldError[] {
  if (!apiVersion) return [required(`${path}.apiVersion`)];
  if (!fieldPath) return [required(`${path}.fieldPath`)];
  const subscript = /^(.*)\['(.*)'\]$/.exec(fieldPath);
  if (subscript) {
    const [, name = "", key = ""] = subscript;
    if (name === "metadata.annotations")
      return invalidFor(path, key.toLowerCase(), qualifiedNameProblems(key.toLowerCase()));
    if (name === "metadata.labels") return invalidFor(path, key, qualifiedNameProblems(key));
    return [
      invalid(
        `${path}.fieldPath`,
        fieldPath,
        `error converting fieldPath: field label does not support subscript: ${fieldPath}`,
      ),
    ];
  }
  const known = new Set([...FIELDS_OF_ENVIRONMENT, ...FIELDS_OF_FILES]);
  if (!known.has(fieldPath)) {
    return [
      invalid(`${path}.fieldPath`, fieldPath, `error converting fieldPath: field label not supported: ${fieldPath}`),
    ];
  }
  return allowed.includes(fieldPath) ? [] : [notSupported(`${path}.fieldPath`, fieldPath, allowed)];
}

export function validateResourceReference(
  { containerName, resource }: ResourceFieldSelector,
  path: string,
  options: { inFile: boolean },
): FieldError[] {
  if (options.inFile && !containerName) return [required(`${path}.containerName`)];
  if (!resource) return [required(`${path}.resource`)];
  if (RESOURCES.includes(resource) || /^(limits|requests)\.hugepages-/.test(resource)) return [];
  return [notSupported(`${path}.resource`, resource, RESOURCES)];
}

function validateValueFrom(variable: EnvVar, source: EnvVarSource, path: string): FieldError[] {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = source;
  const errors: FieldError[] = [];
  if (fieldRef) errors.push(...validateFieldReference(fieldRef, FIELDS_OF_ENVIRONMENT, `${path}.fieldRef`));
  if (resourceFieldRef) {
    errors.push(...validateResourceReference(resourceFieldRef, `${path}.resourceFieldRef`, { inFile: false }));
  }
  if (configMapKeyRef) errors.push(...validateKeyReference(configMapKeyRef, `${path}.configMapKeyRef`));
  if (secretKeyRef) errors.push(...validateKeyReference(secretKeyRef, `${path}.secretKeyRef`));
  if (fileKeyRef) errors.push(...validateFileReference(fileKeyRef, `${path}.fileKeyRef`));
  const count = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef].filter(Boolean).length;
  if (count === 0) {
    const sources =
      "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`";
    errors.push(invalid(path, "", sources));
  } else if (variable.value) errors.push(invalid(path, "", "may not be specified when `value` is not empty"));
  else if (count > 1) errors.push(invalid(path, "", "may not have more than one field specified at a time"));
  return errors;
}

function validateKeyReference({ name = "", key }: { name?: string; key: string }, path: string): FieldError[] {
  const errors = invalidFor(`${path}.name`, name, dnsSubdomainProblems(name));
  if (!key) return [...errors, required(`${path}.key`)];
  return [...errors, ...invalidFor(`${path}.key`, key, configKeyProblems(key))];
}

function validateFileReference({ key, volumeName, path: file }: FileKeySelector, path: string): FieldError[] {
  return [
    ...(key ? invalidFor(`${path}.key`, key, environmentNameProblems(key)) : [required(`${path}.key`)]),
    ...(volumeName
      ? invalidFor(`${path}.volumeName`, volumeName, dnsLabelProblems(volumeName))
      : [required(`${path}.volumeName`)]),
    ...(file ? validateNoBacksteps(file, `${path}.path`) : [required(`${path}.path`)]),
  ];
}

/** Files that variables are read from stand in volumes of type `emptyDir`. */
export function validateFileVolumes(spec: PodSpec, path: string): FieldError[] {
  const volumes = new Map((spec.volumes ?? []).map((volume) => [volume.name, volume]));
  const errors: FieldError[] = [];
  for (const list of ["initContainers", "containers", "ephemeralContainers"] as const) {
    for (const [i, { env = [] }] of (spec[list] ?? []).entries()) {
      for (const [j, { valueFrom }] of env.entries()) {
        const name = valueFrom?.fileKeyRef?.volumeName;
        if (name === undefined) continue;
        const field = `${path}.${list}[${i}].env[${j}].valueFrom.fileKeyRef.volumeName`;
        const volume = volumes.get(name);
        if (!volume) errors.push(notFoundValue(field, name));
        else if (!volume.emptyDir) errors.push(invalid(field, name, "referenced volume must be of type emptyDir"));
      }
    }
  }
  return errors;
}

function validateReference(name: string | undefined, field: string): FieldError[] {
  return name ? invalidFor(field, name, dnsSubdomainProblems(name)) : [required(field)];
}

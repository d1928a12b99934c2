/**
 * The environment of a container, and the references to it in its command.
 * Kubernetes: pkg/kubelet/kubelet_pods.go (`makeEnvironmentVariables`), pkg/kubelet/util/env/env_util.go
 */

import type { Bytes } from "../files/entry.ts";
import { configMapKind } from "../kinds/core/config-map.ts";
import { secretKind } from "../kinds/core/secret.ts";
import type { Reader } from "../kinds/kind.ts";
import { bytesOfBase64, bytesOfText } from "../lib/bytes.ts";
import type { Container, EnvFromSource, EnvVarSource, EphemeralContainer, FileKeySelector } from "../schema/index.ts";
import { type PodFacts, podField, resourceField } from "./downward-api.ts";
import { variableOfFile } from "./env-file.ts";
import { expandReferences } from "./expansion.ts";
import { serviceEnvironment } from "./service-environment.ts";

export interface EnvironmentOptions extends PodFacts {
  reader: Reader;
  container: Container | EphemeralContainer;
  /** Reads a file of a volume for `fileKeyRef`; undefined if it cannot be read. Absent: such variables are not checked. */
  readVolume?(volume: string, path: string): Bytes | undefined;
}

/** Values are byte strings. A problem is the message of CreateContainerConfigError. */
export type Environment = { values: Record<string, Bytes> } | { problem: string };

/** Variables of `envFrom`, of `env`, and of Services, in this order; a name of `env` counts before one of `envFrom`. */
export function environmentOf(options: EnvironmentOptions): Environment {
  const { pod, reader, container } = options;
  const { enableServiceLinks = true } = pod.spec;
  const services = serviceEnvironment(reader, { namespace: pod.metadata.namespace ?? "", enableServiceLinks });
  const values = new Map<string, Bytes>();
  const find = (name: string) => values.get(name) ?? services[name];
  for (const source of container.envFrom ?? []) {
    const read = readAll(options, source);
    if ("problem" in read) return read;
    for (const key of Object.keys(read.values).sort()) values.set((source.prefix ?? "") + key, read.values[key]!);
  }
  for (const { name, value, valueFrom } of container.env ?? []) {
    if (value || !valueFrom) {
      values.set(name, expandReferences(bytesOfText(value ?? ""), find));
      continue;
    }
    const read = readValue(options, valueFrom);
    if ("problem" in read) return read;
    if (read.value !== undefined) values.set(name, read.value);
  }
  for (const [name, value] of Object.entries(services)) if (!values.has(name)) values.set(name, value);
  return { values: Object.fromEntries(values) };
}

/** The first problem that `environmentOf` would report; cheaper, because it reads no Services. */
export function environmentProblemOf(options: EnvironmentOptions): string | undefined {
  for (const source of options.container.envFrom ?? []) {
    const read = readAll(options, source);
    if ("problem" in read) return read.problem;
  }
  for (const { value, valueFrom } of options.container.env ?? []) {
    const read = value || !valueFrom ? undefined : readValue(options, valueFrom);
    if (read && "problem" in read) return read.problem;
  }
  return undefined;
}

/** A command or its arguments with their references replaced, as byte strings. */
export function expandWords(
  words: readonly string[] | undefined,
  environment: Readonly<Record<string, Bytes>>,
): Bytes[] {
  const find = (name: string) => (Object.hasOwn(environment, name) ? environment[name] : undefined);
  return (words ?? []).map((word) => expandReferences(bytesOfText(word), find));
}

/** Undefined: the source is optional and missing, so the variable is not set. */
type ReadValue = { value: Bytes | undefined } | { problem: string };

function readValue(options: EnvironmentOptions, source: EnvVarSource): ReadValue {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = source;
  if (fieldRef) return { value: bytesOfText(podField(options, fieldRef.fieldPath)) };
  if (resourceFieldRef) return { value: resourceField(options, resourceFieldRef, options.container) };
  if (configMapKeyRef) return readKey(options, "ConfigMap", configMapKeyRef);
  if (secretKeyRef) return readKey(options, "Secret", secretKeyRef);
  return fileKeyRef ? readFileKey(options, fileKeyRef) : { value: "" };
}

interface KeyReference {
  name?: string;
  key: string;
  optional?: boolean;
}

function readKey(options: EnvironmentOptions, kind: SourceKind, { name, key, optional }: KeyReference): ReadValue {
  const values = valuesOf(options, kind, name);
  if (!values) return optional ? { value: undefined } : { problem: notFound(kind, name) };
  if (Object.hasOwn(values, key)) return { value: values[key] };
  if (optional) return { value: undefined };
  return { problem: `couldn't find key ${key} in ${kind} ${options.pod.metadata.namespace}/${name}` };
}

function readAll(options: EnvironmentOptions, source: EnvFromSource): Environment {
  const { configMapRef, secretRef } = source;
  const kind = configMapRef ? "ConfigMap" : "Secret";
  const { name, optional } = configMapRef ?? secretRef ?? {};
  const values = valuesOf(options, kind, name);
  if (values) return { values };
  return optional ? { values: {} } : { problem: notFound(kind, name) };
}

type SourceKind = "ConfigMap" | "Secret";

function valuesOf({ reader, pod }: EnvironmentOptions, kind: SourceKind, name = ""): Record<string, Bytes> | undefined {
  const { namespace = "" } = pod.metadata;
  const source =
    kind === "ConfigMap" ? reader.get(configMapKind, namespace, name) : reader.get(secretKind, namespace, name);
  if (!source) return undefined;
  const decode = kind === "ConfigMap" ? bytesOfText : bytesOfBase64;
  return Object.fromEntries(Object.entries(source.data ?? {}).map(([key, value]) => [key, decode(value)]));
}

function notFound(kind: SourceKind, name = ""): string {
  return `${kind.toLowerCase()} "${name}" not found`;
}

function readFileKey({ readVolume, pod }: EnvironmentOptions, reference: FileKeySelector): ReadValue {
  if (!readVolume) return { value: undefined };
  const { volumeName, path, key, optional } = reference;
  if (!pod.spec.volumes?.some(({ name }) => name === volumeName)) {
    return { problem: `cannot find the volume "${volumeName}" referenced by FileKeyRef` };
  }
  const content = readVolume(volumeName, path);
  const value = content === undefined ? undefined : variableOfFile(content, key);
  if (value === undefined) return { problem: "couldn't parse env file" };
  if (value !== "") return { value };
  if (optional) return { value: undefined };
  const file = `/var/lib/kubelet/pods/${pod.metadata.uid}/volumes/kubernetes.io~empty-dir/${volumeName}/${path}`;
  return { problem: `environment variable key "${key}" not found in file "${file}"` };
}

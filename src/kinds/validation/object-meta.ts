/**
 * Validation of metadata. It is the same for all kinds, except for the form of their names.
 *
 * Kubernetes: staging/src/k8s.io/apimachinery/pkg/api/validation/objectmeta.go
 */
import { equalJson } from "../../lib/json.ts";
import { dnsLabelProblems, dnsSubdomainProblems, pathSegmentProblems, qualifiedNameProblems } from "../../lib/names.ts";
import { utf8Length } from "../../lib/text.ts";
import type { KubernetesObject, ObjectMeta, OwnerReference } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { forbidden, IMMUTABLE, invalid, invalidFor, required, tooLong } from "./field-errors.ts";
import { validateLabels } from "./labels.ts";

/** Returns the problems of a name. `isPrefix` is true for generateName, to which a suffix is appended. */
export type NameCheck = (name: string, isPrefix: boolean) => string[];

export const subdomainName: NameCheck = (name, isPrefix) => dnsSubdomainProblems(isPrefix ? maskDash(name) : name);
export const labelName: NameCheck = (name, isPrefix) => dnsLabelProblems(isPrefix ? maskDash(name) : name);
export const pathSegmentName: NameCheck = (name) => pathSegmentProblems(name);

const MAX_ANNOTATION_BYTES = 256 * 1024;
const STANDARD_FINALIZERS = new Set(["kubernetes", "foregroundDeletion", "orphan"]);

/** Validates the metadata of a built-in kind's object. */
export function validateObjectMeta(
  object: KubernetesObject,
  options: { namespaced: boolean; name?: NameCheck; path?: string },
): FieldError[] {
  const path = `${options.path ?? "metadata"}.finalizers`;
  const finalizers = object.metadata.finalizers ?? [];
  return [
    ...validateCommonMeta(object, { ...options, name: options.name ?? subdomainName }),
    ...finalizers.flatMap((finalizer, i) => standardFinalizerProblem(`${path}[${i}]`, finalizer)),
  ];
}

/** Validates the metadata of any object, custom resources included. By default a name must fit into a path. */
export function validateCommonMeta(
  object: KubernetesObject,
  options: { namespaced: boolean; name?: NameCheck; path?: string },
): FieldError[] {
  const { namespaced, name: checkName = pathSegmentName, path = "metadata" } = options;
  const { metadata } = object;
  const errors: FieldError[] = [];
  if (metadata.generateName) {
    errors.push(...invalidFor(`${path}.generateName`, metadata.generateName, checkName(metadata.generateName, true)));
  }
  if (!metadata.name) errors.push(required(`${path}.name`, "name or generateName is required"));
  else errors.push(...invalidFor(`${path}.name`, metadata.name, checkName(metadata.name, false)));

  if (!namespaced && metadata.namespace) errors.push(forbidden(`${path}.namespace`, "not allowed on this type"));
  if (namespaced) {
    if (!metadata.namespace) errors.push(required(`${path}.namespace`));
    else errors.push(...invalidFor(`${path}.namespace`, metadata.namespace, dnsLabelProblems(metadata.namespace)));
  }
  errors.push(...validateLabels(metadata.labels, `${path}.labels`));
  errors.push(...validateAnnotations(metadata.annotations, `${path}.annotations`));
  errors.push(...validateOwnerReferences(metadata.ownerReferences, `${path}.ownerReferences`));
  errors.push(...validateFinalizers(metadata.finalizers, `${path}.finalizers`));
  return errors;
}

/** Checks of every update, before the kind's own checks. */
export function validateCommonUpdate(
  { namespaced }: { namespaced: boolean },
  object: KubernetesObject,
  old: KubernetesObject,
): FieldError[] {
  return [...validateCommonMeta(object, { namespaced }), ...validateObjectMetaUpdate(object, old)];
}

/** Checks the metadata of an update. The engine itself restores system fields. */
export function validateObjectMetaUpdate(object: KubernetesObject, old: KubernetesObject): FieldError[] {
  const errors: FieldError[] = [];
  if (old.metadata.deletionTimestamp) {
    const before = new Set(old.metadata.finalizers ?? []);
    const added = (object.metadata.finalizers ?? []).filter((finalizer) => !before.has(finalizer));
    if (added.length > 0) {
      const list = `[]string{${added.map((finalizer) => JSON.stringify(finalizer)).join(", ")}}`;
      errors.push(
        forbidden(
          "metadata.finalizers",
          `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`,
        ),
      );
    }
  }
  for (const field of ["name", "namespace", "uid", "creationTimestamp"] as const) {
    errors.push(...immutable(`metadata.${field}`, object.metadata[field], old.metadata[field]));
  }
  const { labels, annotations, ownerReferences } = object.metadata;
  return [
    ...errors,
    ...validateLabels(labels, "metadata.labels"),
    ...validateAnnotations(annotations, "metadata.annotations"),
    ...validateOwnerReferences(ownerReferences, "metadata.ownerReferences"),
  ];
}

export function validateAnnotations(annotations: ObjectMeta["annotations"], path: string): FieldError[] {
  const errors: FieldError[] = [];
  let bytes = 0;
  for (const [key, value] of Object.entries(annotations ?? {})) {
    errors.push(...invalidFor(path, key, qualifiedNameProblems(key.toLowerCase())));
    bytes += utf8Length(key) + utf8Length(value);
  }
  if (bytes > MAX_ANNOTATION_BYTES) errors.push(tooLong(path, MAX_ANNOTATION_BYTES));
  return errors;
}

/** An error unless the values are equal. */
export function immutable(field: string, value: unknown, old: unknown): FieldError[] {
  return equalJson(value, old) ? [] : [invalid(field, value, IMMUTABLE)];
}

function validateOwnerReferences(references: OwnerReference[] | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  let controller: string | undefined;
  for (const reference of references ?? []) {
    const { apiVersion, kind, name, uid } = reference;
    if (!/^([^/]+\/)?[^/]+$/.test(apiVersion ?? ""))
      errors.push(invalid(`${path}.apiVersion`, apiVersion, "version must not be empty"));
    if (!kind) errors.push(invalid(`${path}.kind`, kind, "must not be empty"));
    if (!name) errors.push(invalid(`${path}.name`, name, "must not be empty"));
    if (!uid) errors.push(invalid(`${path}.uid`, uid, "must not be empty"));
    if (apiVersion === "v1" && kind === "Event") {
      errors.push(invalid(path, reference, "/v1, Kind=Event is disallowed from being an owner"));
    }
    if (!reference.controller) continue;
    const here = `${kind}/${name}`;
    if (controller !== undefined) {
      const found = `Found "true" in references for ${controller} and ${here}`;
      errors.push(invalid(path, references, `Only one reference can have Controller set to true. ${found}`));
    }
    controller ??= here;
  }
  return errors;
}

function validateFinalizers(finalizers: string[] | undefined, path: string): FieldError[] {
  const errors = (finalizers ?? []).flatMap((name) => invalidFor(path, name, qualifiedNameProblems(name)));
  if (finalizers?.includes("orphan") && finalizers.includes("foregroundDeletion")) {
    errors.push(invalid(path, finalizers, "finalizer orphan and foregroundDeletion cannot be both set"));
  }
  return errors;
}

function standardFinalizerProblem(field: string, finalizer: string): FieldError[] {
  if (finalizer.includes("/") || STANDARD_FINALIZERS.has(finalizer)) return [];
  return [invalid(field, finalizer, "name is neither a standard finalizer name nor is it fully qualified")];
}

/** A prefix may end in a dash, because a suffix is appended to it. */
function maskDash(name: string): string {
  return name.length > 1 && name.endsWith("-") ? `${name.slice(0, -2)}a` : name;
}

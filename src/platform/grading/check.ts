/** Types of checks: the request, the verdict, and the cluster as a check reads it. */
import type { z } from "@hono/zod-openapi";
import type { KindDefinition, Kinds, ObjectKey, ResourceId } from "../../kinds/kind.ts";
import type { KubernetesObject } from "../../schema/types.ts";

/** A cluster at one instant. All times are cluster time. */
export interface GradedCluster {
  readonly nowMs: number;
  readonly revision: number;
  readonly kinds: Kinds;
  /** In order of namespace and name. */
  keys(resource: ResourceId, namespace?: string): readonly ObjectKey[];
  object(key: ObjectKey): KubernetesObject;
  /** Who wrote the object's status last: see `statusWriterOf`. */
  statusWriter(key: ObjectKey): string;
}

/** One object that a verdict rests on. */
export interface Evidence {
  /**
   * `apps/deployments/default/web`: group, plural, namespace (empty for cluster-scoped kinds), name. Absent for CEL values.
   */
  object?: ObjectKey;
  resourceVersion?: string;
  /** The client that wrote the status last, `user:kubernetes-admin`; absent where the cluster itself wrote it. */
  statusWrittenBy?: string;
  /** Paths and their values; null for a field that is not set. */
  fields: { path: string; found: unknown }[];
}

export interface Verdict {
  passed: boolean;
  /** For a student: the expected and the found values. */
  message: string;
  evidence: Evidence[];
}

/** The check itself is wrong: its result has an `error` for its author and no verdict. */
export class CheckError extends Error {
  override name = "CheckError";
}

/** An expression has no value in this cluster, because a field, key or item is missing there: the check fails. */
export class NoValueError extends Error {
  override name = "NoValueError";
}

/** The budget that all checks of a request share. */
export interface CheckBudget {
  /** Units of CEL cost that are left. */
  costLeft: number;
}

/** Evaluates the check in a cluster. Throws CheckError where it cannot be evaluated. */
export type PreparedCheck = (cluster: GradedCluster, budget: CheckBudget) => Verdict;

/** A kind of check, named by the field of the request that asks for it. */
export interface CheckKind {
  field: string;
  /** One sentence for the API's document. */
  description: string;
  /** The field's value in a request, with an example. Requests that do not match it are refused. */
  schema: z.ZodType;
  /** The check's name where the request gives none. */
  describe(value: unknown): string;
  /** Reads the question before any cluster is loaded. Throws CheckError. */
  prepare(value: unknown): PreparedCheck;
}

export interface CheckRequest {
  name?: string | undefined;
  /** Exactly one of the registered fields. */
  [field: string]: unknown;
}

export interface CheckResult {
  name: string;
  passed: boolean;
  message: string;
  evidence: Evidence[];
  /** The reason why the check could not be evaluated. */
  error?: string;
}

/** `Deployment web in namespace default`, `Node node-1`. */
export function nameOf(kind: KindDefinition, object: { metadata: { name?: string; namespace?: string } }): string {
  const { name = "", namespace } = object.metadata;
  return kind.namespaced ? `${kind.kind} ${name} in namespace ${namespace}` : `${kind.kind} ${name}`;
}

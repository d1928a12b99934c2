/** What a check is asked, what it answers, and what it can see. */
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
  /** `apps/deployments/default/web`: group, plural, namespace (empty where there is none), name. Absent for values of CEL. */
  object?: ObjectKey;
  resourceVersion?: string;
  /** Where a client, and not the cluster itself, wrote the status last: `user:kubernetes-admin`. */
  statusWrittenBy?: string;
  /** What was found where; null where there was nothing. */
  fields: { path: string; found: unknown }[];
}

export interface Verdict {
  passed: boolean;
  /** For a student: what was expected, and what was found. */
  message: string;
  evidence: Evidence[];
}

/** The check itself is wrong: its author is told, and no verdict is given. */
export class CheckError extends Error {
  override name = "CheckError";
}

/** An expression has no value in this cluster, because a field, key or item is missing there: the check fails. */
export class NoValueError extends Error {
  override name = "NoValueError";
}

/** What all checks of a request share. */
export interface CheckBudget {
  /** What CEL may still cost. */
  costLeft: number;
}

/** Looks at a cluster. Throws CheckError for what cannot be evaluated there. */
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
  /** The check could not be evaluated; this is why. */
  error?: string;
}

/** `Deployment web in namespace default`, `Node node-1`. */
export function nameOf(kind: KindDefinition, object: { metadata: { name?: string; namespace?: string } }): string {
  const { name = "", namespace } = object.metadata;
  return kind.namespaced ? `${kind.kind} ${name} in namespace ${namespace}` : `${kind.kind} ${name}`;
}

/** The admission plugins' interface: a write as they see it, and what they may do to it. */
import { qualifiedResource, resourceDetails } from "../../cluster/refusals.ts";
import type { Writer } from "../../cluster/request-transaction.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import type { KindDefinition } from "../../kinds/kind.ts";
import { ApiError } from "../../lib/api-error.ts";
import type { KubernetesObject } from "../../schema/types.ts";

export interface AdmissionContext {
  operation: "CREATE" | "UPDATE" | "DELETE";
  kind: KindDefinition;
  /** The object as it would be written; the mutating phase may change it. For DELETE: the object as it is, immutable. */
  object: KubernetesObject;
  /** The object before an update. */
  old?: KubernetesObject;
  /** `status`, `scale`, `binding`, …; undefined for the main resource. */
  subresource?: string;
  /** The kind that the writer sees the object as, where that is not the stored one. */
  through?: KindDefinition;
  dryRun: boolean;
  /** Reads and randomness. Plugins write nothing. */
  tx: Transaction;
  /** Who asks; undefined for controllers. */
  user?: Writer;
  /** Field manager of the write. */
  manager: string;
  /** A warning for the client. */
  warn(message: string): void;
}

/** An admission plugin. Each phase runs over all plugins in order: first `admit` and `mutate`, then `validate`. */
export interface AdmissionPlugin {
  /** The plugin's name in Kubernetes. */
  name: string;
  /** May change `context.object`. Throws `ApiError` to refuse. */
  admit?(context: AdmissionContext): void;
  /**
   * Changes `context.object` by rules that are objects of the cluster. Returns true if the object changed; all
   * plugins then run once more.
   */
  mutate?(context: AdmissionContext): boolean;
  /** Replaces `mutate` in the second run. */
  mutateAgain?(context: AdmissionContext): void;
  /** Must not change the object. Throws `ApiError` to refuse. */
  validate?(context: AdmissionContext): void;
}

/** True for a write to the main resource of `<group>/<plural>`. */
export function isWriteTo(context: AdmissionContext, group: string, plural: string): boolean {
  return context.subresource === undefined && context.kind.group === group && context.kind.plural === plural;
}

/** The refusal of a plugin: `pods "web" is forbidden: <why>`. */
export function forbidden(context: AdmissionContext, why: string): ApiError {
  const { kind, object } = context;
  const name = object.metadata.name || object.metadata.generateName || "Unknown";
  const message = `${qualifiedResource(kind)} "${name}" is forbidden: ${why}`;
  return new ApiError("Forbidden", message, resourceDetails(kind, name));
}

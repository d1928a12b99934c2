/** The admission plugins' interface: a write as they see it, and what they may do to it. */
import type { AdmissionContext } from "../../cluster/admission-context.ts";
import { qualifiedResource, resourceDetails } from "../../cluster/refusals.ts";
import { ApiError } from "../../lib/api-error.ts";

export type { AdmissionContext } from "../../cluster/admission-context.ts";

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

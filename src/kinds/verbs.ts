/** Verbs and subresources that most kinds share: all verbs, a status and a scale subresource. */
import type { SubresourceDefinition, Verb } from "./kind.ts";

export const EVERY_VERB: readonly Verb[] = [
  "create",
  "delete",
  "deletecollection",
  "get",
  "list",
  "patch",
  "update",
  "watch",
];

export const STATUS_SUBRESOURCE: SubresourceDefinition = { verbs: ["get", "patch", "update"] };

export const SCALE_SUBRESOURCE: SubresourceDefinition = {
  verbs: ["get", "patch", "update"],
  kind: "Scale",
  group: "autoscaling",
  version: "v1",
};

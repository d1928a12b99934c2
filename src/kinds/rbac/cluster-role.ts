import type { ClusterRole } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { EVERY_VERB } from "../verbs.ts";

export const clusterRoleKind: KindDefinition<ClusterRole> = {
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "ClusterRole",
  plural: "clusterroles",
  singular: "clusterrole",
  namespaced: false,
  schema: "io.k8s.api.rbac.v1.ClusterRole",
  verbs: EVERY_VERB,
  storageVersionHash: "bYE5ZWDrJ44=",
};

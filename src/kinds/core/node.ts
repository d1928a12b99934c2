import type { Node } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { EVERY_VERB, STATUS_SUBRESOURCE } from "../verbs.ts";

export const nodeKind: KindDefinition<Node> = {
  group: "",
  version: "v1",
  kind: "Node",
  plural: "nodes",
  singular: "node",
  shortNames: ["no"],
  namespaced: false,
  schema: "io.k8s.api.core.v1.Node",
  verbs: EVERY_VERB,
  storageVersionHash: "XwShjMxG9Fs=",
  subresources: {
    proxy: { verbs: ["create", "delete", "get", "patch", "update"], kind: "NodeProxyOptions" },
    status: STATUS_SUBRESOURCE,
  },
};

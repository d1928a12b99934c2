import type { Namespace } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { STATUS_SUBRESOURCE } from "../verbs.ts";

export const namespaceKind: KindDefinition<Namespace> = {
  group: "",
  version: "v1",
  kind: "Namespace",
  plural: "namespaces",
  singular: "namespace",
  shortNames: ["ns"],
  namespaced: false,
  schema: "io.k8s.api.core.v1.Namespace",
  verbs: ["create", "delete", "get", "list", "patch", "update", "watch"],
  storageVersionHash: "Q3oi5N2YM8M=",
  subresources: {
    finalize: { verbs: ["update"] },
    status: STATUS_SUBRESOURCE,
  },
};

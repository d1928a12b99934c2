import type { Service } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { EVERY_VERB, STATUS_SUBRESOURCE } from "../verbs.ts";

export const serviceKind: KindDefinition<Service> = {
  group: "",
  version: "v1",
  kind: "Service",
  plural: "services",
  singular: "service",
  shortNames: ["svc"],
  categories: ["all"],
  namespaced: true,
  schema: "io.k8s.api.core.v1.Service",
  verbs: EVERY_VERB,
  storageVersionHash: "0/CO1lhkEBI=",
  subresources: {
    proxy: { verbs: ["create", "delete", "get", "patch", "update"], kind: "ServiceProxyOptions" },
    status: STATUS_SUBRESOURCE,
  },
};

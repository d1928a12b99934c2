import type { Pod } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { EVERY_VERB, STATUS_SUBRESOURCE } from "../verbs.ts";

export const podKind: KindDefinition<Pod> = {
  group: "",
  version: "v1",
  kind: "Pod",
  plural: "pods",
  singular: "pod",
  shortNames: ["po"],
  categories: ["all"],
  namespaced: true,
  schema: "io.k8s.api.core.v1.Pod",
  verbs: EVERY_VERB,
  storageVersionHash: "xPOwRZ+Yhw8=",
  subresources: {
    attach: { verbs: ["create", "get"], kind: "PodAttachOptions" },
    binding: { verbs: ["create"], kind: "Binding" },
    ephemeralcontainers: { verbs: ["get", "patch", "update"] },
    eviction: { verbs: ["create"], kind: "Eviction", group: "policy", version: "v1" },
    exec: { verbs: ["create", "get"], kind: "PodExecOptions" },
    log: { verbs: ["get"] },
    portforward: { verbs: ["create", "get"], kind: "PodPortForwardOptions" },
    proxy: { verbs: ["create", "delete", "get", "patch", "update"], kind: "PodProxyOptions" },
    resize: { verbs: ["get", "patch", "update"] },
    status: STATUS_SUBRESOURCE,
  },
};

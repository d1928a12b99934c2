import type { Deployment } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { EVERY_VERB, SCALE_SUBRESOURCE, STATUS_SUBRESOURCE } from "../verbs.ts";

export const deploymentKind: KindDefinition<Deployment> = {
  group: "apps",
  version: "v1",
  kind: "Deployment",
  plural: "deployments",
  singular: "deployment",
  shortNames: ["deploy"],
  categories: ["all"],
  namespaced: true,
  schema: "io.k8s.api.apps.v1.Deployment",
  verbs: EVERY_VERB,
  storageVersionHash: "8aSe+NMegvE=",
  subresources: {
    scale: SCALE_SUBRESOURCE,
    status: STATUS_SUBRESOURCE,
  },
};

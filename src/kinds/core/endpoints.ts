import type { Endpoints } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { EVERY_VERB } from "../verbs.ts";

export const endpointsKind: KindDefinition<Endpoints> = {
  group: "",
  version: "v1",
  kind: "Endpoints",
  plural: "endpoints",
  singular: "endpoints",
  shortNames: ["ep"],
  namespaced: true,
  schema: "io.k8s.api.core.v1.Endpoints",
  verbs: EVERY_VERB,
  storageVersionHash: "fWeeMqaN/OA=",
};

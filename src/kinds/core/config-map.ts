import type { ConfigMap } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { EVERY_VERB } from "../verbs.ts";

export const configMapKind: KindDefinition<ConfigMap> = {
  group: "",
  version: "v1",
  kind: "ConfigMap",
  plural: "configmaps",
  singular: "configmap",
  shortNames: ["cm"],
  namespaced: true,
  schema: "io.k8s.api.core.v1.ConfigMap",
  verbs: EVERY_VERB,
  storageVersionHash: "qFsyl6wFWjQ=",
};

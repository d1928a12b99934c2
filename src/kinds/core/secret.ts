import type { Secret } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { EVERY_VERB } from "../verbs.ts";

export const secretKind: KindDefinition<Secret> = {
  group: "",
  version: "v1",
  kind: "Secret",
  plural: "secrets",
  singular: "secret",
  namespaced: true,
  schema: "io.k8s.api.core.v1.Secret",
  verbs: EVERY_VERB,
  storageVersionHash: "S6u1pOWzb84=",
};

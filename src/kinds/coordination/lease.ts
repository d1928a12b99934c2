import type { Lease } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { EVERY_VERB } from "../verbs.ts";

export const leaseKind: KindDefinition<Lease> = {
  group: "coordination.k8s.io",
  version: "v1",
  kind: "Lease",
  plural: "leases",
  singular: "lease",
  namespaced: true,
  schema: "io.k8s.api.coordination.v1.Lease",
  verbs: EVERY_VERB,
  storageVersionHash: "gqkMMb/YqFM=",
};

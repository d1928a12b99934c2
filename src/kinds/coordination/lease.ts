/**
 * The kind `Lease`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/coordination/lease/strategy.go
 */
import type { Lease } from "../../schema/index.ts";
import { leaseAtRead } from "../heartbeats.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, nameColumn } from "../printing/columns.ts";
import { validateObjectMetaUpdate } from "../validation/object-meta.ts";
import { inTurn, specOf } from "../validation/updates.ts";
import { EVERY_VERB } from "../verbs.ts";
import { validateLease } from "./lease.validation.ts";

const column = columnsFor<Lease>("coordination.k8s.io/leases");

export const leaseKind: KindDefinition<Lease> = {
  group: "coordination.k8s.io",
  version: "v1",
  kind: "Lease",
  plural: "leases",
  singular: "lease",
  namespaced: true,
  schema: "io.k8s.api.coordination.v1.Lease",
  verbs: EVERY_VERB,
  allowCreateOnUpdate: true,
  storageVersionHash: "gqkMMb/YqFM=",
  requiresResourceVersion: true,
  strategy: {
    default: (lease) => {
      if (!lease.spec) lease.spec = {};
    },
    validate: validateLease,
    validateUpdate: inTurn<Lease>(validateObjectMetaUpdate, specOf(validateLease)),
  },
  presentAtRead: leaseAtRead,
  columns: [nameColumn, column("Holder", ({ spec }) => spec.holderIdentity ?? ""), ageColumn],
};

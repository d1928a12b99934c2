/**
 * The kind `IPAddress`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/networking/ipaddress/strategy.go
 */
import type { IPAddress } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, nameColumn } from "../printing/columns.ts";
import { asNew, inTurn } from "../validation/updates.ts";
import { EVERY_VERB } from "../verbs.ts";
import { validateIPAddress, validateIPAddressUpdate } from "./ip-address.validation.ts";

const column = columnsFor<IPAddress>("networking.k8s.io/ipaddresses");

export const ipAddressKind: KindDefinition<IPAddress> = {
  group: "networking.k8s.io",
  version: "v1",
  kind: "IPAddress",
  plural: "ipaddresses",
  singular: "ipaddress",
  shortNames: ["ip"],
  namespaced: false,
  schema: "io.k8s.api.networking.v1.IPAddress",
  verbs: EVERY_VERB,
  storageVersionHash: "3f/plJFChNE=",
  selectableFields: {
    "spec.parentRef.resource": ({ spec }) => spec?.parentRef?.resource ?? "",
  },
  strategy: {
    validate: validateIPAddress,
    validateUpdate: inTurn(asNew(validateIPAddress), validateIPAddressUpdate),
  },
  columns: [nameColumn, column("ParentRef", parentOf), { ...ageColumn, isUnnamed: true }],
};

/** `services/shop/web`, or `things.example.com/web` for a cluster-scoped object with a group. */
function parentOf({ spec }: IPAddress): string {
  const parent = spec?.parentRef;
  if (!parent) return "<none>";
  const { group, resource, namespace, name } = parent;
  return [group ? `${resource}.${group}` : resource, namespace, name].filter(Boolean).join("/");
}

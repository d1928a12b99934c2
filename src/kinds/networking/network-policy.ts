/**
 * The kind `NetworkPolicy`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/networking/networkpolicy/strategy.go
 */
import { formatLabelSelector } from "../../lib/selectors.ts";
import type { NetworkPolicy } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, nameColumn } from "../printing/columns.ts";
import { validateObjectMetaUpdate } from "../validation/object-meta.ts";
import { asNew, inTurn, specOf } from "../validation/updates.ts";
import { EVERY_VERB } from "../verbs.ts";
import { defaultNetworkPolicy } from "./network-policy.defaults.ts";
import { validateNetworkPolicy } from "./network-policy.validation.ts";
import { networkPolicyWarnings } from "./network-policy.warnings.ts";

const column = columnsFor<NetworkPolicy>("networking.k8s.io/networkpolicies");

export const networkPolicyKind: KindDefinition<NetworkPolicy> = {
  group: "networking.k8s.io",
  version: "v1",
  kind: "NetworkPolicy",
  plural: "networkpolicies",
  singular: "networkpolicy",
  shortNames: ["netpol"],
  namespaced: true,
  schema: "io.k8s.api.networking.v1.NetworkPolicy",
  verbs: EVERY_VERB,
  storageVersionHash: "YpfwF18m1G8=",
  hasGeneration: true,
  strategy: {
    warnings: networkPolicyWarnings,
    default: defaultNetworkPolicy,
    validate: validateNetworkPolicy,
    validateUpdate: inTurn<NetworkPolicy>(
      asNew(validateNetworkPolicy),
      validateObjectMetaUpdate,
      specOf(validateNetworkPolicy),
    ),
  },
  columns: [nameColumn, column("Pod-Selector", ({ spec }) => formatLabelSelector(spec?.podSelector)), ageColumn],
};

/**
 * Defaults of NetworkPolicies.
 *
 * Kubernetes: pkg/apis/networking/v1/defaults.go
 */
import type { NetworkPolicy } from "../../schema/index.ts";
import { setDefault } from "../set-default.ts";

/** A policy applies to ingress, and to egress if it has egress rules. */
export function defaultNetworkPolicy(policy: NetworkPolicy): void {
  if (!policy.spec) policy.spec = { podSelector: {} };
  const { spec } = policy;
  if (!spec.podSelector) spec.podSelector = {};
  for (const { ports } of [...(spec.ingress ?? []), ...(spec.egress ?? [])]) {
    for (const port of ports ?? []) setDefault(port, "protocol", "TCP");
  }
  if (!spec.policyTypes?.length) spec.policyTypes = spec.egress?.length ? ["Ingress", "Egress"] : ["Ingress"];
}

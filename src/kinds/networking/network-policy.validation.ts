/**
 * Validation of NetworkPolicies.
 *
 * Kubernetes: pkg/apis/networking/validation/validation.go (ValidateNetworkPolicy)
 */
import type { IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { forbidden, invalid, notSupported, required } from "../validation/field-errors.ts";
import { validateLabelSelector } from "../validation/labels.ts";
import { validateObjectMeta } from "../validation/object-meta.ts";
import { validateCidr, validatePortNumberOrName } from "../validation/ports.ts";

const POLICY_PROTOCOLS = ["TCP", "UDP", "SCTP"];

export function validateNetworkPolicy(policy: NetworkPolicy): FieldError[] {
  const errors = validateObjectMeta(policy, { namespaced: true });
  const { podSelector, ingress, egress, policyTypes } = policy.spec ?? {};
  errors.push(...validateLabelSelector(podSelector, "spec.podSelector"));
  for (const [i, { ports, from }] of (ingress ?? []).entries()) {
    errors.push(...validatePorts(ports, `spec.ingress[${i}].ports`), ...validatePeers(from, `spec.ingress[${i}].from`));
  }
  for (const [i, { ports, to }] of (egress ?? []).entries()) {
    errors.push(...validatePorts(ports, `spec.egress[${i}].ports`), ...validatePeers(to, `spec.egress[${i}].to`));
  }
  if ((policyTypes?.length ?? 0) > 2) {
    errors.push(invalid("spec.policyTypes", policyTypes, "may not specify more than two policyTypes"));
  }
  for (const [i, type] of (policyTypes ?? []).entries()) {
    if (type !== "Ingress" && type !== "Egress") {
      errors.push(notSupported(`spec.policyTypes[${i}]`, type, ["Ingress", "Egress"]));
    }
  }
  return errors;
}

function validatePorts(ports: readonly NetworkPolicyPort[] | undefined, path: string): FieldError[] {
  return (ports ?? []).flatMap(({ protocol, port, endPort }, i) => {
    const errors: FieldError[] = [];
    if (protocol && !POLICY_PROTOCOLS.includes(protocol))
      errors.push(notSupported(`${path}[${i}].protocol`, protocol, POLICY_PROTOCOLS));
    if (port !== undefined) errors.push(...validatePortNumberOrName(`${path}[${i}].port`, port));
    if (endPort === undefined) return errors;
    if (typeof port !== "number") {
      errors.push(required(`${path}[${i}].port`, "must be specified when `endPort` is set"));
    } else if (endPort < port) {
      errors.push(invalid(`${path}[${i}].endPort`, endPort, "must be greater than or equal to `port`"));
    }
    return errors;
  });
}

function validatePeers(peers: readonly NetworkPolicyPeer[] | undefined, path: string): FieldError[] {
  return (peers ?? []).flatMap(({ podSelector, namespaceSelector, ipBlock }, i) => {
    const at = `${path}[${i}]`;
    const errors = [
      ...validateLabelSelector(podSelector, `${at}.podSelector`),
      ...validateLabelSelector(namespaceSelector, `${at}.namespaceSelector`),
    ];
    if (ipBlock) errors.push(...validateBlock(ipBlock, `${at}.ipBlock`));
    if (!podSelector && !namespaceSelector && !ipBlock) errors.push(required(at, "must specify a peer"));
    else if (ipBlock && (podSelector || namespaceSelector)) {
      errors.push(forbidden(at, "may not specify both ipBlock and another peer"));
    }
    return errors;
  });
}

function validateBlock({ cidr, except }: IPBlock, path: string): FieldError[] {
  if (!cidr) return [required(`${path}.cidr`)];
  return [
    ...validateCidr(`${path}.cidr`, cidr),
    ...(except ?? []).flatMap((one, i) => validateCidr(`${path}.except[${i}]`, one)),
  ];
}

/**
 * Limits a kubelet to its own node and the pods on it.
 *
 * Kubernetes: plugin/pkg/admission/noderestriction/admission.go.
 */

import { equalJson } from "../../lib/json.ts";
import type { Node, Pod } from "../../schema/index.ts";
import { type AdmissionContext, type AdmissionPlugin, forbidden } from "./context.ts";

const NODES = "system:nodes";
const USER_PREFIX = "system:node:";
const MIRROR_ANNOTATION = "kubernetes.io/config.mirror";
const LEASE_NAMESPACE = "kube-node-lease";
/** Labels under these domains belong to the cluster's administrators, except for the labels that kubelets report. */
const RESTRICTED_DOMAINS = ["kubernetes.io", "k8s.io"];
const OWN_DOMAINS = ["kubelet.kubernetes.io", "node.kubernetes.io"];
const OWN_LABELS: ReadonlySet<string> = new Set([
  "beta.kubernetes.io/arch",
  "beta.kubernetes.io/instance-type",
  "beta.kubernetes.io/os",
  "failure-domain.beta.kubernetes.io/region",
  "failure-domain.beta.kubernetes.io/zone",
  "kubernetes.io/arch",
  "kubernetes.io/hostname",
  "kubernetes.io/os",
  "node.kubernetes.io/instance-type",
  "topology.kubernetes.io/region",
  "topology.kubernetes.io/zone",
]);

type Rule = (context: AdmissionContext, node: string) => string | undefined;

/** Rules by `<group>/<plural>`. */
const rules: Readonly<Record<string, Rule>> = {
  "/pods": podProblem,
  "/nodes": nodeProblem,
  "coordination.k8s.io/leases": leaseProblem,
  "storage.k8s.io/csinodes": ({ object }, node) =>
    object.metadata.name === node ? undefined : "can only access CSINode with the same name as the requesting node",
};

export const nodeRestriction: AdmissionPlugin = {
  name: "NodeRestriction",

  validate(context) {
    const { user, kind } = context;
    if (!user?.groups.includes(NODES)) return;
    const rule = rules[`${kind.group}/${kind.plural}`];
    if (!rule) return;
    const node = user.name.startsWith(USER_PREFIX) ? user.name.slice(USER_PREFIX.length) : "";
    const problem =
      node === "" ? `could not determine node from user ${JSON.stringify(user.name)}` : rule(context, node);
    if (problem !== undefined) throw forbidden(context, problem);
  },
};

function podProblem({ operation, subresource, object, old }: AdmissionContext, node: string): string | undefined {
  const who = `node ${JSON.stringify(node)}`;
  const own = ((old ?? object) as Pod).spec?.nodeName === node;
  if (subresource === "status") {
    if (!own) return `${who} can only update pod status for pods with spec.nodeName set to itself`;
    const isRelabelled = !equalJson(object.metadata.labels ?? {}, old?.metadata.labels ?? {});
    return isRelabelled ? `${who} cannot update labels through pod status` : undefined;
  }
  if (subresource !== undefined)
    return `unexpected pod subresource ${JSON.stringify(subresource)}, only 'status' and 'eviction' are allowed`;
  switch (operation) {
    case "DELETE":
      return own ? undefined : `${who} can only delete pods with spec.nodeName set to itself`;
    case "UPDATE":
      return `unexpected operation "UPDATE", ${who} can only create and delete mirror pods`;
    case "CREATE": {
      const { metadata, spec } = object as Pod;
      if (metadata.annotations?.[MIRROR_ANNOTATION] === undefined) {
        return `pod does not have ${JSON.stringify(MIRROR_ANNOTATION)} annotation, ${who} can only create mirror pods`;
      }
      if (spec.nodeName !== node) return `${who} can only create pods with spec.nodeName set to itself`;
      return spec.serviceAccountName ? `${who} can not create pods that reference a service account` : undefined;
    }
  }
}

function nodeProblem({ operation, object, old }: AdmissionContext, node: string): string | undefined {
  const who = `node ${JSON.stringify(node)}`;
  const { name = "" } = object.metadata;
  if (name !== node) return `${who} is not allowed to modify node ${JSON.stringify(name)}`;
  if (operation === "DELETE") return undefined;
  const [labels, before] = [object.metadata.labels ?? {}, old?.metadata.labels ?? {}];
  const changed = [...new Set([...Object.keys(labels), ...Object.keys(before)])]
    .filter((label) => labels[label] !== before[label] && isRestricted(label))
    .sort();
  if (changed.length > 0) {
    const verb = operation === "CREATE" ? "set the following labels" : "modify labels";
    return `${who} is not allowed to ${verb}: ${changed.join(", ")}`;
  }
  if (!old) return undefined;
  const taintsOf = (each: unknown) => (each as Node).spec?.taints ?? [];
  return equalJson(taintsOf(object), taintsOf(old)) ? undefined : `${who} is not allowed to modify taints`;
}

function isRestricted(label: string): boolean {
  const slash = label.indexOf("/");
  if (slash < 0 || OWN_LABELS.has(label)) return false;
  const domain = label.slice(0, slash);
  const within = (parent: string) => domain === parent || domain.endsWith(`.${parent}`);
  return RESTRICTED_DOMAINS.some(within) && !OWN_DOMAINS.some(within);
}

function leaseProblem({ object }: AdmissionContext, node: string): string | undefined {
  const { namespace, name } = object.metadata;
  if (namespace !== LEASE_NAMESPACE) {
    return `can only access leases in the ${JSON.stringify(LEASE_NAMESPACE)} system namespace`;
  }
  return name === node ? undefined : "can only access node lease with the same name as the requesting node";
}

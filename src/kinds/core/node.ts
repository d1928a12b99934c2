/**
 * The kind `Node`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/core/node/strategy.go
 */
import type { Node } from "../../schema/index.ts";
import { nodeAtRead } from "../heartbeats.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, nameColumn } from "../printing/columns.ts";
import { keepStatus } from "../status.ts";
import { asNew, inTurn } from "../validation/updates.ts";
import { EVERY_VERB, STATUS_SUBRESOURCE } from "../verbs.ts";
import { validateNode, validateNodeUpdate } from "./node.validation.ts";
import { nodeWarnings } from "./node.warnings.ts";
import { defaultAmounts } from "./pod-spec/resources.defaults.ts";

const column = columnsFor<Node>("core/nodes");

const ROLE_PREFIX = "node-role.kubernetes.io/";

export const nodeKind: KindDefinition<Node> = {
  group: "",
  version: "v1",
  kind: "Node",
  plural: "nodes",
  singular: "node",
  shortNames: ["no"],
  namespaced: false,
  schema: "io.k8s.api.core.v1.Node",
  statusManager: "kubelet",
  takesStatusOnCreation: true,
  verbs: EVERY_VERB,
  storageVersionHash: "XwShjMxG9Fs=",
  subresources: {
    proxy: {
      verbs: ["create", "delete", "get", "patch", "update"],
      kind: "NodeProxyOptions",
      isStream: true,
      acceptsOptions: true,
    },
    status: STATUS_SUBRESOURCE,
  },
  selectableFields: { "spec.unschedulable": ({ spec }) => String(spec.unschedulable ?? false) },
  strategy: {
    warnings: nodeWarnings,
    default: (node) => {
      if (!node.spec) node.spec = {};
      // `allocatable` defaults to `capacity`.
      const { status } = node;
      defaultAmounts(status?.capacity, status?.allocatable);
      if (status?.capacity && !status.allocatable) status.allocatable = { ...status.capacity };
    },
    // A kubelet registers its node with a status.
    prepareForUpdate: keepStatus,
    validate: validateNode,
    validateUpdate: inTurn(asNew(validateNode), validateNodeUpdate),
  },
  presentAtRead: nodeAtRead,
  columns: [
    nameColumn,
    column("Status", statusCell),
    column("Roles", rolesOf),
    ageColumn,
    column("Version", ({ status }) => status.nodeInfo?.kubeletVersion ?? ""),
    column("Internal-IP", (node) => addressOf(node, "InternalIP"), { wide: true }),
    column("External-IP", (node) => addressOf(node, "ExternalIP"), { wide: true }),
    column("OS-Image", ({ status }) => status.nodeInfo?.osImage || "<unknown>", { wide: true }),
    column("Kernel-Version", kernelOf, { wide: true }),
    column("Container-Runtime", ({ status }) => status.nodeInfo?.containerRuntimeVersion || "<unknown>", {
      wide: true,
    }),
  ],
};

function statusCell({ spec, status }: Node): string {
  const ready = status.conditions?.find(({ type }) => type === "Ready");
  const health = ready ? (ready.status === "True" ? "Ready" : "NotReady") : "Unknown";
  return spec.unschedulable ? `${health},SchedulingDisabled` : health;
}

function rolesOf({ metadata }: Node): string {
  const roles = new Set<string>();
  for (const [key, value] of Object.entries(metadata.labels ?? {})) {
    if (key.startsWith(ROLE_PREFIX) && key.length > ROLE_PREFIX.length) roles.add(key.slice(ROLE_PREFIX.length));
    else if (key === "kubernetes.io/role" && value) roles.add(value);
  }
  return [...roles].sort().join(",") || "<none>";
}

function addressOf({ status }: Node, type: string): string {
  return status.addresses?.find((address) => address.type === type)?.address ?? "<none>";
}

/** `6.8.0 (amd64)`. */
function kernelOf({ status }: Node): string {
  const { kernelVersion, architecture } = status.nodeInfo ?? {};
  if (!kernelVersion) return "<unknown>";
  return architecture ? `${kernelVersion} (${architecture})` : kernelVersion;
}

/** The Nodes of a fresh cluster, Ready since its creation, and their heartbeats' Leases. */
import { digestOf } from "../../lib/hash.ts";
import type { Node } from "../../schema/index.ts";
import type { ClusterSettings, NodeSettings } from "../settings.ts";
import { type BaseObject, CREATED, CREATED_MICRO, metadata, uidOf } from "./objects.ts";

/** The default capacity of a node. */
const DEFAULT_CAPACITY = {
  cpu: "4",
  "ephemeral-storage": "50Gi",
  "hugepages-1Gi": "0",
  "hugepages-2Mi": "0",
  memory: "8Gi",
  pods: "110",
};

/** The facts about a node that the other parts of the base need. */
export interface BaseNode {
  name: string;
  /** From 1; decides addresses. */
  number: number;
  internalIp: string;
}

export function baseNodes(settings: Pick<ClusterSettings, "nodes">): BaseNode[] {
  const nodes: NodeSettings[] = settings.nodes.length > 0 ? settings.nodes : [{}, {}, {}];
  return nodes.map((node, index) => ({
    name: node.name ?? `node-${index + 1}`,
    number: index + 1,
    internalIp: `192.168.${(index + 11) >> 8}.${(index + 11) & 255}`,
  }));
}

export function nodeObjects(node: BaseNode, settings: NodeSettings): BaseObject[] {
  return [nodeObject(node, settings), nodeLease(node), csiNode(node)];
}

function nodeObject({ name, number, internalIp }: BaseNode, settings: NodeSettings): Node & BaseObject {
  const podCidr = `10.244.${number}.0/24`;
  const capacity = { ...DEFAULT_CAPACITY, ...settings.capacity };
  const labels = {
    "beta.kubernetes.io/arch": "amd64",
    "beta.kubernetes.io/os": "linux",
    "kubernetes.io/arch": "amd64",
    "kubernetes.io/hostname": name,
    "kubernetes.io/os": "linux",
    ...settings.labels,
  };
  return {
    kind: "Node",
    apiVersion: "v1",
    metadata: metadata(name, undefined, {
      labels,
      annotations: { "node.alpha.kubernetes.io/ttl": "0" },
      managedFields: managedFields(podCidr, labels),
    }),
    spec: {
      podCIDR: podCidr,
      podCIDRs: [podCidr],
      ...(settings.taints && { taints: settings.taints }),
    },
    status: {
      capacity,
      allocatable: capacity,
      conditions: CONDITIONS,
      addresses: [
        { type: "InternalIP", address: internalIp },
        { type: "Hostname", address: name },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
      nodeInfo: {
        machineID: digestOf(`machine/${name}`).slice(0, 32),
        systemUUID: uuidOf(`system/${name}`),
        bootID: uuidOf(`boot/${name}`),
        kernelVersion: "6.12.48-generic",
        osImage: "Debian GNU/Linux 13 (trixie)",
        containerRuntimeVersion: "containerd://2.2.1",
        kubeletVersion: "v1.36.2",
        kubeProxyVersion: "",
        operatingSystem: "linux",
        architecture: "amd64",
      },
    },
  };
}

/** The conditions that the kubelet of a healthy node reports, in its order. */
/** Octets of a node's disk that its system takes. */
export const SYSTEM_DISK_BYTES = 6 * 1024 ** 3;

export const HEALTHY_CONDITIONS = [
  {
    type: "MemoryPressure",
    status: "False",
    reason: "KubeletHasSufficientMemory",
    message: "kubelet has sufficient memory available",
  },
  {
    type: "DiskPressure",
    status: "False",
    reason: "KubeletHasNoDiskPressure",
    message: "kubelet has no disk pressure",
  },
  {
    type: "PIDPressure",
    status: "False",
    reason: "KubeletHasSufficientPID",
    message: "kubelet has sufficient PID available",
  },
  { type: "Ready", status: "True", reason: "KubeletReady", message: "kubelet is posting ready status" },
];

const CONDITIONS = HEALTHY_CONDITIONS.map(({ type, status, reason, message }) => ({
  type,
  status,
  lastHeartbeatTime: CREATED,
  lastTransitionTime: CREATED,
  reason,
  message,
}));

function uuidOf(text: string): string {
  const hex = digestOf(text);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The managedFields that the kubelet and the node IPAM controller leave. */
function managedFields(podCidr: string, labels: Record<string, string>) {
  const entry = { operation: "Update", apiVersion: "v1", time: CREATED, fieldsType: "FieldsV1" };
  const labelFields = Object.fromEntries(Object.keys(labels).map((label) => [`f:${label}`, {}]));
  const heartbeat = { "f:lastHeartbeatTime": {} };
  const ready = {
    ...heartbeat,
    "f:lastTransitionTime": {},
    "f:message": {},
    "f:reason": {},
    "f:status": {},
  };
  return [
    {
      manager: "kubelet",
      ...entry,
      fieldsV1: { "f:metadata": { "f:labels": { ".": {}, ...labelFields } } },
    },
    {
      manager: "kube-controller-manager",
      ...entry,
      fieldsV1: {
        "f:metadata": { "f:annotations": { ".": {}, "f:node.alpha.kubernetes.io/ttl": {} } },
        "f:spec": { "f:podCIDR": {}, "f:podCIDRs": { ".": {}, [`v:"${podCidr}"`]: {} } },
      },
    },
    {
      manager: "kubelet",
      ...entry,
      fieldsV1: {
        "f:status": {
          "f:conditions": {
            'k:{"type":"DiskPressure"}': heartbeat,
            'k:{"type":"MemoryPressure"}': heartbeat,
            'k:{"type":"PIDPressure"}': heartbeat,
            'k:{"type":"Ready"}': ready,
          },
        },
      },
      subresource: "status",
    },
  ];
}

function nodeLease({ name }: BaseNode): BaseObject {
  return {
    kind: "Lease",
    apiVersion: "coordination.k8s.io/v1",
    metadata: metadata(name, "kube-node-lease", {
      ownerReferences: ownedByNode(name),
      managedFields: [
        kubeletWrote("coordination.k8s.io/v1", name, {
          "f:spec": { "f:holderIdentity": {}, "f:leaseDurationSeconds": {}, "f:renewTime": {} },
        }),
      ],
    }),
    spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: CREATED_MICRO },
  };
}

const MIGRATED_PLUGINS = "storage.alpha.kubernetes.io/migrated-plugins";
const FORMER_PLUGINS = ["aws-ebs", "azure-disk", "azure-file", "cinder", "gce-pd", "portworx-volume", "vsphere-volume"];

/**
 * The CSINode, where the kubelet registers CSI drivers. There are no drivers; an annotation lists the migrated plugins.
 */
function csiNode({ name }: BaseNode): BaseObject {
  return {
    kind: "CSINode",
    apiVersion: "storage.k8s.io/v1",
    metadata: metadata(name, undefined, {
      annotations: { [MIGRATED_PLUGINS]: FORMER_PLUGINS.map((plugin) => `kubernetes.io/${plugin}`).join(",") },
      ownerReferences: ownedByNode(name),
      managedFields: [
        kubeletWrote("storage.k8s.io/v1", name, {}, { "f:annotations": { ".": {}, [`f:${MIGRATED_PLUGINS}`]: {} } }),
      ],
    }),
    spec: { drivers: null },
  };
}

function ownedByNode(name: string) {
  return [{ apiVersion: "v1", kind: "Node", name, uid: uidOf("Node", "", name) }];
}

function kubeletWrote(apiVersion: string, node: string, fields: object, metadataFields: object = {}) {
  const owner = { ".": {}, [`k:{"uid":"${uidOf("Node", "", node)}"}`]: {} };
  return {
    manager: "kubelet",
    operation: "Update",
    apiVersion,
    time: CREATED,
    fieldsType: "FieldsV1",
    fieldsV1: { "f:metadata": { ...metadataFields, "f:ownerReferences": owner }, ...fields },
  };
}

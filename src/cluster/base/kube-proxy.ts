/** kube-proxy: a pod on every node, under a DaemonSet and its revision. */
import type { PodSpec } from "../../schema/index.ts";
import type { BaseNode } from "./nodes.ts";
import { type BaseObject, controlledBy, metadata } from "./objects.ts";
import { runningPod, template } from "./pods.ts";

const NAMESPACE = "kube-system";
const NAME = "kube-proxy";
const REVISION = "6d8c9b7f54";
const LABELS = { "k8s-app": NAME };

const SPEC: PodSpec = {
  volumes: [
    { name: NAME, configMap: { name: NAME, defaultMode: 420 } },
    { name: "xtables-lock", hostPath: { path: "/run/xtables.lock", type: "FileOrCreate" } },
    { name: "lib-modules", hostPath: { path: "/lib/modules", type: "" } },
  ],
  containers: [
    {
      name: NAME,
      image: "registry.k8s.io/kube-proxy:v1.36.2",
      command: [
        "/usr/local/bin/kube-proxy",
        "--config=/var/lib/kube-proxy/config.conf",
        "--hostname-override=$(NODE_NAME)",
      ],
      env: [{ name: "NODE_NAME", valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "spec.nodeName" } } }],
      resources: {},
      volumeMounts: [
        { name: NAME, mountPath: "/var/lib/kube-proxy" },
        { name: "xtables-lock", mountPath: "/run/xtables.lock" },
        { name: "lib-modules", readOnly: true, mountPath: "/lib/modules" },
      ],
      securityContext: { privileged: true },
    },
  ],
  nodeSelector: { "kubernetes.io/os": "linux" },
  serviceAccountName: NAME,
  serviceAccount: NAME,
  hostNetwork: true,
  securityContext: {},
  tolerations: [{ operator: "Exists" }],
  priorityClassName: "system-node-critical",
};

const CONFIGURATION = `apiVersion: kubeproxy.config.k8s.io/v1alpha1
bindAddress: 0.0.0.0
clientConnection:
  kubeconfig: /var/lib/kube-proxy/kubeconfig.conf
clusterCIDR: 10.244.0.0/16
kind: KubeProxyConfiguration
mode: iptables
`;

/** The tolerations that the DaemonSet controller adds to its pods. */
const DAEMON_TOLERATIONS = [
  ["not-ready", "NoExecute"],
  ["unreachable", "NoExecute"],
  ["disk-pressure", "NoSchedule"],
  ["memory-pressure", "NoSchedule"],
  ["pid-pressure", "NoSchedule"],
  ["unschedulable", "NoSchedule"],
  ["network-unavailable", "NoSchedule"],
].map(([condition, effect]) => ({ key: `node.kubernetes.io/${condition}`, operator: "Exists", effect }));

export function kubeProxy(nodes: readonly BaseNode[]): BaseObject[] {
  const podTemplate = template(LABELS, SPEC);
  const owner = controlledBy("apps/v1", "DaemonSet", NAMESPACE, NAME);
  return [
    { kind: "ServiceAccount", apiVersion: "v1", metadata: metadata(NAME, NAMESPACE) },
    {
      kind: "ConfigMap",
      apiVersion: "v1",
      metadata: metadata(NAME, NAMESPACE, { labels: { app: NAME } }),
      data: { "config.conf": CONFIGURATION },
    },
    {
      kind: "DaemonSet",
      apiVersion: "apps/v1",
      metadata: metadata(NAME, NAMESPACE, {
        generation: 1,
        labels: LABELS,
        annotations: { "deprecated.daemonset.template.generation": "1" },
      }),
      spec: {
        selector: { matchLabels: LABELS },
        template: podTemplate,
        updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
        revisionHistoryLimit: 10,
      },
      status: {
        currentNumberScheduled: nodes.length,
        numberMisscheduled: 0,
        desiredNumberScheduled: nodes.length,
        numberReady: nodes.length,
        observedGeneration: 1,
        updatedNumberScheduled: nodes.length,
        numberAvailable: nodes.length,
      },
    },
    {
      kind: "ControllerRevision",
      apiVersion: "apps/v1",
      metadata: metadata(`${NAME}-${REVISION}`, NAMESPACE, {
        labels: { "controller-revision-hash": REVISION, ...LABELS },
        annotations: { "deprecated.daemonset.template.generation": "1" },
        ownerReferences: owner,
      }),
      data: { spec: { template: { $patch: "replace", ...sorted(podTemplate) } } },
      revision: 1,
    },
    ...nodes.map((node) => pod(node, owner)),
  ];
}

function pod(node: BaseNode, ownerReferences: ReturnType<typeof controlledBy>): BaseObject {
  const onNode = { matchFields: [{ key: "metadata.name", operator: "In", values: [node.name] }] };
  const { metadata: _labels, spec } = template(LABELS, SPEC);
  return {
    ...runningPod({
      name: `${NAME}-${suffix(node.number)}`,
      labels: { "controller-revision-hash": REVISION, ...LABELS, "pod-template-generation": "1" },
      rest: { generateName: `${NAME}-`, ownerReferences },
      spec: {
        ...spec,
        affinity: {
          nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [onNode] } },
        },
        tolerations: [...(spec.tolerations ?? []), ...DAEMON_TOLERATIONS],
        priority: 2000001000,
      },
      node,
      tokenVolume: suffix(node.number + 1000),
    }),
  };
}

/** A name suffix of five letters in Kubernetes' alphabet, different for every number. */
function suffix(number: number): string {
  const letters = "bcdfghjklmnpqrstvwxz2456789";
  let text = "";
  for (let rest = (number * 7919 + 104729) % 27 ** 5, i = 0; i < 5; i++, rest = Math.floor(rest / 27)) {
    text += letters[rest % 27];
  }
  return text;
}

/** Controller revisions hold their data with sorted keys, as Go writes maps. */
function sorted(value: object): object {
  return JSON.parse(JSON.stringify(value), (_key, field) =>
    typeof field === "object" && field !== null && !Array.isArray(field)
      ? Object.fromEntries(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1)))
      : field,
  );
}

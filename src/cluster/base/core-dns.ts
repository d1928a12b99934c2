/** CoreDNS: two pods under a Deployment, behind the Service kube-dns at 10.96.0.10. */
import type { PodSpec } from "../../schema/index.ts";
import type { BaseNode } from "./nodes.ts";
import { type BaseObject, CREATED, controlledBy, metadata, uidOf } from "./objects.ts";
import { runningPod, template } from "./pods.ts";

const NAMESPACE = "kube-system";
const NAME = "coredns";
const ROLE = "system:coredns";
const SERVICE = "kube-dns";
const CLUSTER_IP = "10.96.0.10";
const HASH = "7d764666f9";
const LABELS = { "k8s-app": SERVICE };
const REPLICA_SET = `${NAME}-${HASH}`;
const POD_SUFFIXES = ["4xk2j", "m8zqp"] as const;

/** The ConfigMap of its Corefile. */
export const COREDNS_CONFIG_MAP = { namespace: NAMESPACE, name: NAME } as const;

/** The configuration of a fresh cluster. */
export const COREFILE = `.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30
    loop
    reload
    loadbalance
}
`;

const SPEC: PodSpec = {
  volumes: [
    {
      name: "config-volume",
      configMap: { name: NAME, items: [{ key: "Corefile", path: "Corefile" }], defaultMode: 420 },
    },
  ],
  containers: [
    {
      name: NAME,
      image: "registry.k8s.io/coredns/coredns:v1.14.1",
      args: ["-conf", "/etc/coredns/Corefile"],
      ports: [
        { name: "dns", containerPort: 53, protocol: "UDP" },
        { name: "dns-tcp", containerPort: 53, protocol: "TCP" },
        { name: "metrics", containerPort: 9153, protocol: "TCP" },
      ],
      resources: { limits: { memory: "170Mi" }, requests: { cpu: "100m", memory: "70Mi" } },
      volumeMounts: [{ name: "config-volume", readOnly: true, mountPath: "/etc/coredns" }],
      livenessProbe: {
        httpGet: { path: "/health", port: 8080, scheme: "HTTP" },
        initialDelaySeconds: 60,
        timeoutSeconds: 5,
        periodSeconds: 10,
        successThreshold: 1,
        failureThreshold: 5,
      },
      readinessProbe: {
        httpGet: { path: "/ready", port: 8181, scheme: "HTTP" },
        timeoutSeconds: 1,
        periodSeconds: 10,
        successThreshold: 1,
        failureThreshold: 3,
      },
      securityContext: {
        capabilities: { add: ["NET_BIND_SERVICE"], drop: ["ALL"] },
        readOnlyRootFilesystem: true,
        allowPrivilegeEscalation: false,
      },
    },
  ],
  dnsPolicy: "Default",
  nodeSelector: { "kubernetes.io/os": "linux" },
  serviceAccountName: NAME,
  serviceAccount: NAME,
  securityContext: {},
  tolerations: [
    { key: "CriticalAddonsOnly", operator: "Exists" },
    { key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" },
  ],
  priorityClassName: "system-cluster-critical",
};

const PORTS = [
  { name: "dns", protocol: "UDP", port: 53, targetPort: 53 },
  { name: "dns-tcp", protocol: "TCP", port: 53, targetPort: 53 },
  { name: "metrics", protocol: "TCP", port: 9153, targetPort: 9153 },
];

/** The nodes of the two pods: the first two nodes, or the only one. */
function placements(nodes: readonly BaseNode[]) {
  return POD_SUFFIXES.map((suffix, index) => {
    const node = nodes[Math.min(index, nodes.length - 1)]!;
    const host = nodes.length === 1 ? index + 2 : 2;
    return { name: `${REPLICA_SET}-${suffix}`, node, ip: `10.244.${node.number}.${host}`, suffix };
  });
}

export function coreDns(nodes: readonly BaseNode[]): BaseObject[] {
  return [
    { kind: "ServiceAccount", apiVersion: "v1", metadata: metadata(NAME, NAMESPACE) },
    ...rights(),
    { kind: "ConfigMap", apiVersion: "v1", metadata: metadata(NAME, NAMESPACE), data: { Corefile: COREFILE } },
    deployment(),
    replicaSet(),
    ...placements(nodes).map(({ name, node, ip, suffix }) =>
      runningPod({
        name,
        labels: { ...LABELS, "pod-template-hash": HASH },
        rest: {
          generateName: `${REPLICA_SET}-`,
          ownerReferences: controlledBy("apps/v1", "ReplicaSet", NAMESPACE, REPLICA_SET),
        },
        spec: { ...template(LABELS, SPEC).spec, priority: 2000000000 },
        node,
        podIp: ip,
        tokenVolume: [...suffix].reverse().join(""),
      }),
    ),
    service(),
    {
      kind: "IPAddress",
      apiVersion: "networking.k8s.io/v1",
      metadata: metadata(CLUSTER_IP, undefined, {
        labels: {
          "ipaddress.kubernetes.io/ip-family": "IPv4",
          "ipaddress.kubernetes.io/managed-by": "ipallocator.k8s.io",
        },
      }),
      spec: { parentRef: { resource: "services", namespace: NAMESPACE, name: SERVICE } },
    },
    endpoints(nodes),
    endpointSlice(nodes),
  ];
}

/** What kubeadm lets CoreDNS read. */
function rights(): BaseObject[] {
  const verbs = ["list", "watch"];
  return [
    {
      kind: "ClusterRole",
      apiVersion: "rbac.authorization.k8s.io/v1",
      metadata: metadata(ROLE),
      rules: [
        { verbs, apiGroups: [""], resources: ["endpoints", "services", "pods", "namespaces"] },
        { verbs, apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"] },
      ],
    },
    {
      kind: "ClusterRoleBinding",
      apiVersion: "rbac.authorization.k8s.io/v1",
      metadata: metadata(ROLE),
      subjects: [{ kind: "ServiceAccount", name: NAME, namespace: NAMESPACE }],
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: ROLE },
    },
  ];
}

function deployment(): BaseObject {
  return {
    kind: "Deployment",
    apiVersion: "apps/v1",
    metadata: metadata(NAME, NAMESPACE, {
      generation: 1,
      labels: LABELS,
      annotations: { "deployment.kubernetes.io/revision": "1" },
    }),
    spec: {
      replicas: 2,
      selector: { matchLabels: LABELS },
      template: template(LABELS, SPEC),
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1, maxSurge: "25%" } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
    },
    status: {
      observedGeneration: 1,
      replicas: 2,
      updatedReplicas: 2,
      readyReplicas: 2,
      availableReplicas: 2,
      terminatingReplicas: 0,
      conditions: [
        condition("Available", "MinimumReplicasAvailable", "Deployment has minimum availability."),
        condition("Progressing", "NewReplicaSetAvailable", `ReplicaSet "${REPLICA_SET}" has successfully progressed.`),
      ],
    },
  };
}

function condition(type: string, reason: string, message: string) {
  return { type, status: "True", lastUpdateTime: CREATED, lastTransitionTime: CREATED, reason, message };
}

function replicaSet(): BaseObject {
  const labels = { ...LABELS, "pod-template-hash": HASH };
  return {
    kind: "ReplicaSet",
    apiVersion: "apps/v1",
    metadata: metadata(REPLICA_SET, NAMESPACE, {
      generation: 1,
      labels,
      annotations: {
        "deployment.kubernetes.io/desired-replicas": "2",
        "deployment.kubernetes.io/max-replicas": "3",
        "deployment.kubernetes.io/revision": "1",
      },
      ownerReferences: controlledBy("apps/v1", "Deployment", NAMESPACE, NAME),
    }),
    spec: { replicas: 2, selector: { matchLabels: labels }, template: template(labels, SPEC) },
    status: {
      replicas: 2,
      fullyLabeledReplicas: 2,
      readyReplicas: 2,
      availableReplicas: 2,
      terminatingReplicas: 0,
      observedGeneration: 1,
    },
  };
}

function service(): BaseObject {
  return {
    kind: "Service",
    apiVersion: "v1",
    metadata: metadata(SERVICE, NAMESPACE, {
      labels: { ...LABELS, "kubernetes.io/cluster-service": "true", "kubernetes.io/name": "CoreDNS" },
      annotations: { "prometheus.io/port": "9153", "prometheus.io/scrape": "true" },
    }),
    spec: {
      ports: PORTS,
      selector: LABELS,
      clusterIP: CLUSTER_IP,
      clusterIPs: [CLUSTER_IP],
      type: "ClusterIP",
      sessionAffinity: "None",
      ipFamilies: ["IPv4"],
      ipFamilyPolicy: "SingleStack",
      internalTrafficPolicy: "Cluster",
    },
    status: { loadBalancer: {} },
  };
}

function endpoints(nodes: readonly BaseNode[]): BaseObject {
  return {
    kind: "Endpoints",
    apiVersion: "v1",
    metadata: metadata(SERVICE, NAMESPACE, {
      labels: {
        "endpoints.kubernetes.io/managed-by": "endpoint-controller",
        ...LABELS,
        "kubernetes.io/cluster-service": "true",
        "kubernetes.io/name": "CoreDNS",
      },
      annotations: { "endpoints.kubernetes.io/last-change-trigger-time": CREATED },
    }),
    subsets: [
      {
        addresses: placements(nodes).map((pod) => ({
          ip: pod.ip,
          nodeName: pod.node.name,
          targetRef: targetOf(pod.name),
        })),
        ports: PORTS.map(({ name, port, protocol }) => ({ name, port, protocol })),
      },
    ],
  };
}

function endpointSlice(nodes: readonly BaseNode[]): BaseObject {
  return {
    kind: "EndpointSlice",
    apiVersion: "discovery.k8s.io/v1",
    metadata: metadata(`${SERVICE}-zq5xv`, NAMESPACE, {
      generateName: `${SERVICE}-`,
      generation: 1,
      labels: {
        "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
        ...LABELS,
        "kubernetes.io/cluster-service": "true",
        "kubernetes.io/name": "CoreDNS",
        "kubernetes.io/service-name": SERVICE,
      },
      annotations: { "endpoints.kubernetes.io/last-change-trigger-time": CREATED },
      ownerReferences: controlledBy("v1", "Service", NAMESPACE, SERVICE),
    }),
    addressType: "IPv4",
    endpoints: placements(nodes).map((pod) => ({
      addresses: [pod.ip],
      conditions: { ready: true, serving: true, terminating: false },
      targetRef: targetOf(pod.name),
      nodeName: pod.node.name,
    })),
    ports: PORTS.map(({ name, port, protocol }) => ({ name, protocol, port })),
  };
}

function targetOf(name: string) {
  return { kind: "Pod", namespace: NAMESPACE, name, uid: uidOf("Pod", NAMESPACE, name) };
}

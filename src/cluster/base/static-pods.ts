/** The control plane's own pods, as the kubelet of the first node mirrors them from its manifests. */
import { digestOf } from "../../lib/hash.ts";
import type { Probe } from "../../schema/index.ts";
import type { BaseNode } from "./nodes.ts";
import { type BaseObject, CREATED, uidOf } from "./objects.ts";
import { runningPod, withDefaults } from "./pods.ts";

interface StaticPod {
  component: string;
  image: string;
  command: string[];
  requests: Record<string, string>;
  /** Directories of the node that the pod reads: volume name → path. */
  directories: Record<string, string>;
  /** Whether it may write to these directories. */
  writes?: boolean;
  healthPort: number;
  healthPath: string;
}

const VERSION = "v1.36.2";

function staticPodsOf(node: BaseNode): StaticPod[] {
  return [etcd(node), apiServer(node), CONTROLLER_MANAGER, SCHEDULER];
}

function etcd({ name, internalIp }: BaseNode): StaticPod {
  return {
    component: "etcd",
    image: "registry.k8s.io/etcd:3.6.6-0",
    command: [
      "etcd",
      `--advertise-client-urls=https://${internalIp}:2379`,
      "--cert-file=/etc/kubernetes/pki/etcd/server.crt",
      "--client-cert-auth=true",
      "--data-dir=/var/lib/etcd",
      `--initial-advertise-peer-urls=https://${internalIp}:2380`,
      `--initial-cluster=${name}=https://${internalIp}:2380`,
      "--key-file=/etc/kubernetes/pki/etcd/server.key",
      `--listen-client-urls=https://127.0.0.1:2379,https://${internalIp}:2379`,
      "--listen-metrics-urls=http://127.0.0.1:2381",
      `--name=${name}`,
      "--trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt",
    ],
    requests: { cpu: "100m", memory: "100Mi" },
    directories: { "etcd-certs": "/etc/kubernetes/pki/etcd", "etcd-data": "/var/lib/etcd" },
    writes: true,
    healthPort: 2381,
    healthPath: "/livez",
  };
}

function apiServer({ internalIp }: BaseNode): StaticPod {
  return {
    component: "kube-apiserver",
    image: `registry.k8s.io/kube-apiserver:${VERSION}`,
    command: [
      "kube-apiserver",
      `--advertise-address=${internalIp}`,
      "--allow-privileged=true",
      "--authorization-mode=Node,RBAC",
      "--client-ca-file=/etc/kubernetes/pki/ca.crt",
      "--enable-admission-plugins=NodeRestriction",
      "--etcd-servers=https://127.0.0.1:2379",
      "--secure-port=6443",
      "--service-cluster-ip-range=10.96.0.0/16",
    ],
    requests: { cpu: "250m" },
    directories: { "k8s-certs": "/etc/kubernetes/pki" },
    healthPort: 6443,
    healthPath: "/livez",
  };
}

const CONTROLLER_MANAGER: StaticPod = {
  component: "kube-controller-manager",
  image: `registry.k8s.io/kube-controller-manager:${VERSION}`,
  command: [
    "kube-controller-manager",
    "--allocate-node-cidrs=true",
    "--bind-address=127.0.0.1",
    "--cluster-cidr=10.244.0.0/16",
    "--controllers=*,bootstrapsigner,tokencleaner",
    "--kubeconfig=/etc/kubernetes/controller-manager.conf",
    "--leader-elect=true",
    "--root-ca-file=/etc/kubernetes/pki/ca.crt",
    "--service-cluster-ip-range=10.96.0.0/16",
    "--use-service-account-credentials=true",
  ],
  requests: { cpu: "200m" },
  directories: { "k8s-certs": "/etc/kubernetes/pki" },
  healthPort: 10257,
  healthPath: "/healthz",
};

const SCHEDULER: StaticPod = {
  component: "kube-scheduler",
  image: `registry.k8s.io/kube-scheduler:${VERSION}`,
  command: [
    "kube-scheduler",
    "--bind-address=127.0.0.1",
    "--kubeconfig=/etc/kubernetes/scheduler.conf",
    "--leader-elect=true",
  ],
  requests: { cpu: "100m" },
  directories: { kubeconfig: "/etc/kubernetes/scheduler.conf" },
  healthPort: 10259,
  healthPath: "/livez",
};

export function staticPods(node: BaseNode): BaseObject[] {
  return staticPodsOf(node).map((pod) => mirrorPod(pod, node));
}

function mirrorPod(pod: StaticPod, node: BaseNode): BaseObject {
  const { component, image, command, requests, directories } = pod;
  // The kubelet hashes its manifest, and only the kubelet compares the hash: any stable value will do.
  const manifestHash = digestOf(`manifest/${component}/${node.name}`).slice(0, 32);
  const spec = withDefaults({
    volumes: Object.entries(directories).map(([name, path]) => ({
      name,
      hostPath: { path, type: path.endsWith(".conf") ? "FileOrCreate" : "DirectoryOrCreate" },
    })),
    containers: [
      {
        name: component,
        image,
        command,
        resources: { requests },
        volumeMounts: Object.entries(directories).map(([name, mountPath]) => ({
          name,
          mountPath,
          ...(!pod.writes && { readOnly: true }),
        })),
        livenessProbe: probe(pod, 8),
        startupProbe: probe(pod, 24),
      },
    ],
    hostNetwork: true,
    securityContext: { seccompProfile: { type: "RuntimeDefault" } },
    tolerations: [{ operator: "Exists", effect: "NoExecute" }],
    priorityClassName: "system-node-critical",
    priority: 2000001000,
  });
  return runningPod({
    name: `${component}-${node.name}`,
    labels: { component, tier: "control-plane" },
    rest: {
      annotations: {
        "kubernetes.io/config.hash": manifestHash,
        "kubernetes.io/config.mirror": manifestHash,
        "kubernetes.io/config.seen": CREATED,
        "kubernetes.io/config.source": "file",
      },
      ownerReferences: [
        { apiVersion: "v1", kind: "Node", name: node.name, uid: uidOf("Node", "", node.name), controller: true },
      ],
    },
    spec,
    node,
  });
}

function probe({ healthPort, healthPath }: StaticPod, failureThreshold: number): Probe {
  const scheme = healthPort === 2381 ? "HTTP" : "HTTPS";
  return {
    httpGet: { path: healthPath, port: healthPort, host: "127.0.0.1", scheme },
    initialDelaySeconds: 10,
    timeoutSeconds: 15,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold,
  };
}

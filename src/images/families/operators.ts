/** Controllers and operators that popular charts install. */

import { ARGOCD_COMPONENTS, argocd } from "../../programs/operators/argocd.ts";
import { electionOf } from "../../programs/operators/elections.ts";
import { proportionalAutoscaler } from "../../programs/operators/proportional-autoscaler.ts";
import { reloader } from "../../programs/operators/reloader.ts";
import { rolloutsController } from "../../programs/operators/rollouts/controller.ts";
import { sampleController } from "../../programs/operators/sample-controller.ts";
import { sealedSecrets } from "../../programs/operators/sealed-secrets/controller.ts";
import { htmlPage } from "../../programs/servers/service.ts";
import type { ImageFamily } from "../image.ts";
import { ANY_VERSION, serviceImage, simpleImage } from "../simple.ts";
import { executable } from "../tree.ts";

/** Controllers that only their operator's objects would show: they start, lead and wait. */
const CONTROLLER_LINES = ["Starting manager", "Starting Controller", "Starting workers"];

const CONTROLLERS = [
  ["quay.io/jetstack/cert-manager-acmesolver", 8089, 10],
  ["registry.k8s.io/external-dns/external-dns", 7979, 60],
  ["registry.k8s.io/descheduler/descheduler", 10258, 30],
  ["registry.k8s.io/autoscaling/cluster-autoscaler", 8085, 40],
  ["registry.k8s.io/autoscaling/vpa-recommender", 8942, 25],
  ["registry.k8s.io/autoscaling/vpa-updater", 8943, 25],
  ["registry.k8s.io/autoscaling/vpa-admission-controller", 8944, 25],
  ["registry.k8s.io/sig-storage/csi-provisioner", 8080, 28],
  ["registry.k8s.io/sig-storage/csi-attacher", 8080, 26],
  ["registry.k8s.io/sig-storage/csi-resizer", 8080, 26],
  ["registry.k8s.io/sig-storage/csi-snapshotter", 8080, 26],
  ["registry.k8s.io/sig-storage/snapshot-controller", 8080, 26],
  ["registry.k8s.io/sig-storage/livenessprobe", 9808, 12],
  ["registry.k8s.io/sig-storage/csi-node-driver-registrar", 9809, 12],
  ["registry.k8s.io/sig-storage/hostpathplugin", 9898, 25],
  ["docker.io/velero/velero", 8085, 60],
  ["quay.io/strimzi/operator", 8080, 300],
  ["ghcr.io/fluxcd/source-controller", 9090, 50],
  ["ghcr.io/fluxcd/kustomize-controller", 8080, 50],
  ["ghcr.io/fluxcd/helm-controller", 8080, 40],
  ["ghcr.io/fluxcd/notification-controller", 9090, 30],
  ["quay.io/argoproj/workflow-controller", 9090, 40],
  ["quay.io/cilium/operator-generic", 9234, 40],
  ["quay.io/cilium/cilium", 9879, 200],
  ["docker.io/longhornio/longhorn-manager", 9500, 80],
  ["docker.io/rancher/system-upgrade-controller", 8080, 20],
  ["registry.k8s.io/addon-resizer", 8080, 12],
  ["registry.k8s.io/nfd/node-feature-discovery", 8080, 40],
  ["nvcr.io/nvidia/k8s-device-plugin", 8080, 60],
  ["docker.io/kubernetesui/dashboard-api", 8000, 20],
  ["docker.io/kubernetesui/dashboard-auth", 8000, 20],
  ["docker.io/kubernetesui/dashboard-web", 8000, 60],
  ["docker.io/kubernetesui/metrics-scraper", 8000, 20],
] as const;

/** The image's program is called by several names. */
const argoCd = simpleImage({
  repositories: ["quay.io/argoproj/argocd", "ghcr.io/argoproj/argocd", "quay.io/argoproj/argocd-applicationset"],
  tags: { versions: "1.0-8:7 2.0-14:20 3.0-9:20", prefix: "v" },
  ...{ base: "debian", path: "/usr/local/bin/argocd", program: "argocd", implementation: argocd, user: "999" },
  ...{ ports: [8080, 8081, 8082, 8083, 8084, 7000, 9001], sizeBytes: 180_000_000, isCommand: true },
  files: Object.fromEntries(
    ARGOCD_COMPONENTS.map((name) => [`/usr/local/bin/argocd-${name}`, executable("argocd", { sizeBytes: 10_000 })]),
  ),
});

export const OPERATORS: readonly ImageFamily[] = [
  ...CONTROLLERS.map(([repository, port, sizeMb]) =>
    serviceImage([repository], {
      tags: {
        versions: "0.0-300:60 1.0-60:60 2.0-60:60 3.0-60:60 4.0-20:40 25.0-9:9",
        prefix: "optional",
        variants: "[a-z0-9.-]+",
        words: { main: "1.0.0" },
      },
      user: "65532",
      ports: [...new Set([port, 8081])],
      isOperator: true,
      isStandIn: true,
      sizeBytes: sizeMb * 1_000_000,
      style: "klog",
      lines: CONTROLLER_LINES,
      leader: electionOf(repository),
      startMs: 700,
      path: `/usr/local/bin/${repository.slice(repository.lastIndexOf("/") + 1)}`,
    }),
  ),
  argoCd,
  simpleImage({
    repositories: ["docker.io/bitnami/sealed-secrets-controller", "ghcr.io/bitnami-labs/sealed-secrets-controller"],
    ...{ tags: ANY_VERSION, base: "distroless", path: "/usr/local/bin/controller", program: "sealed-secrets" },
    ...{ implementation: sealedSecrets, user: "1001", ports: [8080, 8081], sizeBytes: 22_000_000 },
  }),
  simpleImage({
    repositories: ["quay.io/argoproj/argo-rollouts"],
    tags: { versions: "0.1-10:9 1.0-8:9", prefix: "v", grows: true },
    ...{ base: "distroless", path: "/bin/rollouts-controller", program: "rollouts-controller" },
    ...{ implementation: rolloutsController, user: "999", ports: [8080, 8090], sizeBytes: 40_000_000 },
  }),
  simpleImage({
    repositories: ["ghcr.io/stakater/reloader", "docker.io/stakater/reloader"],
    ...{ tags: ANY_VERSION, base: "distroless", path: "/manager", program: "reloader", implementation: reloader },
    ...{ user: "65534", ports: [9090], sizeBytes: 30_000_000 },
  }),
  simpleImage({
    repositories: [
      "registry.k8s.io/cpa/cluster-proportional-autoscaler",
      "registry.k8s.io/cpa/cluster-proportional-autoscaler-amd64",
      "registry.k8s.io/cluster-proportional-autoscaler-amd64",
    ],
    ...{ tags: ANY_VERSION, base: "distroless", path: "/cluster-proportional-autoscaler" },
    ...{ program: "cluster-proportional-autoscaler", implementation: proportionalAutoscaler },
    ...{ ports: [], sizeBytes: 15_000_000 },
  }),
  simpleImage({
    repositories: ["docker.io/kubernetes/sample-controller", "registry.k8s.io/sample-controller"],
    ...{ tags: ANY_VERSION, base: "distroless", path: "/sample-controller", program: "sample-controller" },
    ...{ implementation: sampleController, ports: [], sizeBytes: 18_000_000 },
  }),
  serviceImage(["docker.io/kubernetesui/dashboard", "registry.k8s.io/kubernetes-dashboard-amd64"], {
    tags: { versions: "1.8-10:3 2.0-7:5", prefix: "v", variants: "beta\\d|rc\\d" },
    base: "distroless",
    path: "/dashboard",
    user: "1001",
    ports: [8443, 9090],
    sizeBytes: 75_000_000,
    style: "go",
    lines: [
      "Starting overwatch",
      "Using in-cluster config to connect to apiserver",
      "Successful initial request to the apiserver, version: v1.36.0",
      "Serving securely on HTTPS port: 8443",
    ],
    page: htmlPage("Kubernetes Dashboard"),
  }),
];

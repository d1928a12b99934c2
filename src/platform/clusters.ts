/** Creation and views of clusters. A new cluster is one small row above a shared base. */
import { buildBase, serializeBase } from "../cluster/base/index.ts";
import type { BaseTemplate } from "../cluster/base-template.ts";
import type { ClusterSettings, NodeSettings } from "../cluster/settings.ts";
import { summaryOfNew } from "../storage/new-cluster.ts";
import type { ClusterSummary, NewCluster } from "../storage/store.ts";
import { clusterServer, type Platform } from "./platform.ts";
import { newId } from "./secrets.ts";

export interface ClusterInput {
  name?: string;
  labels?: Record<string, string>;
  nodes?: number | NodeSettings[];
  seed?: string;
  latency?: ClusterSettings["latency"];
  unknownImages?: ClusterSettings["unknownImages"];
  loadBalancers?: LoadBalancers;
  packages?: Packages;
}

type LoadBalancers = NonNullable<ClusterSettings["loadBalancers"]>;
type Packages = NonNullable<ClusterSettings["packages"]>;

/** A cluster as JSON. Times are RFC 3339. */
export interface ClusterView {
  id: string;
  name: string;
  labels: Record<string, string>;
  createdAt: string;
  /** Address of its Kubernetes API. */
  server: string;
  nodes: number;
  latency: ClusterSettings["latency"];
  unknownImages: ClusterSettings["unknownImages"];
  loadBalancers: LoadBalancers;
  packages: Packages;
  /** Newest resourceVersion. */
  resourceVersion: string;
  /** Cluster time up to which the cluster was simulated. */
  time: string;
  /** Cluster time minus real time. */
  offsetSeconds: number;
}

const DEFAULT_NODES = 3;

export function newCluster(input: ClusterInput, platform: Pick<Platform, "caCertificate" | "now">): NewCluster {
  const id = newId("c");
  const settings: ClusterSettings = {
    nodes: nodeSettings(input.nodes ?? DEFAULT_NODES),
    latency: input.latency ?? "realistic",
    unknownImages: input.unknownImages ?? "fail",
    loadBalancers: input.loadBalancers ?? "assigned",
    ...(input.packages !== undefined && { packages: input.packages }),
    caCertificate: platform.caCertificate ?? "",
  };
  const base = buildBase(settings);
  return {
    id,
    name: input.name ?? id,
    labels: input.labels ?? {},
    settings: JSON.stringify(settings),
    seed: input.seed ?? newId(""),
    createdAtMs: platform.now(),
    baseId: base.id,
    baseBody: textOf(base),
    // The base's n-th object has resourceVersion n.
    revision: base.objects.length,
    nextDueAtMs: null,
    counters: JSON.stringify({ random: 0 }),
  };
}

const baseTexts = new WeakMap<BaseTemplate, string>();

/** Built once for each base; the clusters of a course share one. */
function textOf(base: BaseTemplate): string {
  let text = baseTexts.get(base);
  if (text === undefined) {
    text = serializeBase(base);
    baseTexts.set(base, text);
  }
  return text;
}

/** The view of a new cluster right after its creation. */
export function newClusterView(cluster: NewCluster, platform: Pick<Platform, "publicUrl">): ClusterView {
  return clusterView(summaryOfNew(cluster), platform);
}

export function clusterView(summary: ClusterSummary, platform: Pick<Platform, "publicUrl">): ClusterView {
  const settings = JSON.parse(summary.settings) as ClusterSettings;
  return {
    id: summary.id,
    name: summary.name,
    labels: { ...summary.labels },
    createdAt: new Date(summary.createdAtMs).toISOString(),
    server: clusterServer(platform, summary.id),
    nodes: settings.nodes.length,
    latency: settings.latency,
    unknownImages: settings.unknownImages,
    loadBalancers: settings.loadBalancers ?? "pending",
    packages: settings.packages ?? "offline",
    resourceVersion: String(summary.revision),
    time: new Date(summary.timeMs).toISOString(),
    offsetSeconds: summary.offsetMs / 1000,
  };
}

function nodeSettings(nodes: number | NodeSettings[]): NodeSettings[] {
  return typeof nodes === "number" ? Array.from({ length: nodes }, () => ({})) : nodes;
}

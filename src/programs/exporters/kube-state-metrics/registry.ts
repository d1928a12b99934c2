/** The resources of which kube-state-metrics shows metrics, in the order of its page. */
import type { ResourceMetrics } from "./resource.ts";
import { cronJobs, jobs } from "./resources/batch.ts";
import {
  claims,
  configMaps,
  ingresses,
  namespaces,
  nodes,
  quotas,
  secrets,
  services,
  volumes,
} from "./resources/cluster.ts";
import { pods } from "./resources/pods.ts";
import { autoscalers, daemonSets, deployments, replicaSets, statefulSets } from "./resources/workloads.ts";

export const RESOURCES: readonly ResourceMetrics[] = [
  configMaps,
  cronJobs,
  daemonSets,
  deployments,
  autoscalers,
  ingresses,
  jobs,
  namespaces,
  nodes,
  claims,
  volumes,
  pods,
  replicaSets,
  quotas,
  secrets,
  services,
  statefulSets,
];

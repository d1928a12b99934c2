/**
 * cluster-proportional-autoscaler: scales a workload by the number of nodes and cores. Its parameters are in a ConfigMap,
 * which it creates from its flags.
 * Source: github.com/kubernetes-sigs/cluster-proportional-autoscaler pkg/autoscaler, pkg/autoscaler/controller
 */
import { isJsonObject, type JsonObject } from "../../lib/json.ts";
import { quantityNumber } from "../../lib/quantity.ts";
import type { ProcessView } from "../../shell/program.ts";
import { objectIn } from "../kubectl/core/parts.ts";
import type { Steps } from "../kubectl/core/session.ts";
import { klog } from "../servers/log.ts";
import { flagOf } from "../servers/server.ts";
import { type Api, controllerProgram } from "./controller-program.ts";
import { create, find, list, replace } from "./objects.ts";

/** It looks every ten seconds (`--poll-period-seconds`). */
const POLL_MS = 10_000;
const WORKLOADS: Readonly<Record<string, string>> = {
  deployment: "/apis/apps/v1/namespaces/{namespace}/deployments",
  replicaset: "/apis/apps/v1/namespaces/{namespace}/replicasets",
  statefulset: "/apis/apps/v1/namespaces/{namespace}/statefulsets",
  replicationcontroller: "/api/v1/namespaces/{namespace}/replicationcontrollers",
};

export const proportionalAutoscaler = controllerProgram({
  agent: "cluster-proportional-autoscaler",
  line: (process, level, message) => klog(process, "autoscaler_server.go:153", message, level === "error" ? "E" : "I"),
  resources: ["core/nodes", "core/configmaps", "apps/deployments"],
  settleMs: POLL_MS,
  server: {
    ports: () => [8080],
    refuse: (process) =>
      flagOf(process.argv, "target") && flagOf(process.argv, "configmap")
        ? undefined
        : { lines: ["--target and --configmap parameters must be set"], status: 1 },
    startMs: 200,
    ready: (process) => [
      klog(
        process,
        "autoscaler.go:49",
        `Scaling Namespace: ${namespaceFor(process)}, Target: ${targetOf(process)}`,
        "I",
      ),
    ],
    memoryBytes: () => 10_000_000,
  },
  *reconcile(api) {
    const params = yield* parametersOf(api);
    const wanted = params && replicasFor(params, yield* sizeOf(api));
    if (wanted !== undefined) for (const target of targetOf(api.process).split(",")) yield* scale(api, target, wanted);
    return undefined;
  },
});

function namespaceFor({ argv, env }: ProcessView): string {
  return flagOf(argv, "namespace") ?? env["MY_POD_NAMESPACE"] ?? "default";
}

function targetOf({ argv }: ProcessView): string {
  return (flagOf(argv, "target") ?? "").toLowerCase();
}

interface ClusterSize {
  nodes: number;
  cores: number;
  schedulableNodes: number;
  schedulableCores: number;
}

function* sizeOf({ client }: Api): Steps<ClusterSize> {
  const size: ClusterSize = { nodes: 0, cores: 0, schedulableNodes: 0, schedulableCores: 0 };
  for (const node of yield* list(client, "/api/v1/nodes")) {
    const cores = quantityNumber(String(objectIn(objectIn(node["status"])["allocatable"])["cpu"] ?? "0"));
    size.nodes++;
    size.cores += cores;
    if (objectIn(node["spec"])["unschedulable"] === true) continue;
    size.schedulableNodes++;
    size.schedulableCores += cores;
  }
  return size;
}

/** The ConfigMap's entry `linear` or `ladder`; undefined if it has none that can be read. */
function* parametersOf(api: Api): Steps<Parameters | undefined> {
  const { client, process } = api;
  const name = flagOf(process.argv, "configmap") ?? "";
  const path = `/api/v1/namespaces/${namespaceFor(process)}/configmaps`;
  let found = yield* find(client, `${path}/${name}`);
  if (!found) {
    const defaults = flagOf(process.argv, "default-params");
    api.log("info", `ConfigMap not found: configmaps "${name}" not found, will create one with default params`);
    if (defaults === undefined) return undefined;
    const data = textsOf(JSON.parse(defaults) as JsonObject);
    found = yield* create(client, path, { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data });
    api.log("info", `Created ConfigMap ${name} in namespace ${namespaceFor(process)}`);
  }
  const data = objectIn(found["data"]);
  for (const mode of ["linear", "ladder"] as const) {
    const values = typeof data[mode] === "string" ? parsed(data[mode]) : undefined;
    if (values) return { mode, values };
  }
  api.log("error", `unsupported control mode, or its parameters are no JSON: ${Object.keys(data).join(", ")}`);
  return undefined;
}

interface Parameters {
  mode: "linear" | "ladder";
  values: JsonObject;
}

/** Entries of a ConfigMap are texts. */
function textsOf(defaults: JsonObject): Record<string, string> {
  const entries = Object.entries(defaults).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return Object.fromEntries(entries) as Record<string, string>;
}

function parsed(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function replicasFor({ mode, values }: Parameters, size: ClusterSize): number {
  return mode === "linear" ? linear(values, size) : ladder(values, size);
}

/** max(ceil(cores / coresPerReplica), ceil(nodes / nodesPerReplica)), at least `min`, at most `max`. */
function linear(values: JsonObject, size: ClusterSize): number {
  const all = values["includeUnschedulableNodes"] === true;
  const [nodes, cores] = all ? [size.nodes, size.cores] : [size.schedulableNodes, size.schedulableCores];
  const by = (amount: number, key: string) => {
    const each = Number(values[key] ?? 0);
    return each > 0 ? Math.ceil(amount / each) : 0;
  };
  const least = values["preventSinglePointFailure"] === true && size.schedulableNodes > 1 ? 2 : 1;
  const wanted = Math.max(
    by(cores, "coresPerReplica"),
    by(nodes, "nodesPerReplica"),
    Number(values["min"] ?? 1),
    least,
  );
  const most = Number(values["max"] ?? 0);
  return most > 0 ? Math.min(wanted, most) : wanted;
}

/** The step of a ladder with the greatest number that the cluster reaches. */
function ladder(values: JsonObject, { schedulableNodes, schedulableCores }: ClusterSize): number {
  const step = (amount: number, steps: unknown) => {
    const pairs = (Array.isArray(steps) ? steps : []) as number[][];
    const reached = pairs.filter(([from = 0]) => from <= amount).sort(([a = 0], [b = 0]) => b - a);
    return reached[0]?.[1] ?? 0;
  };
  return Math.max(step(schedulableCores, values["coresToReplicas"]), step(schedulableNodes, values["nodesToReplicas"]));
}

function* scale(api: Api, target: string, replicas: number): Steps<void> {
  const [kind = "", name = ""] = target.split("/");
  const collection = WORKLOADS[kind];
  if (collection === undefined) return api.log("error", `Update failure: unsupported target kind: ${kind}`);
  const path = `${collection.replace("{namespace}", namespaceFor(api.process))}/${name}/scale`;
  const found = yield* find(api.client, path);
  if (!found) return api.log("error", `Update failure: ${kind} "${name}" not found`);
  const present = Number(objectIn(found["spec"])["replicas"] ?? 0);
  if (present === replicas) return;
  yield* replace(api.client, path, { ...found, spec: { replicas } });
  api.log("info", `Replicas are not as expected : updating replicas from ${present} to ${replicas}`);
}

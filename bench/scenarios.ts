/** The measured scenarios. Each one has its own Worker over the run's database. */
import { performance } from "node:perf_hooks";
import type { LocalDatabase } from "../scripts/local/sql/database.ts";
import type { LoadRequest } from "./load.ts";
import { neighbours } from "./neighbours.ts";
import { configMap, deployment, pod } from "./objects.ts";
import { get, ms, percentile, post } from "./requests.ts";
import { type BenchCluster, createCluster, startTarget, type Target } from "./target.ts";

export interface Scenario {
  name: string;
  /** Lines for the report. */
  run(target: Target, database: LocalDatabase): Promise<string[]>;
}

/** The floor: `SELECT 1`. */
const FLOOR: LoadRequest = { method: "GET", path: "/v1/health" };
/** Floor and measured requests alternate in this many rounds, so that other load of the machine affects both. */
const ROUNDS = 5;

interface Measured {
  name: string;
  request: LoadRequest;
  status: number;
  /** Requests in all, at one connection. */
  count: number;
}

export const scenarios: readonly Scenario[] = [
  { name: "requests", run: requests },
  { name: "writers", run: writers },
  { name: "creation", run: creation },
  { name: "rollout", run: rollouts },
  { name: "cold", run: coldIsolate },
  { name: "neighbours", run: neighbours },
];

async function requests(target: Target): Promise<string[]> {
  const cluster = await createCluster(target, { latency: "instant" });
  await create(target, cluster, "/apis/apps/v1/namespaces/default/deployments", deployment("web", 3));
  for (let i = 0; i < 97; i++) await create(target, cluster, "/api/v1/namespaces/default/pods", pod(`pod-${i}`));
  await settled(target, cluster, 100);
  const { answer } = await target.call<string>(get(cluster, "/api/v1/namespaces/default/pods"));
  const pods = "/api/v1/namespaces/default/pods";
  const measured: Measured[] = [
    { name: "GET a pod", request: get(cluster, `${pods}/pod-1`), status: 200, count: 300 },
    { name: `LIST 100 pods (${kilobytes(answer)})`, request: get(cluster, pods), status: 200, count: 100 },
    {
      name: "CREATE a ConfigMap",
      request: post(cluster, "/api/v1/namespaces/default/configmaps", configMap("c-<n>")),
      status: 201,
      count: 200,
    },
    {
      name: "PATCH a Deployment",
      request: {
        ...get(cluster, "/apis/apps/v1/namespaces/default/deployments/web"),
        ...{ method: "PATCH", contentType: "application/strategic-merge-patch+json" },
        body: JSON.stringify({ metadata: { annotations: { at: "<n>" } } }),
      },
      status: 200,
      count: 100,
    },
  ];
  const lines: string[] = [];
  for (const connections of [1, 16]) {
    for (const one of measured) lines.push(await ratio(target, one, connections));
  }
  return lines;
}

async function ratio(target: Target, { name, request, status, count }: Measured, connections: number): Promise<string> {
  const floor: number[] = [];
  const latencies: number[] = [];
  let elapsedMs = 0;
  let trips = 0;
  const each = Math.ceil((count * Math.min(connections, 4)) / ROUNDS);
  await target.load({ requests: [request], count: connections * 2, connections, status });
  for (let round = 0; round < ROUNDS; round++) {
    floor.push(...(await target.load({ requests: [FLOOR], count: each, connections, status: 200 })).latenciesMs);
    const before = target.roundTrips();
    const result = await target.load({ requests: [request], count: each, connections, status });
    trips += target.roundTrips() - before;
    latencies.push(...result.latenciesMs);
    elapsedMs += result.elapsedMs;
  }
  const times = (percentile(latencies, 50) / percentile(floor, 50)).toFixed(2);
  const perSecond = Math.round((latencies.length / elapsedMs) * 1000);
  const each100 = (trips / latencies.length).toFixed(2);
  return `${name}, ${connections} at once: ${times} × floor; p50 ${ms(percentile(latencies, 50))}, p95 ${ms(percentile(latencies, 95))}, floor ${ms(percentile(floor, 50))}; ${perSecond}/s, ${each100} round trips each`;
}

/** ConfigMaps per second: sixteen writers on one cluster, and on sixteen. */
async function writers(target: Target): Promise<string[]> {
  const clusters: BenchCluster[] = [];
  for (let i = 0; i < 16; i++) clusters.push(await createCluster(target));
  const lines: string[] = [];
  for (const used of [clusters.slice(0, 1), clusters]) {
    const requests = used.map((cluster) => post(cluster, "/api/v1/namespaces/default/configmaps", configMap("c-<n>")));
    await target.load({ requests, count: 64, connections: 16, status: 201 });
    const { elapsedMs, latenciesMs } = await target.load({ requests, count: 1_000, connections: 16, status: 201 });
    const perSecond = Math.round((latenciesMs.length / elapsedMs) * 1000);
    lines.push(
      `16 writers on ${used.length} cluster(s): ${perSecond} ConfigMaps/s, p95 ${ms(percentile(latenciesMs, 95))}`,
    );
  }
  return lines;
}

/** A new cluster, from nothing to its first answer. */
async function creation(target: Target): Promise<string[]> {
  const took: number[] = [];
  const createdIn: number[] = [];
  for (let i = 0; i < 20; i++) {
    const start = performance.now();
    const cluster = await createCluster(target);
    createdIn.push(performance.now() - start);
    await target.call(get(cluster, "/api/v1/nodes"));
    took.push(performance.now() - start);
  }
  return [
    `cluster with kubeconfig: ${ms(percentile(createdIn, 50))}; to the first \`get nodes\`: ${ms(percentile(took, 50))} (p50 of 20)`,
  ];
}

/** 100 Deployments of three replicas, from the first one created until all pods run. */
async function rollouts(target: Target): Promise<string[]> {
  const lines: string[] = [];
  for (const latency of ["instant", "realistic"]) {
    const cluster = await createCluster(target, { latency, nodes: 10 });
    const before = target.roundTrips();
    const start = performance.now();
    const path = "/apis/apps/v1/namespaces/default/deployments";
    const request = post(cluster, path, deployment("web-<n>", 3));
    await target.load({ requests: [request], count: 100, connections: 4, status: 201 });
    const createdMs = performance.now() - start;
    await settled(target, cluster, 300);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    lines.push(
      `100 Deployments × 3 to Running, ${latency}: ${seconds} s (created in ${(createdMs / 1000).toFixed(1)} s), ${target.roundTrips() - before} round trips`,
    );
  }
  return lines;
}

/** The first answer of an isolate that has never seen the cluster, with 300 objects beyond the base. */
async function coldIsolate(target: Target, { application }: LocalDatabase): Promise<string[]> {
  const cluster = await createCluster(target);
  const request = post(cluster, "/api/v1/namespaces/default/configmaps", configMap("c-<n>"));
  await target.load({ requests: [request], count: 300, connections: 4, status: 201 });
  const other = await startTarget(application);
  try {
    const warmUp = await createCluster(other);
    for (let i = 0; i < 20; i++) await other.call(get(warmUp, "/api/v1/nodes"));
    const before = other.roundTrips();
    const cold = await other.call(get(cluster, "/api/v1/namespaces/default/configmaps/kube-root-ca.crt"));
    const trips = other.roundTrips() - before;
    const warm = await other.call(get(cluster, "/api/v1/namespaces/default/configmaps/kube-root-ca.crt"));
    return [
      `first answer of a cold isolate, 300 objects: ${ms(cold.ms)} in ${trips} round trip(s); then ${ms(warm.ms)}`,
    ];
  } finally {
    await other.stop();
  }
}

// ---- Helpers

async function create(target: Target, cluster: BenchCluster, path: string, body: object): Promise<void> {
  await target.call(post(cluster, path, body), 201);
}

const LONGEST_WAIT_MS = 60_000;

/** Waits until this many pods of the default namespace run. */
async function settled(target: Target, cluster: BenchCluster, pods: number): Promise<void> {
  const start = performance.now();
  const request = get(cluster, "/api/v1/namespaces/default/pods?fieldSelector=status.phase%3DRunning");
  for (;;) {
    const { answer } = await target.call<{ items: unknown[] }>(request);
    if (answer.items.length >= pods) return;
    if (performance.now() - start > LONGEST_WAIT_MS) {
      throw new Error(`only ${answer.items.length} of ${pods} pods run after ${LONGEST_WAIT_MS / 1000} s`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function kilobytes(answer: unknown): string {
  return `${Math.round(JSON.stringify(answer).length / 1000)} kB`;
}

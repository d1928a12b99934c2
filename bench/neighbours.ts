/**
 * The duration of a GET of a quiet cluster while another cluster of the same isolate is busy: its 99th percentile, as
 * a ratio to the same percentile without other load. The aim is at most five.
 *
 * Each load runs several times, on a new cluster each time. Quiet and busy GETs alternate: after each run follow as many
 * quiet GETs as the run had, so both percentiles have the same number of samples and the machine's other load affects
 * both. One client sends the GETs one after the other, another process sends the load. A GET is one round trip to the
 * database. The SQL endpoint is one process for all, so a large commit of the load also delays the neighbour there.
 */
import type { SqlBackend } from "../scripts/local/sql/backend.ts";
import type { LocalDatabase } from "../scripts/local/sql/database.ts";
import type { LoadJob, LoadRequest } from "./load.ts";
import { configMap, deployment } from "./objects.ts";
import { get, ms, percentile, post } from "./requests.ts";
import { type BenchCluster, createCluster, type Target } from "./target.ts";

/** Busy GETs for each load: the 99th percentile is then the tenth longest. Short loads run until they are reached. */
const MIN_REQUESTS = 1_000;
const MIN_RUNS = 3;
const MAX_RUNS = 16;
/** Time for one load, ms. No run begins later. */
const MAX_LOAD_MS = 60_000;
/** GETs between two checks whether the load has ended. */
const ROUND = 10;
const MONTH_SECONDS = 30 * 24 * 3600;
const PODS = "/api/v1/namespaces/default/pods";

/** The load on the isolate. */
interface Load {
  name: string;
  prepare(context: Context): Promise<Omit<LoadJob, "url" | "authorityPem" | "from">>;
}

interface Context {
  target: Target;
  /** Runs statements as the owner of the tables. */
  owner: SqlBackend;
}

export const loads: readonly Load[] = [
  {
    name: "YAML of the largest size (16,000 keys), three at once",
    async prepare({ target }) {
      const cluster = await createCluster(target);
      const lines = Array.from({ length: 16_000 }, (_, i) => `  key-${i}: "value ${i}"\n`);
      const body = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c-<n>}\ndata:\n${lines.join("")}`;
      const path = "/api/v1/namespaces/default/configmaps?dryRun=All";
      const request = { ...post(cluster, path, {}), contentType: "application/yaml", body };
      return { requests: [request], count: 24, connections: 3, status: 201 };
    },
  },
  {
    name: "an advance of a month with 20 CronJobs",
    async prepare({ target }) {
      const cluster = await withCronJobs(target);
      return { requests: [advance(target, cluster)], count: 2, connections: 1, status: 200 };
    },
  },
  {
    name: "a wake of 20 CronJobs of a minute after 30 days",
    async prepare({ target, owner }) {
      const cluster = await withCronJobs(target);
      await fallAsleep(owner, cluster);
      return { requests: [get(cluster, PODS)], count: 20, connections: 1, status: 200 };
    },
  },
  {
    name: "the first GETs of 10,000 replicas",
    async prepare({ target }) {
      const cluster = await createCluster(target, { latency: "instant", nodes: 30 });
      await target.call(post(cluster, "/apis/apps/v1/namespaces/default/deployments", deployment("web", 10_000)), 201);
      return { requests: [get(cluster, `${PODS}?limit=10`)], count: 60, connections: 1, status: 200 };
    },
  },
  {
    name: "commits of many changes: 1,000 ConfigMaps deleted at once",
    async prepare({ target }) {
      const cluster = await createCluster(target);
      const path = "/api/v1/namespaces/default/configmaps";
      const create = post(cluster, path, configMap("c-<n>"));
      await target.load({ requests: [create], count: 1_000, connections: 16, status: 201 });
      return { requests: [{ ...get(cluster, path), method: "DELETE" }], count: 3, connections: 1, status: 200 };
    },
  },
];

async function withCronJobs(target: Target): Promise<BenchCluster> {
  const cluster = await createCluster(target, { unknownImages: "run" });
  const container = { name: "app", image: "busybox", command: ["sleep", "20"] };
  const template = { spec: { restartPolicy: "Never", containers: [container] } };
  for (let i = 0; i < 20; i++) {
    const spec = { schedule: "* * * * *", jobTemplate: { spec: { template } } };
    const cronJob = { apiVersion: "batch/v1", kind: "CronJob", metadata: { name: `c-${i}` }, spec };
    await target.call(post(cluster, "/apis/batch/v1/namespaces/default/cronjobs", cronJob), 201);
  }
  return cluster;
}

function advance(target: Target, { root }: BenchCluster): LoadRequest {
  const path = `/v1${root}/advance`;
  return { method: "POST", path, token: target.apiKey, body: JSON.stringify({ seconds: MONTH_SECONDS }) };
}

/** Advances the cluster's offset, which has the same effect as an absence of all its isolates for this long. */
async function fallAsleep(owner: SqlBackend, { root }: BenchCluster): Promise<void> {
  const id = root.split("/").at(-1)!;
  const query = "UPDATE cluster SET offset_ms = offset_ms + $1::bigint, version = version + 1 WHERE id = $2";
  // Row-level security is forced on the owner, too. The bench's database has no other users at this moment.
  await owner.script("ALTER TABLE cluster NO FORCE ROW LEVEL SECURITY");
  try {
    const { rowCount } = await owner.query({ query, params: [String(MONTH_SECONDS * 1000), id] });
    if (rowCount !== 1) throw new Error("the cluster was not found");
  } finally {
    await owner.script("ALTER TABLE cluster FORCE ROW LEVEL SECURITY");
  }
}

export async function neighbours(target: Target, { owner }: LocalDatabase): Promise<string[]> {
  const neighbour = await createCluster(target);
  const request = get(neighbour, "/api/v1/namespaces/default/configmaps/kube-root-ca.crt");
  const send: Send = async (count) =>
    (await target.load({ requests: [request], count, connections: 1, status: 200 })).latenciesMs;
  await send(300);
  const lines: string[] = [];
  for (const load of loads) {
    const measured = await measure(load, { target, owner }, send).catch((error: Error) => error);
    if (measured instanceof Error) lines.push(`beside ${load.name}: not measured, ${measured.message}`);
    else lines.push(`beside ${load.name}: ${inWords(measured)}`);
  }
  return lines;
}

/** Sends GETs to the neighbour, one after the other, and returns their durations, ms. */
type Send = (count: number) => Promise<number[]>;

interface Measured {
  /** Durations in ms, as many of each. */
  quiet: number[];
  busy: number[];
  runs: number;
  /** Time of the load in all runs. */
  elapsedMs: number;
}

async function measure(load: Load, context: Context, send: Send): Promise<Measured> {
  const measured: Measured = { quiet: [], busy: [], runs: 0, elapsedMs: 0 };
  const isEnough = () => measured.runs >= MIN_RUNS && measured.busy.length >= MIN_REQUESTS;
  while (!isEnough() && measured.runs < MAX_RUNS && measured.elapsedMs < MAX_LOAD_MS) {
    const job = await load.prepare(context);
    // Garbage of the preparation is not part of the load.
    await send(ROUND);
    const busy = await sendBeside(job, context.target, send);
    measured.busy.push(...busy.latenciesMs);
    measured.quiet.push(...(await send(busy.latenciesMs.length)));
    measured.elapsedMs += busy.elapsedMs;
    measured.runs++;
  }
  return measured;
}

/** Sends GETs until the load has ended. */
async function sendBeside(
  job: Awaited<ReturnType<Load["prepare"]>>,
  target: Target,
  send: Send,
): Promise<{ latenciesMs: number[]; elapsedMs: number }> {
  let isBusy = true;
  const load = target.loadBeside(job).finally(() => {
    isBusy = false;
  });
  load.catch(() => {});
  const latenciesMs: number[] = [];
  while (isBusy) latenciesMs.push(...(await send(ROUND)));
  return { latenciesMs, elapsedMs: (await load).elapsedMs };
}

function inWords({ quiet, busy, runs, elapsedMs }: Measured): string {
  const at = (percent: number) => [percentile(busy, percent), percentile(quiet, percent)] as const;
  const [[busy99, quiet99], [busy50, quiet50]] = [at(99), at(50)];
  const ratio = (busy99 / quiet99).toFixed(1);
  const seconds = (elapsedMs / 1000).toFixed(1);
  return (
    `p99 ${ratio} × quiet (${ms(busy99)} to ${ms(quiet99)}), p50 ${ms(busy50)} to ${ms(quiet50)}; ` +
    `${busy.length} GETs each, ${runs} runs in ${seconds} s`
  );
}

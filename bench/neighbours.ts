/**
 * The duration of a GET of a quiet cluster while another cluster of the same isolate is busy: its 99th percentile, as
 * a ratio to the same percentile without other load. The aim is at most five.
 */
import type { SqlBackend } from "../scripts/local/sql/backend.ts";
import type { LocalDatabase } from "../scripts/local/sql/database.ts";
import type { LoadJob, LoadRequest } from "./load.ts";
import { configMap, deployment } from "./objects.ts";
import { get, ms, percentile, post } from "./requests.ts";
import { type BenchCluster, createCluster, type Target } from "./target.ts";

const QUIET_REQUESTS = 600;
/** GETs between two checks whether the load has ended. */
const ROUND = 25;
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

const loads: readonly Load[] = [
  {
    name: "600 kB of YAML, three at once",
    async prepare({ target }) {
      const cluster = await createCluster(target);
      const lines = Array.from({ length: 25_000 }, (_, i) => `  key-${i}: "value ${i}"\n`);
      const body = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c-<n>}\ndata:\n${lines.join("")}`;
      const path = "/api/v1/namespaces/default/configmaps?dryRun=All";
      const request = { ...post(cluster, path, {}), contentType: "application/yaml", body };
      return { requests: [request], count: 12, connections: 3, status: 201 };
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
  const round = async (count: number) =>
    (await target.load({ requests: [request], count, connections: 1, status: 200 })).latenciesMs;
  await round(100);
  const lines: string[] = [];
  for (const { name, prepare } of loads) {
    const job = await prepare({ target, owner }).catch((error: Error) => error);
    if (job instanceof Error) {
      lines.push(`beside ${name}: not measured, ${job.message}`);
      continue;
    }
    const quiet = percentile(await round(QUIET_REQUESTS), 99);
    let isBusy = true;
    const load = target.loadBeside(job).finally(() => {
      isBusy = false;
    });
    load.catch(() => {});
    const latencies: number[] = [];
    while (isBusy) latencies.push(...(await round(ROUND)));
    const { elapsedMs } = await load;
    const busy = percentile(latencies, 99);
    const ratio = (busy / quiet).toFixed(1);
    const seconds = (elapsedMs / 1000).toFixed(1);
    lines.push(
      `beside ${name}: p99 ${ratio} × quiet (${ms(busy)} to ${ms(quiet)}), ${latencies.length} GETs in ${seconds} s`,
    );
  }
  return lines;
}

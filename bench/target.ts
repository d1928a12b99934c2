/** A Sandbar to be measured, and the process that sends it requests. */
import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { parse } from "yaml";
import { buildAssets, buildWorker } from "../scripts/build.ts";
import { createCertificates } from "../scripts/local/certificates.ts";
import { freePort } from "../scripts/local/ports.ts";
import { startSandbar } from "../scripts/local/sandbar.ts";
import type { SqlBackend } from "../scripts/local/sql/backend.ts";
import type { LoadJob, LoadRequest, LoadResult } from "./load.ts";

const ADMIN_TOKEN = "admin-token-of-the-bench";

export interface Target {
  url: string;
  apiKey: string;
  load(job: Omit<LoadJob, "url" | "authorityPem" | "from">): Promise<LoadResult>;
  /** As `load`, at the same time and from another process. */
  loadBeside(job: Omit<LoadJob, "url" | "authorityPem" | "from">): Promise<LoadResult>;
  /** One request: its answer as JSON (or text) and its duration. */
  call<T>(request: LoadRequest, status?: number): Promise<{ answer: T; ms: number }>;
  /** Round trips to the database so far. */
  roundTrips(): number;
  stop(): Promise<void>;
}

/** Starts a Worker in front of a migrated database. */
export async function startTarget(backend: SqlBackend): Promise<Target> {
  const [workerPath, certificates, port] = await Promise.all([
    buildWorker(),
    createCertificates(new Date()),
    freePort(),
    buildAssets(),
  ]);
  let roundTrips = 0;
  const onSqlRequest = () => void roundTrips++;
  const sandbar = await startSandbar({
    backend,
    certificates,
    adminToken: ADMIN_TOKEN,
    port,
    workerPath,
    onSqlRequest,
  });
  const [clients, others] = [fork(join(import.meta.dirname, "load.ts")), fork(join(import.meta.dirname, "load.ts"))];
  let sent = 0;
  const send = (process: ChildProcess, job: Omit<LoadJob, "url" | "authorityPem" | "from">) => {
    const from = sent;
    sent += job.count;
    return ask(process, { ...job, from, url: sandbar.url, authorityPem: certificates.authorityPem });
  };

  const target: Target = {
    url: sandbar.url,
    apiKey: "",
    load: (job) => send(clients, job),
    loadBeside: (job) => send(others, job),
    async call<T>(request: LoadRequest, status = 200) {
      const { last, latenciesMs } = await target.load({ requests: [request], count: 1, connections: 1, status });
      return { answer: (last.startsWith("{") ? JSON.parse(last) : last) as T, ms: latenciesMs[0]! };
    },
    roundTrips: () => roundTrips,
    async stop() {
      clients.kill();
      others.kill();
      await sandbar.stop();
    },
  };
  const body = JSON.stringify({ name: "bench" });
  const organization = { method: "POST", path: "/v1/organizations", token: ADMIN_TOKEN, body };
  const { answer } = await target.call<{ apiKey: { key: string } }>(organization, 201);
  target.apiKey = answer.apiKey.key;
  return target;
}

function ask(clients: ChildProcess, job: LoadJob): Promise<LoadResult> {
  return new Promise((resolve, reject) => {
    clients.once("message", (message: { result?: LoadResult; error?: string }) => {
      if (message.result) resolve(message.result);
      else reject(new Error(message.error));
    });
    clients.send(job);
  });
}

export interface BenchCluster {
  /** `/clusters/<id>`. */
  root: string;
  token: string;
}

/** A new cluster and its administrator's token. */
export async function createCluster(target: Target, settings: object = {}): Promise<BenchCluster> {
  const create = { method: "POST", path: "/v1/clusters", token: target.apiKey, body: JSON.stringify(settings) };
  const { answer } = await target.call<{ id: string }>(create, 201);
  const path = `/v1/clusters/${answer.id}/kubeconfig`;
  const { answer: text } = await target.call<string>({ method: "GET", path, token: target.apiKey });
  const config = parse(text) as { users: { user: { token: string } }[] };
  return { root: `/clusters/${answer.id}`, token: config.users[0]!.user.token };
}

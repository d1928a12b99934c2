/** Behaviour that only workerd shows: requests of one isolate that wake each other, and clients that disconnect. */
import { Agent, request } from "node:https";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { buildAssets, buildWorker } from "../../scripts/build.ts";
import { createCertificates } from "../../scripts/local/certificates.ts";
import { ApiClient } from "../../scripts/local/client.ts";
import { freePort } from "../../scripts/local/ports.ts";
import { type RunningSandbar, startSandbar } from "../../scripts/local/sandbar.ts";
import { type LocalDatabase, openEmbeddedDatabase } from "../../scripts/local/sql/database.ts";
import { WATCH_POLL_MS } from "../../src/lib/limits.ts";

const ADMIN_TOKEN = "admin-token-of-the-workerd-suite";
/** The tests wait for events, not for times. This limit only ends a test that waits for an event in vain. */
const TIMEOUT_MS = 300_000;
const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

let database: LocalDatabase;
let sandbar: RunningSandbar;
let client: ApiClient;
let agent: Agent;
let apiKey = "";
let roundTrips = 0;

beforeAll(async () => {
  const [workerPath, certificates, port] = await Promise.all([
    buildWorker(),
    createCertificates(new Date()),
    freePort(),
    buildAssets(),
  ]);
  database = await openEmbeddedDatabase();
  await database.migrate();
  const onSqlRequest = () => void roundTrips++;
  sandbar = await startSandbar({
    backend: database.application,
    certificates,
    adminToken: ADMIN_TOKEN,
    port,
    workerPath,
    onSqlRequest,
  });
  client = new ApiClient(sandbar.url, certificates.authorityPem);
  agent = new Agent({ ca: certificates.authorityPem, keepAlive: true });
  const body = { name: "school" };
  const made = await client.expectOk("/v1/organizations", { method: "POST", token: ADMIN_TOKEN, body });
  apiKey = (JSON.parse(made) as { apiKey: { key: string } }).apiKey.key;
});

afterAll(async () => {
  client?.close();
  agent?.destroy();
  await sandbar?.stop();
  await database?.close();
});

interface Cluster {
  id: string;
  root: string;
  token: string;
}

async function createCluster(): Promise<Cluster> {
  const made = await client.expectOk("/v1/clusters", { method: "POST", token: apiKey, body: {} });
  const { id } = JSON.parse(made) as { id: string };
  const text = await client.expectOk(`/v1/clusters/${id}/kubeconfig`, { token: apiKey });
  const { users } = parse(text) as { users: { user: { token: string } }[] };
  return { id, root: `/clusters/${id}`, token: users[0]!.user.token };
}

function createConfigMap({ root, token }: Cluster, name: string) {
  const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name } };
  return client.call(root + CONFIG_MAPS, { method: "POST", token, body });
}

/** A client's watch: the received names, and whether the server ended it. */
class Watch {
  readonly names: string[] = [];
  ended = false;
  readonly #request: ReturnType<typeof request>;

  constructor({ root, token }: Cluster) {
    const headers = { authorization: `Bearer ${token}` };
    this.#request = request(`${sandbar.url}${root}${CONFIG_MAPS}?watch=true`, { headers, agent }, (incoming) => {
      let rest = "";
      incoming.on("data", (chunk: Buffer) => {
        const lines = (rest + chunk.toString()).split("\n");
        rest = lines.pop()!;
        for (const line of lines) this.names.push(JSON.parse(line).object.metadata.name);
      });
      incoming.on("end", () => {
        this.ended = true;
      });
      incoming.on("error", () => {});
    });
    this.#request.on("error", () => {});
    this.#request.end();
  }

  goAway(): void {
    this.#request.destroy();
  }
}

/** Waits without a limit of its own; the test's time limit ends the wait. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(25);
}

/** Waits until several intervals of polling pass without a round trip. A poll that never ends exceeds the test's time limit. */
async function untilQuiet(): Promise<void> {
  for (let before = -1; before !== roundTrips; ) {
    before = roundTrips;
    await pause(3 * WATCH_POLL_MS);
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test("sixteen requests at once share commits, and all are answered", async () => {
  const cluster = await createCluster();
  await createConfigMap(cluster, "first");
  const before = roundTrips;

  const names = Array.from({ length: 48 }, (_, i) => `c-${i}`);
  const answers = await Promise.all(names.map((name) => createConfigMap(cluster, name)));

  expect(answers.map(({ status }) => status)).toEqual(names.map(() => 201));
  expect(roundTrips - before).toBeLessThan(48);
});

test(
  "several watches share one poll, the next one takes over when its owner ends, and it ends with the last watch",
  async () => {
    const cluster = await createCluster();
    const watches = [new Watch(cluster), new Watch(cluster), new Watch(cluster)];
    await until(() => watches.every(({ names }) => names.length === 1));

    await createConfigMap(cluster, "a");
    await until(() => watches.every(({ names }) => names.includes("a")));
    expect(watches.map(({ names }) => names)).toEqual(watches.map(() => ["kube-root-ca.crt", "a"]));

    const [first, ...others] = watches;
    first!.goAway();
    const polls = roundTrips;
    await until(() => roundTrips >= polls + 2);
    await createConfigMap(cluster, "b");
    await until(() => others.every(({ names }) => names.includes("b")));
    expect(others.map(({ names }) => names.at(-1))).toEqual(["b", "b"]);

    // workerd notices a client's disconnection at the next keep-alive write.
    for (const watch of others) watch.goAway();
    await untilQuiet();
  },
  TIMEOUT_MS,
);

test(
  "the watches of a deleted cluster end",
  async () => {
    const cluster = await createCluster();
    const watch = new Watch(cluster);
    await until(() => watch.names.length === 1);

    await client.call(`/v1/clusters/${cluster.id}`, { method: "DELETE", token: apiKey });
    await until(() => watch.ended);
  },
  TIMEOUT_MS,
);

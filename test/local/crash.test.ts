import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ApiClient } from "../../scripts/local/client.ts";
import { freePort } from "../../scripts/local/ports.ts";
import { Random } from "../../src/lib/prng.ts";
import { type LocalCredentials, StartProcess } from "./start-process.ts";

/** `CRASH_SEED=7 CRASH_ROUNDS=50 npm test -- test/local/crash.test.ts` runs another and longer script. */
const seed = process.env["CRASH_SEED"] ?? "1";
const rounds = Number(process.env["CRASH_ROUNDS"] ?? 4);

const REQUESTS_PER_ROUND = 25;
const NAMES = ["a", "b", "c", "d"];
/** Many more than needed: a slow machine takes longer, and only a wrong state uses them all. */
const SETTLE_TRIES = 2_000;
const SETTLE_PAUSE_MS = 250;

interface KubernetesObject {
  metadata: { name: string; uid: string; resourceVersion: string; ownerReferences?: { uid: string }[] };
  spec?: { replicas?: number };
  status?: {
    replicas?: number;
    readyReplicas?: number;
    observedGeneration?: number;
    podIP?: string;
    conditions?: Condition[];
  };
  data?: Record<string, string>;
  endpoints?: { addresses: string[]; conditions: { ready?: boolean } }[];
}
interface Condition {
  type: string;
  status: string;
}

/** The possible values of an object: one, or two after a request whose answer was lost. Null: it does not exist. */
type Expected = Map<string, Set<string | null>>;

describe(`a random script of requests with kill -9 between any two (seed ${seed})`, () => {
  let home: string;
  let port: number;
  let run: StartProcess;
  let client: ApiClient;
  let token: string;
  let base: string;

  const start = async () => {
    run = new StartProcess(home, port);
    await run.ready();
    client = new ApiClient(`https://127.0.0.1:${port}`, readFileSync(join(home, "ca.pem"), "utf8"));
  };
  const get = async (path: string) =>
    JSON.parse(await client.expectOk(`${base}${path}`, { token })) as KubernetesObject;
  const list = async (path: string) =>
    (JSON.parse(await client.expectOk(`${base}${path}`, { token })) as { items: KubernetesObject[] }).items;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "sandbar-crash-"));
    port = await freePort();
    await start();
    const credentials = JSON.parse(await readFile(join(home, "credentials.json"), "utf8")) as LocalCredentials;
    base = `/clusters/${credentials.clusterId}`;
    token = /token: (\S+)/.exec(await readFile(join(home, "kubeconfig"), "utf8"))?.[1] ?? "";
    await client.expectOk(`${base}/apis/apps/v1/namespaces/default/deployments`, {
      method: "POST",
      token,
      body: web(2),
    });
    await client.expectOk(`${base}/api/v1/namespaces/default/services`, { method: "POST", token, body: WEB_SERVICE });
  });
  afterAll(async () => {
    await run.end("SIGKILL");
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  });

  it("continues with exactly the accepted writes, and becomes idle in a consistent state", async () => {
    const random = new Random(seed);
    const configMaps: Expected = new Map(NAMES.map((name) => [name, new Set([null])]));
    let replicas = new Set([2]);
    let newest = 0;

    /** Sends one request. The result says whether it was accepted, refused, or cut off. */
    const request = async (method: string, path: string, body?: unknown, type = "application/json") => {
      const headers = { "content-type": type };
      const answer = await client.call(`${base}${path}`, { method, token, body, headers }).catch(() => null);
      // The server may outlive its database for a moment, and then answers that the outcome is unknown.
      if (answer === null || answer.status >= 500) return "cut off" as const;
      if (answer.status >= 400) return "refused" as const;
      const { metadata } = JSON.parse(answer.text) as { metadata?: { resourceVersion?: string } };
      const revision = Number(metadata?.resourceVersion ?? newest + 1);
      expect(revision, "resourceVersions of accepted writes rise").toBeGreaterThan(newest);
      newest = revision;
      return "accepted" as const;
    };

    const writeOne = async (step: string) => {
      if (random.below(4) === 0) {
        const wanted = random.below(5);
        const path = "/apis/apps/v1/namespaces/default/deployments/web";
        const patch = { spec: { replicas: wanted }, metadata: { annotations: { step } } };
        const outcome = await request("PATCH", path, patch, "application/merge-patch+json");
        if (outcome === "accepted") replicas = new Set([wanted]);
        if (outcome === "cut off") replicas.add(wanted);
        return outcome;
      }
      const name = NAMES[random.below(NAMES.length)] ?? "a";
      const known = configMaps.get(name) ?? new Set();
      const isThere = !known.has(null);
      const path = "/api/v1/namespaces/default/configmaps";
      const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { step } };
      const isDeletion = isThere && random.below(3) === 0;
      const outcome = isDeletion
        ? await request("DELETE", `${path}/${name}`)
        : isThere
          ? await request("PUT", `${path}/${name}`, object)
          : await request("POST", path, object);
      const value = isDeletion ? null : step;
      if (outcome === "accepted") configMaps.set(name, new Set([value]));
      if (outcome === "cut off") known.add(value);
      return outcome;
    };

    for (let round = 0; round < rounds; round++) {
      // The kill happens during a request, while the work that follows from earlier requests is still due.
      const last = random.below(REQUESTS_PER_ROUND);
      for (let index = 0; index < last; index++) expect(await writeOne(`${round}.${index}`)).toBe("accepted");
      const cutOff = writeOne(`${round}.${last}`);
      await setTimeout(random.below(20));
      await run.end("SIGKILL");
      await cutOff;
      client.close();
      await start();

      for (const [name, values] of configMaps) {
        const found = (await list(`/api/v1/namespaces/default/configmaps?fieldSelector=metadata.name=${name}`))[0];
        const value = found?.data?.["step"] ?? null;
        expect(values, `ConfigMap ${name} after round ${round}`).toContain(value);
        configMaps.set(name, new Set([value]));
      }
      const deployment = await get("/apis/apps/v1/namespaces/default/deployments/web");
      expect(replicas).toContain(deployment.spec?.replicas);
      replicas = new Set([deployment.spec?.replicas ?? 0]);
      newest = Math.max(
        newest,
        ...(await list("/api/v1/events")).map((event) => Number(event.metadata.resourceVersion)),
      );
      newest = Math.max(newest, Number(deployment.metadata.resourceVersion));
    }

    const [wanted = 0] = replicas;
    let problems: string[] = [];
    for (let attempt = 0; attempt < SETTLE_TRIES; attempt++) {
      problems = await disorder(list, get, wanted);
      if (problems.length === 0) break;
      await setTimeout(SETTLE_PAUSE_MS);
    }
    expect(problems).toEqual([]);
  }, 900_000);
});

/** The inconsistencies of the cluster at this moment. */
async function disorder(
  list: (path: string) => Promise<KubernetesObject[]>,
  get: (path: string) => Promise<KubernetesObject>,
  wanted: number,
): Promise<string[]> {
  const deployment = await get("/apis/apps/v1/namespaces/default/deployments/web");
  const replicaSets = await list("/apis/apps/v1/namespaces/default/replicasets");
  const pods = await list("/api/v1/namespaces/default/pods?labelSelector=app=web");
  const slices = await list("/apis/discovery.k8s.io/v1/namespaces/default/endpointslices");
  const ready = pods.filter((pod) =>
    pod.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True"),
  );
  const addresses = slices
    .filter((slice) => slice.metadata.name.startsWith("web-"))
    .flatMap((slice) => slice.endpoints ?? [])
    .filter((endpoint) => endpoint.conditions.ready)
    .flatMap((endpoint) => endpoint.addresses);
  const uids = new Set([deployment, ...replicaSets].map((object) => object.metadata.uid));
  const orphans = [...replicaSets, ...pods].filter(
    ({ metadata }) => !metadata.ownerReferences?.some(({ uid }) => uids.has(uid)),
  );

  const findings: [boolean, string][] = [
    [pods.length === wanted, `${pods.length} pods instead of ${wanted}`],
    [ready.length === wanted, `${ready.length} pods are ready instead of ${wanted}`],
    [(deployment.status?.readyReplicas ?? 0) === wanted, `the deployment counts ${deployment.status?.readyReplicas}`],
    [
      replicaSets.reduce((sum, { status }) => sum + (status?.replicas ?? 0), 0) === pods.length,
      "the ReplicaSets' statuses do not add up to the pods",
    ],
    [
      sameMembers(
        addresses,
        ready.map((pod) => pod.status?.podIP ?? ""),
      ),
      `ready endpoints ${addresses} are not the ready pods`,
    ],
    [orphans.length === 0, `without an owner: ${orphans.map(({ metadata }) => metadata.name)}`],
  ];
  return findings.filter(([holds]) => !holds).map(([, finding]) => finding);
}

function sameMembers(left: string[], right: string[]): boolean {
  return JSON.stringify([...left].sort()) === JSON.stringify([...right].sort());
}

function web(replicas: number): object {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web" },
    spec: {
      replicas,
      selector: { matchLabels: { app: "web" } },
      template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "nginx", image: "nginx" }] } },
    },
  };
}

const WEB_SERVICE = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web" },
  spec: { selector: { app: "web" }, ports: [{ port: 80 }] },
};

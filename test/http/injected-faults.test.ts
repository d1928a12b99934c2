/** Faults that teachers inject, as programs and clients of the cluster see them. */
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { installContainerSoftware } from "../../src/control-plane/container-software.ts";
import { School, type Student } from "./grading.ts";
import type { Reply } from "./sandbar.ts";

const API = "/api/v1/namespaces/default";

let school: School;
let anna: Student;

// The shell and the images are loaded in real time, which the manual clock does not know.
beforeAll(() => installContainerSoftware());

beforeEach(async () => {
  school = await School.open();
  anna = await school.cluster();
  await anna.settle();
});

function inject(body: object): Promise<Reply> {
  return school.post(`/v1/clusters/${anna.id}/faults`, body);
}

/** Begins a fault and returns its name. */
async function begun(body: object): Promise<string> {
  const { status, body: fault, text } = await inject(body);
  if (status !== 201) throw new Error(text);
  return fault.name;
}

function call(method: string, path = ""): Promise<Reply> {
  const { sandbar, key } = school;
  return sandbar.clock.until(sandbar.call(`/v1/clusters/${anna.id}/faults${path}`, { method, token: key }), 1);
}

async function names(): Promise<string[]> {
  return (await call("GET")).body.items.map(({ name }: { name: string }) => name);
}

async function create(path: string, body: object): Promise<void> {
  const reply = await anna.kubernetes(path, { method: "POST", body });
  if (reply.status !== 201) throw new Error(reply.text);
}

interface PodOptions {
  script?: string;
  image?: string;
  labels?: Record<string, string>;
  node?: string;
  claim?: string;
  restartPolicy?: string;
}

async function pod(name: string, options: PodOptions = {}): Promise<void> {
  const { script, image = script === undefined ? "nginx" : "busybox", labels = { app: name }, node, claim } = options;
  const container = {
    ...{ name: "main", image },
    ...(script !== undefined && { command: ["sh", "-c", script] }),
    ...(claim !== undefined && { volumeMounts: [{ name: "data", mountPath: "/data" }] }),
  };
  const volumes = claim === undefined ? [] : [{ name: "data", persistentVolumeClaim: { claimName: claim } }];
  const restartPolicy = options.restartPolicy ?? (script === undefined ? "Always" : "Never");
  const spec = { containers: [container], volumes, restartPolicy, ...(node !== undefined && { nodeName: node }) };
  await create(`${API}/pods`, { metadata: { name, labels }, spec });
}

async function podOf(name: string) {
  return (await anna.kubernetes(`${API}/pods/${name}`)).body;
}

async function log(name: string): Promise<string> {
  return (await anna.kubernetes(`${API}/pods/${name}/log`)).text;
}

/** Runs a script in a pod to its end, and returns its output. */
async function output(name: string, script: string, options: PodOptions = {}, seconds = 60): Promise<string> {
  await pod(name, { script, ...options });
  await anna.advance(seconds);
  return log(name);
}

/** A pod of nginx behind a Service of the same name. */
async function web(name = "web"): Promise<void> {
  await pod(name, { node: "node-2" });
  const spec = { selector: { app: name }, ports: [{ port: 80 }] };
  await create(`${API}/services`, { metadata: { name }, spec });
  await anna.advance(30);
}

const FETCH = "wget -q -T 5 -O /dev/null http://web && echo fetched";

describe("a partition", () => {
  const toWeb = { between: [{ podLabels: { role: "client" } }, { podLabels: { app: "web" } }] };

  test("drops the packets between pods, and no others", async () => {
    await web();
    const name = await begun({ kind: "partition", ...toWeb });
    const client = { labels: { role: "client" } };
    expect(await output("cut", FETCH, client)).toBe("wget: download timed out\n");
    expect(await output("other", FETCH)).toBe("fetched\n");
    expect((await call("DELETE", `/${name}`)).status).toBe(204);
    expect(await output("again", FETCH, client)).toBe("fetched\n");
  });

  test("separates nodes and namespaces", async () => {
    await web();
    await begun({ kind: "partition", between: [{ nodes: ["node-1"] }, { nodes: ["node-2"] }] });
    expect(await output("far", FETCH, { node: "node-1" })).toContain("timed out");
    expect(await output("near", FETCH, { node: "node-2" })).toBe("fetched\n");
    await begun({ kind: "partition", between: [{ namespace: "default" }, { namespace: "kube-system" }] });
    expect(await output("nameless", "nslookup web", { node: "node-2" }, 300)).toContain("timed out");
  });

  test("shows by symptoms only", async () => {
    await begun({ kind: "partition", ...toWeb });
    for (const path of ["/api/v1/nodes", "/api/v1/events", "/apis", "/api/v1/configmaps"]) {
      expect((await anna.kubernetes(path)).text).not.toMatch(/partition|injected/i);
    }
  });
});

describe("DNS without answers", () => {
  test("for a name and for a namespace, by a rate with a seed", async () => {
    await web();
    await begun({ kind: "dns-down", name: "web" });
    expect(await output("one", FETCH.replace("-T 5", ""))).toBe("wget: bad address 'web'\n");
    expect(await output("two", FETCH.replace("http://web", "http://web.default"))).toBe("fetched\n");
    await begun({ kind: "dns-down", namespace: "kube-public" });
    expect(await output("three", FETCH.replace("http://web", "http://web.default"))).toBe("fetched\n");
  });

  test("hits the same share again with the same seed", async () => {
    const run = async () => {
      school = await School.open();
      anna = await school.cluster({ n: "same" });
      await anna.settle();
      await web();
      await begun({ kind: "dns-down", rate: 0.5, seed: 7 });
      const script = "for i in 1 2 3 4 5 6 7 8 9 10; do getent hosts web >/dev/null && echo ok || echo lost; done";
      await pod("client", { script, image: "nginx" });
      await anna.advance(400);
      return log("client");
    };
    const first = await run();
    expect(first.match(/ok/g)?.length).toBeGreaterThan(1);
    expect(first.match(/lost/g)?.length).toBeGreaterThan(1);
    expect(await run()).toBe(first);
  });
});

describe("a Service that is slow or fails", () => {
  test("adds latency and answers with errors", async () => {
    await web();
    const slow = await begun({ kind: "service-slow", namespace: "default", service: "web", latencyMs: 3000 });
    const timed = "s=$(date +%s); wget -q -O /dev/null http://web; e=$(date +%s); echo took $((e - s))";
    expect(await output("slow", timed)).toBe("took 3\n");
    expect((await call("DELETE", `/${slow}`)).status).toBe(204);
    expect(await output("quick", timed)).toBe("took 0\n");
    const target = { namespace: "default", service: "web" };
    await begun({ kind: "service-slow", ...target, errorRate: 1, status: 503 });
    expect(await output("failing", FETCH)).toContain("503 Service Unavailable");
    expect((await inject({ kind: "service-slow", namespace: "default", service: "no" })).body.errors).toEqual([
      { location: "body.service", message: "the cluster has no such Service" },
    ]);
  });
});

describe("registries", () => {
  test("a slow one delays pulls", async () => {
    await begun({ kind: "registry-slow", registry: "docker.io", delayMs: 90_000 });
    await pod("web", { node: "node-2" });
    await anna.advance(60);
    expect((await podOf("web")).status.containerStatuses[0].state.waiting.reason).toBe("ContainerCreating");
    await anna.advance(60);
    expect((await podOf("web")).status.phase).toBe("Running");
  });
});

describe("containers", () => {
  test("one is killed, and restarts", async () => {
    await web();
    await begun({ kind: "container-killed", namespace: "default", pod: "web" });
    await anna.advance(30);
    const { containerStatuses } = (await podOf("web")).status;
    expect(containerStatuses[0]).toMatchObject({
      restartCount: 1,
      state: { running: {} },
      lastState: { terminated: { exitCode: 137, reason: "Error" } },
    });
    expect(await names()).toEqual([]);
  });

  test("one runs out of memory, at its time", async () => {
    await web();
    const fault = { kind: "out-of-memory", namespace: "default", pod: "web", container: "main", afterSeconds: 120 };
    const name = await begun(fault);
    expect(await names()).toEqual([name]);
    await anna.advance(100);
    expect((await podOf("web")).status.containerStatuses[0].restartCount).toBe(0);
    await anna.advance(60);
    const { lastState } = (await podOf("web")).status.containerStatuses[0];
    expect(lastState.terminated).toMatchObject({ exitCode: 137, reason: "OOMKilled" });
    expect((await inject({ ...fault, container: "no" })).body.errors[0].location).toBe("body.container");
  });
});

describe("the API server", () => {
  test("refuses a share of the requests, of clients and of programs", async () => {
    const name = await begun({ kind: "api-errors", status: 500 });
    const refused = await anna.kubernetes(`${API}/pods`);
    expect(refused).toMatchObject({ status: 500, body: { kind: "Status", reason: "InternalError" } });
    expect((await call("DELETE", `/${name}`)).status).toBe(204);
    const busy = await begun({ kind: "api-errors", status: 429 });
    const reply = await anna.kubernetes(`${API}/pods`);
    expect(reply.status).toBe(429);
    expect(reply.headers.get("retry-after")).toBe("1");
    expect((await call("DELETE", `/${busy}`)).status).toBe(204);
    const token = "$(cat /var/run/secrets/kubernetes.io/serviceaccount/token)";
    const url = "https://kubernetes.default.svc/api/v1/namespaces/default/pods";
    const ask = `sleep 30; curl -sk -H "Authorization: Bearer ${token}" ${url}`;
    await pod("program", { script: ask, image: "nginx" });
    await anna.advance(10);
    await begun({ kind: "api-errors", status: 503, durationSeconds: 60 });
    await anna.advance(120);
    expect(await log("program")).toMatch(/"reason": ?"ServiceUnavailable"/);
  });

  test("shows an expired certificate to programs", async () => {
    const ca = "--cacert /var/run/secrets/kubernetes.io/serviceaccount/ca.crt";
    const script = `curl -sS ${ca} https://kubernetes.default.svc/version >/dev/null && echo trusted`;
    expect(await output("before", script, { image: "nginx" })).toBe("trusted\n");
    await begun({ kind: "certificate-expired" });
    expect(await output("after", script, { image: "nginx" })).toMatch(
      /^curl: \(60\) SSL certificate problem: certificate has expired\n/,
    );
  });
});

describe("volumes", () => {
  beforeEach(async () => {
    const resources = { requests: { storage: "1Gi" } };
    await create(`${API}/persistentvolumeclaims`, {
      metadata: { name: "data" },
      spec: { accessModes: ["ReadWriteOnce"], resources, storageClassName: "sandbar-fast" },
    });
  });

  const WRITE = "i=0; while true; do i=$((i+1)); echo $i > /data/f$i && echo wrote; sleep 10; done";

  test("a full one refuses writes until the fault ends", async () => {
    await pod("writer", { script: WRITE, claim: "data" });
    await anna.advance(60);
    expect(await log("writer")).toMatch(/^(wrote\n)+$/);
    await begun({ kind: "volume-full", namespace: "default", claim: "data", durationSeconds: 60 });
    await anna.advance(50);
    expect(await log("writer")).toMatch(/^(wrote\n)+(sh: .*No space left on device\n)+$/);
    await anna.advance(60);
    expect(await log("writer")).toMatch(/No space left on device\n(wrote\n)+$/);
  });

  test("a detached one can only be read, and is not mounted again", async () => {
    await pod("writer", { script: WRITE, claim: "data" });
    await anna.advance(60);
    const name = await begun({ kind: "volume-detached", namespace: "default", claim: "data" });
    await anna.advance(50);
    expect(await log("writer")).toMatch(/^(wrote\n)+(sh: .*Read-only file system\n)+$/);
    const { spec } = await podOf("writer");
    await pod("second", { script: "cat /data/f1", claim: "data", node: spec.nodeName });
    await anna.advance(60);
    expect((await podOf("second")).status.phase).toBe("Pending");
    expect((await anna.kubernetes(`${API}/events`)).text).toContain("FailedMount");
    expect((await call("DELETE", `/${name}`)).status).toBe(204);
    await anna.advance(300);
    expect(await log("second")).toBe("1\n");
  });
});

describe("times", () => {
  test("a node is down for a while", async () => {
    const fault = { kind: "node-down", node: "node-2", afterSeconds: 60, durationSeconds: 120 };
    const { body } = await inject(fault);
    expect(body).toMatchObject({ name: "node-down-node-2", kind: "node-down", node: "node-2" });
    expect(Date.parse(body.until) - Date.parse(body.since)).toBe(120_000);
    expect((await inject(fault)).status).toBe(200);
    const isReady = async () => {
      const { status } = (await anna.kubernetes("/api/v1/nodes/node-2")).body;
      return status.conditions.find(({ type }: { type: string }) => type === "Ready").status;
    };
    await anna.advance(55);
    expect(await isReady()).toBe("True");
    await anna.advance(90);
    expect(await isReady()).toBe("Unknown");
    expect(await names()).toEqual(["node-down-node-2"]);
    await anna.advance(120);
    expect(await isReady()).toBe("True");
    expect(await names()).toEqual([]);
  });

  test("a fault without an end leaves no work, and one with an end only that", async () => {
    await anna.advance(600);
    await begun({ kind: "api-errors", rate: 0, status: 500 });
    await begun({ kind: "partition", between: [{ namespace: "a" }, { namespace: "b" }] });
    const idle = await anna.advance(3600);
    await begun({ kind: "dns-down", durationSeconds: 1800 });
    const ends = await anna.advance(3600);
    expect(ends.body.steps - idle.body.steps).toBe(1);
    expect(await names()).toHaveLength(2);
  });

  test("the requests are checked", async () => {
    const problem = async (body: object) => (await inject(body)).body.errors?.[0]?.location;
    expect(await problem({ kind: "partition", between: [{}, { namespace: "a" }] })).toMatch(/between/);
    expect(await problem({ kind: "api-errors", status: 404 })).toMatch(/status/);
    expect(await problem({ kind: "dns-down", rate: 2 })).toMatch(/rate/);
    expect(await problem({ kind: "node-down", node: "no", afterSeconds: 5 })).toBe("body.node");
    expect((await call("DELETE", "/no")).status).toBe(404);
  });
});

/** The platform's API under hostile paths, bodies and headers, and with all kinds of grading requests. */
import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { documentOf, operationsOf } from "../http/openapi-document.ts";
import { ADMIN_TOKEN, TestSandbar } from "../http/sandbar.ts";
import { Draw } from "./draw.ts";
import { hostileValue, text, written } from "./values.ts";
import { HOSTILE_TEXTS, vocabulary } from "./vocabulary.ts";

const { FUZZ_RUNS = "60", FUZZ_SEED = "1" } = process.env;
const REQUESTS_PER_RUN = 8;

interface Endpoint {
  operationId: string;
  method: string;
  path: string;
  /** Valid bodies; the document's example, if there are no others. */
  bodies: readonly object[];
}

const configMap = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "kube-root-ca.crt", namespace: "default" } };
const expressions = (vocabulary("expression") as string[]).filter((text) => text !== "");

const IMAGE = { name: "fuzzed", env: { A: "b" }, ports: [80], cmd: ["sleep", "9"], user: "1000" };

/** Further valid bodies, by operation. */
const BODIES: Readonly<Record<string, readonly object[]>> = {
  createCluster: [1, 3].map((nodes) => ({ name: "c", nodes, labels: { a: "b" }, seed: "s" })),
  createCredential: [
    { user: "ada", groups: ["students"] },
    { user: "ben", role: "viewer" },
  ],
  advanceCluster: [1, 60, 86_400].map((seconds) => ({ seconds })),
  beginFault: [
    { kind: "node-down", node: "node-1" },
    { kind: "registry-down", registry: "docker.io" },
  ],
  replaceImage: [
    IMAGE,
    { ...IMAGE, tags: "any", script: "exec server", files: { "/a/b": { text: "x", mode: "0600", owner: "1:2" } } },
    { ...IMAGE, base: "python:3.12", entrypoint: ["python3"], server: { answers: [{ path: "/*", body: "{{path}}" }] } },
  ],
  checkCluster: [
    { checks: [{ name: "a", object: configMap }] },
    { checks: [{ name: "b", absent: configMap }, { cel: "pods.size() > 1" }] },
    { checks: expressions.map((cel) => ({ cel })) },
  ],
  queryClusters: [
    { cel: "nodes.size()", labelSelector: "a in (b)" },
    { cel: "1 / 0", limit: 1 },
  ],
};

/** Operations that would remove the resources of the other requests. */
const LEFT_OUT = new Set(["deleteCluster", "deleteApiKey", "deleteImage"]);

async function endpointsOf(sandbar: TestSandbar): Promise<Endpoint[]> {
  return operationsOf(await documentOf(sandbar))
    .filter(({ operation }) => !LEFT_OUT.has(operation.operationId))
    .map(({ path, method, operation: { operationId, requestBody } }) => {
      const example = requestBody?.content["application/json"]?.example as object | undefined;
      return {
        operationId,
        method: method.toUpperCase(),
        path,
        bodies: BODIES[operationId] ?? (example ? [example] : []),
      };
    });
}

/** The body with another value at one place. */
function spoilt(draw: Draw, body: Record<string, unknown>): unknown {
  if (draw.chance(10)) return hostileValue(draw);
  const names = Object.keys(body);
  const name = draw.chance(80) ? draw.pick(names) : draw.pick(HOSTILE_TEXTS);
  const inner = body[name];
  const isObject =
    typeof inner === "object" && inner !== null && !Array.isArray(inner) && Object.keys(inner).length > 0;
  const value = isObject && draw.chance(60) ? spoilt(draw, inner as Record<string, unknown>) : hostileValue(draw);
  return Object.fromEntries([...Object.entries(body).filter(([key]) => key !== name), [name, value]]);
}

it("answers every request without a bug", async () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  // Long runs send more requests than a key may.
  const sandbar = new TestSandbar(undefined, undefined, { platformRate: { burst: 1e9, perSecond: 1e9 } });
  const token = await sandbar.organization();
  const id = await sandbar.cluster(token, { nodes: 1 });
  const { body: image } = await sandbar.call("/v1/images", { method: "POST", token, body: IMAGE });
  // The targets of the documented requests from outside.
  const admin = await sandbar.adminOf(token, id);
  const create = async (path: string, spec: object) => {
    const request = { method: "POST", token: admin, body: { metadata: { name: "web" }, spec } };
    expect((await sandbar.clock.until(sandbar.call(`/clusters/${id}${path}`, request), 1)).status).toBe(201);
  };
  const defaultBackend = { service: { name: "web", port: { number: 80 } } };
  await create("/apis/networking.k8s.io/v1/namespaces/default/ingresses", { defaultBackend });
  await create("/api/v1/namespaces/default/services", { selector: { app: "web" }, ports: [{ port: 80 }] });
  const findings = new Map<string, string>();
  const statuses = new Map<number, number>();

  const endpoints = await endpointsOf(sandbar);
  const filled = (path: string, place: string) =>
    path
      .replace("{clusterId}", place)
      .replace("{organizationId}", "current")
      .replace("{imageId}", image.id)
      .replaceAll(/\{\w+\}/g, "nothing");

  // Bugs are sought behind the first validation, so some valid requests must be accepted.
  const refused: string[] = [];
  for (const { operationId, method, path, bodies } of endpoints) {
    for (const body of bodies) {
      const by = operationId === "createOrganization" ? ADMIN_TOKEN : token;
      const { status } = await sandbar.clock.until(sandbar.raw(filled(path, id), { method, token: by, body }));
      if (status >= 300) refused.push(`${operationId} ${JSON.stringify(body)}: ${status}`);
    }
  }
  expect(refused).toEqual([]);

  const send = async (draw: Draw) => {
    const endpoint = draw.pick(endpoints);
    const right = endpoint.bodies.length > 0 ? (draw.pick(endpoint.bodies) as Record<string, unknown>) : undefined;
    const body = right && written(draw, draw.chance(40) ? right : spoilt(draw, right));
    const place = draw.chance(90) ? id : encodeURIComponent(draw.pick(HOSTILE_TEXTS).toWellFormed());
    const query = draw.chance(10) ? `?${encodeURIComponent(text(draw, "name").toWellFormed())}=${draw.below(5)}` : "";
    const path = filled(endpoint.path, place) + query;
    const call = {
      method: draw.chance(95) ? endpoint.method : draw.pick(["PUT", "PATCH", "OPTIONS"]),
      token: draw.pick([token, token, token, token, ADMIN_TOKEN, "x", null]),
      body: endpoint.method === "POST" || endpoint.method === "PUT" ? body : undefined,
      headers: { ...(draw.chance(20) && { "idempotency-key": draw.pick(["a", "b", "x".repeat(300), ""]) }) },
    };
    if (call.method === "OPTIONS") call.body = undefined;
    const response = await sandbar.clock.until(sandbar.raw(path, call));
    statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
    if (response.status < 500) return;
    const said = log.mock.calls.at(-1)?.join(" ") ?? (await response.text());
    findings.set(said.slice(said.indexOf("error"), 300), `${JSON.stringify({ path, ...call })}\n${said.slice(0, 900)}`);
  };
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (gen) => {
      const draw = new Draw(gen);
      draw.hostility = 4;
      for (let i = 0; i < REQUESTS_PER_RUN; i++) await send(draw);
    }),
    { seed: Number(FUZZ_SEED), numRuns: Number(FUZZ_RUNS), endOnFailure: true },
  );
  log.mockRestore();

  expect([...findings.values()].join("\n\n")).toBe("");
  const share = (hundreds: number) =>
    [...statuses].reduce((sum, [status, n]) => sum + (Math.floor(status / 100) === hundreds ? n : 0), 0);
  expect(share(2)).toBeGreaterThan(share(4) / 10);
}, 600_000);

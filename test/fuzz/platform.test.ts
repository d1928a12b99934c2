/** The platform's API under hostile paths, bodies and headers, and graders' questions of all sorts. */
import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { ADMIN_TOKEN, TestSandbar } from "../http/sandbar.ts";
import { Draw } from "./draw.ts";
import { hostileValue, text, written } from "./values.ts";
import { HOSTILE_TEXTS, vocabulary } from "./vocabulary.ts";

const { FUZZ_RUNS = "60", FUZZ_SEED = "1" } = process.env;
const REQUESTS_PER_RUN = 8;

interface Endpoint {
  method: string;
  path: string;
  /** A body that is right. */
  body?(draw: Draw): Record<string, unknown>;
}

const check = (draw: Draw) =>
  draw.pick([
    {
      name: "a",
      type: "object",
      object: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: text(draw, "name"), namespace: "default" } },
    },
    {
      name: "b",
      type: "cel",
      expression: draw.pick(vocabulary("expression")),
      resources: { pods: { apiVersion: "v1", kind: "Pod" } },
    },
    {
      name: "c",
      type: "absent",
      object: { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "x", namespace: "default" } },
    },
  ]);

const ENDPOINTS: readonly Endpoint[] = [
  { method: "GET", path: "/v1/health" },
  { method: "GET", path: "/v1/organization" },
  { method: "POST", path: "/v1/organizations", body: () => ({ name: "school" }) },
  { method: "GET", path: "/v1/api-keys" },
  { method: "POST", path: "/v1/api-keys", body: () => ({ name: "key" }) },
  { method: "GET", path: "/v1/clusters?limit=5" },
  {
    method: "POST",
    path: "/v1/clusters",
    body: (draw) => ({ name: "c", nodes: draw.pick([1, 3]), labels: { a: "b" }, seed: "s" }),
  },
  { method: "GET", path: "/v1/clusters/{id}" },
  { method: "GET", path: "/v1/clusters/{id}/kubeconfig" },
  { method: "GET", path: "/v1/clusters/{id}/credentials" },
  { method: "POST", path: "/v1/clusters/{id}/credentials", body: () => ({ user: "ada", groups: ["students"] }) },
  { method: "POST", path: "/v1/clusters/{id}/advance", body: (draw) => ({ seconds: draw.pick([1, 60, 86_400]) }) },
  { method: "POST", path: "/v1/clusters/{id}/faults", body: () => ({ type: "nodeDown", node: "node-1" }) },
  { method: "GET", path: "/v1/clusters/{id}/faults" },
  { method: "POST", path: "/v1/clusters/{id}/checks", body: (draw) => ({ checks: [check(draw)] }) },
  {
    method: "POST",
    path: "/v1/query",
    body: (draw) => ({
      clusters: ["{id}"],
      expression: draw.pick(vocabulary("expression")),
      resources: { pods: { apiVersion: "v1", kind: "Pod" } },
    }),
  },
];

/** The body with something else at one place. */
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

it("answers whatever the platform's API is sent", async () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  const sandbar = new TestSandbar();
  const token = await sandbar.organization();
  const id = await sandbar.cluster(token, { nodes: 1 });
  const findings = new Map<string, string>();
  const statuses = new Map<number, number>();

  const send = async (draw: Draw) => {
    const endpoint = draw.pick(ENDPOINTS);
    const right = endpoint.body?.(draw);
    const body = right && written(draw, draw.chance(40) ? right : spoilt(draw, right)).replaceAll("{id}", id);
    const place = draw.chance(90) ? id : encodeURIComponent(draw.pick(HOSTILE_TEXTS).toWellFormed());
    const query = draw.chance(10) ? `?${encodeURIComponent(text(draw, "name").toWellFormed())}=${draw.below(5)}` : "";
    const path = endpoint.path.replace("{id}", place) + (endpoint.path.includes("?") ? "" : query);
    const call = {
      method: draw.chance(95) ? endpoint.method : draw.pick(["PUT", "PATCH", "OPTIONS"]),
      token: draw.pick([token, token, token, token, ADMIN_TOKEN, "x", null]),
      body: endpoint.method === "GET" ? undefined : body,
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

/**
 * Webhooks and aggregated servers that attack the control plane: calls that lead back to themselves, answers that grow.
 * Each request must end within a bound, with an error that its client understands, and the cluster must go on.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { MAX_CALLS_IN_CHAIN } from "../../src/lib/container-limits.ts";
import { ConformanceCluster, type Json } from "./cluster.ts";
import { configMap, named } from "./objects.ts";
import { deployServer, type ServerInPod } from "./server-in-pod.ts";
import { API, pathOf } from "./webhook-objects.ts";

const API_SERVICES = "/apis/apiregistration.k8s.io/v1/apiservices";
const NAMESPACES = "/api/v1/namespaces/default";

/** A server whose answer follows from the path. */
const SERVER = `
const { readFileSync } = require("fs");
const https = require("https");
const folder = "/var/run/secrets/kubernetes.io/serviceaccount/";
const token = readFileSync(folder + "token", "utf8");
const ca = readFileSync(folder + "ca.crt");
let held = "";
function create(then) {
  const body = JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { generateName: "loop-" } });
  const headers = { authorization: "Bearer " + token, "content-type": "application/json" };
  const request = https.request("https://kubernetes.default.svc${NAMESPACES}/configmaps", { method: "POST", headers, ca }, (answer) => {
    answer.resume();
    answer.on("end", () => then(answer.statusCode));
  });
  request.on("error", (error) => then(error.code));
  request.end(body);
}
function times(count, then) {
  if (count === 0) return then();
  create(() => times(count - 1, then));
}
const patches = {
  "/copies": () => [
    { op: "add", path: "/data", value: { a: "x".repeat(1000) } },
    ...Array.from({ length: 40 }, (_, i) => ({ op: "copy", from: "/data", path: "/data/c" + i })),
  ],
  "/large": () => [{ op: "add", path: "/data", value: { a: "x".repeat(2000000) } }],
  "/many": () => Array.from({ length: 3000 }, (_, i) => ({ op: "add", path: "/metadata/labels", value: { n: String(i) } })),
};
https.createServer({ key: readFileSync("/certs/tls.key"), cert: readFileSync("/certs/tls.crt") }, (request, response) => {
  let body = "";
  request.on("data", (chunk) => (body += chunk));
  request.on("end", () => {
    const path = request.url.split("?")[0];
    if (path === "/deep") return response.end('{"apiVersion":' + "[".repeat(200000));
    if (path === "/fill") held = "y".repeat(9000000);
    if (path === "/free") held = "";
    if (path.startsWith("/openapi/")) return response.end("{}");
    if (path.startsWith("/apis/")) return times(1, () => response.end("{}"));
    const { apiVersion, kind, request: asked } = JSON.parse(body);
    const patch = patches[path]?.();
    const made = patch ? { patchType: "JSONPatch", patch: Buffer.from(JSON.stringify(patch)).toString("base64") } : {};
    const answer = () => response.end(JSON.stringify({ apiVersion, kind, response: { uid: asked.uid, allowed: true, ...made } }));
    if (path === "/loop") times(3, answer);
    else answer();
  });
}).listen(8443);`;

describe("hostile servers in pods", () => {
  let c: ConformanceCluster;
  let server: ServerInPod;

  beforeAll(async () => {
    c = await ConformanceCluster.create();
    await c.newNamespace();
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" };
    const subjects = ["system:serviceaccounts", "system:unauthenticated"].map((name) => ({
      ...{ apiGroup: "rbac.authorization.k8s.io", kind: "Group" },
      name,
    }));
    const binding = named("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", { roleRef, subjects });
    const made = await c.request("POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", binding("all"));
    expect(made.status).toBe(201);
    const container = { name: "hostile", image: "node:22-alpine", command: ["node", "-e", SERVER] };
    server = await deployServer(c, "hostile", [container], 8443);
  });

  const rule = (resource: string) => {
    const rules = [{ operations: ["CREATE"], apiGroups: [""], apiVersions: ["v1"], resources: [resource] }];
    return { rules };
  };

  function hook(path: string, more: Json = {}): Json {
    return {
      ...{ name: "hostile.example.com", sideEffects: "None", admissionReviewVersions: ["v1"], timeoutSeconds: 2 },
      ...rule("configmaps"),
      clientConfig: { service: server.service(path), caBundle: server.caBundle },
      ...more,
    };
  }

  async function register(group: string, service: Json, more: Json): Promise<void> {
    const spec = { group, version: "v1", groupPriorityMinimum: 1000, versionPriority: 10, service, ...more };
    const object = named("apiregistration.k8s.io/v1", "APIService", { spec })(`v1.${group}`);
    expect((await c.request("POST", API_SERVICES, object)).status).toBe(201);
  }

  /** The answer to a write while these webhooks are there. */
  async function writeWith(webhooks: Json[]): Promise<{ status: number; body: Json }> {
    const object = named(API, "MutatingWebhookConfiguration", { webhooks })("hostile");
    expect((await c.request("POST", pathOf("Mutating"), object)).status).toBe(201);
    const { metadata } = configMap("", {});
    const made = { apiVersion: "v1", kind: "ConfigMap", metadata: { ...metadata, name: "", generateName: "seen-" } };
    const reply = await c.request("POST", `${NAMESPACES}/configmaps`, made);
    expect((await c.request("DELETE", pathOf("Mutating", "hostile"))).status).toBe(200);
    expect((await c.request("GET", `${NAMESPACES}/configmaps`)).status).toBe(200);
    return reply;
  }

  it("a webhook that writes the kind that it judges makes a bounded number of calls", async () => {
    expect([201, 500]).toContain((await writeWith([hook("/loop")])).status);
    const { items } = (await c.request("GET", `${NAMESPACES}/configmaps`)).body;
    expect(items.length).toBeLessThan(MAX_CALLS_IN_CHAIN);
  });

  it("a controller comes to an end although the program that it calls fills a commit", async () => {
    expect((await writeWith([hook("/fill")])).status).toBe(201);
    await register("full.example.com", server.service(""), { caBundle: server.caBundle });
    await c.eventually(async () => {
      const { status } = (await c.request("GET", `${API_SERVICES}/v1.full.example.com`)).body;
      return status.conditions?.some(({ type, status: is }: Json) => type === "Available" && is === "True");
    });
    expect((await c.request("DELETE", `${API_SERVICES}/v1.full.example.com`)).status).toBe(200);
    expect((await writeWith([hook("/free")])).status).toBe(201);
  });

  it("patches that grow are refused", async () => {
    for (const path of ["/copies", "/large"]) {
      const { status, body } = await writeWith([hook(path)]);
      expect([path, status < 300, String(body.message).slice(0, 300)]).toEqual([path, false, expect.any(String)]);
    }
    expect((await writeWith([hook("/many")])).status).toBeGreaterThanOrEqual(200);
  });

  it("answers that are no reviews are errors of the webhook", async () => {
    const { status, body } = await writeWith([hook("/deep")]);
    expect([status, body.message]).toEqual([500, expect.stringContaining("failed calling webhook")]);
  });

  it("a webhook that is the API server itself", async () => {
    const clientConfig = {
      service: { namespace: "default", name: "kubernetes", path: `${NAMESPACES}/configmaps` },
    };
    const { status, body } = await writeWith([hook("/", { clientConfig })]);
    expect([status, body.message]).toEqual([500, expect.stringContaining("failed calling webhook")]);
  });

  it("an aggregated API whose server is the API server, and one whose server asks for itself", async () => {
    await register(
      "mirror.example.com",
      { namespace: "default", name: "kubernetes", port: 443 },
      { insecureSkipTLSVerify: true },
    );
    await register("loop.example.com", server.service(""), { caBundle: server.caBundle });
    await c.pass(60_000);
    for (const group of ["mirror.example.com", "loop.example.com"]) {
      const { status } = await c.request("GET", `/apis/${group}/v1/things`);
      expect([group, status]).toEqual([group, expect.any(Number)]);
      expect((await c.request("DELETE", `${API_SERVICES}/v1.${group}`)).status).toBe(200);
    }
  });
});

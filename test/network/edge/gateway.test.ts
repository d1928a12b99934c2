import { beforeEach, describe, expect, it } from "vitest";
import { answerOutside, type OutsideRequest } from "../../../src/control-plane/outside/request.ts";
import { deploymentKind } from "../../../src/kinds/apps/deployment.ts";
import { namespaceKind } from "../../../src/kinds/core/namespace.ts";
import { podKind } from "../../../src/kinds/core/pod.ts";
import { secretKind } from "../../../src/kinds/core/secret.ts";
import { serviceKind } from "../../../src/kinds/core/service.ts";
import { clusterRoleBindingKind } from "../../../src/kinds/rbac/cluster-role-binding.ts";
import { clusterWith, podWith } from "../../kubelet/clusters.ts";
import type { TestCluster } from "../../support/cluster.ts";
import { applyGatewayDefinitions, put, shown, statusOf } from "./gateway-definitions.ts";
import { grantAll, issueTokens } from "./rights.ts";

let cluster: TestCluster;

function app(name: string, namespace = "default"): void {
  const pod = podWith(`${name}-1`, { image: "traefik/whoami:v1.11" });
  pod.metadata = { ...pod.metadata, namespace, labels: { app: name } };
  cluster.create(podKind, pod);
  const spec = { selector: { app: name }, ports: [{ name: "http", port: 80 }] };
  cluster.create(serviceKind, { metadata: { name, namespace }, spec } as never);
}

/** The pod of a controller, and its class. */
function install(image: string, controllerName: string, className: string, args: string[] = []): void {
  cluster.create(podKind, podWith(`controller-${className}`, { image, args }));
  put(cluster, "GatewayClass", className, { controllerName });
  cluster.advance(10_000);
}

beforeEach(() => {
  cluster = clusterWith({ latency: "instant", loadBalancers: "assigned" });
  applyGatewayDefinitions(cluster);
  issueTokens(cluster);
  grantAll(cluster);
  app("a");
  app("b");
  install("ghcr.io/nginx/nginx-gateway-fabric:2.2.1", "gateway.nginx.org/nginx-gateway-controller", "nginx");
});

const HTTP = { name: "http", port: 80, protocol: "HTTP" };

function gateway(listeners: object[] = [HTTP], name = "gw", className = "nginx"): void {
  put(cluster, "Gateway", name, { gatewayClassName: className, listeners });
  cluster.advance(20_000);
}

interface RuleOptions {
  hostnames?: string[];
  parent?: object;
  namespace?: string;
}

function route(name: string, rules: object[], { hostnames, parent = {}, namespace }: RuleOptions = {}): void {
  const spec = { parentRefs: [{ name: "gw", ...parent }], ...(hostnames && { hostnames }), rules };
  put(cluster, "HTTPRoute", name, spec, namespace);
  cluster.advance(2_000);
}

const to = (...names: string[]) => names.map((name) => ({ name, port: 80 }));
const prefix = (value: string) => ({ path: { type: "PathPrefix", value } });

function ask(request: Partial<OutsideRequest> & { host?: string } = {}, name = "gw") {
  const { host, headers = {}, ...more } = request;
  return cluster.write((tx) =>
    answerOutside(tx, {
      ...{ gateway: { namespace: "default", name }, scheme: "http", method: "GET", path: "/", body: "" },
      ...{ from: "203.0.113.9", timeoutMs: 30_000, ...more },
      headers: host === undefined ? headers : { ...headers, host },
    }),
  );
}

/** `200 a /path`, `302 location`, or the status alone. */
function seen(request: Partial<OutsideRequest> & { host?: string } = {}, name = "gw"): string {
  const answer = ask(request, name);
  if (answer.type !== "answer") return answer.type === "failed" ? answer.why : answer.message;
  const { status, headers, body } = answer;
  const [, who] = /^Hostname: (\w+)-\d+$/m.exec(body) ?? [];
  const [, path] = /^[A-Z]+ (\S+) HTTP\/1.1$/m.exec(body) ?? [];
  if (who !== undefined) return `${status} ${who} ${path}`;
  return headers["location"] === undefined ? String(status) : `${status} ${headers["location"]}`;
}

describe("a Gateway with a controller", () => {
  it("gets a proxy, an address and conditions", () => {
    gateway();
    expect(shown(statusOf(cluster, "GatewayClass", "nginx").conditions)).toEqual(["Accepted=True/Accepted"]);
    expect(cluster.get(deploymentKind, "gw-nginx")?.status?.availableReplicas).toBe(1);
    const status = statusOf(cluster, "Gateway", "gw");
    expect(status.addresses?.map(({ value }) => value)).toEqual(["198.51.100.10"]);
    expect(shown(status.conditions)).toEqual(["Accepted=True/Accepted", "Programmed=True/Programmed"]);
    expect(status.listeners).toMatchObject([{ name: "http", attachedRoutes: 0 }]);
    route("web", [{ backendRefs: to("a") }]);
    expect(statusOf(cluster, "Gateway", "gw").listeners?.[0]?.attachedRoutes).toBe(1);
    const [parent] = statusOf(cluster, "HTTPRoute", "web").parents ?? [];
    expect(parent?.controllerName).toBe("gateway.nginx.org/nginx-gateway-controller");
    expect(shown(parent?.conditions)).toEqual(["Accepted=True/Accepted", "ResolvedRefs=True/ResolvedRefs"]);
    const answer = ask({ path: "/x" });
    expect(answer).toMatchObject({ status: 200, pod: { name: "a-1" }, proxy: { namespace: "default" } });
  });

  it("of a controller without rights gets nothing, until it has them", () => {
    const binding = cluster.get(clusterRoleBindingKind, "edge-controllers")!;
    cluster.delete(clusterRoleBindingKind as never, binding);
    gateway();
    expect(statusOf(cluster, "Gateway", "gw")).toEqual({});
    grantAll(cluster);
    cluster.advance(20_000);
    expect(shown(statusOf(cluster, "Gateway", "gw").conditions)).toEqual([
      "Accepted=True/Accepted",
      "Programmed=True/Programmed",
    ]);
  });

  it("of a class without a running controller gets nothing", () => {
    put(cluster, "GatewayClass", "other", { controllerName: "example.com/other" });
    gateway([HTTP], "gw", "other");
    route("web", [{ backendRefs: to("a") }]);
    expect(statusOf(cluster, "GatewayClass", "other")).toEqual({});
    expect(statusOf(cluster, "Gateway", "gw")).toEqual({});
    expect(statusOf(cluster, "HTTPRoute", "web")).toEqual({});
    expect(seen()).toBe("no_address");
  });

  it("has no due work, and a request leaves none", () => {
    gateway();
    route("web", [{ backendRefs: to("a") }]);
    cluster.settle(300_000);
    expect(cluster.nextDueAtMs).toBeNull();
    expect(seen()).toBe("200 a /");
    cluster.settle(300_000);
    expect(cluster.nextDueAtMs).toBeNull();
  });

  it("takes its proxy with it when it is deleted", () => {
    gateway();
    const kind = cluster.write((tx) => tx.kinds.byResource("gateway.networking.k8s.io/gateways"))!;
    cluster.delete(kind, cluster.write((tx) => tx.get(kind, "default", "gw"))!);
    cluster.advance(60_000);
    expect(cluster.get(deploymentKind, "gw-nginx")).toBeUndefined();
    expect(cluster.get(serviceKind, "gw-nginx")).toBeUndefined();
  });

  it("is served by Envoy Gateway and by Istio, too, each with its own proxy", () => {
    install("docker.io/envoyproxy/gateway:v1.6.1", "gateway.envoyproxy.io/gatewayclass-controller", "eg");
    install("docker.io/istio/pilot:1.28.2", "istio.io/gateway-controller", "istio");
    for (const className of ["eg", "istio"]) {
      gateway([HTTP], className, className);
      route(className, [{ backendRefs: to("a") }], { parent: { name: className } });
      expect(seen({ path: "/x" }, className)).toBe("200 a /x");
    }
    const services = cluster.list(serviceKind).map(({ metadata }) => metadata.name);
    expect(services).toContain("istio-istio");
    expect(services.find((name) => name?.startsWith("envoy-default-eg-"))).toBeDefined();
  });
});

describe("a route", () => {
  it("is refused by listeners that do not match it", () => {
    gateway([{ ...HTTP, hostname: "*.example.com" }]);
    route("section", [{ backendRefs: to("a") }], { parent: { sectionName: "nope" } });
    route("host", [{ backendRefs: to("a") }], { hostnames: ["other.org"] });
    cluster.create(namespaceKind, { metadata: { name: "team" } } as never);
    route("foreign", [{ backendRefs: to("a") }], { parent: { namespace: "default" }, namespace: "team" });
    const accepted = (name: string, namespace?: string) =>
      shown(statusOf(cluster, "HTTPRoute", name, namespace).parents?.[0]?.conditions)[0];
    expect(accepted("section")).toBe("Accepted=False/NoMatchingParent");
    expect(accepted("host")).toBe("Accepted=False/NoMatchingListenerHostname");
    expect(accepted("foreign", "team")).toBe("Accepted=False/NotAllowedByListeners");
    gateway([{ ...HTTP, allowedRoutes: { namespaces: { from: "All" } } }]);
    expect(accepted("foreign", "team")).toBe("Accepted=True/Accepted");
  });

  it("needs a grant for a Service of another namespace, and answers 500 without it", () => {
    cluster.create(namespaceKind, { metadata: { name: "team" } } as never);
    cluster.advance(1_000);
    app("c", "team");
    gateway();
    route("web", [{ backendRefs: [{ name: "c", namespace: "team", port: 80 }] }]);
    route("missing", [{ matches: [prefix("/missing")], backendRefs: to("nope") }]);
    const resolved = (name: string) => shown(statusOf(cluster, "HTTPRoute", name).parents?.[0]?.conditions)[1];
    expect([resolved("web"), resolved("missing")]).toEqual([
      "ResolvedRefs=False/RefNotPermitted",
      "ResolvedRefs=False/BackendNotFound",
    ]);
    expect([seen(), seen({ path: "/missing" })]).toEqual(["500", "500"]);
    const from = [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute", namespace: "default" }];
    put(cluster, "ReferenceGrant", "allow", { from, to: [{ group: "", kind: "Service" }] }, "team");
    cluster.advance(2_000);
    expect(resolved("web")).toBe("ResolvedRefs=True/ResolvedRefs");
    expect(seen()).toBe("200 c /");
  });

  // [matches of a, matches of b, request, the app that answers]
  it.each<[object[], object[], Partial<OutsideRequest> & { host?: string }, string]>([
    [[prefix("/")], [prefix("/app")], { path: "/app/x" }, "200 b /app/x"],
    [[prefix("/")], [prefix("/app")], { path: "/apple" }, "200 a /apple"],
    [[prefix("/app")], [{ path: { type: "Exact", value: "/app" } }], { path: "/app" }, "200 b /app"],
    [[prefix("/app")], [{ path: { type: "Exact", value: "/app" } }], { path: "/app/" }, "200 a /app/"],
    [[prefix("/")], [{ path: { type: "RegularExpression", value: "/v[0-9]+" } }], { path: "/v2" }, "200 a /v2"],
    [[prefix("/x")], [{ path: { type: "RegularExpression", value: "/v[0-9]+" } }], { path: "/v2" }, "200 b /v2"],
    [[prefix("/")], [{ ...prefix("/"), method: "POST" }], { method: "POST" }, "200 b /"],
    [
      [{ ...prefix("/"), method: "GET" }],
      [{ ...prefix("/"), headers: [{ name: "X-V", value: "2" }] }],
      { headers: { "x-v": "2" } },
      "200 a /",
    ],
    [
      [prefix("/")],
      [{ ...prefix("/"), headers: [{ name: "X-V", value: "2" }] }],
      { headers: { "x-v": "2" } },
      "200 b /",
    ],
    [
      [prefix("/")],
      [{ ...prefix("/"), headers: [{ name: "X-V", value: "2" }] }],
      { headers: { "x-v": "3" } },
      "200 a /",
    ],
    [
      [prefix("/")],
      [{ headers: [{ type: "RegularExpression", name: "x-v", value: "[23]" }] }],
      { headers: { "x-v": "3" } },
      "200 b /",
    ],
    [[prefix("/")], [{ queryParams: [{ name: "beta", value: "yes" }] }], { path: "/?beta=yes" }, "200 b /?beta=yes"],
    [[prefix("/a")], [prefix("/b")], { path: "/" }, "404"],
  ])("%j before %j for %j: %s", (a, b, request, answer) => {
    gateway();
    route("web", [
      { matches: a, backendRefs: to("a") },
      { matches: b, backendRefs: to("b") },
    ]);
    expect(seen(request)).toBe(answer);
  });

  it("with the more specific hostname wins, then the older one", () => {
    gateway();
    route("wild", [{ matches: [prefix("/long/path")], backendRefs: to("a") }], { hostnames: ["*.example.com"] });
    route("exact", [{ backendRefs: to("b") }], { hostnames: ["x.example.com"] });
    expect(seen({ host: "x.example.com", path: "/long/path" })).toBe("200 b /long/path");
    expect(seen({ host: "y.example.com", path: "/long/path" })).toBe("200 a /long/path");
    expect(seen({ host: "example.com", path: "/long/path" })).toBe("404");
    route("younger", [{ backendRefs: to("a") }], { hostnames: ["x.example.com"] });
    expect(seen({ host: "x.example.com" })).toBe("200 b /");
  });

  it("shares requests by weight, evenly", () => {
    gateway();
    route("web", [
      {
        backendRefs: [
          { name: "a", port: 80, weight: 9 },
          { name: "b", port: 80, weight: 1 },
        ],
      },
    ]);
    const apps = Array.from({ length: 40 }, () => seen());
    expect(apps.filter((one) => one === "200 b /")).toHaveLength(4);
    route("web", [
      {
        backendRefs: [
          { name: "a", port: 80, weight: 0 },
          { name: "b", port: 80 },
        ],
      },
    ]);
    expect(new Set(Array.from({ length: 5 }, () => seen()))).toEqual(new Set(["200 b /"]));
  });

  it("changes headers and paths, and redirects", () => {
    gateway();
    const rewrite = { urlRewrite: { path: { type: "ReplacePrefixMatch", replacePrefixMatch: "/v1" } } };
    const headers = { requestHeaderModifier: { set: [{ name: "X-Env", value: "test" }], remove: ["x-secret"] } };
    const answer = { responseHeaderModifier: { add: [{ name: "X-Served", value: "yes" }] } };
    const redirect = { requestRedirect: { scheme: "https", hostname: "www.example.com", statusCode: 301 } };
    const moved = { requestRedirect: { path: { type: "ReplaceFullPath", replaceFullPath: "/new" } } };
    route("web", [
      { matches: [prefix("/api")], filters: [{ type: "URLRewrite", ...rewrite }], backendRefs: to("a") },
      {
        matches: [prefix("/headers")],
        filters: [
          { type: "RequestHeaderModifier", ...headers },
          { type: "ResponseHeaderModifier", ...answer },
        ],
        backendRefs: to("a"),
      },
      { matches: [prefix("/old")], filters: [{ type: "RequestRedirect", ...redirect }] },
      { matches: [prefix("/moved")], filters: [{ type: "RequestRedirect", ...moved }] },
      { matches: [prefix("/unknown")], filters: [{ type: "ExtensionRef" }], backendRefs: to("a") },
    ]);
    expect([seen({ path: "/api/users?x=1" }), seen({ path: "/api" })]).toEqual(["200 a /v1/users?x=1", "200 a /v1"]);
    const changed = ask({ path: "/headers", headers: { "x-secret": "s" } });
    expect(changed.type === "answer" && changed.body).toMatch(/X-Env: test/);
    expect(changed.type === "answer" && changed.body).not.toMatch(/X-Secret/);
    expect(changed.type === "answer" && changed.headers["x-served"]).toBe("yes");
    expect(seen({ host: "a.example", path: "/old/x" })).toBe("301 https://www.example.com/old/x");
    expect(seen({ host: "a.example", path: "/moved?x=1" })).toBe("302 http://a.example/new?x=1");
    expect(seen({ path: "/unknown" })).toBe("500");
  });
});

describe("objects that the published definitions would refuse", () => {
  const ODD = [null, 1, "x", [], [null, 1, "x", {}], { a: 1 }];

  it("harm nothing: neither controllers nor proxies fail", () => {
    gateway();
    route("good", [{ backendRefs: to("a") }], { hostnames: ["good.example"] });
    const oddFields = (names: readonly string[], odd: unknown) => Object.fromEntries(names.map((name) => [name, odd]));
    ODD.forEach((odd, i) => {
      const parentRefs = [{ name: "gw" }];
      const filters = ["RequestRedirect", "URLRewrite", "RequestHeaderModifier", "ResponseHeaderModifier"].map(
        (type) => ({
          ...oddFields(["requestRedirect", "urlRewrite", "requestHeaderModifier", "responseHeaderModifier"], odd),
          type,
        }),
      );
      const match = oddFields(["path", "headers", "queryParams", "method"], odd);
      put(cluster, "HTTPRoute", `odd-${i}`, { parentRefs, hostnames: odd, rules: odd });
      put(cluster, "HTTPRoute", `rules-${i}`, { parentRefs, rules: [{ matches: odd, filters, backendRefs: odd }] });
      put(cluster, "HTTPRoute", `match-${i}`, { parentRefs: odd, rules: [{ matches: [match], backendRefs: to("a") }] });
      put(cluster, "Gateway", `odd-${i}`, { gatewayClassName: "nginx", listeners: odd, infrastructure: odd });
      put(cluster, "Gateway", `allowed-${i}`, {
        gatewayClassName: "nginx",
        listeners: [
          { ...HTTP, tls: odd, allowedRoutes: { namespaces: { from: "Selector", selector: odd }, kinds: odd } },
        ],
      });
      put(cluster, "ReferenceGrant", `odd-${i}`, { from: odd, to: odd });
      put(cluster, "GatewayClass", `odd-${i}`, { controllerName: odd });
    });
    put(cluster, "HTTPRoute", "none", null as never);
    put(cluster, "Gateway", "none", null as never);
    cluster.advance(30_000);
    for (let i = 0; i < 3; i++) expect(seen({ path: `/${i}` })).toMatch(/^(404|500|302|200)/);
    expect(seen({ host: "good.example" })).toBe("200 a /");
  });
});

describe("listeners", () => {
  it("are told apart by hostname and port", () => {
    gateway([
      { ...HTTP, name: "one", hostname: "one.example" },
      { ...HTTP, name: "any" },
      { ...HTTP, name: "other", port: 8080 },
    ]);
    route("one", [{ backendRefs: to("a") }], { parent: { sectionName: "one" } });
    route("other", [{ backendRefs: to("b") }], { parent: { port: 8080 } });
    expect(seen({ host: "one.example" })).toBe("200 a /");
    expect(seen({ host: "two.example" })).toBe("404");
    expect(seen({ gateway: { namespace: "default", name: "gw", listener: "other" } })).toBe("200 b /");
  });

  it("with TLS need their Secret", () => {
    const tls = { certificateRefs: [{ name: "cert" }] };
    gateway([HTTP, { name: "https", port: 443, protocol: "HTTPS", tls }]);
    const conditions = () => shown(statusOf(cluster, "Gateway", "gw").listeners?.[1]?.conditions);
    expect(conditions()).toContain("ResolvedRefs=False/InvalidCertificateRef");
    expect(conditions()).toContain("Programmed=False/Invalid");
    const data = { "tls.crt": btoa("pem"), "tls.key": btoa("key") };
    cluster.create(secretKind, { metadata: { name: "cert", namespace: "default" }, data } as never);
    route("web", [{ backendRefs: to("a") }]);
    expect(conditions()).toContain("Programmed=True/Programmed");
    expect(seen({ scheme: "https" })).toBe("200 a /");
  });

  it("that conflict are not accepted", () => {
    gateway([HTTP, { ...HTTP, name: "again" }]);
    const [first] = statusOf(cluster, "Gateway", "gw").listeners ?? [];
    expect(shown(first?.conditions)).toContain("Conflicted=True/HostnameConflict");
    expect(shown(statusOf(cluster, "Gateway", "gw").conditions)).toContain("Accepted=False/ListenersNotValid");
  });
});

/** Network policies as tables: which connections each recipe lets through. */
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { allControllers } from "../../src/control-plane/controllers.ts";
import { namespaceKind } from "../../src/kinds/core/namespace.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { serviceKind } from "../../src/kinds/core/service.ts";
import { networkPolicyKind } from "../../src/kinds/networking/network-policy.ts";
import { answerQuestion } from "../../src/network/answer.ts";
import type { Asker, Delivery } from "../../src/network/delivery.ts";
import type { Namespace, NetworkPolicy, NetworkPolicySpec } from "../../src/schema/index.ts";
import { pod, service } from "../support/builders.ts";
import { TestCluster } from "../support/cluster.ts";
import { BOTH, EGRESS, INGRESS, type Recipe } from "./policy-recipes.ts";

let cluster: TestCluster;

/** Every pod listens on every port. */
const delivery: Delivery = {
  toPod: () => ({ type: "connected", data: "", afterMs: 0 }),
  toKubelet: () => undefined,
  toApiServer: () => ({ type: "connected", data: "", afterMs: 0 }),
};

/** `namespace/name` of every pod with its labels. */
const PODS: Readonly<Record<string, Record<string, string>>> = {
  "shop/web": { app: "web" },
  "shop/api": { app: "bookstore", role: "api" },
  "shop/search": { app: "bookstore", role: "search" },
  "shop/db": { app: "bookstore", role: "db" },
  "shop/other": { app: "other" },
  "prod/client": { app: "client", type: "monitoring" },
  "dev/client": { app: "client" },
  "dev/monitor": { app: "client", type: "monitoring" },
};
const NAMESPACES: Readonly<Record<string, Record<string, string>>> = {
  shop: {},
  prod: { purpose: "production", team: "operations" },
  dev: { purpose: "testing" },
};

beforeAll(() => {
  cluster = new TestCluster({ controllers: allControllers, settings: { latency: "instant" } });
  for (const [name, labels] of Object.entries(NAMESPACES))
    cluster.create(namespaceKind, { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } } as Namespace);
  cluster.advance(1000);
  for (const [path, labels] of Object.entries(PODS)) {
    const [namespace, name] = path.split("/") as [string, string];
    cluster.create(podKind, pod(name, { namespace, labels, port: { name: "http", containerPort: 80 } }));
  }
  cluster.create(serviceKind, service("web", { namespace: "shop" }));
  cluster.advance(10_000);
});

afterEach(() => {
  for (const policy of cluster.list(networkPolicyKind)) cluster.delete(networkPolicyKind, policy);
});

const WEB = { matchLabels: { app: "web" } };

function apply(name: string, spec: Partial<NetworkPolicySpec>, namespace = "shop"): void {
  cluster.create(networkPolicyKind, {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, namespace },
    spec,
  } as NetworkPolicy);
}

function podOf(path: string) {
  const [namespace, name] = path.split("/") as [string, string];
  const found = cluster.get(podKind, name, namespace);
  if (!found?.status.podIP) throw new Error(`no address of ${path}`);
  return found;
}

function askerOf(path: string): Asker {
  const resolvConf = "search shop.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\n";
  const common = { atMs: 0, resolvConf, hosts: "" };
  if (path === "outside") return { ...common, address: "203.0.113.7", isOutside: true };
  const found = podOf(path);
  return { ...common, address: found.status.podIP ?? "", pod: found };
}

/** `from > to[:port][/udp]`: true if the connection is made. Policies drop packets, so a refusal is a time-out. */
function reaches(connection: string): boolean {
  const [from = "", to = ""] = connection.split(" > ");
  const isUdp = to.endsWith("/udp");
  const [host = "", port = "80"] = (isUdp ? to.slice(0, -"/udp".length) : to).split(":");
  const question = {
    type: "connect",
    protocol: isUdp ? "udp" : "tcp",
    host: host in PODS ? (podOf(host).status.podIP ?? "") : host,
    port: Number(port),
  } as const;
  const answer = cluster.write((tx) => answerQuestion(tx, question, askerOf(from), delivery));
  if (answer.type === "failed") expect(["timeout", "dnsTimeout"]).toContain(answer.why);
  return answer.type === "connected";
}

function asTable(recipes: readonly Recipe[]): void {
  it.each(recipes.map((recipe) => [recipe.name, recipe] as const))("%s", (_, { policies, allowed, denied }) => {
    policies.forEach((spec, index) => void apply(`policy-${index}`, spec));
    const all = [...allowed, ...denied];
    expect(all.filter(reaches)).toEqual(allowed);
  });
}

describe("recipes of ingress", () => asTable(INGRESS));
describe("recipes of egress", () => asTable(EGRESS));
describe("recipes of both directions", () => asTable(BOTH));

describe("a policy", () => {
  it("that blocks DNS makes every name fail with a time-out", () => {
    apply("no-egress", { podSelector: WEB, policyTypes: ["Egress"] });
    const question = { type: "resolve", name: "web", record: "A" } as const;
    const answer = cluster.write((tx) => answerQuestion(tx, question, askerOf("shop/web"), delivery));
    expect(answer).toMatchObject({ type: "failed", why: "dnsTimeout" });
  });

  it("of another namespace has no effect", () => {
    apply("deny", { podSelector: {} }, "dev");
    expect(reaches("dev/client > shop/web")).toBe(true);
    expect(reaches("shop/web > dev/client")).toBe(false);
  });

  it("applies no more once it is deleted", () => {
    apply("deny", { podSelector: WEB });
    expect(reaches("shop/api > shop/web")).toBe(false);
    for (const policy of cluster.list(networkPolicyKind)) cluster.delete(networkPolicyKind, policy);
    expect(reaches("shop/api > shop/web")).toBe(true);
  });
});

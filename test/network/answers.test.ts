import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { allControllers } from "../../src/control-plane/controllers.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { serviceKind } from "../../src/kinds/core/service.ts";
import { answerQuestion } from "../../src/network/answer.ts";
import type { Asker, Delivery } from "../../src/network/delivery.ts";
import type { Pod, Service, ServicePort } from "../../src/schema/index.ts";
import type { Answer, NetworkQuestion, ServedRequest } from "../../src/shell/question.ts";
import { pod } from "../support/builders.ts";
import { TestCluster } from "../support/cluster.ts";

const ASKER: Asker = {
  address: "10.244.9.9",
  atMs: 0,
  resolvConf:
    "search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n",
  hosts: "127.0.0.1\tlocalhost\n10.1.2.3\tlegacy.example.com legacy\n",
};

let cluster: TestCluster;
let requests: { pod: string; request: ServedRequest }[];

/** Every pod listens on port 80 only. */
const delivery: Delivery = {
  toPod: ({ metadata }, request) => {
    if (request.port !== 80) return undefined;
    requests.push({ pod: metadata.name ?? "", request });
    if (request.type === "http") return { type: "http", status: 200, headers: {}, body: "hello", afterMs: 5 };
    return { type: "connected", data: "", afterMs: 0 };
  },
  toKubelet: () => undefined,
  toApiServer: () => ({ type: "http", status: 200, headers: {}, body: "the API", afterMs: 5 }),
};

function ask(question: NetworkQuestion): Answer {
  requests = [];
  return cluster.write((tx) => answerQuestion(tx, question, ASKER, delivery));
}

function lookUp(name: string, record: "A" | "SRV" | "PTR" | "CNAME" = "A"): string {
  const answer = ask({ type: "resolve", name, record });
  if (answer.type === "addresses") return answer.records.map(({ value }) => value).join(" ");
  return answer.type === "failed" ? answer.why : answer.type;
}

function connect(host: string, port: number, timeoutMs?: number): string {
  const answer = ask({ type: "connect", protocol: "tcp", host, port, ...(timeoutMs !== undefined && { timeoutMs }) });
  return answer.type === "failed" ? `${answer.why} after ${answer.afterMs} ms` : answer.type;
}

function service(name: string, spec: Partial<Service["spec"]>): Service {
  const ports = [{ name: "http", port: 8000, targetPort: 80 }] as ServicePort[];
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: "default" },
    spec: { ports, ...spec },
    status: {},
  } as unknown as Service;
}

function member(name: string, app: string): Pod {
  const built = pod(name);
  built.metadata.labels = { app };
  built.spec = { ...built.spec, hostname: name, subdomain: "db" };
  return built;
}

beforeAll(() => {
  cluster = new TestCluster({ controllers: allControllers, settings: { latency: "instant" } });
  for (const name of ["web-a", "web-b"]) cluster.create(podKind, member(name, "web"));
  cluster.create(podKind, member("db-0", "db"));
  cluster.create(serviceKind, service("web", { selector: { app: "web" } }));
  cluster.create(serviceKind, service("db", { selector: { app: "db" }, clusterIP: "None" }));
  cluster.create(serviceKind, service("empty", { selector: { app: "nothing" } }));
  cluster.create(serviceKind, service("outside", { type: "ExternalName", externalName: "example.com", ports: [] }));
  cluster.advance(10_000);
});

const addressOf = (name: string) => cluster.get(podKind, name)?.status.podIP ?? "";
const clusterIp = (name: string) => cluster.get(serviceKind, name)?.spec.clusterIP ?? "";

describe("names", () => {
  it("are found by the search domains, and with all of them written", () => {
    expect(lookUp("web")).toBe(clusterIp("web"));
    expect(lookUp("web.default")).toBe(clusterIp("web"));
    expect(lookUp("web.default.svc.cluster.local")).toBe(clusterIp("web"));
    expect(lookUp("web.default.svc.cluster.local.")).toBe(clusterIp("web"));
    expect(lookUp("kubernetes.default")).toBe("10.96.0.1");
  });

  it("of a headless Service are its ready pods, each with a name of its own", () => {
    expect(lookUp("db")).toBe(addressOf("db-0"));
    expect(lookUp("db-0.db")).toBe(addressOf("db-0"));
    expect(lookUp("db-1.db")).toBe("unknownName");
    expect(lookUp("_http._tcp.db", "SRV")).toBe("0 100 80 db-0.db.default.svc.cluster.local.");
    expect(lookUp("_http._tcp.web", "SRV")).toBe("0 100 8000 web.default.svc.cluster.local.");
  });

  it("of external Services are aliases, which no outside world resolves", () => {
    expect(lookUp("outside", "CNAME")).toBe("example.com");
    expect(lookUp("outside")).toBe("example.com");
  });

  it("that do not exist are unknown", () => {
    expect(lookUp("nope")).toBe("unknownName");
    expect(lookUp("web.other")).toBe("unknownName");
    expect(lookUp("example.com")).toBe("unknownName");
    expect(lookUp("web.")).toBe("unknownName");
  });

  it("lead back from addresses", () => {
    const reverse = (address: string) => `${address.split(".").reverse().join(".")}.in-addr.arpa`;
    expect(lookUp(reverse("10.96.0.1"), "PTR")).toBe("kubernetes.default.svc.cluster.local.");
    expect(lookUp(reverse(addressOf("db-0")), "PTR")).toBe("db-0.db.default.svc.cluster.local.");
  });

  it("are not answered by a name server that does not exist", () => {
    const answer = ask({ type: "resolve", name: "web", record: "A", server: "8.8.8.8" });
    expect(answer).toMatchObject({ type: "failed", why: "dnsTimeout" });
  });
});

describe("connections", () => {
  it("to a Service reach one of its ready pods at the target port", () => {
    const http = { type: "http", scheme: "http", method: "GET", path: "/", headers: {}, body: "" } as const;
    const answer = ask({ ...http, host: "web", port: 8000 });
    expect(answer).toMatchObject({ type: "http", status: 200, body: "hello", address: clusterIp("web") });
    expect(requests).toMatchObject([{ request: { port: 80, from: ASKER.address, host: "web" } }]);
  });

  it("are spread over the pods", () => {
    requests = [];
    const question = { type: "connect", protocol: "tcp", host: "web", port: 8000 } as const;
    cluster.write((tx) => {
      for (let atMs = 0; atMs < 20; atMs++) answerQuestion(tx, question, { ...ASKER, atMs }, delivery);
    });
    const ofA = requests.filter(({ pod: name }) => name === "web-a").length;
    expect([ofA, requests.length - ofA]).toEqual([10, 10]);
  });

  it("are refused where no process listens, or no pod is ready", () => {
    expect(connect(addressOf("db-0"), 81)).toBe("refused after 1 ms");
    expect(connect("empty", 8000)).toMatch(/^refused/);
  });

  it("time out where packets are dropped, as early as the client wants", () => {
    expect(connect("web", 8001, 2000)).toBe("timeout after 2000 ms");
    expect(connect("93.184.215.14", 80)).toBe("timeout after 130000 ms");
    expect(connect("legacy", 80, 1000)).toBe("timeout after 1000 ms");
  });

  it("to an address of the pod network without a pod find no way", () => {
    expect(connect("10.244.7.7", 80)).toBe("unreachable after 3000 ms");
  });
});

describe("loadBalancerSourceRanges", () => {
  const ADDRESS = "198.51.100.77";
  const from = (address: string): string => {
    const question = { type: "connect", protocol: "tcp", host: ADDRESS, port: 8000 } as const;
    const asker = { ...ASKER, address, isOutside: true };
    const answer = cluster.write((tx) => answerQuestion(tx, question, asker, delivery));
    return answer.type === "failed" ? answer.why : answer.type;
  };
  const publish = (name: string, spec: Partial<Service["spec"]>, annotations: Record<string, string> = {}) => {
    const built = service(name, { type: "LoadBalancer", loadBalancerClass: "example.com/lb", ...spec });
    const { metadata } = cluster.create(serviceKind, { ...built, metadata: { ...built.metadata, annotations } });
    cluster.advance(10_000);
    cluster.updateStatus(serviceKind, cluster.get(serviceKind, metadata.name ?? "")!, (draft) => {
      draft.status = { loadBalancer: { ingress: [{ ip: ADDRESS }] } };
    });
  };
  afterEach(() => cluster.delete(serviceKind, cluster.get(serviceKind, "guarded")!));

  it("drops packets of all other clients, at the load balancer's address only", () => {
    publish("guarded", { selector: { app: "web" }, loadBalancerSourceRanges: ["203.0.113.0/24", "192.0.2.1/32"] });
    expect([from("203.0.113.9"), from("192.0.2.1")]).toEqual(["connected", "connected"]);
    expect([from("192.0.2.2"), from("10.244.9.9")]).toEqual(["timeout", "timeout"]);
    expect(connect(clusterIp("guarded"), 8000)).toBe("connected");
  });

  it("are read from the older annotation, too", () => {
    const annotations = { "service.beta.kubernetes.io/load-balancer-source-ranges": "203.0.113.0/24, 192.0.2.1/32" };
    publish("guarded", { selector: { app: "web" } }, annotations);
    expect([from("192.0.2.1"), from("192.0.2.2")]).toEqual(["connected", "timeout"]);
  });
});

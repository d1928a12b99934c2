import { describe, expect, it } from "vitest";
import { configMapKind } from "../../../src/kinds/core/config-map.ts";
import { podKind } from "../../../src/kinds/core/pod.ts";
import { serviceKind } from "../../../src/kinds/core/service.ts";
import { ingressKind } from "../../../src/kinds/networking/ingress.ts";
import { ingressClassKind } from "../../../src/kinds/networking/ingress-class.ts";
import { networkPolicyKind } from "../../../src/kinds/networking/network-policy.ts";
import { podWith } from "../../kubelet/clusters.ts";
import { logOfContainer } from "../../kubelet/files-of-pods.ts";
import type { TestCluster } from "../../support/cluster.ts";
import { ask, backend, createIngress, edgeCluster, MINIKUBE_FLAGS, secret, seen } from "./cluster.ts";
import { allow, grantAll } from "./rights.ts";

const APR1_OF_BAR = "$apr1$abcdefgh$bGLO42WqKpmLoPH9uGWTg1";
const NODE = "192.168.0.11";

function addresses(cluster: TestCluster, name: string): string[] {
  const ingress = cluster.get(ingressKind, name)?.status?.loadBalancer?.ingress ?? [];
  return ingress.map(({ ip, hostname }) => ip ?? hostname ?? "");
}

describe("an Ingress with a controller", () => {
  it("is not served as long as the controller has no rights", () => {
    const cluster = edgeCluster({ latency: "instant" }, { hasRights: false });
    createIngress(cluster, "web", [{ host: "a.example" }]);
    cluster.advance(60_000);
    expect([addresses(cluster, "web"), seen(cluster, { host: "a.example" })]).toEqual([[], "404"]);
    expect(logOfContainer(cluster, "edge")).toContain(
      'cannot get resource "leases" in API group "coordination.k8s.io"',
    );
    allow(cluster, "coordination.k8s.io", "leases");
    cluster.advance(60_000);
    expect(logOfContainer(cluster, "edge")).toContain(
      'failed to list *v1.Ingress: ingresses.networking.k8s.io is forbidden: User \\"system:serviceaccount:default:default\\" cannot list resource \\"ingresses\\" in API group \\"networking.k8s.io\\" at the cluster scope',
    );
    cluster.advance(600_000);
    const { commits } = cluster;
    cluster.advance(86_400_000);
    expect(cluster.commits).toBe(commits);
    grantAll(cluster);
    cluster.advance(60_000);
    expect([addresses(cluster, "web"), seen(cluster, { host: "a.example" })]).toEqual([[NODE], "200 a /"]);
  });

  it("gets the node's address and an event", () => {
    const cluster = edgeCluster();
    createIngress(cluster, "web", [{ host: "a.example" }]);
    cluster.advance(1_000);
    expect(addresses(cluster, "web")).toEqual([NODE]);
    expect(cluster.events().filter((event) => event.includes("Sync"))).toEqual([
      expect.stringContaining("Scheduled for sync"),
    ]);
    expect(seen(cluster, { host: "a.example", path: "/x?y=1" })).toBe("200 a /x?y=1");
  });

  it("gets its address when the leader writes statuses, once a minute", () => {
    const cluster = edgeCluster({ latency: "realistic" });
    createIngress(cluster, "web", [{}]);
    cluster.advance(1_000);
    expect(addresses(cluster, "web")).toEqual([]);
    cluster.advance(60_000);
    expect(addresses(cluster, "web")).toEqual([NODE]);
    // The event is not recorded again for a change of the status.
    expect(cluster.events().filter((event) => event.includes("Scheduled for sync"))).toHaveLength(1);
  });

  it("of another class, or of a class that does not exist, gets nothing", () => {
    const cluster = edgeCluster();
    createIngress(cluster, "other", [{}], { spec: { ingressClassName: "haproxy" } });
    createIngress(cluster, "old", [{}], {
      annotations: { "kubernetes.io/ingress.class": "traefik" },
      spec: { ingressClassName: undefined },
    });
    createIngress(cluster, "plain", [{ host: "plain.example" }], { spec: { ingressClassName: undefined } });
    cluster.advance(70_000);
    expect([addresses(cluster, "other"), addresses(cluster, "old")]).toEqual([[], []]);
    expect(addresses(cluster, "plain")).toEqual([NODE]);
    expect(seen(cluster, {})).toBe("404");
    const haproxy = { metadata: { name: "haproxy" }, spec: { controller: "k8s.io/ingress-nginx" } };
    cluster.create(ingressClassKind, haproxy as never);
    cluster.advance(1_000);
    expect(addresses(cluster, "other")).toEqual([NODE]);
  });

  it("loses its address when the controller is removed", () => {
    const cluster = edgeCluster();
    createIngress(cluster, "web", [{}]);
    cluster.advance(1_000);
    cluster.delete(podKind, cluster.get(podKind, "edge")!, { gracePeriodSeconds: 0 });
    cluster.advance(5_000);
    expect(addresses(cluster, "web")).toEqual([]);
    expect(seen(cluster, {})).toBe("connection_refused");
  });

  it("has no due work", () => {
    const cluster = edgeCluster({ latency: "realistic" });
    createIngress(cluster, "web", [{}]);
    cluster.settle(7_200_000);
    expect(addresses(cluster, "web")).toEqual([NODE]);
    expect(cluster.nextDueAtMs).toBeNull();
  });
});

describe("a controller's process", () => {
  it("publishes what its flags say", () => {
    const flags = MINIKUBE_FLAGS.filter((flag) => !flag.startsWith("--report"));
    const local = edgeCluster({ latency: "instant" }, { args: [...flags, "--publish-status-address=localhost"] });
    createIngress(local, "web", [{}]);
    const served = edgeCluster({ latency: "instant" }, { args: [...flags, "--publish-service=default/a"] });
    createIngress(served, "web", [{}]);
    for (const cluster of [local, served]) cluster.advance(1_000);
    expect(addresses(local, "web")).toEqual(["localhost"]);
    expect(addresses(served, "web")[0]).toMatch(/^10\.96\./);
  });

  it("answers with nginx's pages: 404 without a rule, 503 without endpoints", () => {
    const cluster = edgeCluster();
    createIngress(cluster, "web", [
      { path: "/none", service: "none" },
      { path: "/missing", service: "missing" },
    ]);
    const answer = ask(cluster, { path: "/" });
    expect(answer).toMatchObject({ type: "answer", status: 404 });
    expect(answer.type === "answer" && answer.body).toBe(
      "<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n" +
        "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n",
    );
    expect(seen(cluster, { path: "/none" })).toBe("503");
    expect(seen(cluster, { path: "/missing" })).toBe("503");
  });

  it("spreads requests evenly over the ready endpoints", () => {
    const cluster = edgeCluster();
    createIngress(cluster, "web", [{}]);
    const counts: Record<string, number> = {};
    for (let i = 0; i < 20; i++) {
      const answer = ask(cluster);
      const name = answer.type === "answer" ? /^Hostname: (.*)$/m.exec(answer.body)?.[1] : undefined;
      counts[name ?? "none"] = (counts[name ?? "none"] ?? 0) + 1;
    }
    expect(counts).toEqual({ "a-1": 10, "a-2": 10 });
  });

  it("sends what it cannot match to the default backends", () => {
    const cluster = edgeCluster();
    createIngress(cluster, "all", [], { spec: { defaultBackend: backend("b") } });
    createIngress(cluster, "web", [{ host: "a.example", path: "/app" }], { spec: { defaultBackend: backend("a") } });
    expect(seen(cluster, { path: "/any" })).toBe("200 b /any");
    expect(seen(cluster, { host: "a.example", path: "/any" })).toBe("200 a /any");
  });

  it("tells the backend about the client", () => {
    const cluster = edgeCluster();
    createIngress(cluster, "web", [{}]);
    const answer = ask(cluster, { host: "a.example", headers: { "x-forwarded-for": "1.2.3.4" } });
    const body = answer.type === "answer" ? answer.body : "";
    expect(body).toContain("X-Forwarded-For: 203.0.113.9\n");
    expect(body).toContain("X-Forwarded-Host: a.example\n");
    expect(body).toContain("X-Forwarded-Proto: http\n");
    expect(body).toContain("Host: a.example\n");
  });

  it("refuses Ingresses through its webhook with its own words", () => {
    const cluster = edgeCluster();
    createIngress(cluster, "web", [{ host: "a.example", path: "/x" }]);
    const review = (name: string, annotations: object, host: string) => {
      const path = { path: "/x", pathType: "Prefix", backend: backend("a") };
      const object = {
        metadata: { name, namespace: "default", annotations },
        spec: { ingressClassName: "nginx", rules: [{ host, http: { paths: [path] } }] },
      };
      const body = JSON.stringify({ kind: "AdmissionReview", request: { uid: "1", object } });
      const answer = cluster.write((tx) =>
        tx.calls.network({
          ...{ scheme: "https", address: cluster.get(podKind, "edge")!.status.podIP!, host: "edge", port: 8443 },
          ...{ method: "POST", path: "/networking/v1/ingresses", headers: {}, body, timeoutMs: 10_000 },
        }),
      );
      return answer.type === "reply" ? JSON.parse(answer.body).response : answer;
    };
    expect(review("web", {}, "a.example").allowed).toBe(true);
    expect(review("new", {}, "b.example").allowed).toBe(true);
    expect(review("new", {}, "a.example").status.message).toBe(
      'host "a.example" and path "/x" is already defined in ingress default/web',
    );
    const snippet = { "nginx.ingress.kubernetes.io/configuration-snippet": "return 200;" };
    expect(review("new", snippet, "b.example").status.message).toBe(
      "nginx.ingress.kubernetes.io/configuration-snippet annotation cannot be used. " +
        "Snippet directives are disabled by the Ingress administrator",
    );
  });
});

describe("a pod that calls through the controller's Service", () => {
  /** Runs the script in a pod, and returns its log. */
  function run(cluster: TestCluster, script: string): string {
    const pod = podWith("client", { image: "curlimages/curl:8.14.1", command: ["sh", "-c", script] });
    pod.spec.restartPolicy = "Never";
    cluster.create(podKind, pod);
    cluster.advance(60_000);
    return logOfContainer(cluster, "client");
  }

  function withService(): TestCluster {
    const cluster = edgeCluster();
    const spec = { selector: { app: "edge" }, ports: [{ port: 80 }] };
    cluster.create(serviceKind, { metadata: { name: "ingress", namespace: "default" }, spec } as never);
    createIngress(cluster, "web", [{ host: "a.example", path: "/x" }]);
    cluster.advance(1_000);
    return cluster;
  }

  it("reaches the backend by the host that it names", () => {
    const cluster = withService();
    const address = cluster.get(serviceKind, "ingress")!.spec.clusterIP;
    const log = run(
      cluster,
      `curl -s -H 'Host: a.example' http://ingress/x/1; curl -s --resolve a.example:80:${address} http://a.example/x/2; curl -s -o /dev/null -w '%{http_code}' http://ingress/x`,
    );
    expect(log).toMatch(/GET \/x\/1 HTTP[\s\S]*GET \/x\/2 HTTP[\s\S]*404$/);
  });

  it("does not where a policy of the backend does not admit the controller", () => {
    const cluster = withService();
    const from = [{ podSelector: { matchLabels: { app: "other" } } }];
    cluster.create(networkPolicyKind, {
      metadata: { name: "closed", namespace: "default" },
      spec: { podSelector: { matchLabels: { app: "a" } }, policyTypes: ["Ingress"], ingress: [{ from }] },
    } as never);
    expect(seen(cluster, { host: "a.example", path: "/x" })).toBe("504");
  });
});

describe("TLS", () => {
  const PEM = "-----BEGIN CERTIFICATE-----\nMIIBexample\n-----END CERTIFICATE-----\n";

  function withTls(): TestCluster {
    const cluster = edgeCluster();
    secret(cluster, "cert", { "tls.crt": PEM, "tls.key": "key" });
    const tls = [{ hosts: ["a.example"], secretName: "cert" }];
    createIngress(cluster, "web", [{ host: "a.example" }, { host: "plain.example" }], { spec: { tls } });
    return cluster;
  }

  it("redirects plain HTTP for hosts with a certificate", () => {
    const cluster = withTls();
    expect(seen(cluster, { host: "a.example", path: "/x/?y=1" })).toBe("308 https://a.example/x/?y=1");
    expect(seen(cluster, { host: "a.example", scheme: "https", path: "/x" })).toBe("200 a /x");
    expect(seen(cluster, { host: "plain.example" })).toBe("200 a /");
  });

  it("shows the certificate of the Secret, and one of its own for other hosts", () => {
    const cluster = withTls();
    const ip = cluster.get(podKind, "edge")!.status.podIP!;
    const call = (host: string, trusts: string) =>
      cluster.write((tx) =>
        tx.calls.network({
          ...{ scheme: "https", address: ip, host, port: 443, method: "GET", path: "/", headers: {}, body: "" },
          ...{ timeoutMs: 5_000, trusts },
        }),
      );
    expect(call("a.example", PEM)).toMatchObject({ type: "reply", status: 200 });
    expect(call("a.example", "")).toMatchObject({ why: "untrusted" });
    expect(call("plain.example", PEM)).toMatchObject({ why: "untrusted" });
  });
});

describe("annotations", () => {
  it("rewrite the path with the groups of its pattern", () => {
    const cluster = edgeCluster();
    const rule = { host: "a.example", path: "/something(/|$)(.*)", type: "ImplementationSpecific" } as const;
    createIngress(cluster, "web", [rule], { annotations: { "use-regex": "true", "rewrite-target": "/$2" } });
    const to = (path: string) => seen(cluster, { host: "a.example", path });
    expect(to("/something")).toBe("200 a /");
    expect(to("/something/new?x=1")).toBe("200 a /new?x=1");
    expect(to("/SOMETHING/new")).toBe("200 a /new");
    expect(to("/somethingelse")).toBe("404");
    createIngress(cluster, "plain", [{ host: "b.example", path: "/app" }], { annotations: { "rewrite-target": "/" } });
    expect(seen(cluster, { host: "b.example", path: "/app/deep" })).toBe("200 a /");
  });

  it("redirect", () => {
    const cluster = edgeCluster();
    const make = (name: string, annotations: Record<string, string>) =>
      createIngress(cluster, name, [{ host: `${name}.example` }], { annotations });
    make("permanent", { "permanent-redirect": "https://www.example.com" });
    make("code", { "permanent-redirect": "https://www.example.com", "permanent-redirect-code": "308" });
    make("temporal", { "temporal-redirect": "https://tmp.example.com" });
    make("root", { "app-root": "/app1" });
    make("force", { "force-ssl-redirect": "true" });
    expect(seen(cluster, { host: "permanent.example" })).toBe("301 https://www.example.com");
    expect(seen(cluster, { host: "code.example" })).toBe("308 https://www.example.com");
    expect(seen(cluster, { host: "temporal.example" })).toBe("302 https://tmp.example.com");
    expect(seen(cluster, { host: "root.example" })).toBe("302 http://root.example/app1");
    expect(seen(cluster, { host: "root.example", path: "/x" })).toBe("200 a /x");
    expect(seen(cluster, { host: "force.example", path: "/x" })).toBe("308 https://force.example/x");
  });

  it("admit clients by address and password", () => {
    const cluster = edgeCluster();
    // Made by: htpasswd -nbm foo bar, with the salt `abcdefgh`; and {SHA} of `bar`.
    secret(cluster, "basic-auth", { auth: `foo:${APR1_OF_BAR}\nold:{SHA}Ys23Ag/5IOWqZCw9QGaVDdHwH00=\n` });
    createIngress(cluster, "auth", [{ host: "auth.example" }], {
      annotations: { "auth-type": "basic", "auth-secret": "basic-auth", "auth-realm": "Authentication Required - foo" },
    });
    const as = (user: string) =>
      seen(cluster, { host: "auth.example", headers: { authorization: `Basic ${btoa(user)}` } });
    expect([as("foo:bar"), as("foo:baz"), as("old:bar"), as("eve:bar")]).toEqual(["200 a /", "401", "200 a /", "401"]);
    const refused = ask(cluster, { host: "auth.example" });
    expect(refused.type === "answer" && refused.headers["www-authenticate"]).toBe(
      'Basic realm="Authentication Required - foo"',
    );
    createIngress(cluster, "range", [{ host: "range.example" }], {
      annotations: { "whitelist-source-range": "203.0.113.0/24,198.51.100.1" },
    });
    const from = (address: string) => seen(cluster, { host: "range.example", from: address });
    expect([from("203.0.113.9"), from("198.51.100.1"), from("198.51.100.2")]).toEqual(["200 a /", "200 a /", "403"]);
  });

  it("send a share of the requests to a canary, and the clients that ask for it", () => {
    const cluster = edgeCluster();
    createIngress(cluster, "main", [{ host: "a.example" }]);
    createIngress(cluster, "canary", [{ host: "a.example", service: "b" }], {
      annotations: { canary: "true", "canary-weight": "20", "canary-by-header": "X-Canary", "canary-by-cookie": "c" },
    });
    const apps = Array.from({ length: 50 }, () => seen(cluster, { host: "a.example" }));
    expect(apps.filter((one) => one === "200 b /")).toHaveLength(10);
    const asked = (headers: Record<string, string>) => seen(cluster, { host: "a.example", headers });
    expect(asked({ "x-canary": "always" })).toBe("200 b /");
    expect(Array.from({ length: 10 }, () => asked({ "x-canary": "never" }))).not.toContain("200 b /");
    expect(asked({ cookie: "c=always" })).toBe("200 b /");
  });

  it("limit rates and sizes", () => {
    const cluster = edgeCluster();
    createIngress(cluster, "rate", [{ host: "rate.example" }], { annotations: { "limit-rpm": "2" } });
    const many = Array.from({ length: 14 }, () => seen(cluster, { host: "rate.example" }));
    // The first request, and a burst of five times the rate.
    expect(many.filter((one) => one === "503")).toHaveLength(3);
    cluster.advance(30_000);
    expect(seen(cluster, { host: "rate.example" })).toBe("200 a /");
    createIngress(cluster, "size", [{ host: "size.example" }], { annotations: { "proxy-body-size": "1k" } });
    const post = (bytes: number) => seen(cluster, { host: "size.example", method: "POST", body: "x".repeat(bytes) });
    expect([post(1024), post(1025)]).toEqual(["200 a /", "413"]);
  });

  it("add headers for other origins", () => {
    const cluster = edgeCluster();
    createIngress(cluster, "cors", [{ host: "cors.example" }], {
      annotations: { "enable-cors": "true", "cors-allow-origin": "https://*.shop.example" },
    });
    const preflight = (origin: string) =>
      ask(cluster, { host: "cors.example", method: "OPTIONS", headers: { origin } });
    expect(preflight("https://a.shop.example")).toMatchObject({
      ...{ status: 204, headers: { "access-control-allow-origin": "https://a.shop.example" } },
    });
    const other = preflight("https://evil.example");
    expect(other.type === "answer" && other.headers["access-control-allow-origin"]).toBeUndefined();
  });

  it("keep a client at one endpoint", () => {
    const cluster = edgeCluster();
    createIngress(cluster, "sticky", [{ host: "s.example" }], { annotations: { affinity: "cookie" } });
    const first = ask(cluster, { host: "s.example" });
    const cookie = first.type === "answer" ? (first.headers["set-cookie"] ?? "").split(";")[0]! : "";
    expect(cookie).toMatch(/^INGRESSCOOKIE=/);
    const pods = Array.from({ length: 6 }, () => {
      const answer = ask(cluster, { host: "s.example", headers: { cookie } });
      return answer.type === "answer" ? (answer.pod?.name ?? /Hostname: (.*)/.exec(answer.body)?.[1]) : "";
    });
    expect(new Set(pods.map(String)).size).toBe(1);
  });

  it("have defaults in the controller's ConfigMap", () => {
    const cluster = edgeCluster();
    createIngress(cluster, "web", [{ host: "a.example" }], {
      spec: { tls: [{ hosts: ["a.example"], secretName: "missing" }] },
    });
    expect(seen(cluster, { host: "a.example" })).toBe("308 https://a.example");
    const metadata = { name: "ingress-nginx-controller", namespace: "default" };
    cluster.create(configMapKind, { metadata, data: { "ssl-redirect": "false" } } as never);
    expect(seen(cluster, { host: "a.example" })).toBe("200 a /");
  });
});

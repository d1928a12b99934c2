/**
 * Tests of sig-network about the proxies of the API server and names.
 * Kubernetes: test/e2e/network (proxy, dns)
 */
import { expect } from "vitest";
import type { ConformanceCluster, Json } from "./cluster.ts";
import { agnhost, alwaysPod, service } from "./objects.ts";
import { type Stories, stories } from "./stories.ts";

const MINUTE_MS = 60_000;

// ---- Proxies

function porter(name: string): Json {
  const env = Object.entries({
    SERVE_PORT_80: '<a href="/rewriteme">test</a>',
    SERVE_PORT_1080: '<a href="/rewriteme">test</a>',
    SERVE_PORT_160: "foo",
    SERVE_PORT_162: "bar",
    SERVE_TLS_PORT_443: '<a href="/tlsrewriteme">test</a>',
    SERVE_TLS_PORT_460: "tls baz",
    SERVE_TLS_PORT_462: "tls qux",
  }).map(([key, value]) => ({ name: key, value }));
  const ports = [
    { containerPort: 80 },
    { name: "dest1", containerPort: 160 },
    { name: "dest2", containerPort: 162 },
    { name: "tlsdest1", containerPort: 460 },
    { name: "tlsdest2", containerPort: 462 },
  ];
  const readinessProbe = { httpGet: { port: 80 }, initialDelaySeconds: 1, timeoutSeconds: 5, periodSeconds: 10 };
  const container = agnhost(["porter"], { env, ports, readinessProbe });
  return alwaysPod(name, container, {}, { labels: { name: "proxy-service" } });
}

const METHODS = ["DELETE", "OPTIONS", "PATCH", "POST", "PUT"];

/** A pod and a Service whose program tells the method and the path of each request. */
async function echoing(cluster: ConformanceCluster) {
  const args = ["porter", "--json-response"];
  const env = [{ name: "SERVE_PORT_80", value: "foo" }];
  const server = alwaysPod("agnhost", agnhost(args, { env }), {}, { labels: { testProxy: "test" } });
  await cluster.createSync(server);
  await cluster.create(service("e2e-proxy-test-service", { testProxy: "test" }, [{ port: 80, targetPort: 80 }]));
}

async function validResponses(cluster: ConformanceCluster, path: string) {
  await echoing(cluster);
  for (const target of ["pods/agnhost", "services/e2e-proxy-test-service"]) {
    const [plural = "", name = ""] = target.split("/");
    const url = `${cluster.path("v1", plural, name, "proxy")}${path}`;
    for (const method of METHODS.filter((each) => each !== "OPTIONS")) {
      const { status, text } = await cluster.eventually(async () => {
        const reply = await cluster.request(method, url);
        return reply.status === 200 && reply;
      }, MINUTE_MS);
      expect(status).toBe(200);
      expect(JSON.parse(text)).toEqual({ Method: method, Body: "foo" });
    }
    const { status, headers } = await cluster.request("GET", cluster.path("v1", plural, name, "proxy"));
    expect(status).toBe(301);
    expect(headers["location"]).toBe(`${cluster.path("v1", plural, name, "proxy")}/`);
  }
}

const proxies: Stories = {
  "Proxy version v1 should proxy through a service and a pod": async (cluster) => {
    await cluster.createSync(porter("proxy-service"));
    await cluster.create(
      service("proxy-service", { name: "proxy-service" }, [
        { name: "portname1", port: 80, targetPort: "dest1" },
        { name: "portname2", port: 81, targetPort: 162 },
        { name: "tlsportname1", port: 443, targetPort: "tlsdest1" },
        { name: "tlsportname2", port: 444, targetPort: 462 },
      ]),
    );
    const base = `/api/v1/namespaces/${cluster.namespace}`;
    const pod = (name: string) => `${base}/pods/${name}/proxy/`;
    const of = (name: string) => `${base}/services/${name}/proxy/`;
    const link = (path: string, target = "rewriteme") => `<a href="${path}${target}">test</a>`;
    const expected: Record<string, string> = {
      [of("proxy-service:portname1")]: "foo",
      [of("http:proxy-service:portname1")]: "foo",
      [of("proxy-service:portname2")]: "bar",
      [of("http:proxy-service:portname2")]: "bar",
      [of("https:proxy-service:tlsportname1")]: "tls baz",
      [of("https:proxy-service:tlsportname2")]: "tls qux",
      [pod("proxy-service")]: link(pod("proxy-service")),
      [pod("proxy-service:1080")]: link(pod("proxy-service:1080")),
      [pod("proxy-service:160")]: "foo",
      [pod("proxy-service:162")]: "bar",
      [pod("http:proxy-service:1080")]: link(pod("http:proxy-service:1080")),
      [pod("http:proxy-service:160")]: "foo",
      [pod("http:proxy-service:162")]: "bar",
      [pod("https:proxy-service:443")]: link(pod("https:proxy-service:443"), "tlsrewriteme"),
      [pod("https:proxy-service:460")]: "tls baz",
      [pod("https:proxy-service:462")]: "tls qux",
    };
    await cluster.eventually(async () => (await cluster.request("GET", of("proxy-service:portname1"))).status === 200);
    for (const [path, text] of Object.entries(expected)) {
      const reply = await cluster.request("GET", path);
      expect([path, reply.status, reply.text]).toEqual([path, 200, text]);
    }
  },
  "Proxy version v1 A set of valid responses are returned for both pod and service Proxy": (c) => validResponses(c, ""),
  "Proxy version v1 A set of valid responses are returned for both pod and service ProxyWithPath": (c) =>
    validResponses(c, "/some/path/with/HTTP/methods"),
};

// ---- Names

/** The pod looks all names up, until each has an answer. */
async function resolves(
  cluster: ConformanceCluster,
  names: readonly string[],
  command = "dig +notcp +noall +answer +search",
) {
  const looking = alwaysPod("dns-test", agnhost(["pause"]));
  await cluster.createSync(looking);
  await cluster.eventually(
    async () => {
      const answers = [];
      for (const name of names) {
        answers.push((await cluster.exec("dns-test", "test", ["sh", "-c", `${command} ${name}`])).stdout);
      }
      return answers.every((answer) => answer.trim() !== "");
    },
    2 * MINUTE_MS,
    () => names,
  );
}

const dns: Stories = {
  "DNS should provide DNS for the cluster": (c) => resolves(c, ["kubernetes.default.svc.cluster.local A"]),
  "DNS should resolve DNS of partial qualified names for services": async (cluster) => {
    const { namespace } = cluster;
    await cluster.create(
      service("dns-test-service", { "dns-test": "true" }, [{ port: 80, name: "http" }], { clusterIP: "None" }),
    );
    const server = alwaysPod("web", agnhost(["netexec", "--http-port=80"]), {}, { labels: { "dns-test": "true" } });
    await cluster.createSync(server);
    await resolves(cluster, [
      "dns-test-service A",
      `dns-test-service.${namespace} A`,
      `dns-test-service.${namespace}.svc A`,
      `_http._tcp.dns-test-service.${namespace}.svc SRV`,
    ]);
  },
  "DNS should provide DNS for services": async (cluster) => {
    const { namespace } = cluster;
    const port = [{ port: 80, name: "http", protocol: "TCP" }];
    await cluster.create(service("dns-test-service", { "dns-test": "true" }, port, { clusterIP: "None" }));
    const regular = await cluster.create(service("test-service-2", { "dns-test": "true" }, port));
    const server = alwaysPod("web", agnhost(["netexec", "--http-port=80"]), {}, { labels: { "dns-test": "true" } });
    await cluster.createSync(server);
    const reversed = regular.spec.clusterIP.split(".").reverse().join(".");
    await resolves(cluster, [
      `dns-test-service.${namespace}.svc.cluster.local A`,
      `_http._tcp.dns-test-service.${namespace}.svc.cluster.local SRV`,
      `_http._tcp.test-service-2.${namespace}.svc.cluster.local SRV`,
      `${reversed}.in-addr.arpa. PTR`,
    ]);
  },
  "DNS should provide /etc/hosts entries for the cluster": async (cluster) => {
    const { namespace } = cluster;
    await cluster.create(service("dns-test-service", { "dns-test": "true" }, [{ port: 80 }], { clusterIP: "None" }));
    const spec = { hostname: "dns-querier-1", subdomain: "dns-test-service" };
    const querier = alwaysPod("dns-test", agnhost(["pause"]), spec, { labels: { "dns-test": "true" } });
    await cluster.createSync(querier);
    const host = `dns-querier-1.dns-test-service.${namespace}.svc.cluster.local`;
    for (const name of [host, "dns-querier-1"]) {
      expect(await cluster.shell("dns-test", "test", `getent hosts ${name}`)).toContain("dns-querier-1");
    }
  },
  "DNS should provide DNS for pods for Hostname": async (cluster) => {
    const { namespace } = cluster;
    await cluster.create(
      service("dns-test-service-2", { h: "true" }, [{ port: 80, name: "http" }], { clusterIP: "None" }),
    );
    const spec = { hostname: "dns-querier-2", subdomain: "dns-test-service-2" };
    await cluster.createSync(alwaysPod("named", agnhost(["pause"]), spec, { labels: { h: "true" } }));
    await resolves(cluster, [`dns-querier-2.dns-test-service-2.${namespace}.svc.cluster.local A`]);
  },
  "DNS should provide DNS for pods for Subdomain": async (cluster) => {
    const { namespace } = cluster;
    await cluster.create(
      service("dns-test-service-3", { h: "true" }, [{ port: 80, name: "http" }], { clusterIP: "None" }),
    );
    const spec = { hostname: "dns-querier-2", subdomain: "dns-test-service-3" };
    await cluster.createSync(alwaysPod("named", agnhost(["pause"]), spec, { labels: { h: "true" } }));
    await resolves(cluster, [`dns-test-service-3.${namespace}.svc.cluster.local A`]);
  },
  "DNS should provide DNS for ExternalName services": async (cluster) => {
    const { namespace } = cluster;
    const named = service("dns-test-service-3", undefined, [], {
      type: "ExternalName",
      externalName: "foo.example.com",
    });
    await cluster.create({ ...named, spec: { type: "ExternalName", externalName: "foo.example.com" } });
    const look = alwaysPod("dns-test", agnhost(["pause"]));
    await cluster.createSync(look);
    const ask = (type: string) =>
      cluster.shell("dns-test", "test", `dig +short dns-test-service-3.${namespace}.svc.cluster.local ${type}`);
    expect(await ask("CNAME")).toBe("foo.example.com.");
    await cluster.update(named, (draft) => (draft.spec.externalName = "bar.example.com"));
    await cluster.eventually(async () => (await ask("CNAME")) === "bar.example.com.");
    await cluster.update(named, (draft) => {
      draft.spec.type = "ClusterIP";
      draft.spec.ports = [{ port: 80, name: "http", protocol: "TCP" }];
      delete draft.spec.externalName;
    });
    const { spec } = await cluster.get(named);
    await cluster.eventually(async () => (await ask("A")) === spec.clusterIP);
  },
  "DNS should support configurable pod DNS nameservers": async (cluster) => {
    const dnsConfig = { nameservers: ["1.1.1.1"], searches: ["resolv.conf.local"] };
    await cluster.createSync(alwaysPod("dns-nameservers", agnhost(["pause"]), { dnsPolicy: "None", dnsConfig }));
    const run = async (command: string) =>
      (await cluster.exec("dns-nameservers", "test", ["/agnhost", command])).stdout.trim();
    expect(await run("dns-suffix")).toBe("resolv.conf.local");
    expect(await run("dns-server-list")).toBe("1.1.1.1");
  },
};

stories("[sig-network]", { ...proxies, ...dns });

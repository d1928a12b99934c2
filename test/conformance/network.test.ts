/**
 * Tests of sig-network about the proxies of the API server and names.
 * Kubernetes: test/e2e/network (proxy, dns)
 */
import { expect } from "vitest";
import type { ConformanceCluster, Json } from "./cluster.ts";
import { AGNHOST, agnhost, alwaysPod, JESSIE_DNSUTILS, pod, service } from "./objects.ts";
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

const METHODS = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/** A pod and a Service whose program tells the method and the path of each request. */
async function echoing(cluster: ConformanceCluster) {
  const args = ["porter", "--json-response"];
  const env = [{ name: "SERVE_PORT_80", value: "foo" }];
  const server = alwaysPod("agnhost", agnhost(args, { env }), {}, { labels: { testProxy: "test" } });
  await cluster.createSync(server);
  await cluster.create(service("e2e-proxy-test-service", { testProxy: "test" }, [{ port: 80, targetPort: 80 }]));
}

/** `path` is the end of the URL for a method. A GET or HEAD without a path is led to one with a slash at its end. */
async function validResponses(c: ConformanceCluster, path: (method: string) => string, redirected: readonly string[]) {
  await echoing(c);
  for (const [plural = "", name = ""] of [
    ["pods", "agnhost"],
    ["services", "e2e-proxy-test-service"],
  ]) {
    const proxy = c.path("v1", plural, name, "proxy");
    for (const method of METHODS) {
      const wanted = redirected.includes(method) ? 301 : 200;
      const { headers, text } = await c.eventually(async () => {
        const reply = await c.request(method, `${proxy}${path(method)}`);
        return reply.status === wanted && reply;
      }, MINUTE_MS);
      if (wanted === 301) expect(headers["location"]).toBe(`${proxy}/${path(method)}`);
      else if (method !== "HEAD") expect(JSON.parse(text)).toEqual({ Method: method, Body: "foo" });
    }
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
    const podAt = (name: string) => `${base}/pods/${name}/proxy/`;
    const of = (name: string) => `${base}/services/${name}/proxy/`;
    const link = (path: string, target = "rewriteme") => `<a href="${path}${target}">test</a>`;
    const expected: Record<string, string> = {
      [of("proxy-service:portname1")]: "foo",
      [of("http:proxy-service:portname1")]: "foo",
      [of("proxy-service:portname2")]: "bar",
      [of("http:proxy-service:portname2")]: "bar",
      [of("https:proxy-service:tlsportname1")]: "tls baz",
      [of("https:proxy-service:tlsportname2")]: "tls qux",
      [podAt("proxy-service")]: link(podAt("proxy-service")),
      [podAt("proxy-service:1080")]: link(podAt("proxy-service:1080")),
      [podAt("proxy-service:160")]: "foo",
      [podAt("proxy-service:162")]: "bar",
      [podAt("http:proxy-service:1080")]: link(podAt("http:proxy-service:1080")),
      [podAt("http:proxy-service:160")]: "foo",
      [podAt("http:proxy-service:162")]: "bar",
      [podAt("https:proxy-service:443")]: link(podAt("https:proxy-service:443"), "tlsrewriteme"),
      [podAt("https:proxy-service:460")]: "tls baz",
      [podAt("https:proxy-service:462")]: "tls qux",
    };
    await cluster.eventually(async () => (await cluster.request("GET", of("proxy-service:portname1"))).status === 200);
    for (const [path, text] of Object.entries(expected)) {
      const reply = await cluster.request("GET", path);
      expect([path, reply.status, reply.text]).toEqual([path, 200, text]);
    }
  },
  "Proxy version v1 A set of valid responses are returned for both pod and service Proxy": (c) =>
    validResponses(c, (method) => `?method=${method}`, ["GET", "HEAD"]),
  "Proxy version v1 A set of valid responses are returned for both pod and service ProxyWithPath": (c) =>
    validResponses(c, (method) => `/some/path/with/${method}`, []),
};

// ---- Names

/** A loop that looks up each name by UDP and TCP and writes a file for each answer, and the names of these files. */
function probe(prefix: string, names: readonly string[], hosts: readonly string[], reversed?: string) {
  const files: string[] = [];
  const lookUps = names.map((name) => [name, `${name} ${name.startsWith("_") ? "SRV" : "A"}`]);
  if (reversed !== undefined) lookUps.push(["PTR", `${reversed}.in-addr.arpa. PTR`]);
  const checks = lookUps.flatMap(([name, lookUp]) =>
    ["udp", "tcp"].map((protocol) => {
      const file = `${prefix}_${protocol}@${name}`;
      files.push(file);
      const transport = protocol === "udp" ? "+notcp" : "+tcp";
      const check = `check="$$(dig ${transport} +noall +answer +search ${lookUp})"`;
      return `${check} && test -n "$$check" && echo OK > /results/${file};`;
    }),
  );
  for (const name of hosts) {
    const file = `${prefix}_hosts@${name}`;
    files.push(file);
    checks.push(`test -n "$$(getent hosts ${name})" && echo OK > /results/${file};`);
  }
  return { line: `for i in \`seq 1 600\`; do ${checks.join("")}sleep 1; done`, files };
}

/** A pod with two containers that look names up, and a third one that serves their results. */
function querier(lines: readonly string[], spec: Json = {}, labels: Json = {}): Json {
  const volumeMounts = [{ name: "results", mountPath: "/results" }];
  const containers = [
    agnhost(["test-webserver"], { name: "webserver", ports: [{ name: "http", containerPort: 80 }], volumeMounts }),
    { name: "querier", image: AGNHOST, command: ["sh", "-c", lines[0]], volumeMounts },
    { name: "jessie-querier", image: JESSIE_DNSUTILS, command: ["sh", "-c", lines[1]], volumeMounts },
  ];
  const volumes = [{ name: "results", emptyDir: {} }];
  return pod("dns-test", containers, { restartPolicy: "Always", volumes, ...spec }, { labels });
}

/** Reads the results through the API server's proxy, until each file has the content. */
async function results(c: ConformanceCluster, files: readonly string[], content = "OK") {
  let missing: string[] = [];
  await c.eventually(
    async () => {
      missing = [];
      for (const file of files) {
        const reply = await c.request("GET", c.path("v1", "pods", "dns-test", `proxy/results/${file}`));
        if (reply.status !== 200 || reply.text.trim() !== content) missing.push(`${file}: ${reply.text}`);
      }
      return missing.length === 0;
    },
    5 * MINUTE_MS,
    () => missing,
  );
}

interface Names {
  names: readonly string[];
  hosts?: readonly string[];
  /** Digits of an address in reverse order. */
  reversed?: string;
  spec?: Json;
  labels?: Json;
}

async function validate(c: ConformanceCluster, { names, hosts = [], reversed, spec = {}, labels = {} }: Names) {
  const probes = ["wheezy", "jessie"].map((prefix) => probe(prefix, names, hosts, reversed));
  const lines = probes.map(({ line }) => line);
  await c.createSync(querier(lines, spec, labels));
  await results(
    c,
    probes.flatMap(({ files }) => files),
  );
  await c.deleteSync({ apiVersion: "v1", kind: "Pod", metadata: { name: "dns-test" } }, { gracePeriodSeconds: 0 });
}

const HTTP = [{ port: 80, name: "http", protocol: "TCP" }];

function headless(name: string, labels: Json): Json {
  return service(name, labels, HTTP, { clusterIP: "None" });
}

/** Each container asks thirty times for one record and writes the answer. */
async function validateRecord(c: ConformanceCluster, name: string, record: string, content: string) {
  const files = ["wheezy", "jessie"].map((prefix) => `${prefix}_udp@${name}`);
  const lines = files.map(
    (file) => `for i in \`seq 1 30\`; do dig +short ${name} ${record} > /results/${file}; sleep 1; done`,
  );
  await c.createSync(querier(lines));
  await results(c, files, content);
  await c.deleteSync({ apiVersion: "v1", kind: "Pod", metadata: { name: "dns-test" } }, { gracePeriodSeconds: 0 });
}

const dns: Stories = {
  "DNS should provide DNS for the cluster": (c) => validate(c, { names: ["kubernetes.default.svc.cluster.local"] }),
  "DNS should provide /etc/hosts entries for the cluster": (c) => {
    const host = `dns-querier-1.dns-test-service.${c.namespace}.svc.cluster.local`;
    const spec = { hostname: "dns-querier-1", subdomain: "dns-test-service" };
    return validate(c, { names: [], hosts: [host, "dns-querier-1"], spec });
  },
  "DNS should provide DNS for services": async (c) => {
    const labels = { "dns-test": "true" };
    await c.create(headless("dns-test-service", labels));
    const { spec } = await c.create(service("test-service-2", labels, HTTP));
    const domain = `${c.namespace}.svc.cluster.local`;
    const names = [
      `dns-test-service.${domain}`,
      `_http._tcp.dns-test-service.${domain}`,
      `_http._tcp.test-service-2.${domain}`,
    ];
    const reversed = spec.clusterIP.split(".").reverse().join(".");
    await validate(c, { names, reversed, labels });
  },
  "DNS should resolve DNS of partial qualified names for services": async (c) => {
    const labels = { "dns-test": "true" };
    await c.create(headless("dns-test-service", labels));
    const { spec } = await c.create(service("test-service-2", labels, HTTP));
    const short = "dns-test-service";
    const names = [short, `${short}.${c.namespace}`, `${short}.${c.namespace}.svc`];
    const ports = [short, "test-service-2"].map((name) => `_http._tcp.${name}.${c.namespace}.svc`);
    const reversed = spec.clusterIP.split(".").reverse().join(".");
    await validate(c, { names: [...names, ...ports], reversed, labels });
  },
  "DNS should provide DNS for pods for Hostname": async (c) => {
    const labels = { "dns-test-hostname-attribute": "true" };
    await c.create(headless("dns-test-service-2", labels));
    const host = `dns-querier-2.dns-test-service-2.${c.namespace}.svc.cluster.local`;
    const spec = { hostname: "dns-querier-2", subdomain: "dns-test-service-2" };
    await validate(c, { names: [], hosts: [host, "dns-querier-2"], spec, labels });
  },
  "DNS should provide DNS for pods for Subdomain": async (c) => {
    const labels = { "dns-test-hostname-attribute": "true" };
    await c.create(headless("dns-test-service-2", labels));
    const domain = `dns-test-service-2.${c.namespace}.svc.cluster.local`;
    const spec = { hostname: "dns-querier-2", subdomain: "dns-test-service-2" };
    await validate(c, { names: [`dns-querier-2.${domain}`, domain], spec, labels });
  },
  "DNS should provide DNS for ExternalName services": async (c) => {
    const spec = { type: "ExternalName", externalName: "foo.example.com" };
    const external = { ...service("dns-test-service-3", {}, []), spec };
    await c.create(external);
    const name = `dns-test-service-3.${c.namespace}.svc.cluster.local`;
    await validateRecord(c, name, "CNAME", "foo.example.com.");
    await c.update(external, (draft) => {
      draft.spec.externalName = "bar.example.com";
    });
    await validateRecord(c, name, "CNAME", "bar.example.com.");
    const changed = await c.update(external, (draft) => {
      draft.spec.type = "ClusterIP";
      draft.spec.ports = [{ port: 80, name: "http", protocol: "TCP" }];
    });
    await validateRecord(c, name, "A", changed.spec.clusterIP);
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

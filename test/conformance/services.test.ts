/**
 * Tests of sig-network about Services and connections between pods and nodes.
 * Kubernetes: test/e2e/network (service, hostport), test/e2e/common/network (networking)
 */
import { expect } from "vitest";
import type { ConformanceCluster, Json } from "./cluster.ts";
import { agnhost, alwaysPod, service } from "./objects.ts";
import { type Stories, stories } from "./stories.ts";

const MINUTE_MS = 60_000;

// ---- Services

async function hostnames(cluster: ConformanceCluster, names: readonly string[], labels: Json) {
  for (const name of names) await cluster.createSync(alwaysPod(name, agnhost(["serve-hostname"]), {}, { labels }));
}

/** Which pods answer a client in a loop. */
async function answers(cluster: ConformanceCluster, url: string, tries: number): Promise<string[]> {
  const line = `for i in $(seq 1 ${tries}); do echo $(curl -q -s --connect-timeout 2 ${url}); sleep 1; done`;
  const all = (await cluster.shell("execpod", "test", line)).split("\n");
  for (const answer of all) expect(answer).toMatch(/^affinity-\d$/);
  return all;
}

async function execPod(cluster: ConformanceCluster) {
  await cluster.createSync(alwaysPod("execpod", agnhost(["pause"])));
}

async function affinity(cluster: ConformanceCluster, type: string, isSwitched: boolean) {
  const selector = { name: "affinity" };
  await hostnames(cluster, ["affinity-1", "affinity-2", "affinity-3"], selector);
  const sticky = service("affinity", selector, [{ port: 80, targetPort: 9376 }], { type, sessionAffinity: "ClientIP" });
  const { spec } = await cluster.create(sticky);
  await execPod(cluster);
  const node = (await cluster.get({ apiVersion: "v1", kind: "Node", metadata: { name: "node-1" } })).status.addresses[0]
    .address;
  const url = type === "NodePort" ? `http://${node}:${spec.ports[0].nodePort}/` : `http://${spec.clusterIP}:80/`;
  expect(new Set(await answers(cluster, url, 15)).size).toBe(1);
  if (!isSwitched) return;
  await cluster.update(sticky, (draft) => (draft.spec.sessionAffinity = "None"));
  expect(new Set(await answers(cluster, url, 30)).size).toBeGreaterThan(1);
  await cluster.update(sticky, (draft) => (draft.spec.sessionAffinity = "ClientIP"));
  expect(new Set(await answers(cluster, url, 15)).size).toBe(1);
}

/** A connection from a pod gets bytes back: servers of HTTP answer that the request is bad. */
async function reached(cluster: ConformanceCluster, host: string, port: number) {
  const line = `echo hostName | nc -v -t -w 2 ${host} ${port}`;
  await cluster.eventually(async () => {
    const { stdout, code } = await cluster.exec("execpod", "test", ["/bin/sh", "-x", "-c", line]);
    return code === 0 && stdout.trim() !== "";
  }, 2 * MINUTE_MS);
}

/** A Service is reached by its name and its address, and one with node ports at each node. */
async function serviceReached(cluster: ConformanceCluster, name: string) {
  const { spec } = await cluster.get(service(name, {}, []));
  for (const { port, nodePort, protocol } of spec.ports) {
    expect(protocol).toBe("TCP");
    await reached(cluster, name, port);
    await reached(cluster, spec.clusterIP, port);
    if (nodePort === undefined) continue;
    const nodes = (await cluster.request("GET", "/api/v1/nodes")).body.items;
    for (const { status } of nodes) await reached(cluster, status.addresses[0].address, nodePort);
  }
}

/** A name that leads to a Service: the look-up of a pod succeeds. */
async function named(cluster: ConformanceCluster, name: string) {
  const line = `nslookup ${name}.${cluster.namespace}.svc.cluster.local`;
  await cluster.eventually(
    async () => (await cluster.exec("execpod", "test", ["/bin/sh", "-x", "-c", line])).code === 0,
    2 * MINUTE_MS,
  );
}

const EXTERNAL = { type: "ExternalName", externalName: "clusterip-service.example.com" };

const services: Stories = {
  "Services should serve a basic endpoint from pods": async (cluster) => {
    const labels = { name: "endpoint-test2" };
    await cluster.create(service("endpoint-test2", labels, [{ port: 80, targetPort: 80 }]));
    await cluster.createSync(alwaysPod("pod1", agnhost(["netexec", "--http-port=80"]), {}, { labels }));
    await execPod(cluster);
    await serviceReached(cluster, "endpoint-test2");
    await cluster.createSync(alwaysPod("pod2", agnhost(["netexec", "--http-port=80"]), {}, { labels }));
    await serviceReached(cluster, "endpoint-test2");
    await cluster.deleteSync({ apiVersion: "v1", kind: "Pod", metadata: { name: "pod1" } });
    await serviceReached(cluster, "endpoint-test2");
  },
  "Services should serve multiport endpoints from pods": async (cluster) => {
    const labels = { name: "multi-endpoint-test" };
    const ports = [
      { name: "portname1", port: 80, targetPort: "svc1port" },
      { name: "portname2", port: 81, targetPort: "svc2port" },
    ];
    await cluster.create(service("multi-endpoint-test", labels, ports));
    const container = (name: string, port: number) =>
      agnhost(["netexec", `--http-port=${port}`], { ports: [{ name, containerPort: port }] });
    await cluster.createSync(alwaysPod("pod1", container("svc1port", 100), {}, { labels }));
    await cluster.createSync(alwaysPod("pod2", container("svc2port", 101), {}, { labels }));
    await execPod(cluster);
    await serviceReached(cluster, "multi-endpoint-test");
  },
  "Services should be able to change the type from ExternalName to ClusterIP": async (cluster) => {
    const labels = { name: "externalname-service" };
    const changed = service("externalname-service", undefined, [], EXTERNAL);
    await cluster.create({ ...changed, spec: EXTERNAL });
    await hostnames(cluster, ["externalname-service-1", "externalname-service-2"], labels);
    await cluster.update(changed, (draft) => {
      draft.spec = { type: "ClusterIP", selector: labels, ports: [{ port: 80, targetPort: 9376, protocol: "TCP" }] };
    });
    await execPod(cluster);
    await serviceReached(cluster, "externalname-service");
  },
  "Services should be able to change the type from ClusterIP to ExternalName": async (cluster) => {
    const labels = { name: "clusterip-service" };
    const changed = service("clusterip-service", labels, [{ port: 80, targetPort: 9376 }]);
    await cluster.create(changed);
    await hostnames(cluster, ["clusterip-service-1"], labels);
    const target = service("externalsvc", labels, [{ port: 80, targetPort: 9376 }]);
    await cluster.create(target);
    await cluster.update(changed, (draft) => {
      draft.spec = { type: "ExternalName", externalName: `externalsvc.${cluster.namespace}.svc.cluster.local` };
    });
    await execPod(cluster);
    await named(cluster, "clusterip-service");
  },
  "Services should be able to change the type from NodePort to ExternalName": async (cluster) => {
    const labels = { name: "nodeport-service" };
    const changed = service("nodeport-service", labels, [{ port: 80, targetPort: 9376 }], { type: "NodePort" });
    await cluster.create(changed);
    await cluster.create(service("externalsvc", labels, [{ port: 80, targetPort: 9376 }]));
    await hostnames(cluster, ["nodeport-service-1"], labels);
    await cluster.update(changed, (draft) => {
      draft.spec = { type: "ExternalName", externalName: `externalsvc.${cluster.namespace}.svc.cluster.local` };
    });
    await execPod(cluster);
    await named(cluster, "nodeport-service");
  },
  "Services should be able to change the type from ExternalName to NodePort": async (cluster) => {
    const labels = { name: "externalname-service" };
    const changed = service("externalname-service", undefined, [], EXTERNAL);
    await cluster.create({ ...changed, spec: EXTERNAL });
    await hostnames(cluster, ["externalname-service-1", "externalname-service-2"], labels);
    await cluster.update(changed, (draft) => {
      draft.spec = { type: "NodePort", selector: labels, ports: [{ port: 80, targetPort: 9376, protocol: "TCP" }] };
    });
    await execPod(cluster);
    await serviceReached(cluster, "externalname-service");
  },
  "Services should be able to create a functioning NodePort service": async (cluster) => {
    const labels = { name: "nodeport-test" };
    const made = service("nodeport-test", labels, [{ port: 80, targetPort: 9376 }], { type: "NodePort" });
    await cluster.create(made);
    await hostnames(cluster, ["nodeport-test-1", "nodeport-test-2"], labels);
    await execPod(cluster);
    await serviceReached(cluster, "nodeport-test");
  },
  "Services should have session affinity work for service with type clusterIP": (c) => affinity(c, "ClusterIP", false),
  "Services should be able to switch session affinity for service with type clusterIP": (c) =>
    affinity(c, "ClusterIP", true),
  "Services should have session affinity work for NodePort service": (c) => affinity(c, "NodePort", false),
  "Services should be able to switch session affinity for NodePort service": (c) => affinity(c, "NodePort", true),
  "Services should serve endpoints on same port and different protocols": async (cluster) => {
    const labels = { name: "multiprotocol-test" };
    const args = ["netexec", "--http-port=80", "--udp-port=80"];
    const ports = [
      { name: "portname1", port: 80, protocol: "TCP" },
      { name: "portname2", port: 80, protocol: "UDP" },
    ];
    const both = service("multiprotocol-test", labels, ports);
    const { spec } = await cluster.create(both);
    await cluster.createSync(alwaysPod("pod1", agnhost(args), {}, { labels }));
    await execPod(cluster);
    const tcp = () => cluster.exec("execpod", "test", ["/agnhost", "connect", `${spec.clusterIP}:80`, "--timeout=5s"]);
    const udp = async () =>
      (await cluster.exec("execpod", "test", ["sh", "-c", `echo hostname | nc -u -w 5 ${spec.clusterIP} 80`])).stdout;
    expect((await tcp()).code).toBe(0);
    expect(await udp()).toBe("pod1");
    await cluster.update(both, (draft) => (draft.spec.ports = [ports[0]]));
    await cluster.pass(5000);
    expect((await tcp()).code).toBe(0);
    expect(await udp()).toBe("");
  },
};

// ---- Pods among themselves

async function granular(cluster: ConformanceCluster, protocol: "http" | "udp", from: "pod" | "node") {
  const nodes = (await cluster.request("GET", "/api/v1/nodes")).body.items.map(({ metadata }: Json) => metadata.name);
  const pods: Json[] = [];
  for (const [i, nodeName] of nodes.entries()) {
    const netserver = alwaysPod(`netserver-${i}`, agnhost(["netexec", "--http-port=8083", "--udp-port=8081"]), {
      nodeSelector: { "kubernetes.io/hostname": nodeName },
      tolerations: [{ operator: "Exists" }],
    });
    pods.push(await cluster.createSync(netserver));
  }
  const container = agnhost(["netexec", "--http-port=8080"]);
  await cluster.createSync(alwaysPod("test-container-pod", container, { hostNetwork: from === "node" }));
  for (const { status, metadata } of pods) {
    const ip = status.podIP;
    if (from === "node") {
      const line =
        protocol === "http"
          ? `curl -g -q -s --max-time 15 --connect-timeout 1 http://${ip}:8083/hostName`
          : `echo hostName | nc -w 1 -u ${ip} 8081`;
      expect(await cluster.shell("test-container-pod", "test", line)).toBe(metadata.name);
      continue;
    }
    const port = protocol === "http" ? 8083 : 8081;
    const dial = `http://localhost:8080/dial?request=hostname&protocol=${protocol}&host=${ip}&port=${port}&tries=1`;
    const output = await cluster.shell("test-container-pod", "test", `curl -g -q -s '${dial}'`);
    expect(JSON.parse(output)).toEqual({ responses: [metadata.name] });
  }
}

const granularChecks: Stories = {
  "Networking Granular Checks: Pods should function for intra-pod communication: http": (c) =>
    granular(c, "http", "pod"),
  "Networking Granular Checks: Pods should function for intra-pod communication: udp": (c) => granular(c, "udp", "pod"),
  "Networking Granular Checks: Pods should function for node-pod communication: http": (c) =>
    granular(c, "http", "node"),
  "Networking Granular Checks: Pods should function for node-pod communication: udp": (c) => granular(c, "udp", "node"),
  "HostPort validates that there is no conflict between pods with same hostPort but different hostIP and protocol":
    async (cluster) => {
      const node = (await cluster.get({ apiVersion: "v1", kind: "Node", metadata: { name: "node-1" } })).status
        .addresses[0].address;
      const nodeSelector = { "kubernetes.io/hostname": "node-1" };
      const hostPod = (name: string, hostIP: string, protocol: string) => {
        const isTcp = protocol === "TCP";
        const flags = isTcp ? ["--http-port=8080", "--udp-port=-1"] : ["--http-port=8008", "--udp-port=8080"];
        const readinessProbe = { httpGet: { path: "/hostname", port: isTcp ? 8080 : 8008, scheme: "HTTP" } };
        const ports = [{ hostPort: 54323, containerPort: 8080, hostIP, protocol }];
        return alwaysPod(name, agnhost(["netexec", ...flags], { ports, readinessProbe }), { nodeName: "node-1" });
      };
      await cluster.createSync(hostPod("pod1", "127.0.0.1", "TCP"));
      await cluster.createSync(hostPod("pod2", node, "TCP"));
      await cluster.createSync(hostPod("pod3", node, "UDP"));
      const host = agnhost(["pause"]);
      await cluster.createSync(alwaysPod("e2e-host-exec", host, { hostNetwork: true, nodeSelector }));
      const run = (line: string) => cluster.shell("e2e-host-exec", "test", line);
      expect(await run(`curl -s -g --connect-timeout 5 --interface ${node} http://127.0.0.1:54323/hostname`)).toBe(
        "pod1",
      );
      expect(await run(`curl -g --connect-timeout 5 -s http://${node}:54323/hostname`)).toBe("pod2");
      expect(await run(`echo hostname | nc -u -w 5 ${node} 54323`)).toBe("pod3");
    },
};

stories("[sig-network]", { ...services, ...granularChecks });

/** Routes of the Gateway API beside HTTPRoutes: their statuses, and connections that a proxy hands on. */
import { beforeEach, describe, expect, it } from "vitest";
import { podKind } from "../../../src/kinds/core/pod.ts";
import { serviceKind } from "../../../src/kinds/core/service.ts";
import { containerAccess } from "../../../src/kubelet/access.ts";
import { clusterWith, podWith } from "../../kubelet/clusters.ts";
import type { TestCluster } from "../../support/cluster.ts";
import { applyGatewayDefinitions, put, shown, statusOf } from "./gateway-definitions.ts";
import { grantAll, issueTokens } from "./rights.ts";

const AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.59";
const TLS = { name: "tls", port: 443, protocol: "TLS", hostname: "*.example.com", tls: { mode: "Passthrough" } };
const TCP = { name: "tcp", port: 9000, protocol: "TCP" };
const UDP = { name: "udp", port: 5300, protocol: "UDP" };
const HTTP = { name: "http", port: 80, protocol: "HTTP" };

const CONTROLLERS = {
  nginx: ["ghcr.io/nginx/nginx-gateway-fabric:2.2.1", "gateway.nginx.org/nginx-gateway-controller"],
  eg: ["docker.io/envoyproxy/gateway:v1.6.1", "gateway.envoyproxy.io/gatewayclass-controller"],
  istio: ["docker.io/istio/pilot:1.28.2", "istio.io/gateway-controller"],
} as const;

let cluster: TestCluster;
let clients = 0;

beforeEach(() => {
  cluster = clusterWith({ latency: "instant", loadBalancers: "assigned" });
  applyGatewayDefinitions(cluster);
  issueTokens(cluster);
  grantAll(cluster);
});

function gateway(className: keyof typeof CONTROLLERS, listeners: object[]): void {
  const [image, controllerName] = CONTROLLERS[className];
  cluster.create(podKind, podWith(`controller-${className}`, { image }));
  put(cluster, "GatewayClass", className, { controllerName });
  put(cluster, "Gateway", "gw", { gatewayClassName: className, listeners });
  cluster.advance(30_000);
}

/** A pod and a Service of this name. */
function app(name: string, args: string[], port: object, env: Record<string, string> = {}): void {
  const variables = Object.entries(env).map(([key, value]) => ({ name: key, value }));
  const pod = podWith(name, { image: AGNHOST, args, env: variables });
  pod.metadata.labels = { app: name };
  cluster.create(podKind, pod);
  const spec = { selector: { app: name }, ports: [port] };
  cluster.create(serviceKind, { metadata: { name, namespace: "default" }, spec } as never);
  cluster.advance(10_000);
}

function route(kind: string, name: string, backends: object[], more: object = {}): void {
  put(cluster, kind, name, { parentRefs: [{ name: "gw" }], rules: [{ backendRefs: backends }], ...more });
  cluster.advance(2_000);
}

const address = () => statusOf(cluster, "Gateway", "gw").addresses?.[0]?.value ?? "";
const conditionsOf = (kind: string, name: string) => statusOf(cluster, kind, name).parents?.[0]?.conditions ?? [];

/** The output of a script in a pod. */
function run(script: string, image = AGNHOST): string {
  const name = `client-${++clients}`;
  cluster.create(podKind, podWith(name, { image, command: ["sh", "-c", script] }, { restartPolicy: "Never" }));
  cluster.advance(30_000);
  const pod = cluster.get(podKind, name)!;
  return cluster.write(
    (tx) => containerAccess.readLog(tx, { pod, container: "c" }, { previous: false, timestamps: false }).text,
  );
}

describe("statuses of routes", () => {
  it("a listener takes the kinds of its protocol", () => {
    gateway("nginx", [HTTP, TLS, TCP, UDP]);
    const kinds = statusOf(cluster, "Gateway", "gw").listeners?.map(({ name, supportedKinds }) => [
      name,
      supportedKinds.map(({ kind }) => kind).join(),
    ]);
    expect(kinds).toEqual([
      ["http", "HTTPRoute,GRPCRoute"],
      ["tls", "TLSRoute"],
      ["tcp", "TCPRoute"],
      ["udp", "UDPRoute"],
    ]);
    const service = cluster.get(serviceKind, "gw-nginx");
    expect(service?.spec.ports?.map(({ port, protocol }) => `${port}/${protocol}`)).toEqual([
      ...["80/TCP", "443/TCP", "9000/TCP", "5300/UDP"],
    ]);
  });

  it("routes attach to the listeners of their kind, and are counted there", () => {
    gateway("nginx", [HTTP, TLS, TCP, UDP]);
    app("web", ["netexec", "--http-port=80"], { port: 80 });
    for (const kind of ["GRPCRoute", "TLSRoute", "TCPRoute"]) {
      route(kind, "r", [{ name: "web", port: 80 }]);
      expect(shown(conditionsOf(kind, "r"))).toEqual(["Accepted=True/Accepted", "ResolvedRefs=True/ResolvedRefs"]);
    }
    // The Service has no port for UDP.
    route("UDPRoute", "r", [{ name: "web", port: 80 }]);
    expect(shown(conditionsOf("UDPRoute", "r"))[1]).toBe("ResolvedRefs=False/BackendNotFound");
    const counts = statusOf(cluster, "Gateway", "gw").listeners?.map(({ attachedRoutes }) => attachedRoutes);
    expect(counts).toEqual([1, 1, 1, 1]);
  });

  it("the controllers refuse in their own words", () => {
    const refusal = (kind: string, more: object) => {
      route(kind, "refused", [], more);
      const { reason, message } = conditionsOf(kind, "refused")[0]!;
      return `${reason}: ${message}`;
    };
    gateway("eg", [TLS]);
    expect(refusal("TLSRoute", { hostnames: ["other.org"] })).toBe(
      "NoMatchingListenerHostname: There were no hostname intersections between the TLSRoute and this parent ref's Listener(s).",
    );
    gateway("nginx", [TLS]);
    expect(refusal("TCPRoute", {})).toBe("NotAllowedByListeners: The Route is not allowed by any listener");
    gateway("istio", [TLS, TCP]);
    expect(refusal("TLSRoute", { hostnames: ["a.other.org"] })).toBe(
      'NoMatchingListenerHostname: no hostnames matched parent hostname "*.example.com"',
    );
    const [, tcp] = statusOf(cluster, "Gateway", "gw").listeners ?? [];
    expect(shown(tcp?.conditions)[0]).toBe("Accepted=False/UnsupportedProtocol");
  });

  it("a kind that the listener does not take is named", () => {
    gateway("eg", [{ ...TCP, allowedRoutes: { kinds: [{ kind: "HTTPRoute" }] } }]);
    const [listener] = statusOf(cluster, "Gateway", "gw").listeners ?? [];
    expect(listener?.conditions.find(({ type }) => type === "ResolvedRefs")).toMatchObject({
      reason: "InvalidRouteKinds",
      message: "HTTPRoute is not supported, kind must be one of [TCPRoute]",
    });
  });
});

describe("connections through a proxy", () => {
  it("TLS is passed through to the backend of the route with the name", () => {
    for (const name of ["a", "b"]) app(name, ["porter"], { port: 443 }, { SERVE_TLS_PORT_443: `this is ${name}` });
    gateway("nginx", [TLS]);
    route("TLSRoute", "a", [{ name: "a", port: 443 }], { hostnames: ["a.example.com"] });
    route("TLSRoute", "b", [{ name: "b", port: 443 }], { hostnames: ["b.example.com"] });
    const ask = (name: string) => `curl -sk --resolve ${name}:443:${address()} https://${name}/; echo " $?"; `;
    expect(run(ask("a.example.com") + ask("b.example.com"))).toBe("this is a 0\nthis is b 0\n");
    // No route has the name, and without a handshake there is none.
    expect(run(`${ask("c.example.com")}curl -s http://${address()}:443/; echo $?`)).toBe(" 56\n56\n");
  });

  it("TCP goes to backends by their weights", () => {
    for (const name of ["a", "b"]) app(name, ["netexec", "--http-port=80"], { port: 80 });
    gateway("eg", [TCP]);
    const [a, b] = ["a", "b"].map((name) => ({ name, port: 80 }));
    route("TCPRoute", "r", [
      { ...a, weight: 3 },
      { ...b, weight: 1 },
    ]);
    const answers = run(`for i in 1 2 3 4 5 6 7 8; do curl -s http://${address()}:9000/hostname; echo; done`);
    expect(answers.split("\n").sort().join(" ").trim()).toBe("a a a a a a b b");
  });

  it("a TCPRoute without a valid backend resets connections", () => {
    gateway("nginx", [TCP]);
    route("TCPRoute", "r", [{ name: "nonexistent-service", port: 8080 }]);
    expect(shown(conditionsOf("TCPRoute", "r"))).toEqual([
      ...["Accepted=True/Accepted", "ResolvedRefs=False/BackendNotFound"],
    ]);
    expect(run(`curl -s http://${address()}:9000/; echo $?`)).toBe("56\n");
  });

  it("calls of gRPC go to the backend of their method, and by name", () => {
    const pod = podWith("yages", { image: "ghcr.io/projectcontour/yages:v0.1.0" });
    pod.metadata.labels = { app: "yages" };
    cluster.create(podKind, pod);
    const spec = { selector: { app: "yages" }, ports: [{ port: 9000 }] };
    cluster.create(serviceKind, { metadata: { name: "yages", namespace: "default" }, spec } as never);
    gateway("eg", [HTTP]);
    const backendRefs = [{ name: "yages", port: 9000 }];
    const matches = [{ method: { service: "yages.Echo", method: "Ping" } }];
    put(cluster, "GRPCRoute", "yages", {
      ...{ parentRefs: [{ name: "gw" }], hostnames: ["grpc-example.com"] },
      rules: [
        { matches, backendRefs },
        { matches: [{ headers: [{ name: "Magic", value: "foo" }] }], backendRefs },
      ],
    });
    cluster.advance(5_000);
    const ask = (more: string, symbol: string) =>
      run(`grpcurl -plaintext ${more} ${address()}:80 ${symbol} 2>&1; echo $?`, "fullstorydev/grpcurl");
    const named = "-authority=grpc-example.com";
    expect(ask(named, "yages.Echo/Ping")).toBe('{\n  "text": "pong"\n}\n0\n');
    expect(ask(`${named} -H "magic: foo" -d '{"text": "abc"}'`, "yages.Echo/Reverse")).toContain('"text": "cba"');
    expect(ask(named, "yages.Echo/Reverse")).toMatch(
      /^ERROR:\n {2}Code: Unimplemented\n {2}Message: .*404[\s\S]*\n76\n$/,
    );
    expect(ask("-authority=other.com", "yages.Echo/Ping")).toContain("Code: Unimplemented");
    expect(run("grpcurl -plaintext yages:9000 list", "fullstorydev/grpcurl")).toBe(
      "grpc.health.v1.Health\ngrpc.reflection.v1alpha.ServerReflection\nyages.Echo\n",
    );
  });

  it("UDP goes to a backend", () => {
    app("dns", ["netexec", "--udp-port=8081"], { port: 5300, targetPort: 8081, protocol: "UDP" });
    gateway("nginx", [UDP]);
    route("UDPRoute", "r", [{ name: "dns", port: 5300 }]);
    expect(run(`echo hostname | nc -u -w 2 ${address()} 5300`)).toBe("dns");
  });
});

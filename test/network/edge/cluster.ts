/** A cluster with an Ingress controller and echoing pods, called from outside. */
import { answerOutside, type OutsideAnswer, type OutsideRequest } from "../../../src/control-plane/outside/request.ts";
import { secretKind } from "../../../src/kinds/core/secret.ts";
import { serviceKind } from "../../../src/kinds/core/service.ts";
import { ingressKind } from "../../../src/kinds/networking/ingress.ts";
import { ingressClassKind } from "../../../src/kinds/networking/ingress-class.ts";
import type { Ingress } from "../../../src/schema/index.ts";
import { clusterWith, podWith } from "../../kubelet/clusters.ts";
import type { TestCluster } from "../../support/cluster.ts";
import { grantAll, issueTokens } from "./rights.ts";

/** Says its name, and the request that it got. */
const WHOAMI = "traefik/whoami:v1.11";
export const INGRESS_NGINX = "registry.k8s.io/ingress-nginx/controller:v1.15.1";

/** The flags of ingress-nginx on minikube. */
export const MINIKUBE_FLAGS = [
  ...["/nginx-ingress-controller", "--election-id=ingress-nginx-leader", "--controller-class=k8s.io/ingress-nginx"],
  ...["--ingress-class=nginx", "--watch-ingress-without-class=true", "--report-node-internal-ip-address"],
  ...["--configmap=default/ingress-nginx-controller", "--validating-webhook=:8443"],
];

/** The pods of the controller and of the apps; `a` and `b` have two pods each. */
export function edgeCluster(
  settings: { latency: "instant" | "realistic" } = { latency: "instant" },
  controller: { image?: string; args?: string[]; hasRights?: boolean } = {},
): TestCluster {
  const ports = [
    { containerPort: 80, hostPort: 80 },
    { containerPort: 443, hostPort: 443 },
  ];
  const { image = INGRESS_NGINX, args = MINIKUBE_FLAGS } = controller;
  const edge = podWith("edge", { image, args, ports } as never, { nodeName: "node-1" });
  edge.metadata.labels = { app: "edge" };
  const apps = ["a", "b"].flatMap((app) =>
    [1, 2].map((number) => {
      const pod = podWith(`${app}-${number}`, { image: WHOAMI });
      pod.metadata.labels = { app };
      return pod;
    }),
  );
  const cluster = clusterWith(settings, edge, ...apps);
  issueTokens(cluster);
  if (controller.hasRights ?? true) grantAll(cluster);
  for (const app of ["a", "b", "none"]) {
    const spec = { selector: { app }, ports: [{ name: "http", port: 80, targetPort: 80 }] };
    cluster.create(serviceKind, { metadata: { name: app, namespace: "default" }, spec } as never);
  }
  cluster.create(ingressClassKind, {
    metadata: { name: "nginx" },
    spec: { controller: "k8s.io/ingress-nginx" },
  } as never);
  cluster.advance(60_000);
  return cluster;
}

export interface Rule {
  host?: string;
  path?: string;
  type?: "Exact" | "Prefix" | "ImplementationSpecific";
  service?: string;
  port?: number | string;
}

export function backend(service: string, port: number | string = 80) {
  return { service: { name: service, port: typeof port === "number" ? { number: port } : { name: port } } };
}

export function createIngress(
  cluster: TestCluster,
  name: string,
  rules: readonly Rule[],
  { annotations = {}, spec = {} }: { annotations?: Record<string, string>; spec?: object } = {},
): Ingress {
  const prefixed = Object.entries(annotations).map(([key, value]) => [
    key.includes("/") ? key : `nginx.ingress.kubernetes.io/${key}`,
    value,
  ]);
  const shown = rules.map(({ host, path = "/", type = "Prefix", service = "a", port = 80 }) => ({
    ...(host !== undefined && { host }),
    http: { paths: [{ path, pathType: type, backend: backend(service, port) }] },
  }));
  return cluster.create(ingressKind, {
    metadata: { name, namespace: "default", annotations: Object.fromEntries(prefixed) },
    spec: { ingressClassName: "nginx", ...(shown.length > 0 && { rules: shown }), ...spec },
  } as never);
}

export function secret(cluster: TestCluster, name: string, data: Record<string, string>): void {
  const encoded = Object.fromEntries(Object.entries(data).map(([key, value]) => [key, btoa(value)]));
  cluster.create(secretKind, { metadata: { name, namespace: "default" }, data: encoded } as never);
}

/** A request to the node on which the controller has its ports. */
export function ask(cluster: TestCluster, request: Partial<OutsideRequest> & { host?: string } = {}): OutsideAnswer {
  const { host, headers = {}, scheme = "http", ...more } = request;
  const port = scheme === "http" ? 80 : 443;
  return cluster.write((tx) =>
    answerOutside(tx, {
      ...{ nodePort: { port, node: "node-1" }, scheme, method: "GET", path: "/", body: "" },
      ...{ from: "203.0.113.9", timeoutMs: 30_000, ...more },
      headers: host === undefined ? headers : { ...headers, host },
    }),
  );
}

/** `200 a /path`: the status, the app and the path that it got; or the status and the target of a redirect. */
export function seen(cluster: TestCluster, request: Partial<OutsideRequest> & { host?: string } = {}): string {
  const answer = ask(cluster, request);
  if (answer.type !== "answer") return answer.type === "failed" ? answer.why : answer.message;
  const { status, headers, body } = answer;
  const [, app] = /^Hostname: (\w+)-\d+$/m.exec(body) ?? [];
  const [, path] = /^[A-Z]+ (\S+) HTTP\/1.1$/m.exec(body) ?? [];
  if (app !== undefined) return `${status} ${app} ${path}`;
  return headers["location"] === undefined ? String(status) : `${status} ${headers["location"]}`;
}

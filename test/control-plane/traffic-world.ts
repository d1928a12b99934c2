/** Clusters with servers under flows of requests, and with autoscalers that measure them. */

import { allControllers } from "../../src/control-plane/controllers.ts";
import { beginFlow, type NewFlow } from "../../src/control-plane/traffic/manage.ts";
import { apiServiceKind } from "../../src/kinds/apiregistration/api-service.ts";
import { deploymentKind } from "../../src/kinds/apps/deployment.ts";
import { horizontalPodAutoscalerKind } from "../../src/kinds/autoscaling/horizontal-pod-autoscaler.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { serviceKind } from "../../src/kinds/core/service.ts";
import { flowsIn } from "../../src/platform/traffic.ts";
import type { APIService, Container, MetricSpec, Service } from "../../src/schema/index.ts";
import { deployment } from "../support/builders.ts";
import { TestCluster, type TestClusterOptions } from "../support/cluster.ts";

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/** One request takes 25 ms on the processor. */
export const PHP_APACHE = "registry.k8s.io/hpa-example";

export interface Server {
  name?: string;
  image?: string;
  replicas?: number;
  container?: Partial<Container>;
}

export function trafficCluster(options: Omit<TestClusterOptions, "controllers"> = {}): TestCluster {
  return new TestCluster({ controllers: allControllers, ...options });
}

/** A Deployment and a Service in front of it at port 80. The pods are ready afterwards. */
export function serve(cluster: TestCluster, { name = "web", image = "nginx:1.27", replicas, container }: Server = {}) {
  const built = deployment(name, { image, ...(replicas !== undefined && { replicas }) });
  Object.assign(built.spec.template.spec!.containers[0]!, container);
  cluster.create(deploymentKind, built);
  cluster.create(serviceKind, service(name, { selector: { app: name }, ports: [{ port: 80, targetPort: 80 }] }));
  cluster.advance(MINUTE);
}

function service(name: string, spec: object, namespace = "default"): Service {
  return { kind: "Service", apiVersion: "v1", metadata: { name, namespace }, spec, status: {} } as Service;
}

/** The group metrics.k8s.io. */
export function installMetricsServer(cluster: TestCluster): void {
  const namespace = "kube-system";
  const image = "registry.k8s.io/metrics-server/metrics-server:v0.8.0";
  const built = deployment("metrics-server", { namespace, image });
  Object.assign(built.spec.template.spec!.containers[0]!, { args: ["--secure-port=10250"] });
  cluster.create(deploymentKind, built);
  const ports = [{ port: 443, targetPort: 10250 }];
  cluster.create(serviceKind, service("metrics-server", { selector: { app: "metrics-server" }, ports }, namespace));
  cluster.create(apiServiceKind, {
    ...{ kind: "APIService", apiVersion: "apiregistration.k8s.io/v1", metadata: { name: "v1beta1.metrics.k8s.io" } },
    spec: {
      ...{ group: "metrics.k8s.io", version: "v1beta1", groupPriorityMinimum: 100, versionPriority: 100 },
      ...{ insecureSkipTLSVerify: true, service: { name: "metrics-server", namespace } },
    },
  } as APIService);
  cluster.advance(MINUTE);
}

/** Scales the Deployment of this name between 1 and `maxReplicas` by the CPU that its pods use. */
export function autoscale(cluster: TestCluster, name: string, percent: number, maxReplicas = 10): void {
  const metrics: MetricSpec[] = [
    { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: percent } } },
  ];
  cluster.create(horizontalPodAutoscalerKind, {
    ...{ kind: "HorizontalPodAutoscaler", apiVersion: "autoscaling/v2", metadata: { name, namespace: "default" } },
    spec: { minReplicas: 1, maxReplicas, scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name }, metrics },
    status: { desiredReplicas: 0 },
  });
}

export const replicasOf = (cluster: TestCluster, name = "web") => cluster.get(deploymentKind, name)!.spec.replicas;
export const podsOf = (cluster: TestCluster, app = "web") =>
  cluster.list(podKind, "default").filter(({ metadata }) => metadata.labels?.["app"] === app);

/** GET / at the Service. Returns the flow's id. */
export function flow(cluster: TestCluster, options: Partial<NewFlow> & Partial<NewFlow["request"]> = {}): string {
  const { rate = 10, durationMs = 10 * MINUTE, ...request } = options;
  const begun = cluster.write((tx) =>
    beginFlow(tx, {
      ...{ rate, durationMs },
      request: {
        ...{ service: { namespace: "default", name: "web" }, scheme: "http", method: "GET", path: "/", headers: {} },
        ...{ body: "", from: "192.168.0.1", timeoutMs: 30_000 },
        ...request,
      },
    }),
  );
  if (begun.type !== "begun") throw new Error(JSON.stringify(begun));
  return begun.flow.id;
}

/** The flow as the platform's API shows it. */
export function seen(cluster: TestCluster, id = "flow-1") {
  const known = cluster.write((tx) => flowsIn(tx).find((each) => each.id === id));
  if (!known) throw new Error(`no flow ${id}`);
  return known;
}

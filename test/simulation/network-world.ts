/** Clusters with a Service and clients that call it in loops, for simulations of the network. */
import { allControllers } from "../../src/control-plane/controllers.ts";
import { deploymentKind } from "../../src/kinds/apps/deployment.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { serviceKind } from "../../src/kinds/core/service.ts";
import { containerAccess } from "../../src/kubelet/access.ts";
import type { Container, Pod, Service } from "../../src/schema/index.ts";
import { deployment, pod } from "../support/builders.ts";
import { TestCluster } from "../support/cluster.ts";

export const AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.59";
export const SECOND = 1000;

export class NetworkWorld {
  readonly cluster: TestCluster;

  constructor(seed: string) {
    this.cluster = new TestCluster({ controllers: allControllers, seed });
  }

  /** A Deployment of servers behind a Service of the same name. */
  serve(name: string, replicas: number, container: Partial<Container> = {}): void {
    const built = deployment(name, {
      replicas,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0 } },
    });
    const { spec } = built.spec.template;
    const netexec = { image: AGNHOST, args: ["netexec", "--http-port=80"] };
    Object.assign(spec.containers[0]!, netexec, container);
    this.cluster.create(deploymentKind, built);
    const service = {
      ...{ apiVersion: "v1", kind: "Service", metadata: { name, namespace: "default" }, status: {} },
      spec: { selector: { app: name }, ports: [{ port: 80 }] },
    };
    this.cluster.create(serviceKind, service as unknown as Service);
  }

  /** A pod that runs a script with `wget` and `curl`. */
  client(name: string, script: string): void {
    const built = pod(name);
    built.metadata.labels = { role: "client" };
    Object.assign(built.spec.containers[0]!, { image: "nginx", command: ["sh", "-c", script] });
    this.cluster.create(podKind, built);
  }

  advance(seconds: number): void {
    this.cluster.advance(seconds * SECOND);
  }

  pods(app: string): Pod[] {
    return this.cluster.list<Pod>(podKind, "default").filter(({ metadata }) => metadata.labels?.["app"] === app);
  }

  /** Names of the pods that are ready and not being deleted. */
  ready(app: string): Set<string> {
    const isReady = ({ metadata, status }: Pod) =>
      !metadata.deletionTimestamp &&
      status.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True");
    return new Set(this.pods(app).flatMap((each) => (isReady(each) ? [each.metadata.name ?? ""] : [])));
  }

  log(name: string): string[] {
    const found = this.cluster.get(podKind, name)!;
    const options = { previous: false, timestamps: false };
    const { text } = this.cluster.write((tx) => containerAccess.readLog(tx, { pod: found, container: "c" }, options));
    return text.split("\n").slice(0, -1);
  }
}

/** How often each value occurs. */
export function counts(values: readonly string[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const value of values) found[value] = (found[value] ?? 0) + 1;
  return found;
}

import { beforeEach, describe, expect, it } from "vitest";
import { mutatingWebhookConfigurationKind } from "../../src/kinds/admissionregistration/mutating-webhook-configuration.ts";
import { validatingWebhookConfigurationKind } from "../../src/kinds/admissionregistration/validating-webhook-configuration.ts";
import { deploymentKind } from "../../src/kinds/apps/deployment.ts";
import { configMapKind } from "../../src/kinds/core/config-map.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { serviceKind } from "../../src/kinds/core/service.ts";
import type { KindDefinition } from "../../src/kinds/kind.ts";
import { clusterWith, podWith } from "../kubelet/clusters.ts";

let cluster: ReturnType<typeof clusterWith>;

beforeEach(() => {
  const server = podWith("server", {
    image: "registry.k8s.io/e2e-test-images/agnhost:2.59",
    args: ["webhook", "--port=8443", "-v=4"],
  });
  server.metadata.labels = { app: "hook" };
  cluster = clusterWith({ latency: "instant" }, server);
  const spec = { selector: { app: "hook" }, ports: [{ port: 443, targetPort: 8443 }] };
  cluster.create(serviceKind, { metadata: { name: "hook", namespace: "default" }, spec } as never);
  cluster.advance(10_000);
});

const hook = (resource: string, path: string, more: object = {}) => ({
  name: `${path.slice(1)}.example.com`,
  clientConfig: { service: { namespace: "default", name: "hook", path } },
  rules: [
    { apiGroups: ["", "apps"], apiVersions: ["v1"], operations: ["CREATE", "UPDATE", "DELETE"], resources: [resource] },
  ],
  sideEffects: "None",
  admissionReviewVersions: ["v1"],
  ...more,
});

function configure(kind: unknown, ...webhooks: object[]): void {
  cluster.create(kind as KindDefinition, { metadata: { name: "hooks" }, webhooks } as never);
}

function configMap(name: string, data: Record<string, string>) {
  return { metadata: { name, namespace: "default" }, data } as never;
}

function problemOf(work: () => unknown): string {
  try {
    work();
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

describe("a webhook in a pod", () => {
  it("denies with its own words", () => {
    configure(validatingWebhookConfigurationKind, hook("configmaps", "/configmaps"));
    const bad = configMap("bad", { "webhook-e2e-test": "webhook-disallow" });
    expect(problemOf(() => cluster.create(configMapKind, bad))).toBe(
      'admission webhook "configmaps.example.com" denied the request: the configmap contains unwanted key and value',
    );
    cluster.create(configMapKind, configMap("good", { a: "b" }));
    const keep = configMap("keep", { "webhook-e2e-test": "webhook-nondeletable" });
    const kept = cluster.create(configMapKind, keep);
    expect(problemOf(() => cluster.delete(configMapKind, kept))).toContain("cannot be deleted");
  });

  it("changes the object, in the order of the webhooks, and again after others did", () => {
    configure(
      mutatingWebhookConfigurationKind,
      hook("configmaps", "/mutating-configmaps", { name: "first.example.com", reinvocationPolicy: "IfNeeded" }),
      hook("configmaps", "/mutating-configmaps", { name: "second.example.com" }),
    );
    cluster.create(configMapKind, configMap("a", { "mutation-start": "yes" }));
    expect(cluster.get(configMapKind, "a")?.data).toEqual({
      "mutation-start": "yes",
      "mutation-stage-1": "yes",
      "mutation-stage-2": "yes",
    });
  });

  it("sees the writes of controllers, whose events tell the refusal", () => {
    configure(validatingWebhookConfigurationKind, hook("pods", "/always-deny"));
    const containers = [{ name: "c", image: "nginx" }];
    const template = { metadata: { labels: { app: "web" } }, spec: { containers } };
    const spec = { replicas: 1, selector: { matchLabels: { app: "web" } }, template };
    cluster.create(deploymentKind, { metadata: { name: "web", namespace: "default" }, spec } as never);
    cluster.advance(10_000);
    expect(cluster.events().join("\n")).toContain(
      'Error creating: admission webhook "always-deny.example.com" denied the request: this webhook denies all requests',
    );
  });

  it("that answers too late fails by its policy", () => {
    configure(validatingWebhookConfigurationKind, hook("configmaps", "/always-allow-delay-5s", { timeoutSeconds: 1 }));
    expect(problemOf(() => cluster.create(configMapKind, configMap("a", {})))).toBe(
      'Internal error occurred: failed calling webhook "always-allow-delay-5s.example.com": failed to call webhook: ' +
        'Post "https://hook.default.svc:443/always-allow-delay-5s?timeout=1s": context deadline exceeded',
    );
  });

  it("whose pod is gone fails", () => {
    configure(validatingWebhookConfigurationKind, hook("configmaps", "/configmaps"));
    cluster.delete(podKind, cluster.get(podKind, "server")!, { gracePeriodSeconds: 0 });
    cluster.advance(10_000);
    expect(problemOf(() => cluster.create(configMapKind, configMap("a", {})))).toContain("no endpoints available");
  });

  it("answers what it does not know with an error of the server", () => {
    configure(validatingWebhookConfigurationKind, hook("configmaps", "/nope"));
    expect(problemOf(() => cluster.create(configMapKind, configMap("a", {})))).toContain(
      "failed to call webhook: the server could not find the requested resource",
    );
  });
});

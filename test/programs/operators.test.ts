/** Small operators in pods, which use the API with their own accounts. */
import { beforeEach, describe, expect, it } from "vitest";
import { installSigningKey } from "../../src/cluster/issuer/issuer.ts";
import { mutatingWebhookConfigurationKind } from "../../src/kinds/admissionregistration/mutating-webhook-configuration.ts";
import { customResourceDefinitionKind } from "../../src/kinds/apiextensions/custom-resource-definition.ts";
import { deploymentKind } from "../../src/kinds/apps/deployment.ts";
import { configMapKind } from "../../src/kinds/core/config-map.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { secretKind } from "../../src/kinds/core/secret.ts";
import type { KindDefinition } from "../../src/kinds/kind.ts";
import { clusterRoleBindingKind } from "../../src/kinds/rbac/cluster-role-binding.ts";
import { certificateProblem } from "../../src/lib/signing/verification.ts";
import { clusterWith, podWith } from "../kubelet/clusters.ts";

let cluster: ReturnType<typeof clusterWith>;

beforeEach(() => {
  cluster = clusterWith({ latency: "instant" });
  cluster.write((tx) => installSigningKey(tx, { keyId: "test-key", privateKey: "1".padStart(64, "0") }));
  const subjects = [{ kind: "Group", name: "system:serviceaccounts", apiGroup: "rbac.authorization.k8s.io" }];
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" };
  cluster.create(clusterRoleBindingKind, { metadata: { name: "all" }, subjects, roleRef } as never);
});

// biome-ignore lint/suspicious/noExplicitAny: custom objects have every shape
type Free = any;

/** Defines a kind and returns it. */
function define(group: string, version: string, kind: string, plural: string): KindDefinition<Free> {
  const openAPIV3Schema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  cluster.create(customResourceDefinitionKind, {
    metadata: {
      ...{ name: `${plural}.${group}`, annotations: { "api-approved.kubernetes.io": "unapproved, experimental-only" } },
    },
    spec: {
      ...{ group, scope: "Namespaced", names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` } },
      versions: [
        { name: version, served: true, storage: true, subresources: { status: {} }, schema: { openAPIV3Schema } },
      ],
    },
  } as never);
  cluster.advance(5000);
  return cluster.write((tx) => tx.kinds.byResource(`${group}/${plural}`)) as unknown as KindDefinition<Free>;
}

function start(name: string, image: string, args: string[] = []): void {
  cluster.create(podKind, podWith(name, { image, args }, { restartPolicy: "OnFailure" }));
  cluster.advance(20_000);
}

const text = (name: string, key: string) => atob(String(cluster.get(secretKind, name)?.data?.[key] ?? ""));

describe("sample-controller", () => {
  it("keeps a Deployment for each Foo, and shows its replicas", () => {
    const foos = define("samplecontroller.k8s.io", "v1alpha1", "Foo", "foos");
    const foo = { apiVersion: "samplecontroller.k8s.io/v1alpha1", kind: "Foo" };
    start("controller", "registry.k8s.io/sample-controller:v0.36.0");
    const spec = { deploymentName: "example-foo", replicas: 1 };
    const made = cluster.create(foos, { ...foo, metadata: { name: "example", namespace: "default" }, spec });
    cluster.advance(20_000);
    expect(cluster.get(deploymentKind, "example-foo")?.metadata.ownerReferences).toMatchObject([{ name: "example" }]);
    expect(cluster.get(foos, "example").status).toEqual({ availableReplicas: 1 });
    cluster.update(foos, made, (draft: Free) => {
      draft.spec.replicas = 2;
    });
    cluster.advance(20_000);
    expect(cluster.get(foos, "example").status).toEqual({ availableReplicas: 2 });
    expect(cluster.events().join("\n")).toContain("Foo synced successfully");
    cluster.delete(deploymentKind, cluster.get(deploymentKind, "example-foo")!);
    cluster.advance(20_000);
    expect(cluster.get(deploymentKind, "example-foo")?.spec.replicas).toBe(2);
    expect(cluster.nextDueAtMs ?? Number.POSITIVE_INFINITY).toBeGreaterThan(cluster.nowMs + 60_000);
  });

  it("leaves a Deployment alone that is not its own", () => {
    const foos = define("samplecontroller.k8s.io", "v1alpha1", "Foo", "foos");
    cluster.create(deploymentKind, {
      metadata: { name: "web", namespace: "default" },
      spec: {
        ...{ replicas: 1, selector: { matchLabels: { app: "web" } } },
        template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "c", image: "nginx" }] } },
      },
    } as never);
    start("controller", "registry.k8s.io/sample-controller:v0.36.0");
    const metadata = { name: "example", namespace: "default" };
    const foo = { apiVersion: "samplecontroller.k8s.io/v1alpha1", kind: "Foo", metadata };
    cluster.create(foos, { ...foo, spec: { deploymentName: "web", replicas: 3 } });
    cluster.advance(20_000);
    expect(cluster.get(deploymentKind, "web")?.spec.replicas).toBe(1);
    expect(cluster.events().join("\n")).toContain('Resource "web" already exists and is not managed by Foo');
  });
});

describe("jobs of Gateways' controllers", () => {
  it("make certificates of one authority, and replace none", () => {
    const args = ["generate-certs", "--service=ngf", "--server-tls-secret=server-tls", "--agent-tls-secret=agent-tls"];
    start("certs", "ghcr.io/nginx/nginx-gateway-fabric:2.2.1", args);
    expect(cluster.get(podKind, "certs")?.status.phase).toBe("Succeeded");
    const presented = text("server-tls", "tls.crt");
    const trusts = text("agent-tls", "ca.crt");
    const verify = (host: string) => certificateProblem({ presented, trusts, host, nowMs: cluster.nowMs });
    expect(verify("ngf.default.svc")).toBeUndefined();
    start("again", "ghcr.io/nginx/nginx-gateway-fabric:2.2.1", args);
    expect(text("server-tls", "tls.crt")).toBe(presented);
  });

  it("write the authority into Envoy Gateway's webhook", () => {
    cluster.create(mutatingWebhookConfigurationKind, {
      metadata: { name: "envoy-gateway-topology-injector.default" },
      webhooks: [
        {
          ...{ name: "topology.webhook.gateway.envoyproxy.io", sideEffects: "None", admissionReviewVersions: ["v1"] },
          ...{ failurePolicy: "Ignore", clientConfig: { service: { namespace: "default", name: "envoy-gateway" } } },
        },
      ],
    } as never);
    start("certgen", "docker.io/envoyproxy/gateway:v1.6.1", ["certgen"]);
    expect(cluster.get(podKind, "certgen")?.status.phase).toBe("Succeeded");
    expect(Object.keys(cluster.get(secretKind, "envoy")?.data ?? {})).toEqual(["ca.crt", "tls.crt", "tls.key"]);
    expect(cluster.get(secretKind, "envoy-oidc-hmac")?.data).toHaveProperty("hmac-secret");
    const found = cluster.get(mutatingWebhookConfigurationKind, "envoy-gateway-topology-injector.default", "");
    expect(found?.webhooks?.[0]?.clientConfig.caBundle).toBe(cluster.get(secretKind, "envoy")?.data?.["ca.crt"]);
  });
});

describe("Reloader", () => {
  const annotated = (name: string, annotations: Record<string, string>, from: object) => {
    const containers = [{ name: "c", image: "nginx", envFrom: [from] }];
    cluster.create(deploymentKind, {
      metadata: { name, namespace: "default", annotations },
      spec: {
        selector: { matchLabels: { app: name } },
        template: { metadata: { labels: { app: name } }, spec: { containers } },
      },
    } as never);
  };
  const reloads = () =>
    cluster
      .list(deploymentKind, "default")
      .filter(({ spec }) => spec.template.spec.containers[0]?.env)
      .map(({ metadata }) => metadata.name);

  it("rolls out the workloads whose annotations ask for it when data changes", () => {
    const config = cluster.create(configMapKind, {
      metadata: { name: "app-config", namespace: "default" },
      data: { a: "1" },
    } as never);
    start("reloader", "ghcr.io/stakater/reloader:v1.4.16");
    const used = { configMapRef: { name: "app-config" } };
    const other = { configMapRef: { name: "other", optional: true } };
    annotated("auto", { "reloader.stakater.com/auto": "true" }, used);
    annotated("auto-unused", { "reloader.stakater.com/auto": "true" }, other);
    annotated("named", { "configmap.reloader.stakater.com/reload": "x, app-config" }, other);
    annotated("secrets-only", { "secret.reloader.stakater.com/reload": "app-config" }, used);
    annotated("silent", {}, used);
    cluster.advance(20_000);
    const labelled = cluster.update(configMapKind, config, (draft) => {
      draft.metadata.labels = { changed: "labels" };
    });
    cluster.advance(20_000);
    expect(reloads()).toEqual([]);
    cluster.update(configMapKind, labelled, (draft) => {
      draft.data = { a: "2" };
    });
    cluster.advance(20_000);
    expect(reloads()).toEqual(["auto", "named"]);
    // The SHA-1 of "a=2", as Reloader computes it.
    expect(cluster.get(deploymentKind, "auto")?.spec.template.spec.containers[0]?.env).toEqual([
      { name: "STAKATER_APP_CONFIG_CONFIGMAP", value: "d6dbf8a400e3e00c352f9ceeca960bdf64ab6377" },
    ]);
    expect(cluster.get(deploymentKind, "auto")?.status.observedGeneration).toBe(2);
    expect(cluster.events().join("\n")).toContain(
      "Changes detected in 'app-config' of type 'CONFIGMAP' in namespace 'default', Updated 'auto' of type 'Deployment' in namespace 'default'",
    );
  });
});

describe("Consul", () => {
  it("makes the certificate of its webhook, and writes where its server runs", () => {
    const name = "consul-connect-injector";
    cluster.create(mutatingWebhookConfigurationKind, {
      metadata: { name },
      webhooks: [
        {
          ...{ name: "injector.consul.hashicorp.com", admissionReviewVersions: ["v1"], sideEffects: "None" },
          clientConfig: { service: { name, namespace: "default", path: "/mutate" } },
          rules: [],
        },
      ],
    } as never);
    const config = JSON.stringify([{ name, tlsAutoHosts: [name], secretName: "cert", secretNamespace: "default" }]);
    cluster.create(configMapKind, {
      metadata: { name: "c", namespace: "default" },
      data: { "w.json": config },
    } as never);
    const pod = podWith(
      "manager",
      {
        image: "hashicorp/consul-k8s-control-plane:1.9.0",
        command: ["/bin/sh", "-ec", "exec consul-k8s-control-plane webhook-cert-manager -config-file=/config/w.json"],
        volumeMounts: [{ name: "c", mountPath: "/config" }],
      },
      { volumes: [{ name: "c", configMap: { name: "c" } }] },
    );
    cluster.create(podKind, pod);
    const region =
      "consul-k8s-control-plane fetch-server-region -node-name n -output-file /tmp/l.json && cat /tmp/l.json";
    const image = "hashicorp/consul-k8s-control-plane:1.9.0";
    cluster.create(podKind, podWith("init", { image, command: ["sh", "-c", region] }, { restartPolicy: "Never" }));
    cluster.advance(20_000);
    expect(cluster.get(secretKind, "cert")?.type).toBe("kubernetes.io/tls");
    const webhook = cluster.get(mutatingWebhookConfigurationKind, name, "")?.webhooks?.[0];
    expect(webhook?.clientConfig.caBundle).toBe(btoa(text("cert", "ca.crt")));
    expect(cluster.get(podKind, "init")?.status.phase).toBe("Succeeded");
  });
});

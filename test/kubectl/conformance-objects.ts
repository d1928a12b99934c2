/**
 * Objects of the conformance tests of kubectl.
 * Kubernetes: test/e2e/testing-manifests
 */
export const AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.63.0";
export const HTTPD = "registry.k8s.io/e2e-test-images/httpd:2.4.38-4";
export const HTTPD_NEW = "registry.k8s.io/e2e-test-images/httpd:2.4.39-4";

const NAUTILUS = "registry.k8s.io/e2e-test-images/nautilus:1.7";
export const updateDemo = {
  image: NAUTILUS,
  controller: {
    apiVersion: "v1",
    kind: "ReplicationController",
    metadata: { name: "update-demo-nautilus" },
    spec: {
      replicas: 2,
      selector: { name: "update-demo", version: "nautilus" },
      template: {
        metadata: { labels: { name: "update-demo", version: "nautilus" } },
        spec: {
          containers: [{ name: "update-demo", image: NAUTILUS, ports: [{ containerPort: 80, protocol: "TCP" }] }],
        },
      },
    },
  },
};

const server = (name: string, labels: Record<string, string>, replicas: number, port: number, args: string[]) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        containers: [
          {
            name,
            image: AGNHOST,
            args: ["guestbook", ...args],
            resources: { requests: { cpu: "100m", memory: "100Mi" } },
            ports: [{ containerPort: port }],
          },
        ],
      },
    },
  },
});
const service = (name: string, labels: Record<string, string>, port: number) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, labels },
  spec: { ports: [{ port }], selector: labels },
});
const tier = (app: string, role: string) => ({ app, role, tier: "backend" });

export const guestbook = [
  service("agnhost-replica", tier("agnhost", "replica"), 6379),
  service("agnhost-primary", tier("agnhost", "primary"), 6379),
  service("frontend", { app: "guestbook", tier: "frontend" }, 80),
  server("frontend", { app: "guestbook", tier: "frontend" }, 3, 80, ["--backend-port", "6379"]),
  server("agnhost-primary", tier("agnhost", "primary"), 1, 6379, ["--http-port", "6379"]),
  server("agnhost-replica", tier("agnhost", "replica"), 2, 6379, [
    ...["--replicaof", "agnhost-primary", "--http-port", "6379"],
  ]),
];

const PRIMARY = { app: "agnhost", role: "primary" };
export const primaryController = (namespace: string) => ({
  apiVersion: "v1",
  kind: "ReplicationController",
  metadata: { name: "agnhost-primary", namespace, labels: PRIMARY },
  spec: {
    replicas: 1,
    selector: PRIMARY,
    template: {
      metadata: { labels: PRIMARY },
      spec: {
        containers: [
          {
            name: "agnhost-primary",
            image: AGNHOST,
            args: ["guestbook", "--http-port", "6379"],
            ports: [{ name: "agnhost-server", containerPort: 6379 }],
          },
        ],
      },
    },
  },
});
export const primaryService = () => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "agnhost-primary", labels: PRIMARY },
  spec: { selector: PRIMARY, ports: [{ port: 6379, targetPort: "agnhost-server" }] },
});

export const deploymentOf = (image: string) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "httpd-deployment", labels: { app: "httpd" } },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: "httpd" } },
    template: {
      metadata: { labels: { app: "httpd" } },
      spec: { containers: [{ name: "httpd", image, ports: [{ containerPort: 80 }] }] },
    },
  },
});

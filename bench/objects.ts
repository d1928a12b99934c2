/** The objects that the bench creates. */

export function deployment(name: string, replicas: number) {
  const labels = { app: name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, labels },
    spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec() } },
  };
}

export function pod(name: string) {
  return { apiVersion: "v1", kind: "Pod", metadata: { name, labels: { app: "bench" } }, spec: podSpec() };
}

/** About the size of a typical manifest: a pod then has some 5 kB. */
function podSpec() {
  return {
    containers: [
      {
        name: "app",
        image: "nginx:1.27",
        ports: [{ containerPort: 80 }],
        env: [
          { name: "LOG_LEVEL", value: "info" },
          { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
        ],
        resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { cpu: "100m", memory: "64Mi" } },
        readinessProbe: { httpGet: { path: "/", port: 80 }, periodSeconds: 5 },
      },
    ],
  };
}

export function configMap(name: string) {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { key: "value", other: "x".repeat(200) } };
}

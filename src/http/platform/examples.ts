/** Values shared by the document's examples. Tests validate them against the schemas. */

export const EXAMPLE_TIME = "2026-09-01T08:00:00.000Z";

export const exampleCluster = {
  id: "c4m9x1q0z7t2b8k5d",
  name: "anna",
  labels: { course: "k8s-101" },
  createdAt: EXAMPLE_TIME,
  server: "https://sandbar.example.com/clusters/c4m9x1q0z7t2b8k5d",
  nodes: 3,
  latency: "realistic" as const,
  unknownImages: "fail" as const,
  loadBalancers: "assigned" as const,
  packages: "offline" as const,
  resourceVersion: "312",
  time: "2026-09-01T08:00:00.000Z",
  offsetSeconds: 0,
};

export const exampleCredential = {
  id: "cred-8h2k5n1p9r4t7v0x",
  user: "anna",
  role: "student" as const,
  groups: ["sandbar:students"],
  createdAt: EXAMPLE_TIME,
  expiresAt: null,
};

export const exampleKubeconfig = `apiVersion: v1
kind: Config
clusters:
  - name: c4m9x1q0z7t2b8k5d
    cluster:
      server: https://sandbar.example.com/clusters/c4m9x1q0z7t2b8k5d
users:
  - name: anna
    user:
      token: sbx_c4m9x1q0z7t2b8k5d_…
contexts:
  - name: anna@c4m9x1q0z7t2b8k5d
    context:
      cluster: c4m9x1q0z7t2b8k5d
      user: anna
current-context: anna@c4m9x1q0z7t2b8k5d
`;

export const exampleApiKey = {
  id: "key-3f6j9m2q5s8v1y4b",
  name: "ci",
  prefix: "sbk_Qm7xWc",
  createdAt: EXAMPLE_TIME,
};

export const exampleOrganization = {
  id: "org-1d4g7k0n3q6t9w2z",
  name: "Evening school",
  createdAt: EXAMPLE_TIME,
};

export const exampleFault = {
  name: "node-down-node-2",
  kind: "node-down" as const,
  node: "node-2",
  since: EXAMPLE_TIME,
};

export const exampleOutsideAnswer = {
  status: 200,
  headers: { "content-type": "text/plain; charset=utf-8", "content-length": "14" },
  body: "Hello, world!\n",
  encoding: "utf-8" as const,
  isTruncated: false,
  pod: { namespace: "default", name: "web-57f46db77f-x2k7q", node: "node-2", ip: "10.244.2.3" },
  proxy: {
    namespace: "ingress-nginx",
    name: "ingress-nginx-controller-6bdf7f7d5f-9xv8s",
    node: "node-1",
    ip: "10.244.1.4",
  },
  connected: { address: "192.168.0.11", port: 80 },
  durationSeconds: 0.004,
  error: null,
};

export const exampleTraffic = {
  id: "flow-1",
  target: {
    ...{ service: { namespace: "default", name: "web", port: 80 } },
    ...{ scheme: "http" as const, method: "GET", path: "/" },
  },
  rate: 50,
  durationSeconds: 600,
  state: "running" as const,
  since: EXAMPLE_TIME,
  until: "2026-09-01T08:10:00.000Z",
  requests: { sent: 6000, answered: 6000, failed: 0 },
  statusCodes: { "200": 6000 },
  errors: {},
  pods: [
    {
      ...{ namespace: "default", name: "web-57f46db77f-x2k7q", node: "node-2", ip: "10.244.2.3" },
      ...{ requests: 6000, statusCodes: { "200": 6000 }, errors: {} },
    },
  ],
  latencySeconds: { p50: 0.002, p90: 0.0021, p99: 0.0034 },
};

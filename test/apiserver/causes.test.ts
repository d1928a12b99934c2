/**
 * How often each cause occurs in a refusal, and its text.
 *
 * Kubernetes validates the metadata of every update twice. Most kinds validate it again, and some kinds validate the
 * whole object twice. Each validation adds the causes again, while the message has each cause once. The numbers
 * follow from the `ValidateUpdate` of each kind's strategy.
 */
import { describe, expect, test } from "vitest";
import { CONFIG_MAPS, configMap, Server } from "./server.ts";

const BAD_LABELS = { metadata: { labels: { a: "b c" } } };
const PODS = { containers: [{ name: "c", image: "i" }] };
const labels = { app: "x" };
const workload = { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: PODS } };

describe("a bad label of an update is reported once for each validation of its kind", () => {
  test.each<[string, string, object, number]>([
    ["v1 configmaps", "ConfigMap", {}, 4],
    ["v1 services", "Service", { spec: { ports: [{ port: 80 }] } }, 4],
    ["v1 limitranges", "LimitRange", { spec: { limits: [] } }, 3],
    ["v1 namespaces", "Namespace", {}, 4],
    ["v1 resourcequotas", "ResourceQuota", { spec: {} }, 3],
    ["apps/v1 deployments", "Deployment", { spec: workload }, 3],
    ["apps/v1 replicasets", "ReplicaSet", { spec: workload }, 4],
    ["apps/v1 statefulsets", "StatefulSet", { spec: { serviceName: "x", ...workload } }, 3],
    ["policy/v1 poddisruptionbudgets", "PodDisruptionBudget", { spec: { minAvailable: 1 } }, 2],
    ["rbac.authorization.k8s.io/v1 roles", "Role", { rules: [] }, 5],
    ["networking.k8s.io/v1 networkpolicies", "NetworkPolicy", { spec: { podSelector: {} } }, 4],
  ])("%s", (resource, kind, rest, times) => {
    const server = new Server();
    const [apiVersion = "", plural] = resource.split(" ");
    const root = apiVersion === "v1" ? "/api/v1" : `/apis/${apiVersion}`;
    const path = kind === "Namespace" ? `${root}/${plural}` : `${root}/namespaces/default/${plural}`;
    const body = { apiVersion, kind, metadata: { name: "x" }, ...rest };
    expect(server.post(path, body).status).toBe(201);
    const refused = server.patch(`${path}/x`, BAD_LABELS);
    expect(refused.status).toBe(422);
    expect(refused.body.details.causes).toHaveLength(times);
    expect(refused.body.message.match(/Invalid value/g)).toHaveLength(1);
  });
});

test("errors of a node's taints are reported twice, with a path below metadata", () => {
  const server = new Server();
  server.post("/api/v1/nodes", { apiVersion: "v1", kind: "Node", metadata: { name: "n" } });
  const refuse = (taints: object[]) => server.patch("/api/v1/nodes/n", { spec: { taints } }).body;
  const bad = refuse([{ key: "a", effect: "Nope" }]);
  const problem = 'Unsupported value: "Nope": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"';
  expect(bad.message).toBe(`Node "n" is invalid: metadata.taints[0].effect: ${problem}`);
  const cause = { reason: "FieldValueNotSupported", message: problem, field: "metadata.taints[0].effect" };
  expect(bad.details.causes).toEqual([cause, cause]);
  const taint = { key: "a", effect: "NoSchedule" };
  expect(refuse([taint, taint]).message).toBe(
    'Node "n" is invalid: metadata.taints[1]: Duplicate value: {"Key":"a","Value":"","Effect":"NoSchedule","TimeAdded":null}: ' +
      "taints must be unique by key and effect pair",
  );
});

test("lists are printed as JSON, and a list that is absent is null", () => {
  const server = new Server();
  const dryRun = server.post(`${CONFIG_MAPS}?dryRun=Nope`, configMap("x"));
  expect(dryRun.body.details.causes).toEqual([
    {
      reason: "FieldValueNotSupported",
      message: 'Unsupported value: ["Nope"]: supported values: "All"',
      field: "dryRun",
    },
  ]);
  const ingress = (spec: object) =>
    server.post("/apis/networking.k8s.io/v1/namespaces/default/ingresses", {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { name: "x" },
      spec,
    }).body.details.causes[0].message;
  const either = "either `defaultBackend` or `rules` must be specified";
  expect(ingress({})).toBe(`Invalid value: null: ${either}`);
});

test("ports of a dry run count up from those given, the health check's last", () => {
  const server = new Server();
  const made = (ports: object[]) =>
    server.post("/api/v1/namespaces/default/services?dryRun=All", {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "x" },
      spec: { type: "LoadBalancer", externalTrafficPolicy: "Local", ports },
    }).body.spec;
  expect(made([{ port: 80 }])).toMatchObject({ ports: [{ nodePort: 32769 }], healthCheckNodePort: 32770 });
  const two = made([
    { name: "a", port: 80, nodePort: 30080 },
    { name: "b", port: 81 },
  ]);
  expect(two).toMatchObject({ ports: [{ nodePort: 30080 }, { nodePort: 30081 }], healthCheckNodePort: 30082 });
});

test("a volume's source is fixed, and the refusal shows the difference", () => {
  const server = new Server();
  const path = "/api/v1/persistentvolumes";
  const spec = { capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"], hostPath: { path: "/a" } };
  server.post(path, { apiVersion: "v1", kind: "PersistentVolume", metadata: { name: "x" }, spec });
  const refused = server.patch(`${path}/x`, { spec: { hostPath: { path: "/b" } } });
  expect(refused.body.details.causes).toHaveLength(1);
  expect(refused.body.details.causes[0]).toMatchObject({
    field: "spec.persistentvolumesource",
    message:
      "Forbidden: spec.persistentvolumesource is immutable after creation\n" +
      '@@ -2,7 +2,7 @@\n  "GCEPersistentDisk": null,\n  "AWSElasticBlockStore": null,\n  "HostPath": {\n' +
      '-  "Path": "/a",\n+  "Path": "/b",\n   "Type": ""\n  },\n  "Glusterfs": null,\n',
  });
});

test("a name without a rule of its kind must fit into a path", () => {
  const server = new Server();
  const path = "/apis/policy/v1/namespaces/default/poddisruptionbudgets";
  const budget = (name: string) =>
    server.post(path, { apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata: { name }, spec: {} });
  // PodDisruptionBudgets have no name rule of their own.
  expect(budget("Mixed_Case").status).toBe(201);
  expect(budget("a/b").body.message).toBe(
    `PodDisruptionBudget.policy "a/b" is invalid: metadata.name: Invalid value: "a/b": may not contain '/'`,
  );
});

import { describe, expect, it } from "vitest";
import { admissionPlugins } from "../../../src/apiserver/admission/index.ts";
import { Server } from "../server.ts";

const PODS = "/api/v1/namespaces/default/pods";
const NODES = "/api/v1/nodes";
const pod = (name: string, spec: object = {}) => ({
  metadata: { name },
  spec: { containers: [{ name: "c", image: "nginx" }], ...spec },
});

it("the plugins run in kube-apiserver's order and include all of its default plugins", () => {
  const names = admissionPlugins.map(({ name }) => name);
  const order = [
    "NamespaceLifecycle",
    "LimitRanger",
    "ServiceAccount",
    "NodeRestriction",
    "TaintNodesByCondition",
    "PodSecurity",
    "Priority",
    "DefaultTolerationSeconds",
    "DefaultStorageClass",
    "StorageObjectInUseProtection",
    "PersistentVolumeClaimResize",
    "RuntimeClass",
    "DefaultIngressClass",
    "PodTopologyLabels",
    "MutatingAdmissionPolicy",
    "MutatingAdmissionWebhook",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionWebhook",
    "ResourceQuota",
  ];
  expect(names.filter((name) => order.includes(name))).toEqual(order);
});

describe("an Ingress without a class", () => {
  const ingress = {
    metadata: { name: "web" },
    spec: { defaultBackend: { service: { name: "web", port: { number: 80 } } } },
  };
  const INGRESSES = "/apis/networking.k8s.io/v1/namespaces/default/ingresses";
  const CLASSES = "/apis/networking.k8s.io/v1/ingressclasses";

  it("gets the default one, if there is one", () => {
    const server = new Server();
    expect(server.post(`${INGRESSES}?dryRun=All`, ingress).body.spec.ingressClassName).toBeUndefined();
    const annotations = { "ingressclass.kubernetes.io/is-default-class": "true" };
    server.post(CLASSES, { metadata: { name: "other" }, spec: { controller: "example.com/other" } });
    server.post(CLASSES, { metadata: { name: "nginx", annotations }, spec: { controller: "k8s.io/ingress-nginx" } });
    expect(server.post(INGRESSES, ingress).body.spec.ingressClassName).toBe("nginx");
    const old = { ...ingress, metadata: { name: "old", annotations: { "kubernetes.io/ingress.class": "x" } } };
    expect(server.post(INGRESSES, old).body.spec.ingressClassName).toBeUndefined();
  });
});

describe("a pod's RuntimeClass", () => {
  it("must exist, and sets the pod's overhead and node selector", () => {
    const server = new Server();
    expect(server.post(PODS, pod("p", { runtimeClassName: "gvisor" })).body).toMatchObject({
      code: 403,
      message: 'pods "p" is forbidden: pod rejected: RuntimeClass "gvisor" not found',
    });
    server.post("/apis/node.k8s.io/v1/runtimeclasses", {
      metadata: { name: "gvisor" },
      handler: "runsc",
      overhead: { podFixed: { cpu: "100m" } },
      scheduling: { nodeSelector: { sandbox: "yes" }, tolerations: [{ key: "sandbox", operator: "Exists" }] },
    });
    expect(server.post(PODS, pod("p", { runtimeClassName: "gvisor" })).body.spec).toMatchObject({
      overhead: { cpu: "100m" },
      nodeSelector: { sandbox: "yes" },
      tolerations: expect.arrayContaining([{ key: "sandbox", operator: "Exists" }]),
    });
    expect(server.post(PODS, pod("q", { overhead: { cpu: "1" } })).body.message).toBe(
      'pods "q" is forbidden: pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead',
    );
    const conflict = pod("q", { runtimeClassName: "gvisor", nodeSelector: { sandbox: "no" } });
    expect(server.post(PODS, conflict).body.message).toBe(
      'pods "q" is forbidden: conflict: runtimeClass.scheduling.nodeSelector[sandbox] = yes; pod.spec.nodeSelector[sandbox] = no',
    );
  });
});

describe("a pod that is bound", () => {
  it("gets the labels of its node's zone and region", () => {
    const server = new Server();
    const labels = { "topology.kubernetes.io/zone": "z1", "topology.kubernetes.io/region": "r1", other: "x" };
    server.post(NODES, { metadata: { name: "n1", labels } });
    server.post(PODS, pod("p"));
    server.post(`${PODS}/p/binding`, { metadata: { name: "p" }, target: { kind: "Node", name: "n1" } });
    expect(server.get(`${PODS}/p`).body.metadata.labels).toEqual({
      "topology.kubernetes.io/region": "r1",
      "topology.kubernetes.io/zone": "z1",
    });
  });
});

describe("a kubelet", () => {
  const kubelet = {
    user: { name: "system:node:n1", groups: ["system:nodes", "system:masters", "system:authenticated"] },
  };

  it("changes its own node and pods only", () => {
    const server = new Server();
    for (const name of ["n1", "n2"]) server.post(NODES, { metadata: { name } });
    server.post(PODS, pod("mine", { nodeName: "n1" }));
    server.post(PODS, pod("other", { nodeName: "n2" }));
    const refusal = (answer: { body: { message: string } }) => answer.body.message?.replace(/^.* is forbidden: /, "");
    const label = (key: string) => ({ metadata: { labels: { [key]: "x" } } });
    const merge = "application/merge-patch+json";
    expect(refusal(server.patch(`${NODES}/n2`, label("a"), merge, kubelet))).toBe(
      'node "n1" is not allowed to modify node "n2"',
    );
    expect(server.patch(`${NODES}/n1`, label("a"), merge, kubelet).status).toBe(200);
    expect(refusal(server.patch(`${NODES}/n1`, label("node-restriction.kubernetes.io/x"), merge, kubelet))).toBe(
      'node "n1" is not allowed to modify labels: node-restriction.kubernetes.io/x',
    );
    expect(refusal(server.delete(`${PODS}/other`, kubelet))).toBe(
      'node "n1" can only delete pods with spec.nodeName set to itself',
    );
    expect(server.delete(`${PODS}/mine?gracePeriodSeconds=0`, kubelet).status).toBe(200);
    expect(refusal(server.post(PODS, pod("new"), kubelet))).toBe(
      'pod does not have "kubernetes.io/config.mirror" annotation, node "n1" can only create mirror pods',
    );
  });
});

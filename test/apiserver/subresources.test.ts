import { describe, expect, it } from "vitest";
import { Server } from "./server.ts";

const PODS = "/api/v1/namespaces/default/pods";
const DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
const pod = (name: string) => ({ metadata: { name }, spec: { containers: [{ name: "c", image: "nginx" }] } });
const deployment = {
  metadata: { name: "web" },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: "web" } },
    template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "c", image: "nginx" }] } },
  },
};

describe("a subresource that no kind has", () => {
  it.each(["nosuch", "__proto__", "constructor", "toString"])("is not found: %s", (name) => {
    const server = new Server();
    server.post(PODS, pod("p"));
    expect(server.get(`${PODS}/p/${name}`).body).toMatchObject({ code: 404, reason: "NotFound" });
  });
});

describe("a workload's scale", () => {
  it("is read and written without the workload", () => {
    const server = new Server();
    server.post(DEPLOYMENTS, deployment);
    const target = `${DEPLOYMENTS}/web/scale`;
    const scale = server.get(target).body;
    expect(scale).toMatchObject({
      kind: "Scale",
      apiVersion: "autoscaling/v1",
      metadata: { name: "web", namespace: "default" },
      spec: { replicas: 2 },
      status: { replicas: 0, selector: "app=web" },
    });
    expect(server.put(target, { ...scale, spec: { replicas: 5 } }).body.spec).toEqual({ replicas: 5 });
    expect(server.get(`${DEPLOYMENTS}/web`).body.spec.replicas).toBe(5);
    expect(server.put(target, { ...scale, spec: { replicas: 6 } }).status).toBe(409);
    expect(server.patch(target, { spec: { replicas: 3 } }).body.spec).toEqual({ replicas: 3 });
    expect(server.patch(`${target}?dryRun=All`, { spec: { replicas: 9 } }).body.spec).toEqual({ replicas: 9 });
    expect(server.get(`${DEPLOYMENTS}/web`).body.spec.replicas).toBe(3);
  });
});

describe("status", () => {
  it("changes only by its own path", () => {
    const server = new Server();
    server.post(DEPLOYMENTS, { ...deployment, status: { replicas: 7 } });
    expect(server.get(`${DEPLOYMENTS}/web`).body.status).toEqual({});
    const changed = server.patch(`${DEPLOYMENTS}/web/status`, { status: { replicas: 1 }, spec: { replicas: 9 } });
    expect(changed.body).toMatchObject({ status: { replicas: 1 }, spec: { replicas: 2 } });
    expect(server.patch(`${DEPLOYMENTS}/web`, { status: { replicas: 4 } }).body.status).toEqual({ replicas: 1 });
  });
});

describe("a pod's own verbs", () => {
  it("binds once", () => {
    const server = new Server();
    server.post(PODS, pod("a"));
    const binding = { metadata: { name: "a" }, target: { kind: "Node", name: "node-1" } };
    expect(server.post(`${PODS}/a/binding`, binding)).toMatchObject({ status: 201, body: { status: "Success" } });
    const bound = server.get(`${PODS}/a`).body;
    expect(bound.spec.nodeName).toBe("node-1");
    expect(bound.status.conditions).toMatchObject([{ type: "PodScheduled", status: "True" }]);
    expect(server.post(`${PODS}/a/binding`, binding).body).toMatchObject({
      code: 409,
      message: 'Operation cannot be fulfilled on pods/binding "a": pod a is already assigned to node "node-1"',
      details: { name: "a", kind: "pods/binding" },
    });
  });

  it("evicts by deleting", () => {
    const server = new Server();
    server.post(PODS, pod("a"));
    const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name: "a" } };
    expect(server.post(`${PODS}/a/eviction`, { ...eviction, deleteOptions: { dryRun: ["All"] } }).status).toBe(201);
    expect(server.get(`${PODS}/a`).status).toBe(200);
    expect(server.post(`${PODS}/a/eviction`, eviction).status).toBe(201);
    expect(server.get(`${PODS}/a`).status).toBe(404);
  });
});

describe("admission of pods", () => {
  it("adds a service account, its token, a priority and the default tolerations", () => {
    const { spec } = new Server().post(PODS, pod("a")).body;
    expect(spec).toMatchObject({
      serviceAccountName: "default",
      serviceAccount: "default",
      priority: 0,
      preemptionPolicy: "PreemptLowerPriority",
    });
    expect(spec.volumes[0].name).toMatch(/^kube-api-access-[a-z0-9]{5}$/);
    expect(spec.containers[0].volumeMounts).toEqual([
      {
        name: spec.volumes[0].name,
        readOnly: true,
        mountPath: "/var/run/secrets/kubernetes.io/serviceaccount",
      },
    ]);
    expect(spec.tolerations).toHaveLength(2);
  });

  it("refuses references to objects that do not exist", () => {
    const server = new Server();
    const message = (extra: object) =>
      server.post(PODS, { ...pod("x"), spec: { ...pod("x").spec, ...extra } }).body.message;
    expect(message({ serviceAccountName: "nosuch" })).toBe(
      'pods "x" is forbidden: error looking up service account default/nosuch: serviceaccount "nosuch" not found',
    );
    expect(message({ priorityClassName: "nosuch" })).toBe(
      'pods "x" is forbidden: no PriorityClass with name nosuch was found',
    );
    expect(server.post("/api/v1/namespaces/nope/pods", pod("x")).body).toMatchObject({
      code: 404,
      message: 'namespaces "nope" not found',
      details: { name: "nope", kind: "namespaces" },
    });
  });
});

describe("the field manager of a workload's replicas", () => {
  const target = `${DEPLOYMENTS}/web`;
  const owners = (server: Server) =>
    (
      server.get(target).body.metadata.managedFields as {
        manager: string;
        subresource?: string;
        time?: string;
        fieldsV1: object;
      }[]
    )
      .filter(({ fieldsV1 }) => JSON.stringify(fieldsV1).includes("f:replicas"))
      .map(({ manager, subresource, time }) => ({ manager, subresource, time }));

  it("becomes the manager that scales, without a time", () => {
    const server = new Server();
    server.post(DEPLOYMENTS, deployment);
    server.patch(`${target}/scale?fieldManager=scaler`, { spec: { replicas: 4 } });
    expect(owners(server)).toEqual([{ manager: "scaler", subresource: "scale", time: undefined }]);
  });

  it("stays absent when no manager owned them", () => {
    const server = new Server();
    server.post(DEPLOYMENTS, deployment);
    const { replicas: _, ...spec } = deployment.spec;
    const configuration = { ...deployment, apiVersion: "apps/v1", kind: "Deployment", spec };
    const apply = "application/apply-patch+yaml";
    server.patch(target, { metadata: { managedFields: [{}] } });
    server.patch(`${target}?fieldManager=m`, configuration, apply);
    server.patch(target, { metadata: { managedFields: [server.get(target).body.metadata.managedFields[0]] } });
    server.put(`${target}/scale?fieldManager=scaler`, { ...server.get(`${target}/scale`).body, spec: { replicas: 4 } });
    expect(owners(server)).toEqual([]);
  });

  it("conflicts with an applier of the scale", () => {
    const server = new Server();
    server.post(DEPLOYMENTS, deployment);
    const apply = "application/apply-patch+yaml";
    const scale = { apiVersion: "autoscaling/v1", kind: "Scale", metadata: { name: "web" }, spec: { replicas: 4 } };
    const refused = server.patch(`${target}/scale?fieldManager=scaler`, scale, apply);
    expect(refused.body).toMatchObject({
      code: 409,
      message: 'Apply failed with 1 conflict: conflict with "test" using autoscaling/v1: .spec.replicas',
    });
    expect(server.patch(`${target}/scale?fieldManager=scaler&force=true`, scale, apply).body.spec).toEqual({
      replicas: 4,
    });
    expect(owners(server)).toEqual([{ manager: "scaler", subresource: "scale", time: undefined }]);
  });

  it("is refused with the Scale's own message", () => {
    const server = new Server();
    server.post(DEPLOYMENTS, deployment);
    expect(server.patch(`${target}/scale`, { spec: { replicas: -1 } }).body.message).toBe(
      'Scale.autoscaling "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    );
  });
});

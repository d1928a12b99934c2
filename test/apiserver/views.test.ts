/** Kinds that two groups serve from one store. */
import { describe, expect, it } from "vitest";
import { Server } from "./server.ts";

const CORE = "/api/v1/namespaces/default/events";
const NEWER = "/apis/events.k8s.io/v1/namespaces/default/events";

const inNewForm = {
  apiVersion: "events.k8s.io/v1",
  kind: "Event",
  metadata: { name: "e.1" },
  regarding: { kind: "Pod", name: "web", namespace: "default" },
  reason: "Tested",
  note: "it was tested",
  type: "Normal",
  action: "Testing",
  eventTime: "2026-01-01T00:00:00.000000Z",
  reportingController: "example.com/tester",
  reportingInstance: "tester-1",
};

describe("Events of events.k8s.io", () => {
  it("are selected by their version's field names", () => {
    const server = new Server();
    const target = "/apis/events.k8s.io/v1/namespaces/default/events";
    const event = (name: string, reportingController: string) => ({
      metadata: { name },
      eventTime: "2026-01-01T00:00:00.000000Z",
      regarding: { kind: "Pod", name: "p", namespace: "default" },
      ...{ reportingController, reportingInstance: "i", action: "A", reason: "R", type: "Normal" },
    });
    server.post(target, event("a", "one"));
    server.post(target, event("b", "two"));
    const selected = (selector: string) => server.get(`${target}?fieldSelector=${encodeURIComponent(selector)}`).body;
    const names = (selector: string) =>
      selected(selector).items.map(({ metadata }: { metadata: { name: string } }) => metadata.name);
    expect(names("reportingController=two")).toEqual(["b"]);
    expect(names("regarding.name=p,reason=R")).toEqual(["a", "b"]);
    expect(selected("involvedObject.name=p").message).toBe("field label not supported: involvedObject.name");
    expect(server.get(`/api/v1/events?fieldSelector=involvedObject.name%3Dp`).body.items).toHaveLength(2);
  });
});

describe("events.k8s.io/v1", () => {
  it("shows a created Event with core's field names, owned under its own field names", () => {
    const server = new Server();
    const created = server.post(NEWER, inNewForm);
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({ ...inNewForm, deprecatedSource: {}, deprecatedFirstTimestamp: null });
    const [entry] = created.body.metadata.managedFields;
    expect(entry.apiVersion).toBe("events.k8s.io/v1");
    expect(Object.keys(entry.fieldsV1)).toEqual([
      "f:action",
      "f:eventTime",
      "f:note",
      "f:reason",
      "f:regarding",
      "f:reportingController",
      "f:reportingInstance",
      "f:type",
    ]);

    const seen = server.get(`${CORE}/e.1`).body;
    expect(seen).toMatchObject({
      apiVersion: "v1",
      involvedObject: inNewForm.regarding,
      message: "it was tested",
      reportingComponent: "example.com/tester",
      source: {},
    });
    expect(seen).not.toHaveProperty("note");
    expect(seen.metadata).toEqual(created.body.metadata);
  });

  it("lists, selects, prints, patches and deletes the same objects", () => {
    const server = new Server();
    server.post(NEWER, inNewForm);
    const list = server.get(`${NEWER}?fieldSelector=reason=Tested`).body;
    expect(list).toMatchObject({ kind: "EventList", apiVersion: "events.k8s.io/v1" });
    expect(list.items[0].note).toBe("it was tested");

    server.post(NEWER, { ...inNewForm, metadata: { name: "e.2" } });
    expect(server.get(`${CORE}?limit=1`).body.metadata.remainingItemCount).toBe(1);
    const asTable = { accept: "application/json;as=Table;v=v1;g=meta.k8s.io" };
    const cellsOf = (path: string) => server.get(path, asTable).body.rows[0].cells;
    expect(cellsOf(NEWER)).toEqual(cellsOf(CORE));

    const patched = server.patch(`${NEWER}/e.1`, { note: "twice" });
    expect(patched.body.note).toBe("twice");
    expect(server.get(`${CORE}/e.1`).body.message).toBe("twice");
    expect(server.put(`${NEWER}/e.1`, { ...patched.body, note: "thrice" }).body.note).toBe("thrice");

    expect(server.delete(`${NEWER}/e.1`).status).toBe(200);
    expect(server.get(`${CORE}/e.1`).status).toBe(404);
    expect(server.get(`${NEWER}/e.1`).body.message).toBe('events.events.k8s.io "e.1" not found');
  });

  it("is watched in its own form, also when another version was written", () => {
    const server = new Server();
    const plan = server.watch(`${NEWER}?watch=1`);
    server.post(CORE, {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: "old" },
      involvedObject: { kind: "Pod", name: "web", namespace: "default" },
      message: "as of old",
    });
    expect(server.seen(plan)).toMatchObject([
      { type: "ADDED", object: { apiVersion: "events.k8s.io/v1", note: "as of old", metadata: { name: "old" } } },
    ]);
  });

  it("is discovered", () => {
    const { resources } = new Server().get("/apis/events.k8s.io/v1").body;
    expect(resources).toMatchObject([{ name: "events", kind: "Event", shortNames: ["ev"] }]);
  });
});

describe("autoscaling/v1", () => {
  const V1 = "/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers";
  const V2 = "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers";
  const scaleTargetRef = { kind: "Deployment", name: "d", apiVersion: "apps/v1" };
  const cpu = { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 50 } } };
  const memory = {
    type: "Resource",
    resource: { name: "memory", target: { type: "AverageValue", averageValue: "100Mi" } },
  };
  const autoscaler = (version: string, spec: object) => ({
    apiVersion: `autoscaling/${version}`,
    kind: "HorizontalPodAutoscaler",
    metadata: { name: "x" },
    spec: { maxReplicas: 3, scaleTargetRef, ...spec },
  });

  it("creates what v2 stores", () => {
    const server = new Server();
    const created = server.post(V1, autoscaler("v1", { targetCPUUtilizationPercentage: 50 })).body;
    expect(created.spec).toEqual({
      scaleTargetRef,
      minReplicas: 1,
      maxReplicas: 3,
      targetCPUUtilizationPercentage: 50,
    });
    expect(created.status).toEqual({ currentReplicas: 0, desiredReplicas: 0 });
    expect(created.metadata.managedFields[0]).toMatchObject({
      apiVersion: "autoscaling/v1",
      fieldsV1: {
        "f:spec": {
          "f:maxReplicas": {},
          "f:minReplicas": {},
          "f:scaleTargetRef": {},
          "f:targetCPUUtilizationPercentage": {},
        },
      },
    });
    expect(server.get(`${V2}/x`).body.spec.metrics).toEqual([cpu]);
  });

  it("keeps values that it has no fields for", () => {
    const server = new Server();
    const behavior = { scaleDown: { stabilizationWindowSeconds: 60 } };
    server.post(V2, autoscaler("v2", { metrics: [memory, cpu], behavior }));
    const before = server.get(`${V2}/x`).body.spec;
    const patched = server.patch(`${V1}/x`, { spec: { maxReplicas: 5 } });
    expect(patched.status).toBe(200);
    expect(Object.keys(patched.body.metadata.annotations)).toEqual([
      "autoscaling.alpha.kubernetes.io/metrics",
      "autoscaling.alpha.kubernetes.io/behavior",
    ]);
    const { spec, metadata } = server.get(`${V2}/x`).body;
    expect(spec).toEqual({ ...before, maxReplicas: 5 });
    expect(metadata.annotations).toBeUndefined();
    // A table is made before the object gets the form of a version.
    const [row] = server.get(V1, { accept: "application/json;as=Table;v=v1;g=meta.k8s.io" }).body.rows;
    expect(row.object.metadata.annotations).toBeUndefined();
  });

  it("ignores invalid annotations", () => {
    const server = new Server();
    for (const nonsense of ["{", '{"a":1}', "[1]"]) {
      const body = autoscaler("v1", {});
      const annotations = { "autoscaling.alpha.kubernetes.io/metrics": nonsense };
      const created = server.post(`${V1}?dryRun=All`, { ...body, metadata: { name: "x", annotations } });
      expect(created.body.spec).toMatchObject({ targetCPUUtilizationPercentage: 80 });
    }
  });
});

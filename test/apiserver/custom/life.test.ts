/** The life of a definition and of its objects. */
import { describe, expect, it } from "vitest";
import { controllers } from "../../../src/controllers/registry.ts";
import { Server } from "../server.ts";
import { DEFINITIONS, definition, serverWith, version, WIDGETS, widget } from "./widgets.ts";

describe("a definition", () => {
  it("is served once its names are accepted, and reports it in its conditions", () => {
    const server = new Server(controllers);
    const created = server.post(DEFINITIONS, definition());
    expect(created.status).toBe(201);
    expect(created.body.status).toEqual({
      conditions: null,
      acceptedNames: { plural: "", kind: "" },
      storedVersions: ["v1"],
    });
    expect(server.get(WIDGETS).status).toBe(404);
    server.pass(1000);
    const { body } = server.get(`${DEFINITIONS}/widgets.example.com`);
    expect(body.spec.names).toMatchObject({ singular: "widget", listKind: "WidgetList" });
    expect(body.status.conditions.map(({ type, status, reason }: never) => [type, status, reason])).toEqual([
      ["NamesAccepted", "True", "NoConflicts"],
      ["Established", "True", "InitialNamesAccepted"],
    ]);
    expect(server.get(WIDGETS).body).toMatchObject({ kind: "WidgetList", apiVersion: "example.com/v1", items: [] });
  });

  it("waits for a name that another definition has", () => {
    const server = serverWith(definition());
    const names = { plural: "gadgets", kind: "Gadget", shortNames: ["wd"] };
    server.post(DEFINITIONS, definition({ names }));
    server.pass(1000);
    const waiting = server.get(`${DEFINITIONS}/gadgets.example.com`).body.status;
    expect(waiting.conditions[0]).toMatchObject({
      type: "NamesAccepted",
      status: "False",
      reason: "ShortNamesConflict",
      message: '"wd" is already in use',
    });
    expect(waiting.conditions[1]).toMatchObject({ type: "Established", status: "False", reason: "NotAccepted" });
    server.delete(`${DEFINITIONS}/widgets.example.com`);
    server.pass(1000);
    const accepted = server.get(`${DEFINITIONS}/gadgets.example.com`).body.status;
    expect(accepted.conditions.map(({ status }: never) => status)).toEqual(["True", "True"]);
    expect(accepted.acceptedNames.shortNames).toEqual(["wd"]);
  });

  it("has an APIService for each version that is served", () => {
    const server = serverWith(definition({ versions: [version("v1"), version("v2", { storage: false })] }));
    const path = "/apis/apiregistration.k8s.io/v1/apiservices";
    const { body } = server.get(`${path}/v2.example.com`);
    expect(body.metadata.labels).toEqual({ "kube-aggregator.kubernetes.io/automanaged": "true" });
    expect(body.spec).toEqual({
      group: "example.com",
      version: "v2",
      groupPriorityMinimum: 1000,
      versionPriority: 100,
    });
    expect(body.status.conditions[0]).toMatchObject({ type: "Available", status: "True", reason: "Local" });
    server.delete(`${DEFINITIONS}/widgets.example.com`);
    server.pass(1000);
    expect(server.get(`${path}/v2.example.com`).status).toBe(404);
  });

  it("deletes its objects with itself", () => {
    const server = serverWith(definition());
    server.post(WIDGETS, widget("a"));
    const held = widget("held", {}, { metadata: { name: "held", finalizers: ["example.com/f"] } });
    server.post(WIDGETS, held);
    const deleted = server.delete(`${DEFINITIONS}/widgets.example.com`).body;
    expect(deleted.metadata.finalizers).toEqual(["customresourcecleanup.apiextensions.k8s.io"]);
    expect(deleted.metadata.deletionGracePeriodSeconds).toBeUndefined();
    server.pass(1000);
    const left = server.get(WIDGETS).body.items;
    expect(left.map(({ metadata }: never) => (metadata as { name: string }).name)).toEqual(["held"]);
    const refused = server.post(WIDGETS, widget("b"));
    expect([refused.status, refused.body.message]).toEqual([
      405,
      "create not allowed while custom resource definition is terminating",
    ]);
    server.patch(`${WIDGETS}/held`, { metadata: { finalizers: null } });
    server.pass(1000);
    expect(server.get(WIDGETS).status).toBe(404);
    expect(server.get(`${DEFINITIONS}/widgets.example.com`).status).toBe(404);
  });

  it("reports after a minute that its objects still exist", () => {
    const server = serverWith(definition());
    server.post(WIDGETS, widget("held", {}, { metadata: { name: "held", finalizers: ["example.com/f"] } }));
    server.delete(`${DEFINITIONS}/widgets.example.com`);
    server.pass(120_000);
    const { conditions } = server.get(`${DEFINITIONS}/widgets.example.com`).body.status;
    expect(conditions.at(-1)).toMatchObject({ type: "Terminating", status: "True", reason: "InstanceDeletionCheck" });
    expect(server.tx.writeSet.nextDue()).toBeUndefined();
  });
});

describe("an object", () => {
  it("is created with the declared fields, with a warning about the others", () => {
    const server = serverWith(definition());
    const created = server.post(WIDGETS, widget("a", { color: "red", nope: 1 }));
    expect(created.headers["warning"]).toBe('299 - "unknown field \\"spec.nope\\""');
    expect(created.body.spec).toEqual({ color: "red", size: 1 });
    expect(created.body.metadata.generation).toBe(1);
    expect(Object.keys(created.body)).toEqual(["apiVersion", "kind", "metadata", "spec"]);
  });

  it("raises its generation for all changes except metadata and status", () => {
    const server = serverWith(definition());
    server.post(WIDGETS, widget("a"));
    const patched = server.patch(`${WIDGETS}/a`, { spec: { size: 2 }, status: { ready: true } });
    expect([patched.body.metadata.generation, patched.body.status]).toEqual([2, undefined]);
    const status = server.patch(`${WIDGETS}/a/status`, { spec: { size: 9 }, status: { ready: true } });
    expect(status.body.metadata.generation).toBe(2);
    expect([status.body.spec.size, status.body.status]).toEqual([2, { ready: true }]);
    const plain = serverWith(definition({ versions: [version("v1", { subresources: {} })] }));
    plain.post(WIDGETS, widget("a"));
    expect(plain.patch(`${WIDGETS}/a`, { status: { ready: true } }).body.metadata.generation).toBe(2);
    expect(plain.get(`${WIDGETS}/a/status`).body.message).toBe('widgets.example.com "a" not found');
  });

  it("is deleted with its owner, and with its namespace", () => {
    const server = serverWith(definition());
    const { uid } = server.post(WIDGETS, widget("owner")).body.metadata;
    const ownerReferences = [{ apiVersion: "example.com/v1", kind: "Widget", name: "owner", uid }];
    server.post("/api/v1/namespaces/default/configmaps", { metadata: { name: "owned", ownerReferences } });
    server.post(WIDGETS, widget("dependent", {}, { metadata: { name: "dependent", ownerReferences } }));
    server.delete(`${WIDGETS}/owner`);
    server.pass(1000);
    expect(server.get("/api/v1/namespaces/default/configmaps/owned").status).toBe(404);
    expect(server.get(`${WIDGETS}/dependent`).status).toBe(404);
    server.post("/api/v1/namespaces", { metadata: { name: "shop" } });
    server.post(WIDGETS.replace("default", "shop"), widget("a"));
    server.delete("/api/v1/namespaces/shop");
    server.pass(60_000);
    expect(server.get("/api/v1/namespaces/shop").status).toBe(404);
    expect(server.get("/apis/example.com/v1/widgets").body.items).toEqual([]);
  });
});

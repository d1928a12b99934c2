/** Several versions of one custom resource over the same objects, and schemas that change under them. */
import { describe, expect, it } from "vitest";
import { inFormOf } from "../../../src/kinds/view.ts";
import type { Server } from "../server.ts";
import { DEFINITIONS, definition, serverWith, version, WIDGETS, widget } from "./widgets.ts";

const BETA = WIDGETS.replace("/v1/", "/v1beta1/");

function twoVersions(): Server {
  const beta = version("v1beta1", { storage: false, deprecated: true, subresources: {} });
  return serverWith(definition({ versions: [version("v1"), beta] }));
}

describe("versions", () => {
  it("show the same object, each under its own name", () => {
    const server = twoVersions();
    server.post(WIDGETS, widget("a", { color: "red" }));
    const { body } = server.get(`${BETA}/a`);
    expect(body).toMatchObject({ apiVersion: "example.com/v1beta1", spec: { color: "red", size: 1 } });
    const old = { ...widget("b"), apiVersion: "example.com/v1beta1" };
    expect(server.post(BETA, old).body.apiVersion).toBe("example.com/v1beta1");
    const items = server.get(WIDGETS).body.items as { apiVersion: string; metadata: { name: string } }[];
    expect(items.map((item) => [item.apiVersion, item.metadata.name])).toEqual([
      ["example.com/v1", "a"],
      ["example.com/v1", "b"],
    ]);
    expect(server.tx.getByKey("example.com/widgets/default/b")?.apiVersion).toBe("example.com/v1");
  });

  it("show the resourceVersion that a read before the end of the instant did not have yet", () => {
    const { tx } = twoVersions();
    const kind = tx.kinds.byResource("example.com/widgets")!;
    const created = tx.create(kind, { ...widget("a"), metadata: { name: "a", namespace: "default" } } as never);
    expect(inFormOf(kind, created).metadata.resourceVersion).toBeUndefined();
    tx.flush();
    expect(inFormOf(kind, created).metadata.resourceVersion).toBe(created.metadata.resourceVersion);
    const labelled = tx.update(kind, created, ({ metadata }) => {
      metadata.labels = { a: "b" };
    });
    expect(labelled.metadata.labels).toEqual({ a: "b" });
  });

  it("that are deprecated warn with the version to use instead", () => {
    const server = twoVersions();
    const warning = '299 - "example.com/v1beta1 Widget is deprecated; use example.com/v1 Widget"';
    expect(server.get(BETA).headers["warning"]).toBe(warning);
    expect(server.get(WIDGETS).headers["warning"]).toBeUndefined();
  });

  it("refuse each other's objects", () => {
    const refused = twoVersions().post(BETA, widget("a"));
    expect([refused.status, refused.body.message]).toEqual([
      400,
      "the API version in the data (example.com/v1) does not match the expected API version (example.com/v1beta1)",
    ]);
  });

  it("are watched in the requested version", () => {
    const server = twoVersions();
    const plan = server.watch(`${BETA}?watch=true`);
    server.post(WIDGETS, widget("a"));
    server.delete(`${WIDGETS}/a`);
    expect(server.seen(plan).map(({ type, object }) => [type, object["apiVersion"]])).toEqual([
      ["ADDED", "example.com/v1beta1"],
      ["DELETED", "example.com/v1beta1"],
    ]);
  });

  it("are listed in discovery with the newest first, and each in the OpenAPI documents", () => {
    const server = twoVersions();
    const group = server.get("/apis/example.com").body;
    expect(group.preferredVersion.version).toBe("v1");
    expect(group.versions.map((each: { version: string }) => each.version)).toEqual(["v1", "v1beta1"]);
    const resources = (path: string) =>
      server
        .get(path)
        .body.resources.map(({ name, storageVersionHash }: Record<string, string>) => [name, storageVersionHash]);
    const [[, hash]] = resources("/apis/example.com/v1");
    expect(resources("/apis/example.com/v1")).toEqual([
      ["widgets", hash],
      ["widgets/status", undefined],
    ]);
    expect(resources("/apis/example.com/v1beta1")).toEqual([["widgets", hash]]);
    const index = server.outcome("GET", "/openapi/v3");
    expect(index).toMatchObject({
      custom: {
        form: "index",
        hashes: { "apis/example.com/v1": expect.any(String), "apis/example.com/v1beta1": expect.any(String) },
      },
    });
  });

  it("may become the storage version, which the status remembers", () => {
    const server = twoVersions();
    server.post(WIDGETS, widget("a"));
    const path = `${DEFINITIONS}/widgets.example.com`;
    const { spec } = server.get(path).body;
    spec.versions[0].storage = false;
    spec.versions[1].storage = true;
    const changed = server.patch(path, { spec });
    expect([changed.status, changed.body.status.storedVersions]).toEqual([200, ["v1", "v1beta1"]]);
    expect(server.get(`${WIDGETS}/a`).body.apiVersion).toBe("example.com/v1");
    server.patch(`${WIDGETS}/a`, { metadata: { labels: { touched: "yes" } } });
    expect(server.tx.getByKey("example.com/widgets/default/a")?.apiVersion).toBe("example.com/v1beta1");
    expect(server.get(`${WIDGETS}/a`).body).toMatchObject({ apiVersion: "example.com/v1", spec: { size: 1 } });
  });

  it("that are no longer served are not found", () => {
    const server = twoVersions();
    server.post(WIDGETS, widget("a"));
    const path = `${DEFINITIONS}/widgets.example.com`;
    const { spec } = server.get(path).body;
    spec.versions[1].served = false;
    server.patch(path, { spec });
    expect(server.get(BETA).status).toBe(404);
    expect(server.get("/apis/example.com/v1beta1").status).toBe(404);
    expect(server.get(WIDGETS).body.items).toHaveLength(1);
  });
});

describe("a schema that changes", () => {
  it("shows old objects with its defaults and without removed fields", () => {
    const server = serverWith(definition());
    server.post(WIDGETS, widget("a", { color: "red" }));
    const path = `${DEFINITIONS}/widgets.example.com`;
    const { spec } = server.get(path).body;
    const { properties } = spec.versions[0].schema.openAPIV3Schema.properties.spec;
    properties.shape = { type: "string", default: "round" };
    delete properties.color;
    server.put(path, { ...server.get(path).body, spec });
    expect(server.get(`${WIDGETS}/a`).body.spec).toEqual({ shape: "round", size: 1 });
    const names = (items: { spec: object }[]) => items.map((item) => item.spec);
    expect(names(server.get(WIDGETS).body.items)).toEqual([{ shape: "round", size: 1 }]);
  });
});

/** Patches, applies and scales of custom objects. */
import { describe, expect, it } from "vitest";
import { definition, serverWith, version, WIDGETS, widget } from "./widgets.ts";

const APPLY = "application/apply-patch+yaml";

describe("patches", () => {
  it("may be merge patches or JSON patches, but not strategic merge patches", () => {
    const server = serverWith(definition());
    server.post(WIDGETS, widget("a", { parts: ["x"] }));
    const stepped = server.patch(
      `${WIDGETS}/a`,
      [{ op: "add", path: "/spec/parts/-", value: "y" }],
      "application/json-patch+json",
    );
    expect(stepped.body.spec.parts).toEqual(["x", "y"]);
    const merged = server.patch(`${WIDGETS}/a`, { spec: { parts: null, nope: 1 } });
    expect([merged.body.spec, merged.headers["warning"]]).toEqual([
      { size: 1 },
      '299 - "unknown field \\"spec.nope\\""',
    ]);
    const strict = server.patch(`${WIDGETS}/a?fieldValidation=Strict`, { spec: { nope: 1 } });
    expect([strict.status, strict.body.message]).toEqual([422, expect.stringContaining('unknown field "spec.nope"')]);
    const strategic = server.patch(`${WIDGETS}/a`, {}, "application/strategic-merge-patch+json");
    expect([strategic.status, strategic.body.message]).toEqual([
      415,
      "the body of the request was in an unknown format - accepted media types include: " +
        "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml",
    ]);
  });
});

describe("server-side apply", () => {
  it("creates, merges lists by the schema, conflicts, and removes fields that are no longer applied", () => {
    const v1 = version("v1");
    const list = { type: "array", items: { type: "string" }, "x-kubernetes-list-type": "set" };
    Object.assign(v1.schema!.openAPIV3Schema!.properties!["spec"]!.properties!, { parts: list });
    const server = serverWith(definition({ versions: [v1] }));
    const apply = (manager: string, spec: object, query = "") =>
      server.patch(`${WIDGETS}/a?fieldManager=${manager}${query}`, widget("a", spec), APPLY);
    expect(apply("one", { color: "red", parts: ["x"] }).status).toBe(201);
    expect(apply("two", { parts: ["y"] }).body.spec.parts).toEqual(["x", "y"]);
    const refused = apply("two", { color: "green", parts: ["y"] });
    expect([refused.status, refused.body.message]).toEqual([
      409,
      'Apply failed with 1 conflict: conflict with "one": .spec.color',
    ]);
    expect(apply("two", { color: "green", parts: ["y"] }, "&force=true").body.spec.color).toBe("green");
    expect(apply("one", { parts: [] }).body.spec).toEqual({ color: "green", parts: ["y"], size: 1 });
    const managers = server.get(`${WIDGETS}/a`).body.metadata.managedFields;
    expect(managers.map(({ manager, apiVersion }: never) => [manager, apiVersion])).toEqual(
      expect.arrayContaining([["two", "example.com/v1"]]),
    );
  });
});

describe("scale", () => {
  const subresources = {
    status: {},
    scale: {
      specReplicasPath: ".spec.size",
      statusReplicasPath: ".status.count",
      labelSelectorPath: ".status.selector",
    },
  };

  it("reads and writes the numbers at the definition's paths", () => {
    const server = serverWith(definition({ versions: [version("v1", { subresources })] }));
    server.post(WIDGETS, widget("a", { size: 2 }));
    server.patch(`${WIDGETS}/a/status`, { status: { count: 1, selector: "app=a" } });
    expect(server.get(`${WIDGETS}/a/scale`).body).toMatchObject({
      spec: { replicas: 2 },
      status: { replicas: 1, selector: "app=a" },
    });
    const scaled = server.patch(`${WIDGETS}/a/scale`, { spec: { replicas: 5 } });
    expect(scaled.body.spec).toEqual({ replicas: 5 });
    const { spec, metadata } = server.get(`${WIDGETS}/a`).body;
    expect([spec.size, metadata.generation]).toEqual([5, 2]);
    expect(server.patch(`${WIDGETS}/a/scale`, { spec: { replicas: -1 } }).status).toBe(422);
  });

  it("is not found when the number is missing", () => {
    const scale = { ...subresources.scale, specReplicasPath: ".spec.nowhere" };
    const v1 = version("v1", { subresources: { scale } });
    Object.assign(v1.schema!.openAPIV3Schema!.properties!["spec"]!.properties!, { nowhere: { type: "integer" } });
    const server = serverWith(definition({ versions: [v1] }));
    server.post(WIDGETS, widget("a"));
    expect(server.get(`${WIDGETS}/a/scale`).body).toMatchObject({ spec: {}, status: { replicas: 0 } });
  });
});

/** The published OpenAPI schemas of custom resources, which kubectl explains and validates against. */
import { describe, expect, it } from "vitest";
import { openApiOf } from "../../../src/kinds/custom/index.ts";
import type { JsonObject } from "../../../src/lib/json.ts";
import type { JSONSchemaProps } from "../../../src/schema/types.ts";

const names = { group: "example.com", version: "v1", kind: "Foo" };

function published(field: JSONSchemaProps): { v2: unknown; v3: unknown } {
  const { v2, v3 } = openApiOf({ type: "object", properties: { f: field } }, names);
  const own = (schema: JsonObject) => (schema["properties"] as JsonObject)["f"];
  return { v2: own(v2), v3: own(v3) };
}

describe("a published schema", () => {
  it("has the fields of all objects and its kind", () => {
    const { v2, v3 } = openApiOf({ type: "object", properties: { spec: { type: "object" } } }, names);
    for (const schema of [v2, v3]) {
      expect(schema["x-kubernetes-group-version-kind"]).toEqual([names]);
      expect(Object.keys(schema["properties"] as JsonObject)).toEqual(["spec", "apiVersion", "kind", "metadata"]);
    }
    const metadata = (schema: JsonObject) => (schema["properties"] as JsonObject)["metadata"];
    expect(metadata(v2)).toMatchObject({ $ref: "#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta" });
    expect(metadata(v3)).toMatchObject({
      allOf: [{ $ref: "#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta" }],
    });
  });

  it("is as written in v3, and in v2 without keywords that v2 lacks", () => {
    const either: JSONSchemaProps = {
      type: "object",
      oneOf: [{ required: ["a"] }],
      properties: { a: { type: "string" } },
    };
    expect(published(either)).toEqual({
      v2: { type: "object", properties: { a: { type: "string" } } },
      v3: either,
    });
    const nullable: JSONSchemaProps = { type: "object", nullable: true, properties: { a: { type: "string" } } };
    expect(published(nullable)).toEqual({ v2: {}, v3: nullable });
    expect(published({ type: "object", required: ["n", "m"], properties: { n: nullable, m: {} } }).v2).toEqual({
      type: "object",
      required: ["m"],
      properties: { n: {}, m: {} },
    });
    expect(published({ type: "array", "x-kubernetes-preserve-unknown-fields": true, items: {} }).v2).toEqual({
      "x-kubernetes-preserve-unknown-fields": true,
    });
  });

  it("describes int-or-string values", () => {
    expect(published({ "x-kubernetes-int-or-string": true })).toEqual({
      v2: { "x-kubernetes-int-or-string": true },
      v3: { "x-kubernetes-int-or-string": true, anyOf: [{ type: "integer" }, { type: "string" }] },
    });
  });

  it("with preserved unknown fields has no other keyword in v2", () => {
    const { v2 } = openApiOf({ type: "object", "x-kubernetes-preserve-unknown-fields": true }, names);
    expect(v2).toEqual({ type: "object", "x-kubernetes-group-version-kind": [names] });
  });

  it("gives embedded objects the fields of all objects", () => {
    const embedded: JSONSchemaProps = { type: "object", "x-kubernetes-embedded-resource": true, properties: {} };
    expect(published(embedded).v3).toMatchObject({
      required: ["kind", "apiVersion"],
      properties: { apiVersion: { type: "string" }, kind: { type: "string" }, metadata: { allOf: [{}] } },
    });
  });

  it("lists the selectable fields", () => {
    const { v3 } = openApiOf({ type: "object" }, names, [{ jsonPath: ".spec.colour" }]);
    expect(v3["x-kubernetes-selectable-fields"]).toEqual([{ fieldPath: "spec.colour" }]);
  });
});

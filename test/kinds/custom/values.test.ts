/** Custom objects and their schemas: pruning, defaults and validation, with the server's messages. */
import { describe, expect, it } from "vitest";
import { applyDefaults, dropNulls, prune, validateValue } from "../../../src/kinds/custom/index.ts";
import type { JsonObject } from "../../../src/lib/json.ts";
import type { JSONSchemaProps } from "../../../src/schema/types.ts";

function object(parts: JsonObject): JsonObject {
  return { apiVersion: "example.com/v1", kind: "Foo", metadata: { name: "f" }, ...parts };
}

function spec(properties: Record<string, JSONSchemaProps>, more: JSONSchemaProps = {}): JSONSchemaProps {
  return { type: "object", properties: { spec: { type: "object", properties, ...more } } };
}

function problems(schema: JSONSchemaProps, parts: JsonObject, old?: JsonObject): string[] {
  const options = { old: old && object(old) };
  return validateValue(object(parts), schema, options).map(({ field, message }) => `${field}: ${message}`);
}

describe("pruning", () => {
  const schema = spec({
    known: { type: "string" },
    map: { type: "object", additionalProperties: { type: "object", properties: { a: { type: "integer" } } } },
    list: { type: "array", items: { type: "object", properties: { a: { type: "integer" } } } },
    free: { type: "object", "x-kubernetes-preserve-unknown-fields": true, properties: { in: { type: "object" } } },
    bare: { type: "object" },
    port: { "x-kubernetes-int-or-string": true },
    inner: {
      type: "object",
      "x-kubernetes-embedded-resource": true,
      properties: { spec: { type: "object", properties: { x: { type: "string" } } } },
    },
  });

  it("removes undeclared fields, and reports them", () => {
    const { value, unknown } = prune(
      object({
        other: 1,
        spec: {
          known: "x",
          more: 1,
          map: { one: { a: 1, b: 2 } },
          list: [{ a: 1, b: 2 }, { b: 3 }],
          free: { any: { thing: 1 }, in: { gone: 1 } },
          bare: { gone: 1 },
          port: "http",
          inner: { apiVersion: "v1", kind: "X", metadata: { name: "n", odd: 1 }, spec: { x: "y", z: 1 }, status: {} },
        },
      }),
      schema,
    );
    expect(value).toEqual(
      object({
        spec: {
          known: "x",
          map: { one: { a: 1 } },
          list: [{ a: 1 }, {}],
          free: { any: { thing: 1 }, in: {} },
          bare: {},
          port: "http",
          inner: { apiVersion: "v1", kind: "X", metadata: { name: "n" }, spec: { x: "y" } },
        },
      }),
    );
    expect(unknown).toEqual([
      "other",
      "spec.bare.gone",
      "spec.free.in.gone",
      "spec.inner.metadata.odd",
      "spec.inner.spec.z",
      "spec.inner.status",
      "spec.list[0].b",
      "spec.list[1].b",
      "spec.map.one.b",
      "spec.more",
    ]);
  });

  it("keeps values of wrong types for validation, but prunes their contents", () => {
    expect(prune(object({ spec: { known: { a: 1 }, list: "x" } }), schema).value).toEqual(
      object({ spec: { known: {}, list: "x" } }),
    );
  });
});

describe("defaults", () => {
  const schema = spec({
    size: { type: "integer", default: 3 },
    note: { type: "string", nullable: true, default: "none" },
    plain: { type: "string" },
    nested: { type: "object", default: {}, properties: { deep: { type: "string", default: "d" } } },
    items: {
      type: "array",
      items: { type: "object", properties: { on: { type: "boolean", default: true } } },
    },
  });

  it("fill missing fields at every depth, but only in existing objects", () => {
    expect(applyDefaults({}, schema)).toEqual({});
    expect(applyDefaults({ spec: { items: [{}, { on: false }] } }, schema)).toEqual({
      spec: { size: 3, note: "none", nested: { deep: "d" }, items: [{ on: true }, { on: false }] },
    });
  });

  it("replace null in fields that are not nullable; null without a default is removed", () => {
    const defaulted = applyDefaults({ spec: { size: null, note: null, plain: null, nested: { deep: null } } }, schema);
    expect(defaulted).toEqual({ spec: { size: 3, note: null, plain: null, nested: { deep: "d" } } });
    expect(dropNulls(defaulted, schema)).toEqual({ spec: { size: 3, note: null, nested: { deep: "d" } } });
  });
});

describe("validation", () => {
  it.each<[string, JSONSchemaProps, unknown, string[]]>([
    ["type", { type: "integer" }, "x", ['Invalid value: "string": spec.v in body must be of type integer: "string"']],
    [
      "fraction",
      { type: "integer" },
      1.5,
      [
        'Invalid value: "number": spec.v in body must be of type integer: "number"',
        'Invalid value: "": Checked value must be of type integer (default format) in spec.v',
      ],
    ],
    ["null", { type: "string" }, null, ['Invalid value: "null": spec.v in body must be of type string: "null"']],
    ["nullable", { type: "string", nullable: true }, null, []],
    [
      "int or string",
      { "x-kubernetes-int-or-string": true },
      true,
      ['Invalid value: "boolean": spec.v in body must be of type integer,string: "boolean"'],
    ],
    ["enum", { type: "string", enum: ["a", "b"] }, "c", ['Unsupported value: "c": supported values: "a", "b"']],
    ["number enum", { type: "integer", enum: [1, 2] }, 3, ['Unsupported value: 3: supported values: "1", "2"']],
    [
      "minimum",
      { type: "integer", minimum: 0 },
      -1,
      ["Invalid value: -1: spec.v in body should be greater than or equal to 0"],
    ],
    [
      "exclusive maximum",
      { type: "number", maximum: 1.5, exclusiveMaximum: true },
      1.5,
      ["Invalid value: 1.5: spec.v in body should be less than 1.5"],
    ],
    ["multiple", { type: "integer", multipleOf: 5 }, 7, ["Invalid value: 7: spec.v in body should be a multiple of 5"]],
    ["fractions' multiple", { type: "number", multipleOf: 0.1 }, 0.3, []],
    [
      "int32",
      { type: "integer", format: "int32" },
      2 ** 31,
      ['Invalid value: "": Checked value must be of type integer with format int32 in spec.v'],
    ],
    ["too long", { type: "string", maxLength: 2 }, "äöü", ["Too long: may not be more than 2 bytes"]],
    [
      "too short",
      { type: "string", minLength: 2 },
      "x",
      ['Invalid value: "x": spec.v in body should be at least 2 chars long'],
    ],
    [
      "pattern",
      { type: "string", pattern: "^[a-z]+$" },
      "A",
      ["Invalid value: \"A\": spec.v in body should match '^[a-z]+$'"],
    ],
    [
      "format",
      { type: "string", format: "ipv4" },
      "1.2.3",
      ['Invalid value: "1.2.3": spec.v in body must be of type ipv4: "1.2.3"'],
    ],
    ["unknown format", { type: "string", format: "colour" }, "blue", []],
    [
      "too many items",
      { type: "array", items: { type: "string" }, maxItems: 1 },
      ["a", "b"],
      ["Too many: 2: must have at most 1 item"],
    ],
    [
      "too few items",
      { type: "array", items: { type: "string" }, minItems: 1 },
      [],
      ["Invalid value: 0: spec.v in body should have at least 1 items"],
    ],
    [
      "items",
      { type: "array", items: { type: "string" } },
      ["a", 1],
      ['Invalid value: "integer": spec.v[1] in body must be of type string: "integer"'],
    ],
    [
      "values",
      { type: "object", additionalProperties: { type: "string" } },
      { a: 1 },
      ['Invalid value: "integer": spec.v.a in body must be of type string: "integer"'],
    ],
    ["required", { type: "object", properties: { a: { type: "string" } }, required: ["a"] }, {}, ["Required value"]],
  ])("%s", (_, schema, value, expected) => {
    const found = validateValue(object({ spec: { v: value as never } }), spec({ v: schema }));
    expect(found.map(({ message }) => message)).toEqual(expected);
  });

  it("names the field that is missing", () => {
    const schema = spec({ a: { type: "string" } }, { required: ["a"] });
    expect(problems(schema, { spec: {} })).toEqual(["spec.a: Required value"]);
    expect(problems({ ...schema, required: ["spec"] }, {})).toEqual(["spec: Required value"]);
  });

  it("reports the closest of several alternatives", () => {
    const either = { oneOf: [{ required: ["a"] }, { required: ["b"] }] };
    const schema = spec({ a: { type: "string" }, b: { type: "string" } }, either);
    expect(problems(schema, { spec: { a: "x" } })).toEqual([]);
    expect(problems(schema, { spec: {} })).toEqual([
      '<nil>: Invalid value: "": "spec" must validate one and only one schema (oneOf). Found none valid',
      "spec.a: Required value",
    ]);
    expect(problems(schema, { spec: { a: "x", b: "y" } })).toEqual([
      '<nil>: Invalid value: "": "spec" must validate one and only one schema (oneOf). Found 2 valid alternatives',
    ]);
    expect(problems(spec({ a: {} }, { not: { required: ["a"] } }), { spec: { a: "x" } })).toEqual([
      '<nil>: Invalid value: "": "spec" must not validate the schema (not)',
    ]);
  });

  it("finds duplicates in sets and in maps by keys", () => {
    const set: JSONSchemaProps = { type: "array", items: { type: "string" }, "x-kubernetes-list-type": "set" };
    expect(problems(spec({ set }), { spec: { set: ["a", "b", "a", "a"] } })).toEqual([
      'spec.set[2]: Duplicate value: "a"',
    ]);
    const map: JSONSchemaProps = {
      type: "array",
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["name"],
      items: { type: "object", properties: { name: { type: "string" } } },
    };
    const twice = { spec: { map: [{ name: "a" }, { name: "a" }] } };
    expect(problems(spec({ map }), twice)).toEqual(['spec.map[1]: Duplicate value: {"name":"a"}']);
    expect(problems(spec({ map }), twice, twice)).toEqual([]);
  });

  it("ignores errors of unchanged values (ratcheting)", () => {
    const schema = spec({ a: { type: "string", maxLength: 1 }, b: { type: "integer", minimum: 0 } });
    const old = { spec: { a: "long", b: 1 } };
    expect(problems(schema, { spec: { a: "long", b: 2 } }, old)).toEqual([]);
    expect(problems(schema, { spec: { a: "longer", b: 2 } }, old)).toEqual([
      "spec.a: Too long: may not be more than 1 byte",
    ]);
  });

  it("validates names and versions of embedded objects", () => {
    const inner: JSONSchemaProps = {
      type: "object",
      "x-kubernetes-embedded-resource": true,
      "x-kubernetes-preserve-unknown-fields": true,
    };
    expect(problems(spec({ inner }), { spec: { inner: { kind: "A_B", metadata: { name: "a/b" } } } })).toEqual([
      "spec.inner.apiVersion: Required value",
      expect.stringContaining(
        'spec.inner.kind: Invalid value: "A_B": may have mixed case, but should otherwise match: ',
      ),
      "spec.inner.metadata.name: Invalid value: \"a/b\": may not contain '/'",
    ]);
  });

  it("validates the numbers of the scale subresource", () => {
    const schema = spec({ replicas: { type: "integer", minimum: 0 } });
    const scale = { specReplicasPath: ".spec.replicas", statusReplicasPath: ".status.replicas" };
    const found = validateValue(object({ spec: { replicas: "x" } }), schema, { scale });
    expect(found.map(({ type, field, message }) => `${type} ${field}: ${message}`)).toEqual([
      'FieldValueTypeInvalid spec.replicas: Invalid value: "string": spec.replicas in body must be of type integer: "string"',
      "FieldValueInvalid .spec.replicas: Invalid value: 0: .spec.replicas accessor error: x is of the type string, expected int64",
    ]);
  });
});

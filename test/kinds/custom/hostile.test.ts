/** Hostile definitions and objects have an answer, never an exception, and pruning is idempotent. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  applyDefaults,
  dropNulls,
  openApiOf,
  prune,
  structuralType,
  validateDefinition,
  validateValue,
} from "../../../src/kinds/custom/index.ts";
import type { JsonObject } from "../../../src/lib/json.ts";
import { applyStructDefaults, decode, fieldSetOf, trackUpdate } from "../../../src/schema/index.ts";
import type { CustomResourceDefinition, JSONSchemaProps, KubernetesObject } from "../../../src/schema/types.ts";

const RUNS = 40;
const names = { group: "example.com", version: "v1", kind: "Foo" };

const word = fc.constantFrom("a", "b", "name", "metadata", "kind", "spec", "foo-bar", "__proto__", "constructor", "");
const rule = fc.constantFrom(
  "self == oldSelf",
  "self.all(x, x == x)",
  "has(self.a) && self.a > 1",
  "size(self) < 3",
  "self.a.b.c",
  "1 +",
  "self.matches('(')",
  "",
);

/** Schemas of valid form with random contents, most of them refused. */
const schema: fc.Memo<JSONSchemaProps> = fc.memo((depth) => {
  const below = depth > 1 ? schema() : fc.constant<JSONSchemaProps>({ type: "string" });
  const record = fc.record(
    {
      type: fc.constantFrom("object", "array", "string", "integer", "number", "boolean", "null", "x"),
      format: fc.constantFrom("date-time", "int32", "ipv4", "byte", "duration", "x"),
      properties: fc.dictionary(word, below, { maxKeys: 3 }),
      additionalProperties: fc.oneof(below, fc.boolean()),
      items: below,
      required: fc.array(word, { maxLength: 2 }),
      default: fc.jsonValue({ maxDepth: 2 }),
      enum: fc.array(fc.jsonValue({ maxDepth: 1 }), { maxLength: 2 }),
      pattern: fc.constantFrom("^a+$", "(", "[", "a{1000}{1000}"),
      minimum: fc.double({ noNaN: true, noDefaultInfinity: true }),
      multipleOf: fc.constantFrom(0, -1, 0.1, 3),
      maxItems: fc.integer({ min: -1, max: 5 }),
      maxLength: fc.integer({ min: -1, max: 5 }),
      nullable: fc.boolean(),
      anyOf: fc.array(below, { maxLength: 2 }),
      allOf: fc.array(below, { maxLength: 2 }),
      not: below,
      "x-kubernetes-preserve-unknown-fields": fc.boolean(),
      "x-kubernetes-embedded-resource": fc.boolean(),
      "x-kubernetes-int-or-string": fc.boolean(),
      "x-kubernetes-list-type": fc.constantFrom("atomic", "set", "map", "x"),
      "x-kubernetes-list-map-keys": fc.array(word, { maxLength: 2 }),
      "x-kubernetes-map-type": fc.constantFrom("atomic", "granular", "x"),
      "x-kubernetes-validations": fc.array(fc.record({ rule, messageExpression: rule }, { requiredKeys: ["rule"] }), {
        maxLength: 1,
      }),
    },
    { requiredKeys: [] },
  );
  return record as fc.Arbitrary<JSONSchemaProps>;
});

const value = fc.jsonValue({ maxDepth: 4 }).map((json) => json as never);

const object = fc
  .dictionary(word, value, { maxKeys: 4 })
  .map((fields): JsonObject => ({ ...fields, apiVersion: "example.com/v1", kind: "Foo", metadata: { name: "f" } }));

function asObject(json: unknown): KubernetesObject {
  return json as KubernetesObject;
}

function definition(openAPIV3Schema: JSONSchemaProps): CustomResourceDefinition {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "foos.example.com" },
    spec: {
      group: "example.com",
      scope: "Namespaced",
      names: { plural: "foos", singular: "foo", kind: "Foo", listKind: "FooList" },
      versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema } }],
    },
    status: { storedVersions: ["v1"] },
  } as unknown as CustomResourceDefinition;
}

describe("any schema and any object", () => {
  it("are validated without an exception", () => {
    const property = fc.property(schema(4), object, object, (any, now, before) => {
      validateDefinition(definition(any));
      openApiOf(any, names);
      validateValue(now, any, { old: before });
      dropNulls(applyDefaults(now, any), any);
    });
    fc.assert(property, { numRuns: RUNS });
  });

  it("are pruned and defaulted idempotently", () => {
    const property = fc.property(schema(4), object, (any, given) => {
      const once = prune(given, any);
      const again = prune(once.value, any);
      expect(again.value).toEqual(once.value);
      expect(again.unknown).toEqual([]);
      const defaulted = applyDefaults(once.value, any);
      expect(applyDefaults(defaulted, any)).toEqual(defaulted);
    });
    fc.assert(property, { numRuns: RUNS });
  });

  it("are decoded, written and owned", () => {
    const property = fc.property(schema(4), object, object, (any, left, right) => {
      const type = structuralType(any, names);
      const decoded = decode<JsonObject>(type, left, { fieldValidation: "Strict" });
      if ("error" in decoded) return;
      expect(decoded.value).toEqual(prune(left, any).value);
      const written = applyStructDefaults(type, decoded.value);
      expect(applyStructDefaults(type, written)).toEqual(written);
      fieldSetOf(type, written);
      const other = prune(right, any).value;
      const write = { before: asObject(other), after: asObject(written), time: "2030-01-01T00:00:00Z" };
      trackUpdate(type, { ...write, manager: "m", apiVersion: "example.com/v1", operation: "Update" });
    });
    fc.assert(property, { numRuns: RUNS });
  });
});

describe("long lists against long enumerations", () => {
  const texts = (count: number, text: (i: number) => string) => Array.from({ length: count }, (_, i) => text(i));
  const listOf = (allowed: string[]): JSONSchemaProps => ({
    type: "object",
    properties: { list: { type: "array", items: { type: "string", enum: allowed } } },
  });
  const found = (list: string[], allowed: string[]) =>
    validateValue({ list } as unknown as JsonObject, listOf(allowed)).map(({ message }) => message);

  it("are validated up to the effort limit of one object", () => {
    const allowed = texts(1_000, (i) => `v${i}`);
    expect(found(new Array(10_000).fill("v999"), allowed)).toEqual([]);
    expect(found(new Array(1_000_000).fill("v0"), allowed)).toEqual([
      "Invalid value: null: checking the object takes too long",
    ]);
  });

  it("report only the first problems", () => {
    expect(found(new Array(50_000).fill("x"), ["a"])).toHaveLength(1_000);
    expect(
      found(
        new Array(5_000).fill("x"),
        texts(5_000, (i) => `v${i}`),
      ),
    ).toEqual(["Invalid value: null: checking the object takes too long"]);
  });
});

it("nesting has a limit", () => {
  let deep: JSONSchemaProps = { type: "string" };
  let nested: unknown = "x";
  for (let i = 0; i < 900; i++) {
    deep = { type: "object", properties: { a: deep } };
    nested = { a: nested };
  }
  expect(validateDefinition(definition(deep)).map(({ message }) => message)).toEqual([
    "Forbidden: must not be nested deeper than 500 levels",
  ]);
  expect(validateValue(nested as JsonObject, { type: "object", "x-kubernetes-preserve-unknown-fields": true })).toEqual(
    [],
  );
});

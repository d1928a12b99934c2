/** CEL rules of custom objects: their variables, their messages, and when they are evaluated. */
import { describe, expect, it } from "vitest";
import { validateValue } from "../../../src/kinds/custom/index.ts";
import type { JsonObject } from "../../../src/lib/json.ts";
import type { JSONSchemaProps, ValidationRule } from "../../../src/schema/types.ts";

function object(spec: JsonObject): JsonObject {
  return { apiVersion: "example.com/v1", kind: "Foo", metadata: { name: "f" }, spec };
}

function problems(schema: JSONSchemaProps, spec: JsonObject, old?: JsonObject): string[] {
  const options = { old: old && object(old) };
  return validateValue(object(spec), schema, options).map(({ field, message }) => `${field}: ${message}`);
}

function withRules(rules: (ValidationRule | string)[], properties: Record<string, JSONSchemaProps>): JSONSchemaProps {
  const validations = rules.map((rule) => (typeof rule === "string" ? { rule } : rule));
  const spec: JSONSchemaProps = { type: "object", properties, "x-kubernetes-validations": validations };
  return { type: "object", properties: { spec } };
}

const everything: Record<string, JSONSchemaProps> = {
  text: { type: "string" },
  count: { type: "integer" },
  ratio: { type: "number" },
  on: { type: "boolean" },
  port: { "x-kubernetes-int-or-string": true },
  until: { type: "string", format: "date-time" },
  lasts: { type: "string", format: "duration" },
  maybe: { type: "string", nullable: true },
  perhaps: { type: "object", nullable: true, properties: { a: { type: "integer" } } },
  names: { type: "array", items: { type: "string" } },
  holes: { type: "array", items: { type: "string", nullable: true } },
  labels: { type: "object", additionalProperties: { type: "string" } },
  "foo-bar": { type: "string" },
  namespace: { type: "string" },
  nested: {
    type: "object",
    properties: { a: { type: "integer" }, b: { type: "object", properties: { c: { type: "string" } } } },
  },
  many: {
    type: "array",
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["name"],
    items: { type: "object", properties: { name: { type: "string" }, size: { type: "integer" } } },
  },
};

const full: JsonObject = {
  text: "hello",
  count: 3,
  ratio: 2,
  on: true,
  port: "http",
  until: "2030-01-01T00:00:00Z",
  lasts: "90s",
  maybe: null,
  perhaps: null,
  holes: [null, "b"],
  names: ["a", "b"],
  labels: { tier: "web" },
  "foo-bar": "x",
  namespace: "n",
  nested: { a: 1, b: { c: "d" } },
  many: [
    { name: "one", size: 1 },
    { name: "two", size: 2 },
  ],
};

describe("variables of rules", () => {
  it.each([
    "self.count + 1 == 4",
    "self.ratio == 2.0 && type(self.ratio) == double",
    "type(self.port) == string && self.port == 'http'",
    "self.until > timestamp('2029-01-01T00:00:00Z')",
    "self.lasts == duration('1m30s')",
    "!has(self.maybe) && self.?maybe.orValue('none') == 'none'",
    "!has(self.perhaps) || self.perhaps.a > 1",
    "self.holes[0] == null && self.holes[1] == 'b'",
    "!has(self.nested.b.c) || self.nested.b.c == 'd'",
    "self.names.all(n, n.size() == 1)",
    "'b' in self.names",
    "'tier' in self.labels && self.labels['tier'] == 'web' && self.labels.tier == 'web'",
    "self.labels.all(key, self.labels[key].startsWith('w'))",
    "self.foo__dash__bar == 'x'",
    "self.__namespace__ == 'n'",
    "self.many.exists(m, m.name == 'two' && m.size == 2)",
    "self.many.map(m, m.size).sum() == 3",
    "self.many[0].name == 'one'",
    "self.nested == self.nested",
    "self.nested != null && (format.uuid().validate(self.text) == null) == false",
    "self.?nested.?b.?c.orValue('') == 'd'",
    "self.text.matches('^h.*o$')",
    "quantity('1Gi').isGreaterThan(quantity('1Mi'))",
    "self.names == ['a', 'b']",
    "self.names.size() < 3 && size(self.labels) == 1",
    "self.names.all(i, n, i < 2 && n.size() == 1)",
    "isIP('10.0.0.1') && ip('10.0.0.1').family() == 4",
  ])("%s", (rule) => {
    expect(problems(withRules([rule], everything), full)).toEqual([]);
  });

  it("include names of whole objects, and rules at the root have no path", () => {
    const schema: JSONSchemaProps = {
      type: "object",
      "x-kubernetes-validations": [{ rule: "self.metadata.name.startsWith('x')", message: "wrong name" }],
    };
    expect(problems(schema, {})).toEqual(["<nil>: Invalid value: wrong name"]);
  });
});

describe("a rule's message", () => {
  it("is its message field, or the rule itself", () => {
    const rules = [{ rule: "self.count <= 2", message: "too many" }, "self.count == 0"];
    expect(problems(withRules(rules, everything), { count: 3 })).toEqual([
      "spec: Invalid value: too many",
      "spec: Invalid value: failed rule: self.count == 0",
    ]);
  });

  it("may come from an expression, with a field path and a reason", () => {
    const rules: ValidationRule[] = [
      { rule: "self.count < 2", messageExpression: "'at most 1, not ' + string(self.count)", fieldPath: ".count" },
      { rule: "self.count < 2", reason: "FieldValueForbidden", message: "no" },
      { rule: "has(self.text)", reason: "FieldValueRequired", fieldPath: ".text", message: "say something" },
      { rule: "false", reason: "FieldValueDuplicate" },
    ];
    expect(problems(withRules(rules, everything), { count: 3 })).toEqual([
      "spec.count: Invalid value: at most 1, not 3",
      "spec: Forbidden: no",
      "spec.text: Required value: say something",
      "spec: Duplicate value",
    ]);
  });

  it("shows scalar values", () => {
    const count: JSONSchemaProps = {
      type: "integer",
      "x-kubernetes-validations": [{ rule: "self > 5", message: "m" }],
    };
    expect(problems(withRules([], { count }), { count: 3 })).toEqual(["spec.count: Invalid value: 3: m"]);
  });

  it("is the evaluation error when a rule fails to run", () => {
    expect(problems(withRules(["self.text == 'x'", "self.names[3] == 'x'"], everything), { names: ["a"] })).toEqual([
      "spec: Invalid value: \"object\": no such key: text evaluating rule: self.text == 'x'",
      "spec: Invalid value: \"object\": index out of bounds: 3 evaluating rule: self.names[3] == 'x'",
    ]);
  });

  it("reports an exceeded cost limit", () => {
    const names = Array.from({ length: 600 }, (_, i) => `n${i}`);
    const found = problems(
      withRules(["self.names.all(a, self.names.all(b, self.names.all(c, c != '')))"], everything),
      {
        names,
      },
    );
    expect(found).toEqual([
      expect.stringContaining("no further validation rules will be run due to call cost exceeds limit"),
    ]);
  });
});

describe("rules about changes", () => {
  const transition = withRules([{ rule: "self.count >= oldSelf.count", message: "must not shrink" }], everything);

  it("are evaluated only for updates", () => {
    expect(problems(transition, { count: 1 })).toEqual([]);
    expect(problems(transition, { count: 1 }, { count: 2 })).toEqual(["spec: Invalid value: must not shrink"]);
    expect(problems(transition, { count: 3 }, { count: 2 })).toEqual([]);
  });

  it("are evaluated for items of map lists, correlated by their keys", () => {
    const size: JSONSchemaProps = { type: "integer", "x-kubernetes-validations": [{ rule: "self == oldSelf" }] };
    const many = (type: string | undefined): JSONSchemaProps => ({
      type: "array",
      "x-kubernetes-list-type": type,
      "x-kubernetes-list-map-keys": type === undefined ? undefined : ["name"],
      items: { type: "object", properties: { name: { type: "string" }, size } },
    });
    const old = {
      many: [
        { name: "a", size: 1 },
        { name: "b", size: 2 },
      ],
    };
    const changed = {
      many: [
        { name: "b", size: 3 },
        { name: "c", size: 9 },
      ],
    };
    expect(problems(withRules([], { many: many("map") }), changed, old)).toEqual([
      "spec.many[0].size: Invalid value: 3: failed rule: self == oldSelf",
    ]);
    expect(problems(withRules([], { many: many(undefined) }), changed, old)).toEqual([]);
  });

  it("compare sets and map lists without order", () => {
    const items: JSONSchemaProps = { type: "string" };
    const list = (type?: string): JSONSchemaProps => ({ type: "array", items, "x-kubernetes-list-type": type });
    const set = withRules(["self.l == oldSelf.l && self == oldSelf"], { l: list("set") });
    expect(problems(set, { l: ["a", "b"] }, { l: ["b", "a"] })).toEqual([]);
    expect(problems(set, { l: ["a", "c"] }, { l: ["b", "a"] })).toHaveLength(1);
    expect(
      problems(withRules(["self.l == oldSelf.l"], { l: list() }), { l: ["a", "b"] }, { l: ["b", "a"] }),
    ).toHaveLength(1);
    const joins = ["self.l + oldSelf.l == ['a', 'b', 'c']", "(self.l + ['a']).size() == 2"];
    expect(problems(withRules(joins, { l: list("set") }), { l: ["a", "c"] }, { l: ["b", "a"] })).toEqual([]);
    const many = withRules(["self.many == oldSelf.many", "(self.many + oldSelf.many).size() == 2"], everything);
    const [one, two] = full["many"] as JsonObject[];
    expect(problems(many, { many: [one!, two!] }, { many: [two!, one!] })).toEqual([]);
    expect(problems(many, { many: [one!, { ...two, size: 5 }] }, { many: [two!, one!] })).toHaveLength(1);
  });

  it("may have an optional oldSelf", () => {
    const rule = "oldSelf.hasValue() ? self.count > oldSelf.value().count : self.count == 1";
    const schema = withRules([{ rule, optionalOldSelf: true }], everything);
    expect(problems(schema, { count: 1 })).toEqual([]);
    expect(problems(schema, { count: 2 })).toHaveLength(1);
    expect(problems(schema, { count: 2 }, { count: 1 })).toEqual([]);
    expect(problems(schema, { count: 1 }, { count: 1 })).toHaveLength(1);
  });

  it("only warn about unchanged values (ratcheting)", () => {
    const nested: JSONSchemaProps = {
      type: "object",
      properties: { a: { type: "integer" } },
      "x-kubernetes-validations": [{ rule: "self.a > 5", message: "small" }],
    };
    const schema = withRules([], { nested, count: { type: "integer" } });
    const old = object({ nested: { a: 1 }, count: 1 });
    const warnings: string[] = [];
    const warn = (text: string) => warnings.push(text);
    expect(validateValue(object({ nested: { a: 1 }, count: 2 }), schema, { old, warn })).toEqual([]);
    expect(warnings).toEqual(["spec.nested: Invalid value: small"]);
    expect(validateValue(object({ nested: { a: 2 }, count: 2 }), schema, { old })).toHaveLength(1);
  });
});

it("skips rules when the object has wrong types, and reports it", () => {
  const schema = withRules(["self.count <= 5"], everything);
  expect(problems(schema, { count: "x" })).toEqual([
    'spec.count: Invalid value: "string": spec.count in body must be of type integer: "string"',
    "<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation",
  ]);
});

/** Refused CustomResourceDefinitions, with the messages of a real server. */
import { describe, expect, it } from "vitest";
import { validateDefinition } from "../../../src/kinds/custom/index.ts";
import type { CustomResourceDefinition, JSONSchemaProps } from "../../../src/schema/types.ts";

type Version = Partial<CustomResourceDefinition["spec"]["versions"][number]>;

const v1: Version = { name: "v1", served: true, storage: true };

function definition(spec: object, { stored = ["v1"] }: { stored?: string[] } = {}): CustomResourceDefinition {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "foos.example.com" },
    spec: {
      group: "example.com",
      scope: "Namespaced",
      names: { plural: "foos", singular: "foo", kind: "Foo", listKind: "FooList" },
      versions: [{ ...v1, schema: { openAPIV3Schema: { type: "object" } } }],
      ...spec,
    },
    status: { storedVersions: stored },
  } as unknown as CustomResourceDefinition;
}

function withSchema(schema: JSONSchemaProps, more: Version = {}): CustomResourceDefinition {
  return definition({ versions: [{ ...v1, ...more, schema: { openAPIV3Schema: schema } }] });
}

function withSpec(properties: Record<string, JSONSchemaProps>, more: JSONSchemaProps = {}): CustomResourceDefinition {
  return withSchema({ type: "object", properties: { spec: { type: "object", properties, ...more } } });
}

function problems(crd: CustomResourceDefinition, old?: CustomResourceDefinition): string[] {
  return validateDefinition(crd, old).map(({ field, message }) => `${field}: ${message}`);
}

const SCHEMA = "spec.validation.openAPIV3Schema";

describe("a definition", () => {
  it("that the real server accepts is accepted", () => {
    const schema: JSONSchemaProps = {
      type: "object",
      properties: {
        spec: {
          type: "object",
          required: ["replicas"],
          properties: {
            replicas: { type: "integer", default: 1, minimum: 0 },
            wide: { type: "string", enum: ["a", "b"] },
          },
          "x-kubernetes-validations": [{ rule: "self.replicas <= 5", message: "too many" }],
        },
        status: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
      },
    };
    const more = {
      subresources: {
        status: {},
        scale: { specReplicasPath: ".spec.replicas", statusReplicasPath: ".status.replicas" },
      },
      additionalPrinterColumns: [{ name: "Size", type: "integer", jsonPath: ".spec.replicas" }],
      selectableFields: [{ jsonPath: ".spec.wide" }],
    };
    expect(problems(withSchema(schema, more))).toEqual([]);
  });

  it("without schema and storage is refused as recorded", () => {
    const crd = definition({ group: "other.com", versions: [{ ...v1, storage: false }] }, { stored: [] });
    expect(problems(crd)).toEqual([
      'metadata.name: Invalid value: "foos.example.com": must be spec.names.plural+"."+spec.group',
      "spec.versions[0].schema.openAPIV3Schema: Required value",
      'spec.versions: Invalid value: [{"Name":"v1","Served":true,"Storage":false,"Deprecated":false,"DeprecationWarning":null,"Schema":null,"Subresources":null,"AdditionalPrinterColumns":null,"SelectableFields":null}]: must have exactly one version marked as storage version',
      "status.storedVersions: Invalid value: null: must have at least one stored version",
    ]);
  });

  it("needs proper names", () => {
    const names = { plural: "foos", singular: "Foo", kind: "Foo_", listKind: "Foo_", shortNames: ["f!"] };
    expect(problems(definition({ names, scope: "World", group: "com" }))).toEqual([
      expect.stringContaining("metadata.name: "),
      'spec.group: Invalid value: "com": should be a domain with at least one dot',
      'spec.scope: Unsupported value: "World": supported values: "Cluster", "Namespaced"',
      expect.stringMatching(/^spec\.names\.singular: Invalid value: "Foo": a DNS-1035 label must consist of/),
      expect.stringMatching(
        /^spec\.names\.kind: Invalid value: "Foo_": may have mixed case, but should otherwise match: /,
      ),
      expect.stringMatching(/^spec\.names\.listKind: .*may have mixed case/),
      expect.stringMatching(/^spec\.names\.shortNames\[0\]: /),
      'spec.names.listKind: Invalid value: "Foo_": kind and listKind may not be the same',
    ]);
  });

  it("of Kubernetes' own groups needs an approval", () => {
    const crd = definition({ group: "x.k8s.io" });
    crd.metadata.name = "foos.x.k8s.io";
    expect(problems(crd)).toEqual([
      'metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups must have approval annotation "api-approved.kubernetes.io", see https://github.com/kubernetes/enhancements/pull/1111',
    ]);
    crd.metadata.annotations = { "api-approved.kubernetes.io": "unapproved, only a test" };
    expect(problems(crd)).toEqual([]);
  });

  it("has paths of all versions when they differ, and one path when they are equal", () => {
    const wrong: JSONSchemaProps = { type: "object", properties: { spec: {} } };
    const other: JSONSchemaProps = { ...wrong, description: "another" };
    const versions = (second: JSONSchemaProps) => [
      { ...v1, schema: { openAPIV3Schema: wrong } },
      { name: "v2", served: true, storage: false, schema: { openAPIV3Schema: second } },
    ];
    const said = "properties[spec].type: Required value: must not be empty for specified object fields";
    expect(problems(definition({ versions: versions(wrong) }))).toEqual([`${SCHEMA}.${said}`]);
    expect(problems(definition({ versions: versions(other) }))).toEqual([
      `spec.versions[0].schema.openAPIV3Schema.${said}`,
      `spec.versions[1].schema.openAPIV3Schema.${said}`,
    ]);
  });

  it("has columns, subresources and selectable fields in proper form", () => {
    const more = {
      additionalPrinterColumns: [{ name: "", type: "text", jsonPath: "spec.x" }],
      subresources: { scale: { specReplicasPath: ".status.x", statusReplicasPath: "" } },
      selectableFields: [{ jsonPath: ".spec.x" }, { jsonPath: ".spec.list" }],
    };
    const list: JSONSchemaProps = { type: "array", items: { type: "string" } };
    const schema: JSONSchemaProps = { type: "object", properties: { spec: { type: "object", properties: { list } } } };
    expect(problems(withSchema(schema, more as unknown as Version))).toEqual([
      'spec.subresources.scale.specReplicasPath: Invalid value: ".status.x": should be a json path under .spec',
      "spec.subresources.scale.statusReplicasPath: Required value",
      "spec.additionalPrinterColumns[0].name: Required value",
      'spec.additionalPrinterColumns[0].type: Invalid value: "text": must be one of boolean,date,integer,number,string',
      'spec.additionalPrinterColumns[0].JSONPath: Invalid value: "spec.x": must be a simple json path starting with .',
      'spec.selectableFields[0].jsonPath: Invalid value: ".spec.x": is an invalid path: does not refer to a valid field',
      'spec.selectableFields[1].jsonPath: Invalid value: ".spec.list": must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.',
    ]);
  });

  it("keeps its names and its stored versions", () => {
    const old = definition({});
    old.status.conditions = [
      { type: "Established", status: "True" },
    ] as CustomResourceDefinition["status"]["conditions"];
    old.metadata.resourceVersion = "1";
    const next = definition({
      scope: "Cluster",
      versions: [{ ...v1, name: "v2", schema: { openAPIV3Schema: { type: "object" } } }],
    });
    next.metadata.resourceVersion = "1";
    next.status = { ...next.status, storedVersions: ["v1", "v2"] };
    expect(problems(next, old)).toEqual([
      'spec.scope: Invalid value: "Cluster": field is immutable',
      'status.storedVersions[0]: Invalid value: "v1": missing from spec.versions; v1 was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in v1 and removes v1 from status.storedVersions',
    ]);
  });
});

describe("a schema", () => {
  it.each<[string, JSONSchemaProps, string[]]>([
    ["has a type", {}, [".type: Required value: must not be empty for specified object fields"]],
    [
      "has a known type",
      { type: "text" },
      [
        '.type: Unsupported value: "text": supported values: "array", "boolean", "integer", "number", "object", "string"',
      ],
    ],
    ["says what is in a list", { type: "array" }, [".items: Required value: must be specified"]],
    [
      "has no unique items",
      { type: "array", items: { type: "string" }, uniqueItems: true },
      [".uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic"],
    ],
    [
      "has fields or values",
      { type: "object", properties: { a: { type: "string" } }, additionalProperties: { type: "string" } },
      [".additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive"],
    ],
    [
      "has no types in alternatives",
      { type: "object", anyOf: [{ type: "object" }] },
      [".anyOf[0].type: Forbidden: must be empty to be structural"],
    ],
    [
      "may be an int or a string",
      { "x-kubernetes-int-or-string": true, anyOf: [{ type: "integer" }, { type: "string" }] },
      [],
    ],
    [
      "keeps unknown fields or says nothing of it",
      { type: "object", "x-kubernetes-preserve-unknown-fields": false },
      [".x-kubernetes-preserve-unknown-fields: Invalid value: false: must be true or undefined"],
    ],
    ["refers to nothing", { type: "string", $ref: "#/x" }, [".$ref: Forbidden: $ref is not supported"]],
    [
      "has proper patterns",
      { type: "string", pattern: "(" },
      [
        expect.stringMatching(
          /^\.pattern: Invalid value: "\(": must be a valid regular expression, but isn't: /,
        ) as unknown as string,
      ],
    ],
    [
      "has keys for maps",
      { type: "array", "x-kubernetes-list-type": "map", items: { type: "object", properties: {} } },
      [".x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map"],
    ],
    [
      "has keys that are always there",
      {
        type: "array",
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["name"],
        items: { type: "object", properties: { name: { type: "string" } } },
      },
      [
        ".items.properties[name].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property",
      ],
    ],
    [
      "has atomic items in sets",
      { type: "array", "x-kubernetes-list-type": "set", items: { type: "object" } },
      [
        ".items.x-kubernetes-map-type: Invalid value: null: must be atomic as item of a list with x-kubernetes-list-type=set",
      ],
    ],
    [
      "has defaults that fit",
      { type: "integer", default: "x" },
      ['.default: Invalid value: "string":  in body must be of type integer: "string"'],
    ],
    [
      "has defaults without unknown fields",
      { type: "object", properties: {}, default: { a: 1 } },
      ['.default: Invalid value: {"a":1}: must not have unknown fields'],
    ],
  ])("%s", (_, schema, expected) => {
    const at = `${SCHEMA}.properties[spec].properties[v]`;
    const wanted = expected.map((text) => (typeof text === "string" ? at + text : text));
    const found = problems(withSpec({ v: schema })).map((text) => text.replace(`${at}.pattern`, ".pattern"));
    expect(found).toEqual(wanted);
  });

  it("declares the fields that alternatives at its root restrict", () => {
    const schema: JSONSchemaProps = { type: "object", oneOf: [{ properties: { spec: { required: ["a"] } } }] };
    expect(problems(withSchema(schema))).toEqual([
      `${SCHEMA}.properties[spec]: Required value: because it is defined in ${SCHEMA}.oneOf[0].properties[spec]`,
    ]);
  });

  it("is an object at its root, and restricts only name and generateName of metadata", () => {
    expect(problems(withSchema({ type: "string" }))).toEqual([
      `${SCHEMA}.type: Invalid value: "string": must be object at the root`,
    ]);
    const metadata: JSONSchemaProps = { type: "object", properties: { labels: { type: "object" } } };
    expect(problems(withSchema({ type: "object", properties: { metadata } }))).toEqual([
      `${SCHEMA}.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified`,
    ]);
    const name: JSONSchemaProps = { type: "string", maxLength: 10 };
    expect(
      problems(withSchema({ type: "object", properties: { metadata: { type: "object", properties: { name } } } })),
    ).toEqual([]);
  });
});

describe("rules", () => {
  function ruleProblems(rule: object, properties: Record<string, JSONSchemaProps> = {}): string[] {
    const validations = [rule] as JSONSchemaProps["x-kubernetes-validations"];
    const found = problems(
      withSpec({ count: { type: "integer" }, ...properties }, { "x-kubernetes-validations": validations }),
    );
    return found.map((text) => text.replace(`${SCHEMA}.properties[spec].x-kubernetes-validations[0]`, "RULE"));
  }

  it("may test whether texts of unknown length are URLs, for which Kubernetes estimates a cost of one", () => {
    const items = { type: "string", "x-kubernetes-validations": [{ rule: "isURL(self)" }] };
    expect(problems(withSpec({ urls: { type: "array", maxItems: 100, items } as JSONSchemaProps }))).toEqual([]);
  });

  it("must compile", () => {
    expect(ruleProblems({ rule: "self.counts > 1" })).toEqual([
      `RULE.rule: Invalid value: {"Rule":"self.counts \\u003e 1","Message":"","MessageExpression":"","Reason":null,"FieldPath":"","OptionalOldSelf":null}: compilation failed: ERROR: <input>:1:5: undefined field 'counts'\n | self.counts > 1\n | ....^`,
    ]);
    expect(ruleProblems({ rule: "thing > 1" })).toEqual([
      expect.stringContaining(
        "compilation failed: ERROR: <input>:1:1: undeclared reference to 'thing' (in container '')\n | thing > 1\n | ^",
      ),
    ]);
    expect(ruleProblems({ rule: "self.count + 1" })).toEqual([
      expect.stringContaining("cel expression must evaluate to a bool"),
    ]);
    expect(ruleProblems({ rule: "self.count.x == 1" })).toEqual([
      expect.stringContaining("type 'int' does not support field selection"),
    ]);
    expect(ruleProblems({ rule: "self.count.all(x, x > 1)" })).toEqual([
      expect.stringContaining(
        "expression of type 'int' cannot be range of a comprehension (must be list, map, or dynamic)",
      ),
    ]);
    expect(ruleProblems({ rule: "string(self.count).matches(')')" })).toEqual([
      expect.stringContaining("compilation failed: ERROR: <input>:1:28: invalid matches argument"),
    ]);
    expect(ruleProblems({ rule: "duration('1d') > duration('1h')" })).toEqual([
      expect.stringContaining("compilation failed: ERROR: <input>:1:10: invalid duration argument"),
    ]);
    expect(ruleProblems({ rule: "has(self.nope)" })).toEqual([expect.stringContaining("undefined field 'nope'")]);
    expect(ruleProblems({ rule: "self.count == 'x'" })).toEqual([
      expect.stringContaining("found no matching overload for '_==_' applied to '(int, string)'"),
    ]);
  });

  it("have proper form", () => {
    expect(ruleProblems({ rule: " " })).toEqual(["RULE.rule: Required value: rule is not specified"]);
    expect(ruleProblems({ rule: "true\n&& true" })).toEqual([
      "RULE.message: Required value: message must be specified if rule contains line breaks",
    ]);
    expect(ruleProblems({ rule: "true", reason: "Because", fieldPath: ".nope" })).toEqual([
      'RULE.reason: Unsupported value: "Because": supported values: "FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"',
      'RULE.fieldPath: Invalid value: ".nope": must be a valid path',
    ]);
    expect(ruleProblems({ rule: "true", messageExpression: "1" })).toEqual([
      expect.stringContaining("messageExpression must evaluate to a string"),
    ]);
    expect(ruleProblems({ rule: "true", optionalOldSelf: true })).toEqual([
      "RULE.optionalOldSelf: Invalid value: true: may not be set if oldSelf is not used in rule",
    ]);
  });

  it("with oldSelf are allowed only where old and new values can be correlated", () => {
    const items: JSONSchemaProps = {
      type: "string",
      maxLength: 5,
      "x-kubernetes-validations": [{ rule: "self == oldSelf" }],
    };
    const list: JSONSchemaProps = { type: "array", maxItems: 5, items };
    const at = `${SCHEMA}.properties[spec].properties[list]`;
    expect(problems(withSpec({ list }))).toEqual([
      `${at}.items.x-kubernetes-validations[0].rule: Invalid value: "self == oldSelf": oldSelf cannot be used on the uncorrelatable portion of the schema within ${at}`,
    ]);
  });

  it("cost within limits", () => {
    const hint =
      "(try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)";
    const names: JSONSchemaProps = { type: "array", items: { type: "string" } };
    const rule = "self.names.all(a, self.names.exists(b, a == b))";
    expect(ruleProblems({ rule }, { names })).toEqual([
      `RULE.rule: Forbidden: estimated rule cost exceeds budget by factor of more than 100x ${hint}`,
      "RULE.rule: Forbidden: contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema",
      `${SCHEMA}: Forbidden: x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema exceeds budget by factor of more than 100x ${hint}`,
    ]);
    const bounded: JSONSchemaProps = { type: "array", maxItems: 100, items: { type: "string", maxLength: 50 } };
    expect(ruleProblems({ rule }, { names: bounded })).toEqual([]);
    const each: JSONSchemaProps = {
      type: "string",
      "x-kubernetes-validations": [{ rule: "self.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')" }],
    };
    expect(problems(withSpec({ names: { type: "array", items: each } }))[0]).toContain(
      "estimated rule cost exceeds budget",
    );
    expect(problems(withSpec({ names: { type: "array", maxItems: 10, items: { ...each, maxLength: 63 } } }))).toEqual(
      [],
    );
  });
});

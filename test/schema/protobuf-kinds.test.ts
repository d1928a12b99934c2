/** Every kind of the server can be sent as protobuf, with every field. */
import { describe, expect, it } from "vitest";
import type { JsonObject, JsonValue } from "../../src/lib/json.ts";
import { typesByKind } from "../../src/schema/generated/schema.ts";
import { decode } from "../../src/schema/index.ts";
import { decodeProtobuf } from "../../src/schema/protobuf.ts";
import { resolveStruct } from "../../src/schema/table.ts";
import type { SchemaType } from "../../src/schema/types.ts";
import { Server } from "../apiserver/server.ts";
import { encodeProtobuf, numberedFields } from "../support/protobuf-encoder.ts";

/** Kinds that occur only in answers, with their own encoding. */
const ANSWERS_ONLY = new Set(["APIGroup", "APIGroupList", "APIVersions", "WatchEvent"]);

/** A value for every field; recursive types end at the second level. */
function filled(type: SchemaType, name: string, outer: readonly string[]): JsonValue | undefined {
  switch (type.kind) {
    case "struct":
      return outer.filter((each) => each === type.name).length > 1 ? undefined : filledStruct(type.name, outer);
    case "list": {
      const item = filled(type.items, name, outer);
      return item === undefined ? undefined : [item, item];
    }
    case "map": {
      const value = filled(type.values, name, outer);
      return value === undefined ? undefined : { a: value, "é/b": value };
    }
    case "scalar":
      break;
  }
  switch (type.scalar) {
    case "string":
      return `${name} é`;
    case "int32":
      return -2_147_483_648;
    case "int64":
      return 9_007_199_254_740_991;
    case "boolean":
      return true;
    case "double":
      return 2.5;
    case "bytes":
      return "AP/+";
    case "quantity":
      return "1500m";
    case "intOrString":
      return "25%";
    case "time":
      return "2026-01-02T03:04:05Z";
    case "microTime":
      return "2026-01-02T03:04:05.000006Z";
    case "json":
      return name === "default" || name === "enum" || name === "example" ? { raw: [1, "b"] } : schemaOr(name);
    case "object":
      return { "f:metadata": {}, list: [1] };
  }
}

function filledStruct(typeName: string, outer: readonly string[]): JsonObject {
  const object: JsonObject = {};
  for (const { name, type } of resolveStruct(typeName).fields.values()) {
    if (isTypeMeta(typeName, name)) continue;
    const value = filled(type, name, [...outer, typeName]);
    if (value !== undefined) object[name] = value;
  }
  return object;
}

/** Kind and version travel in the envelope; objects within others have none. */
function isTypeMeta(typeName: string, field: string): boolean {
  const isKind = Object.values(typesByKind).includes(typeName) || typeName === "DeleteOptions";
  return isKind && (field === "kind" || field === "apiVersion");
}

/** One of the two forms of each field of a schema that has two. */
function schemaOr(name: string): JsonValue {
  const schema = { description: name };
  if (name === "items") return [schema, schema];
  if (name === "dependencies") return ["a", "b"];
  return name === "additionalItems" ? false : schema;
}

/** Kinds of all resources and subresources that the server lists, with their versions: `apps/v1/Deployment`. */
function servedKinds(): string[] {
  const server = new Server();
  const groups: { preferredVersion: unknown; versions: { groupVersion: string }[] }[] = server.get("/apis").body.groups;
  const versions = groups.flatMap((group) => group.versions.map(({ groupVersion }) => groupVersion));
  return ["v1", ...versions].flatMap((groupVersion) => {
    const path = groupVersion === "v1" ? "/api/v1" : `/apis/${groupVersion}`;
    const { resources } = server.get(path).body as { resources: { kind: string; group?: string; version?: string }[] };
    const [group, version] = groupVersion.includes("/") ? groupVersion.split("/") : ["", groupVersion];
    return resources.map(({ kind, ...other }) => `${other.group ?? group}/${other.version ?? version}/${kind}`);
  });
}

describe("every kind", () => {
  const kinds = Object.entries(typesByKind).filter(([, typeName]) => !ANSWERS_ONLY.has(typeName));

  it.each(kinds)("%s is decoded from protobuf with every field", (groupVersionKind, typeName) => {
    const [group, version, kind = ""] = groupVersionKind.split("/");
    const apiVersion = group === "" ? version! : `${group}/${version}`;
    const object = { ...filledStruct(typeName, []), apiVersion, kind };
    expect(decodeProtobuf(encodeProtobuf(object as Parameters<typeof encodeProtobuf>[0]))).toEqual(object);
  });

  it("is covered here if the server lists it, except for connection options, which are query parameters", () => {
    const known = new Set(kinds.map(([groupVersionKind]) => groupVersionKind));
    const served = servedKinds().filter((kind) => !kind.endsWith("Options"));
    expect(served.length).toBeGreaterThan(80);
    expect(served.filter((kind) => !known.has(kind))).toEqual([]);
  });

  it("has a number for every field of every type within", () => {
    const seen = new Set<string>();
    const missing: string[] = [];
    const visit = (type: SchemaType): void => {
      if (type.kind === "list") visit(type.items);
      if (type.kind === "map") visit(type.values);
      if (type.kind !== "struct" || seen.has(type.name)) return;
      seen.add(type.name);
      const known = new Set(namesWithin(type.name));
      for (const { name, type: inner } of type.fields.values()) {
        if (!known.has(name) && !isTypeMeta(type.name, name)) missing.push(`${type.name}.${name}`);
        visit(inner);
      }
    };
    for (const [, typeName] of kinds) visit(resolveStruct(typeName));
    expect(missing).toEqual([]);
    expect(seen.size).toBeGreaterThan(500);
  });
});

function namesWithin(typeName: string): string[] {
  return numberedFields(typeName).flatMap(({ name }) =>
    name.startsWith("+") ? namesWithin(`.${name.slice(1)}`) : name,
  );
}

/** Made with the upstream .proto files and a general encoder of Protocol Buffers. */
const DEFINITION =
  "azhzAAozChdhcGlleHRlbnNpb25zLms4cy5pby92MRIYQ3VzdG9tUmVzb3VyY2VEZWZpbml0aW9uEoAFChUKE3dpZGdldHMuZXhhbXBsZS5jb20S5gQKC2V4YW1wbGUuY29tGigKB3dpZGdldHMSBndpZGdldBoBdyIGV2lkZ2V0KgpXaWRnZXRMaXN0IgpOYW1lc3BhY2VkOpYECgJ2MRABGAEizAMKyQMSHmh0dHA6Ly9qc29uLXNjaGVtYS5vcmcvc2NoZW1hIxoDIy94IgFkKgZvYmplY3TqAZUDCgRzcGVjEowDKgZvYmplY3S6AQRzaXpl6gE7CgRzaXplEjMqB2ludGVnZXIyBWludDY0QgMKATNJAAAAAAAABEBQAVkAAAAAAADwP5kBAAAAAAAA4D/qAQoKA2FueRIDsAIB6gEiCgRwb3J0EhraAQkqB2ludGVnZXLaAQgqBnN0cmluZ8ACAeoBNQoEbGlzdBItKgVhcnJheYABA8IBGgoYKgZzdHJpbmeiAQUKAyJhIqIBBQoDImIi0gIDc2V06gEtCgV0dXBsZRIkKgVhcnJhecIBFRIIKgZzdHJpbmcSCSoHaW50ZWdlcooCAggA6gEeCgNtYXASFyoGb2JqZWN08gEMCAESCCoGc3RyaW5n6gEVCgRvcGVuEg0qBm9iamVjdPIBAggB6gEtCgRkZXBzEiUqBm9iamVjdIICCAoBYRIDEgFiggIPCgFjEgoKCCoGb2JqZWN06gE5CgR0ZXh0EjEqBnN0cmluZ0IGCgRudWxsegNeYSSoAgHiAhYKD3NlbGYuc2l6ZSgpID4gMBIBbTABKh4KABIaCgouc3BlYy5zaXplEgwuc3RhdHVzLnNpemUyHQoEU2l6ZRIHaW50ZWdlcigAMgouc3BlYy5zaXplSgYKBE5vbmVQAA==";
const API_SERVICE =
  "azhzAAonChlhcGlyZWdpc3RyYXRpb24uazhzLmlvL3YxEgpBUElTZXJ2aWNlEkkKGAoOdjEuZXhhbXBsZS5jb21aBgoBYRIBYhItCg8KB2RlZmF1bHQSAXMYuwMSC2V4YW1wbGUuY29tGgJ2MSAAKgJjYTjoB0AP";

const bytes = (base64: string) => new Uint8Array(Buffer.from(base64, "base64"));

describe("bodies made from the upstream messages", () => {
  it("a definition with every form of a schema", () => {
    const object = decodeProtobuf(bytes(DEFINITION));
    expect(object).toMatchObject({ spec: { group: "example.com", scope: "Namespaced", preserveUnknownFields: false } });
    const [version] = (object["spec"] as { versions: JsonObject[] }).versions;
    expect(version!["schema"]).toEqual({
      openAPIV3Schema: {
        $schema: "http://json-schema.org/schema#",
        $ref: "#/x",
        type: "object",
        description: "d",
        properties: {
          spec: {
            type: "object",
            required: ["size"],
            properties: {
              size: {
                type: "integer",
                format: "int64",
                minimum: 1,
                maximum: 2.5,
                exclusiveMaximum: true,
                default: 3,
                multipleOf: 0.5,
              },
              any: { "x-kubernetes-preserve-unknown-fields": true },
              port: { "x-kubernetes-int-or-string": true, anyOf: [{ type: "integer" }, { type: "string" }] },
              list: {
                type: "array",
                items: { type: "string", enum: ["a", "b"] },
                maxItems: 3,
                "x-kubernetes-list-type": "set",
              },
              tuple: { type: "array", items: [{ type: "string" }, { type: "integer" }], additionalItems: false },
              map: { type: "object", additionalProperties: { type: "string" } },
              open: { type: "object", additionalProperties: true },
              deps: { type: "object", dependencies: { a: ["b"], c: { type: "object" } } },
              text: {
                type: "string",
                pattern: "^a$",
                nullable: true,
                default: null,
                "x-kubernetes-validations": [{ rule: "self.size() > 0", message: "m", optionalOldSelf: true }],
              },
            },
          },
        },
      },
    });
  });

  it("an API service", () => {
    expect(decodeProtobuf(bytes(API_SERVICE))).toEqual({
      apiVersion: "apiregistration.k8s.io/v1",
      kind: "APIService",
      metadata: { name: "v1.example.com", labels: { a: "b" } },
      spec: {
        service: { namespace: "default", name: "s", port: 443 },
        group: "example.com",
        version: "v1",
        insecureSkipTLSVerify: false,
        caBundle: "Y2E=",
        groupPriorityMinimum: 1000,
        versionPriority: 15,
      },
    });
  });
});

describe("a request with a body of protobuf", () => {
  const type = "application/vnd.kubernetes.protobuf";
  const DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

  it("creates a definition and an API service", () => {
    const server = new Server();
    const definition = {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "widgets.example.com" },
      spec: {
        group: "example.com",
        names: { plural: "widgets", kind: "Widget" },
        scope: "Namespaced",
        versions: [
          {
            name: "v1",
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
          },
        ],
      },
    };
    const created = server.post(DEFINITIONS, encodeProtobuf(definition), { type });
    expect(created.status).toBe(201);
    expect(created.body.spec.versions).toEqual(definition.spec.versions);
    const service = server.post("/apis/apiregistration.k8s.io/v1/apiservices", bytes(API_SERVICE), { type });
    expect([service.status, service.body.spec.versionPriority]).toEqual([201, 15]);
  });

  it("answers an invalid message with 400, and changes nothing", () => {
    const server = new Server();
    const before = server.get(DEFINITIONS).text;
    for (const body of [new Uint8Array([1, 2, 3]), bytes(DEFINITION).subarray(0, 80), "text"]) {
      expect(server.post(DEFINITIONS, body, { type }).status).toBe(400);
    }
    expect(server.get(DEFINITIONS).text).toBe(before);
  });

  it("keeps bytes that a text decoder would lose", () => {
    const server = new Server();
    const data = { a: "\ufeffé\u0000" };
    const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c" }, data };
    const created = server.post("/api/v1/namespaces/default/configmaps", encodeProtobuf(object), { type });
    expect(created.body.data).toEqual(data);
  });
});

describe("the wire format", () => {
  const service = (raw: readonly number[]) =>
    Uint8Array.from([0x6b, 0x38, 0x73, 0, 0x0a, 13, 0x0a, 2, 0x76, 0x31, 0x12, 7, ...Buffer.from("Service"), ...raw]);

  it.each([
    ["a field with the number zero", [0x12, 2, 0x02, 0], "illegal tag 0 (wire type 2)"],
    [
      "a time beyond the year 9999",
      [0x12, 12, 0x0a, 10, 0x42, 8, 0x08, ...[255, 255, 255, 255, 255, 255, 127]],
      "is out of range",
    ],
  ])("refuses %s", (_, raw, message) => {
    expect(() => decodeProtobuf(service(raw))).toThrow(message);
  });

  it("reads packed numbers", () => {
    // SecurityContext.supplementalGroups is field 4 of PodSecurityContext, field 14 of PodSpec.
    const pod = [0x22, 3, 1, 2, 3];
    const message = [0x12, pod.length + 2, 0x72, pod.length, ...pod];
    const body = [0x6b, 0x38, 0x73, 0, 0x0a, 9, 0x0a, 2, 0x76, 0x31, 0x12, 3, ...Buffer.from("Pod")];
    const object = decodeProtobuf(Uint8Array.from([...body, 0x12, message.length, ...message]));
    expect(object).toMatchObject({ spec: { securityContext: { supplementalGroups: [1, 2, 3] } } });
    expect("error" in decode("Pod", object, { fieldValidation: "Strict" })).toBe(false);
  });
});

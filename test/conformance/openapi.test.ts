/**
 * The tests of sig-api-machinery about OpenAPI of custom resources.
 * Kubernetes: test/e2e/apimachinery/crd_publish_openapi.go
 */
import { expect } from "vitest";
import type { CustomDocument } from "../../src/apiserver/request.ts";
import type { ConformanceCluster, Json } from "./cluster.ts";
import { named } from "./objects.ts";
import { type Stories, stories } from "./stories.ts";

const TITLE = "CustomResourcePublishOpenAPI [Privileged:ClusterAdmin]";
const FREE = "x-kubernetes-preserve-unknown-fields";
const bars = {
  description: "List of Bars and their specs.",
  type: "array",
  items: {
    type: "object",
    required: ["name"],
    properties: { name: { type: "string", description: "Name of Bar." }, age: { type: "string" } },
  },
};
const FOO = {
  description: "Foo CRD for Testing",
  type: "object",
  properties: {
    spec: { type: "object", description: "Specification of Foo", properties: { bars } },
    status: { type: "object", description: "Status of Foo", properties: { bars } },
  },
};
const ROOT_FREE = { type: "object", [FREE]: true };
const EMBEDDED = {
  type: "object",
  properties: { spec: { type: "object", [FREE]: true, "x-kubernetes-embedded-resource": true } },
};

const version = (name: string, openAPIV3Schema: Json, served = true, storage = true) => ({
  ...{ name, served, storage },
  schema: { openAPIV3Schema },
});

interface Defined {
  group: string;
  kind: string;
  plural: string;
  path: string;
}

async function define(c: ConformanceCluster, versions: Json[], { kind = "Foo", suffix = "" } = {}): Promise<Defined> {
  const group = `${c.namespace}${suffix}.publish.example.com`;
  const plural = `${kind.toLowerCase()}s`;
  const names = { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List` };
  const spec = { group, scope: "Namespaced", names, versions };
  const definition = await c.create(
    named("apiextensions.k8s.io/v1", "CustomResourceDefinition", { spec })(`${plural}.${group}`),
  );
  const path = c.pathOf(definition);
  await c.eventually(async () =>
    (await c.request("GET", path)).body.status.conditions?.some(
      ({ type, status }: Json) => type === "Established" && status === "True",
    ),
  );
  return { group, kind, plural, path };
}

async function document<F extends CustomDocument["form"]>(
  c: ConformanceCluster,
  path: string,
  form: F,
): Promise<Extract<CustomDocument, { form: F }>> {
  const answer = await c.send("GET", path);
  if (answer.type !== "openapi" || answer.custom?.form !== form)
    throw new Error(`${path} has no ${form} of custom resources`);
  return answer.custom as Extract<CustomDocument, { form: F }>;
}

/** The schema of a kind in version 2; undefined if it is not published. */
async function published(c: ConformanceCluster, { group, kind }: Defined, name: string): Promise<Json> {
  const { definitions } = (await document(c, "/openapi/v2", "v2")) as Json;
  return Object.values<Json>(definitions).find((schema) =>
    schema["x-kubernetes-group-version-kind"]?.some(
      (one: Json) => one.group === group && one.version === name && one.kind === kind,
    ),
  );
}

async function isIndexed(c: ConformanceCluster, { group }: Defined, name: string): Promise<boolean> {
  const answer = await c.send("GET", "/openapi/v3");
  const custom = answer.type === "openapi" && answer.custom?.form === "index" ? answer.custom : undefined;
  return custom?.hashes[`apis/${group}/${name}`] !== undefined;
}

const create = (c: ConformanceCluster, { group, kind, plural }: Defined, more: Json, name = "v1") =>
  c.request("POST", `/apis/${group}/${name}/namespaces/${c.namespace}/${plural}?fieldValidation=Strict`, {
    ...{ apiVersion: `${group}/${name}`, kind, metadata: { name: "test-cr" } },
    ...more,
  });

const all: Stories = {
  [`${TITLE} works for CRD with validation schema`]: async (c) => {
    const made = await define(c, [version("v1", FOO)]);
    const schema = await published(c, made, "v1");
    expect(schema.description).toBe("Foo CRD for Testing");
    expect(schema.properties.spec).toEqual(FOO.properties.spec);
    expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(["apiVersion", "kind", "metadata"]));
    expect((await create(c, made, { spec: { bars: [{ name: "test-bar" }] } })).status).toBe(201);
    const unknown = await create(c, made, { spec: { foo: true } });
    expect([unknown.status, unknown.body.message]).toEqual([400, expect.stringContaining('unknown field "spec.foo"')]);
    const missing = await create(c, made, { spec: { bars: [{ age: "10" }] } });
    expect([missing.status, missing.body.message]).toEqual([
      422,
      expect.stringContaining("spec.bars[0].name: Required value"),
    ]);
  },
  [`${TITLE} works for CRD without validation schema`]: async (c) => {
    const made = await define(c, [version("v1", ROOT_FREE)]);
    expect((await published(c, made, "v1")).properties).toBeUndefined();
    expect((await create(c, made, { a: { b: [{ c: "d" }] } })).status).toBe(201);
  },
  [`${TITLE} works for CRD preserving unknown fields at the schema root`]: async (c) => {
    const made = await define(c, [version("v1", ROOT_FREE)]);
    const { document: v3 } = await document(c, `/openapi/v3/apis/${made.group}/v1`, "v3");
    const [schema] = Object.values<Json>((v3 as Json).components.schemas).filter((one) => one[FREE]);
    expect(schema.properties.metadata).toBeDefined();
    expect((await create(c, made, { spec: { a: null, b: [{ c: "d" }] } })).status).toBe(201);
  },
  [`${TITLE} works for CRD preserving unknown fields in an embedded object`]: async (c) => {
    const made = await define(c, [version("v1", EMBEDDED)]);
    expect((await published(c, made, "v1")).properties.spec["x-kubernetes-embedded-resource"]).toBe(true);
    const spec = { apiVersion: "v1", kind: "X", metadata: { name: "x" }, b: [{ c: "d" }] };
    const created = await create(c, made, { spec });
    expect([created.status, created.body.spec.b]).toEqual([201, [{ c: "d" }]]);
  },
  [`${TITLE} works for multiple CRDs of different groups`]: async (c) => {
    const first = await define(c, [version("v1", FOO)], { suffix: "-a" });
    const second = await define(c, [version("v1", ROOT_FREE)], { suffix: "-b", kind: "Waldo" });
    for (const made of [first, second]) {
      expect(await published(c, made, "v1")).toBeDefined();
      expect(await isIndexed(c, made, "v1")).toBe(true);
    }
  },
  [`${TITLE} works for multiple CRDs of same group but different versions`]: async (c) => {
    const made = await define(c, [version("v2", FOO), version("v3", ROOT_FREE, true, false)]);
    expect((await published(c, made, "v2")).description).toBe("Foo CRD for Testing");
    expect((await published(c, made, "v3")).description).toBeUndefined();
  },
  [`${TITLE} works for multiple CRDs of same group and version but different kinds`]: async (c) => {
    const first = await define(c, [version("v4", FOO)]);
    const second = await define(c, [version("v4", ROOT_FREE)], { kind: "Waldo" });
    expect(await published(c, first, "v4")).toBeDefined();
    expect(await published(c, second, "v4")).toBeDefined();
    const { document: v3 } = await document(c, `/openapi/v3/apis/${first.group}/v4`, "v3");
    const paths = Object.keys((v3 as Json).paths);
    expect(paths.filter((path) => /\/(foos|waldos)$/.test(path))).toHaveLength(4);
  },
  [`${TITLE} updates the published spec when one version gets renamed`]: async (c) => {
    const made = await define(c, [version("v2", FOO), version("v3", FOO, true, false)]);
    const { body } = await c.request("GET", made.path);
    body.spec.versions[1].name = "v4";
    expect((await c.request("PUT", made.path, body)).status).toBe(200);
    expect([await isIndexed(c, made, "v4"), await isIndexed(c, made, "v3")]).toEqual([true, false]);
    expect([await published(c, made, "v3"), (await published(c, made, "v4")).description]).toEqual([
      undefined,
      "Foo CRD for Testing",
    ]);
    expect((await published(c, made, "v2")).description).toBe("Foo CRD for Testing");
  },
  [`${TITLE} removes definition from spec when one version gets changed to not be served`]: async (c) => {
    const made = await define(c, [version("v5", FOO), version("v6alpha1", FOO, true, false)]);
    const { body } = await c.request("GET", made.path);
    body.spec.versions[1].served = false;
    expect((await c.request("PUT", made.path, body)).status).toBe(200);
    expect([await published(c, made, "v6alpha1"), await isIndexed(c, made, "v6alpha1")]).toEqual([undefined, false]);
    expect((await published(c, made, "v5")).description).toBe("Foo CRD for Testing");
  },
};

stories("sig-api-machinery", all);

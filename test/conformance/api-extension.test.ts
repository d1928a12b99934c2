/**
 * Tests of sig-api-machinery about admission by policies, custom resources and the validation of fields.
 * Kubernetes: test/e2e/apimachinery (validatingadmissionpolicy, custom_resource_definition, field_validation, …)
 */
import { expect } from "vitest";
import { apiOperations } from "./api-case.ts";
import type { ConformanceCluster, Json } from "./cluster.ts";
import { configMap, named, PAUSE } from "./objects.ts";
import { type Stories, stories } from "./stories.ts";

const REGISTRATION = "admissionregistration.k8s.io/v1";
const deployment = (name: string, replicas: number, metadata: Json = {}) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, ...metadata },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: "c", image: PAUSE }] } },
  },
});

/** Of the policies: the Deployments of the present namespace. */
function deployments({ namespace }: ConformanceCluster) {
  return {
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
    resourceRules: [
      { apiGroups: ["apps"], apiVersions: ["v1"], operations: ["CREATE"], resources: ["deployments"], scope: "*" },
    ],
  };
}

async function bound(cluster: ConformanceCluster, kind: "Validating" | "Mutating", spec: Json): Promise<void> {
  const name = `${cluster.namespace}.policy.example.com`;
  const matchConstraints = deployments(cluster);
  await cluster.create({
    ...{ apiVersion: REGISTRATION, kind: `${kind}AdmissionPolicy`, metadata: { name } },
    spec: { matchConstraints, ...spec },
  });
  await cluster.create({
    ...{ apiVersion: REGISTRATION, kind: `${kind}AdmissionPolicyBinding`, metadata: { name } },
    spec: { policyName: name, ...(kind === "Validating" && { validationActions: ["Deny"] }) },
  });
  await cluster.pass(5000);
}

const post = (cluster: ConformanceCluster, object: Json, query = "") =>
  cluster.request("POST", `${cluster.pathOf(object, true)}${query}`, object);

const policies: Stories = {
  "ValidatingAdmissionPolicy [Privileged:ClusterAdmin] should validate against a Deployment": async (cluster) => {
    await bound(cluster, "Validating", {
      validations: [
        {
          expression: "object.spec.replicas > 1",
          messageExpression: "'wants replicas > 1, got ' + string(object.spec.replicas)",
        },
        { expression: "namespaceObject.metadata.name == object.metadata.namespace" },
      ],
    });
    expect((await post(cluster, deployment("replicated", 2))).status).toBe(201);
    const refused = await post(cluster, deployment("single", 1));
    expect(refused).toMatchObject({ status: 422 });
    expect(refused.body.message).toContain("wants replicas > 1, got 1");
  },
  "ValidatingAdmissionPolicy [Privileged:ClusterAdmin] should allow expressions to refer variables.": async (
    cluster,
  ) => {
    await bound(cluster, "Validating", {
      variables: [
        { name: "replicas", expression: "object.spec.replicas" },
        { name: "replicasReminder", expression: "variables.replicas % 2" },
      ],
      validations: [{ expression: "variables.replicas > 1" }, { expression: "variables.replicasReminder == 1" }],
    });
    expect((await post(cluster, deployment("replicated", 3))).status).toBe(201);
    const refused = await post(cluster, deployment("even", 2));
    expect(refused.body.message).toContain("failed expression: variables.replicasReminder == 1");
  },
  "ValidatingAdmissionPolicy [Privileged:ClusterAdmin] should support ValidatingAdmissionPolicy API operations": (c) =>
    apiOperations(c, {
      object: named(REGISTRATION, "ValidatingAdmissionPolicy", {
        spec: { matchConstraints: deployments(c), validations: [{ expression: "true", message: "always" }] },
      }),
    }),
  "ValidatingAdmissionPolicy [Privileged:ClusterAdmin] should support ValidatingAdmissionPolicyBinding API operations":
    (c) =>
      apiOperations(c, {
        object: named(REGISTRATION, "ValidatingAdmissionPolicyBinding", {
          spec: { policyName: "none.example.com", validationActions: ["Deny"] },
        }),
      }),
  "MutatingAdmissionPolicy [Privileged:ClusterAdmin] should mutate a Deployment": async (cluster) => {
    await bound(cluster, "Mutating", {
      reinvocationPolicy: "Never",
      mutations: [
        {
          patchType: "ApplyConfiguration",
          applyConfiguration: { expression: "Object{ spec: Object.spec{ replicas: 2 } }" },
        },
      ],
    });
    expect((await cluster.create(deployment("one", 1))).spec.replicas).toBe(2);
  },
  "MutatingAdmissionPolicy [Privileged:ClusterAdmin] should mutate a Deployment with annotations": async (cluster) => {
    await bound(cluster, "Mutating", {
      reinvocationPolicy: "Never",
      mutations: [
        {
          patchType: "JSONPatch",
          jsonPatch: {
            expression:
              "[JSONPatch{op: 'add', path: '/metadata/annotations', value: {'my-foo-annotation': 'myAnnotationValue'}}]",
          },
        },
      ],
    });
    expect((await cluster.create(deployment("noted", 1))).metadata.annotations).toMatchObject({
      "my-foo-annotation": "myAnnotationValue",
    });
  },
  "MutatingAdmissionPolicy [Privileged:ClusterAdmin] should support MutatingAdmissionPolicy API operations": (c) =>
    apiOperations(c, {
      object: named(REGISTRATION, "MutatingAdmissionPolicy", {
        spec: {
          matchConstraints: deployments(c),
          reinvocationPolicy: "Never",
          mutations: [
            {
              patchType: "ApplyConfiguration",
              applyConfiguration: { expression: "Object{ spec: Object.spec{ replicas: 2 } }" },
            },
          ],
        },
      }),
    }),
  "MutatingAdmissionPolicy [Privileged:ClusterAdmin] should support MutatingAdmissionPolicyBinding API operations": (
    c,
  ) =>
    apiOperations(c, {
      object: named(REGISTRATION, "MutatingAdmissionPolicyBinding", { spec: { policyName: "none.example.com" } }),
    }),
};

/** A definition of a kind in a group of the test's own. */
function definition({ namespace }: ConformanceCluster, schema: Json, more: Json = {}) {
  const group = `${namespace}.example.com`;
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `foos.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { plural: "foos", singular: "foo", kind: "Foo", listKind: "FooList" },
      versions: [
        {
          ...{ name: "v1", served: true, storage: true },
          schema: { openAPIV3Schema: { type: "object", ...schema } },
          ...more,
        },
      ],
    },
  };
}
const FREE = { "x-kubernetes-preserve-unknown-fields": true };

async function established(cluster: ConformanceCluster, made: Json) {
  await cluster.create(made);
  await cluster.eventually(async () =>
    (await cluster.get(made)).status?.conditions?.some(
      ({ type, status }: Json) => type === "Established" && status === "True",
    ),
  );
  const { group } = made.spec;
  return (name: string, fields: Json = {}) => ({
    apiVersion: `${group}/v1`,
    kind: "Foo",
    metadata: { name },
    ...fields,
  });
}

const CRD = "CustomResourceDefinition resources [Privileged:ClusterAdmin]";
const customResources: Stories = {
  [`${CRD} Simple CustomResourceDefinition creating/deleting custom resource definition objects works`]: async (c) => {
    const made = definition(c, FREE);
    await established(c, made);
    await c.deleteSync(made);
  },
  [`${CRD} Simple CustomResourceDefinition listing custom resource definition objects works`]: async (c) => {
    const made = definition(c, FREE);
    await established(c, { ...made, metadata: { ...made.metadata, labels: { e2e: c.namespace } } });
    const path = `${c.pathOf(made, true)}?labelSelector=e2e%3D${c.namespace}`;
    expect((await c.request("GET", path)).body.items).toHaveLength(1);
    expect((await c.request("DELETE", path)).status).toBe(200);
    await c.eventually(async () => (await c.request("GET", path)).body.items.length === 0);
  },
  [`${CRD} Simple CustomResourceDefinition getting/updating/patching custom resource definition status sub-resource works`]:
    async (c) => {
      const made = definition(c, FREE);
      await established(c, made);
      const condition = { type: "StatusUpdate", status: "True", reason: "E2E", message: "Set by e2e" };
      const updated = await c.update(made, ({ status }) => status.conditions.push(condition), "status");
      expect(updated.status.conditions).toContainEqual(expect.objectContaining(condition));
      const conditions = [{ ...condition, type: "StatusPatched" }];
      const at = { type: "merge-patch", subresource: "status" };
      expect((await c.patch(made, { status: { conditions } }, at)).status.conditions).toContainEqual(
        expect.objectContaining({ type: "StatusPatched" }),
      );
    },
  [`${CRD} custom resource defaulting for requests and from storage works`]: async (c) => {
    const made: Json = definition(c, { properties: { a: { type: "string", default: "A" }, b: { type: "string" } } });
    const foo = await established(c, made);
    const created = await c.create(foo("defaulted"));
    expect(created).toMatchObject({ a: "A" });
    expect(created.b).toBeUndefined();
    await c.update(made, ({ spec }) => (spec.versions[0].schema.openAPIV3Schema.properties.b.default = "B"));
    await c.eventually(async () => (await c.get(foo("defaulted"))).b === "B");
    await c.update(made, ({ spec }) => {
      delete spec.versions[0].schema.openAPIV3Schema.properties.a.default;
      return delete spec.versions[0].schema.openAPIV3Schema.properties.b.default;
    });
    await c.pass(5000);
    const stored = await c.get(foo("defaulted"));
    expect(stored).toMatchObject({ a: "A" });
    expect(stored.b).toBeUndefined();
  },
  [`${CRD} should include custom resource definition resources in discovery documents`]: async (c) => {
    const group = "apiextensions.k8s.io";
    expect((await c.request("GET", "/apis")).body.groups).toContainEqual(expect.objectContaining({ name: group }));
    expect((await c.request("GET", `/apis/${group}/v1`)).body.resources).toContainEqual(
      expect.objectContaining({ name: "customresourcedefinitions" }),
    );
  },
  "CustomResourceDefinition Watch [Privileged:ClusterAdmin] CustomResourceDefinition Watch watch on custom resource definition objects":
    async (c) => {
      const foo = await established(c, definition(c, FREE));
      const target = `${c.pathOf(foo("a"), true)}?watch=true`;
      const events = await c.watch(
        target,
        (seen) => seen.length === 4,
        async () => {
          for (const name of ["a", "b"]) await c.create(foo(name));
          for (const name of ["a", "b"]) await c.delete(foo(name));
        },
      );
      expect(events.map(({ type, object }) => `${type} ${object.metadata.name}`)).toEqual([
        ...["ADDED a", "ADDED b", "DELETED a", "DELETED b"],
      ]);
    },
};

/** The message of a request that a strict validation refuses. */
async function refusal(c: ConformanceCluster, path: string, body: Json, method = "POST"): Promise<string> {
  const apply = method === "PATCH" ? { contentType: "application/apply-patch+yaml" } : undefined;
  const query = `fieldValidation=Strict${apply ? "&fieldManager=e2e&force=true" : ""}`;
  const { status, body: answer, text } = await c.request(method, `${path}?${query}`, body, apply);
  expect(status).toBeGreaterThanOrEqual(400);
  return answer?.message ?? text;
}

const validation: Stories = {
  "FieldValidation should detect unknown and duplicate fields of a typed object": async (c) => {
    const path = c.path("apps/v1", "deployments");
    const made: Json = deployment("d", 1);
    made.spec.unknown1 = "a";
    const text = JSON.stringify(made).replace('"replicas":1', '"replicas":1,"replicas":2');
    const message = await refusal(c, path, text);
    expect(message).toContain('unknown field "spec.unknown1"');
    expect(message).toContain('duplicate field "spec.replicas"');
    expect((await c.request("POST", `${path}?fieldValidation=Ignore`, text)).status).toBe(201);
  },
  "FieldValidation should detect unknown metadata fields of a typed object": async (c) => {
    const made: Json = deployment("d", 1, { unknownMeta: "bar" });
    made.spec.template.metadata.unknownSub = "foo";
    const message = await refusal(c, c.path("apps/v1", "deployments"), made);
    expect(message).toContain('unknown field "metadata.unknownMeta"');
    expect(message).toContain('unknown field "spec.template.metadata.unknownSub"');
  },
  "FieldValidation should create/apply a CR with unknown fields for CRD with no validation schema": async (c) => {
    const foo = await established(c, definition(c, FREE));
    const path = c.pathOf(foo("a"), true);
    const made = foo("a", { spec: { knownField1: "val1", unknownField: "unknown" } });
    expect((await c.request("POST", `${path}?fieldValidation=Strict`, made)).status).toBe(201);
    const applied = await c.request(
      ...(["PATCH", `${path}/b?fieldManager=e2e&fieldValidation=Strict`, foo("b", { spec: { x: 1 } })] as const),
      { contentType: "application/apply-patch+yaml" },
    );
    expect(applied.status).toBe(201);
  },
  "FieldValidation should create/apply a valid CR for CRD with validation schema": async (c) => {
    const spec = { type: "object", properties: { foo: { type: "string" } } };
    const foo = await established(c, definition(c, { properties: { spec } }));
    const path = c.pathOf(foo("a"), true);
    const made = foo("a", { spec: { foo: "foo1" } });
    expect((await c.request("POST", `${path}?fieldValidation=Strict`, made)).status).toBe(201);
  },
  "FieldValidation should create/apply an invalid CR with extra properties for CRD with validation schema": async (
    c,
  ) => {
    const spec = { type: "object", properties: { foo: { type: "string" } } };
    const foo = await established(c, definition(c, { properties: { spec } }));
    const path = c.pathOf(foo("a"), true);
    const made = foo("a", { spec: { foo: "foo1", extra: 1 } });
    expect(await refusal(c, path, made)).toContain('unknown field "spec.extra"');
    expect(await refusal(c, `${path}/a`, made, "PATCH")).toContain("field not declared in schema");
  },
  "FieldValidation should detect duplicates in a CR when preserving unknown fields": async (c) => {
    const foo = await established(c, definition(c, FREE));
    const text = JSON.stringify(foo("a", { spec: { foo: "1" } })).replace('"foo":"1"', '"foo":"1","foo":"2"');
    expect(await refusal(c, c.pathOf(foo("a"), true), text)).toContain('duplicate field "spec.foo"');
  },
  "FieldValidation should detect unknown metadata fields in both the root and embedded object of a CR": async (c) => {
    const template = { type: "object", "x-kubernetes-embedded-resource": true, properties: {}, ...FREE };
    const foo = await established(
      c,
      definition(c, { properties: { spec: { type: "object", properties: { template } } } }),
    );
    const made: Json = foo("a", {
      spec: { template: { apiVersion: "v1", kind: "Pod", metadata: { name: "x", unknownSub: "y" } } },
    });
    made.metadata.unknownMeta = "foo";
    const message = await refusal(c, c.pathOf(made, true), made);
    expect(message).toContain('unknown field "metadata.unknownMeta"');
    expect(message).toContain('unknown field "spec.template.metadata.unknownSub"');
  },
  "Watchers should receive events on concurrent watches in same order": async (c) => {
    const target = `${c.path("v1", "configmaps")}?watch=true`;
    const { body } = await c.request("GET", c.path("v1", "configmaps"));
    for (let i = 0; i < 30; i++) await c.create(configMap(`map-${i}`, {}));
    for (let i = 0; i < 30; i += 2) await c.delete(configMap(`map-${i}`, {}));
    const from = `${target}&resourceVersion=${body.metadata.resourceVersion}`;
    const orders = await Promise.all(
      [1, 2, 3].map(async () =>
        (await c.watch(from, (seen) => seen.length === 45)).map(({ object }) => object.metadata.resourceVersion),
      ),
    );
    expect(orders[1]).toEqual(orders[0]);
    expect(orders[2]).toEqual(orders[0]);
  },
  "AggregatedDiscovery should support raw aggregated discovery endpoint Accept headers": async (c) => {
    for (const version of ["v2", "v2beta1"]) {
      const accept = `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
      for (const path of ["/api", "/apis"]) {
        const { status, headers, body } = await c.request("GET", path, undefined, { headers: { accept } });
        if (version === "v2beta1" && body.kind !== "APIGroupDiscoveryList") continue;
        expect(status).toBe(200);
        expect(JSON.stringify(headers)).toContain("APIGroupDiscoveryList");
        expect(body.kind).toBe("APIGroupDiscoveryList");
      }
    }
  },
  "AggregatedDiscovery should support raw aggregated discovery request for CRDs": async (c) => {
    const made = definition(c, FREE);
    await established(c, made);
    const accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    await c.eventually(async () => {
      const { body } = await c.request("GET", "/apis", undefined, { headers: { accept } });
      const found = body.items.find(({ metadata }: Json) => metadata.name === made.spec.group);
      return found?.versions[0].resources.some(({ resource }: Json) => resource === "foos");
    });
  },
};

stories("sig-api-machinery", { ...policies, ...customResources, ...validation });

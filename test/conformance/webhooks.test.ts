/**
 * The tests of sig-api-machinery about admission webhooks in a pod.
 * Kubernetes: test/e2e/apimachinery/webhook.go
 */
import { beforeAll, describe, expect, it } from "vitest";
import { ConformanceCluster, type Json } from "./cluster.ts";
import { agnhost, configMap, pod } from "./objects.ts";
import type { Stories } from "./stories.ts";
import {
  API,
  customObject,
  customRule,
  DISALLOWED,
  defined,
  deploy,
  expectDenied,
  hook,
  type Kind,
  MUTATED,
  pathOf,
  post,
  register,
  remove,
  rule,
  TYPES,
} from "./webhook-objects.ts";

const TITLE = "AdmissionWebhook [Privileged:ClusterAdmin]";
const JSON_PATCH = "json-patch";

/** Webhooks of the same rules, listed and removed together. */
async function listed(
  c: ConformanceCluster,
  kind: Kind,
  path: string,
  object: () => Json,
  applies: () => Promise<boolean>,
) {
  const label = `test-${c.namespace}`;
  for (let i = 0; i < 3; i++) {
    const webhooks = [hook(c, path, [rule(["configmaps"])])];
    const made = { apiVersion: API, kind: `${kind}WebhookConfiguration`, webhooks };
    const metadata = { name: `${label}-${i}`, labels: { uuid: label } };
    expect((await c.request("POST", pathOf(kind), { ...made, metadata })).status).toBe(201);
  }
  const selected = `${pathOf(kind)}?labelSelector=uuid%3D${label}`;
  expect((await c.request("GET", selected)).body.items).toHaveLength(3);
  expect(await applies()).toBe(true);
  expect((await c.request("DELETE", selected)).status).toBe(200);
  expect((await c.request("GET", selected)).body.items).toHaveLength(0);
  await c.request("DELETE", c.pathOf(object()));
  expect(await applies()).toBe(false);
}

async function conditions(c: ConformanceCluster, kind: Kind): Promise<void> {
  const first = { name: "first", expression: "true" };
  const webhooks = [hook(c, "/always-deny", [rule(["events"])], { matchConditions: [first] })];
  const name = await register(c, kind, webhooks);
  const { body } = await c.request("GET", pathOf(kind, name));
  expect(body.webhooks[0].matchConditions).toEqual([first]);
  body.webhooks[0].matchConditions.push({ name: "second", expression: "object.metadata.name == 'x'" });
  const { status, body: updated } = await c.request("PUT", pathOf(kind, name), body);
  expect([status, updated.webhooks[0].matchConditions.length]).toEqual([200, 2]);
  await remove(c, kind, name);
}

async function refusesConditions(c: ConformanceCluster, kind: Kind): Promise<void> {
  const matchConditions = [{ name: "invalid", expression: "... [] bad expression" }];
  const webhooks = [hook(c, "/always-deny", [rule(["events"])], { matchConditions })];
  const object = { apiVersion: API, kind: `${kind}WebhookConfiguration`, metadata: { name: "invalid" }, webhooks };
  const { status, body } = await c.request("POST", pathOf(kind), object);
  expect(status).toBe(422);
  expect(body.message).toContain("compilation failed");
}

const all: Stories = {
  "should include webhook resources in discovery documents": async (c) => {
    const { groups } = (await c.request("GET", "/apis")).body;
    const group = groups.find(({ name }: Json) => name === "admissionregistration.k8s.io");
    expect(group.versions.map(({ version }: Json) => version)).toContain("v1");
    const { resources } = (await c.request("GET", `/apis/${API}`)).body;
    expect(resources.map(({ name }: Json) => name)).toEqual(expect.arrayContaining(Object.values(TYPES)));
  },
  "should be able to deny pod and configmap creation": async (c) => {
    const webhooks = [
      hook(c, "/pods", [rule(["pods"], ["CREATE"])]),
      hook(c, "/configmaps", [rule(["configmaps"], ["CREATE", "UPDATE", "DELETE"])]),
    ];
    // The server never answers for this pod: the policy decides once the time is over.
    const name = await register(c, "Validating", [
      ...webhooks,
      hook(c, "/pods", [rule(["pods"])], { name: "b.k8s.io", timeoutSeconds: 1 }),
    ]);
    const labelled = pod(
      "disallowed-pod",
      [agnhost(["pause"], { name: "webhook-disallow" })],
      {},
      { labels: DISALLOWED },
    );
    await expectDenied(
      c,
      labelled,
      "the pod contains unwanted container name; the pod contains unwanted label;".split("; ")[0]!,
    );
    await expectDenied(c, labelled, "the pod contains unwanted label");
    const hanging = pod("hanging", [agnhost(["pause"])], {}, { labels: { "webhook-e2e-test": "wait-forever" } });
    await expectDenied(c, hanging, "deadline");
    await expectDenied(c, configMap("bad", DISALLOWED), "the configmap contains unwanted key and value");
    const allowed = configMap("allowed", { admit: "this" });
    await c.create(allowed);
    const put = await c.request("PUT", c.pathOf(allowed), { ...allowed, data: DISALLOWED });
    expect(put.body.message).toContain("the configmap contains unwanted key and value");
    const patched = await c.request(
      "PATCH",
      c.pathOf(allowed),
      { data: DISALLOWED },
      { contentType: "application/strategic-merge-patch+json" },
    );
    expect(patched.body.message).toContain("the configmap contains unwanted key and value");
    const kept = configMap("kept", { "webhook-e2e-test": "webhook-nondeletable" });
    await c.create(kept);
    const { body } = await c.request("DELETE", c.pathOf(kept));
    expect(body.message).toContain("the configmap cannot be deleted because it contains unwanted key and value");
    // Another namespace is not selected.
    const other = { ...configMap("bad", DISALLOWED), metadata: { name: "bad", namespace: "default" } };
    expect((await post(c, other)).status).toBe(201);
    await remove(c, "Validating", name);
    expect((await c.request("DELETE", c.pathOf(kept))).status).toBe(200);
  },
  "should be able to deny attaching pod": async (c) => {
    const name = await register(c, "Validating", [hook(c, "/pods/attach", [rule(["pods/attach"], ["CONNECT"])])]);
    const target = pod("to-be-attached-pod", [agnhost(["pause"], { name: "container1", stdin: true, tty: true })]);
    await c.createSync(target);
    const path = `${c.path("v1", "pods", "to-be-attached-pod", "attach")}?container=container1&stdin=true&stdout=true&tty=true`;
    const denied = await c.request("GET", path);
    expect(denied.status).toBeGreaterThanOrEqual(400);
    expect(denied.body.message).toContain("attaching to pod 'to-be-attached-pod' is not allowed");
    await remove(c, "Validating", name);
    expect((await c.send("GET", path)).type).toBe("session");
  },
  "should be able to deny custom resource creation, update and deletion": async (c) => {
    const made = await defined(c);
    const name = await register(c, "Validating", [hook(c, "/custom-resource", [customRule(made)])]);
    const refused = await c.request("POST", made.path(), customObject(made, "bad", DISALLOWED));
    expect(refused.body.message).toContain("the custom resource contains unwanted data");
    const kept = customObject(made, "kept", { "webhook-e2e-test": "webhook-nondeletable" });
    expect((await c.request("POST", made.path(), kept)).status).toBe(201);
    const change = { data: DISALLOWED };
    const { body: patched } = await c.request("PATCH", `${made.path()}/kept`, change, {
      contentType: "application/merge-patch+json",
    });
    expect(patched.message).toContain("the custom resource contains unwanted data");
    const { body } = await c.request("DELETE", `${made.path()}/kept`);
    expect(body.message).toContain("the custom resource cannot be deleted because it contains unwanted key and value");
    await remove(c, "Validating", name);
  },
  "should unconditionally reject operations on fail closed webhook": async (c) => {
    const unknown = hook(c, "/configmaps", [rule(["configmaps"])], { failurePolicy: "Fail" });
    unknown.clientConfig.caBundle = btoa("wrong");
    const name = await register(c, "Validating", [unknown]);
    const { status, body } = await post(c, configMap("foo", {}));
    expect([status, body.reason]).toEqual([500, "InternalError"]);
    expect(body.message).toContain("failed to verify certificate: x509: certificate signed by unknown authority");
    await remove(c, "Validating", name);
  },
  "should mutate configmap": async (c) => {
    const rules = [rule(["configmaps"], ["CREATE", "UPDATE"])];
    const webhooks = [1, 2].map((n) => hook(c, "/mutating-configmaps", rules, { name: `stage-${n}.k8s.io` }));
    const name = await register(c, "Mutating", webhooks);
    const { data } = await c.create(configMap("to-be-mutated", { "mutation-start": "yes" }));
    expect(data).toEqual({ ...MUTATED, "mutation-stage-2": "yes" });
    await remove(c, "Mutating", name);
  },
  "should mutate pod and apply defaults after mutation": async (c) => {
    const name = await register(c, "Mutating", [hook(c, "/mutating-pods", [rule(["pods"])])]);
    const { spec } = await c.create(pod("webhook-to-be-mutated", [agnhost(["pause"])]));
    const [added] = spec.initContainers;
    expect([added.name, added.terminationMessagePolicy]).toEqual(["webhook-added-init-container", "File"]);
    await remove(c, "Mutating", name);
  },
  "should not be able to mutate or prevent deletion of webhook configuration objects": async (c) => {
    const own = [rule(Object.values(TYPES), ["*"], ["admissionregistration.k8s.io"], ["*"])];
    const everywhere = { namespaceSelector: {} };
    const name = await register(c, "Validating", [hook(c, "/always-deny", own, everywhere)]);
    await register(c, "Mutating", [hook(c, "/add-label", own, everywhere)]);
    const dummy = hook(c, "/always-deny", [rule(["events"])]);
    for (const kind of ["Validating", "Mutating"] as const) {
      const object = {
        apiVersion: API,
        kind: `${kind}WebhookConfiguration`,
        metadata: { name: "dummy" },
        webhooks: [dummy],
      };
      const { status, body } = await c.request("POST", pathOf(kind), object);
      expect([status, body.metadata.labels]).toEqual([201, undefined]);
      expect((await remove(c, kind, "dummy")).status).toBe(200);
    }
    await remove(c, "Validating", name);
    await remove(c, "Mutating", name);
  },
  "should mutate custom resource": async (c) => {
    const made = await defined(c);
    const webhooks = [1, 2].map((n) =>
      hook(c, "/mutating-custom-resource", [customRule(made)], { name: `stage-${n}.k8s.io` }),
    );
    const name = await register(c, "Mutating", webhooks);
    const { body } = await c.request("POST", made.path(), customObject(made, "a", { "mutation-start": "yes" }));
    expect(body.data).toEqual({ ...MUTATED, "mutation-stage-2": "yes" });
    await remove(c, "Mutating", name);
  },
  "should deny crd creation": async (c) => {
    const definitions = rule(["customresourcedefinitions"], ["CREATE"], ["apiextensions.k8s.io"], ["*"]);
    const name = await register(c, "Validating", [hook(c, "/crd", [definitions], { namespaceSelector: {} })]);
    const versions = [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }];
    const names = { plural: "denied", singular: "denied", kind: "Denied", listKind: "DeniedList" };
    const definition = {
      ...{ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" },
      metadata: { name: "denied.example.com", labels: DISALLOWED },
      spec: { group: "example.com", scope: "Namespaced", names, versions },
    };
    await expectDenied(c, definition, "the crd contains unwanted label");
    await remove(c, "Validating", name);
  },
  "should mutate custom resource with different stored version": async (c) => {
    const data = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
    const version = (name: string, storage: boolean) => ({
      ...{ name, served: true, storage },
      schema: { openAPIV3Schema: { type: "object", properties: { data } } },
    });
    const made = await defined(c, { versions: [version("v1", true), version("v2", false)] });
    const rules = [rule([made.spec.names.plural], ["CREATE", "UPDATE"], [made.spec.group], ["v1"])];
    const name = await register(c, "Mutating", [hook(c, "/mutating-custom-resource", rules)]);
    const { body: first } = await c.request("POST", made.path(), customObject(made, "a", { "mutation-start": "yes" }));
    expect(first.data).toEqual(MUTATED);
    const definition = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${made.spec.names.plural}.${made.spec.group}`;
    const versions = [version("v1", false), version("v2", true)];
    const changed = await c.request(
      "PATCH",
      definition,
      { spec: { versions } },
      { contentType: "application/merge-patch+json" },
    );
    expect(changed.status).toBe(200);
    const { body } = await c.request(
      "PATCH",
      `${made.path("v2")}/a`,
      { metadata: { labels: { a: "b" } } },
      { contentType: "application/merge-patch+json" },
    );
    expect(body).toMatchObject({
      apiVersion: `${made.spec.group}/v2`,
      data: { ...MUTATED, "mutation-stage-2": "yes" },
    });
    const { body: second } = await c.request(
      "POST",
      made.path("v2"),
      customObject(made, "b", { "mutation-start": "yes" }, "v2"),
    );
    expect(second.data).toEqual(MUTATED);
    await remove(c, "Mutating", name);
  },
  "should mutate custom resource with pruning": async (c) => {
    const text = { type: "string" };
    const data = { type: "object", properties: { "mutation-start": text, "mutation-stage-1": text } };
    const schema = { openAPIV3Schema: { type: "object", properties: { data } } };
    const made = await defined(c, { versions: [{ name: "v1", served: true, storage: true, schema }] });
    const webhooks = [1, 2].map((n) =>
      hook(c, "/mutating-custom-resource", [customRule(made)], { name: `stage-${n}.k8s.io` }),
    );
    const name = await register(c, "Mutating", webhooks);
    const { body } = await c.request("POST", made.path(), customObject(made, "a", { "mutation-start": "yes" }));
    expect(body.data).toEqual(MUTATED);
    await remove(c, "Mutating", name);
  },
  "should honor timeout": async (c) => {
    const slow = (more: Json) => [hook(c, "/always-allow-delay-5s", [rule(["configmaps"])], more)];
    const cases = [
      { more: { timeoutSeconds: 1, failurePolicy: "Fail" }, status: 500 },
      { more: { timeoutSeconds: 1, failurePolicy: "Ignore" }, status: 201 },
      { more: { timeoutSeconds: 10, failurePolicy: "Fail" }, status: 201 },
      { more: { failurePolicy: "Fail" }, status: 201 },
    ];
    for (const [i, { more, status }] of cases.entries()) {
      const name = await register(c, "Validating", slow(more));
      const reply = await post(c, configMap(`slow-${i}`, {}));
      expect(reply.status).toBe(status);
      if (status === 500) expect(reply.body.message).toContain("context deadline exceeded");
      await remove(c, "Validating", name);
    }
  },
  "patching/updating a validating webhook should work": async (c) => {
    const name = await register(c, "Validating", [hook(c, "/configmaps", [rule(["configmaps"])])]);
    await expectDenied(c, configMap("bad", DISALLOWED), "denied the request");
    const { body } = await c.request("GET", pathOf("Validating", name));
    body.webhooks[0].rules[0].operations = ["UPDATE"];
    expect((await c.request("PUT", pathOf("Validating", name), body)).status).toBe(200);
    expect((await post(c, configMap("bad", DISALLOWED))).status).toBe(201);
    const patch = [{ op: "replace", path: "/webhooks/0/rules/0/operations", value: ["CREATE"] }];
    const type = { contentType: `application/${JSON_PATCH}+json` };
    expect((await c.request("PATCH", pathOf("Validating", name), patch, type)).status).toBe(200);
    await expectDenied(c, configMap("worse", DISALLOWED), "denied the request");
    await remove(c, "Validating", name);
  },
  "patching/updating a mutating webhook should work": async (c) => {
    const name = await register(c, "Mutating", [hook(c, "/mutating-configmaps", [rule(["configmaps"])])]);
    const { body } = await c.request("GET", pathOf("Mutating", name));
    body.webhooks[0].rules[0].operations = ["UPDATE"];
    expect((await c.request("PUT", pathOf("Mutating", name), body)).status).toBe(200);
    expect((await c.create(configMap("plain", { "mutation-start": "yes" }))).data).toEqual({ "mutation-start": "yes" });
    const patch = [{ op: "replace", path: "/webhooks/0/rules/0/operations", value: ["CREATE"] }];
    const type = { contentType: `application/${JSON_PATCH}+json` };
    expect((await c.request("PATCH", pathOf("Mutating", name), patch, type)).status).toBe(200);
    expect((await c.create(configMap("changed", { "mutation-start": "yes" }))).data).toEqual(MUTATED);
    await remove(c, "Mutating", name);
  },
  "listing validating webhooks should work": async (c) => {
    let count = 0;
    const object = () => configMap(`bad-${count}`, DISALLOWED);
    await listed(c, "Validating", "/configmaps", object, async () => {
      count++;
      return (await post(c, object())).status >= 400;
    });
  },
  "listing mutating webhooks should work": async (c) => {
    let count = 0;
    const object = () => configMap(`mutated-${count}`, { "mutation-start": "yes" });
    await listed(c, "Mutating", "/mutating-configmaps", object, async () => {
      count++;
      return (await c.create(object())).data["mutation-stage-1"] === "yes";
    });
  },
  "should be able to create and update validating webhook configurations with match conditions": (c) =>
    conditions(c, "Validating"),
  "should be able to create and update mutating webhook configurations with match conditions": (c) =>
    conditions(c, "Mutating"),
  "should reject validating webhook configurations with invalid match conditions": (c) =>
    refusesConditions(c, "Validating"),
  "should reject mutating webhook configurations with invalid match conditions": (c) =>
    refusesConditions(c, "Mutating"),
  "should mutate everything except 'skip-me' configmaps": async (c) => {
    const matchConditions = [{ name: "skip-me", expression: "object.metadata.name != 'skip-me'" }];
    const webhooks = [hook(c, "/mutating-configmaps", [rule(["configmaps"])], { matchConditions })];
    const name = await register(c, "Mutating", webhooks);
    expect((await c.create(configMap("skip-me", { "mutation-start": "yes" }))).data).toEqual({
      "mutation-start": "yes",
    });
    expect((await c.create(configMap("changed", { "mutation-start": "yes" }))).data).toEqual(MUTATED);
    await remove(c, "Mutating", name);
  },
};

describe("sig-api-machinery", () => {
  let cluster: ConformanceCluster;
  beforeAll(async () => {
    cluster = await ConformanceCluster.create();
    await deploy(cluster);
  });

  it.each(Object.entries(all))(`${TITLE} %s`, async (_title, story) => {
    await cluster.newNamespace();
    await story(cluster);
  });
});

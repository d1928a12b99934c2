/** Policies and bindings as objects, as the conformance tests of their API use them. */
import { describe, expect, it } from "vitest";
import { JANE, Server } from "../server.ts";

const GROUP = "/apis/admissionregistration.k8s.io/v1";
const TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";
const matchConstraints = {
  resourceRules: [{ apiGroups: ["apps"], apiVersions: ["v1"], operations: ["CREATE"], resources: ["deployments"] }],
};
const binding = { policyName: "p", paramRef: { name: "limits", parameterNotFoundAction: "Deny" } };

const kinds: [plural: string, kind: string, spec: object, change: object, cells: unknown[]][] = [
  [
    "validatingadmissionpolicies",
    "ValidatingAdmissionPolicy",
    {
      matchConstraints,
      validations: [{ expression: "object.spec.replicas <= 100" }],
      paramKind: { apiVersion: "v1", kind: "ConfigMap" },
    },
    { failurePolicy: "Ignore" },
    [1, "v1/ConfigMap"],
  ],
  [
    "mutatingadmissionpolicies",
    "MutatingAdmissionPolicy",
    {
      matchConstraints,
      reinvocationPolicy: "Never",
      mutations: [
        {
          patchType: "ApplyConfiguration",
          applyConfiguration: { expression: "Object{spec: Object.spec{replicas: 1}}" },
        },
      ],
    },
    { failurePolicy: "Ignore" },
    [1, "<unset>"],
  ],
  [
    "validatingadmissionpolicybindings",
    "ValidatingAdmissionPolicyBinding",
    { ...binding, validationActions: ["Deny"] },
    { validationActions: ["Warn"] },
    ["p", "*/limits"],
  ],
  [
    "mutatingadmissionpolicybindings",
    "MutatingAdmissionPolicyBinding",
    { policyName: "p", paramRef: { name: "limits", namespace: "shop", parameterNotFoundAction: "Allow" } },
    { policyName: "q" },
    ["q", "shop/limits"],
  ],
];

describe.each(kinds)("%s", (plural, kind, spec, change, cells) => {
  const path = `${GROUP}/${plural}`;
  const object = (name: string) => ({
    apiVersion: "admissionregistration.k8s.io/v1",
    kind,
    metadata: { name, labels: { test: "yes" } },
    spec,
  });

  it("are made, read, changed, shown and deleted", () => {
    const server = new Server();
    const plan = server.watch(`${path}?watch=true&labelSelector=test%3Dyes`);
    const made = server.post(path, object("a"));
    expect(made).toMatchObject({ status: 201, body: { kind, metadata: { generation: 1 } } });
    expect(server.post(path, object("a")).status).toBe(409);
    expect(server.get(`${path}?labelSelector=test%3Dyes`).body.items).toHaveLength(1);
    expect(server.patch(`${path}/a`, { metadata: { annotations: { patched: "true" } } }).body.metadata.generation).toBe(
      1,
    );
    expect(server.patch(`${path}/a`, { spec: change }).body.metadata.generation).toBe(2);
    const current = server.get(`${path}/a`).body;
    expect(
      server.put(`${path}/a`, { ...current, metadata: { ...current.metadata, labels: { test: "no" } } }).status,
    ).toBe(200);
    const table = server.get(path, { accept: TABLE }).body;
    expect(table.rows[0].cells.slice(0, -1)).toEqual(["a", ...cells]);
    expect(
      server.send("PATCH", `${path}/b?fieldManager=me`, { type: "application/apply-patch+yaml", body: object("b") })
        .status,
    ).toBe(201);
    expect(server.delete(`${path}/a`).status).toBe(200);
    expect(server.delete(`${path}?labelSelector=test%3Dyes`).status).toBe(200);
    expect(server.get(path).body.items).toEqual([]);
    expect(server.seen(plan).map(({ type }) => type)).toEqual([
      "ADDED",
      "MODIFIED",
      "MODIFIED",
      "DELETED",
      "ADDED",
      "DELETED",
    ]);
  });
});

it("a policy's status is written by its own path alone", () => {
  const server = new Server();
  const [plural, kind, spec] = kinds[0]!;
  server.post(`${GROUP}/${plural}`, { kind, metadata: { name: "a" }, spec, status: { observedGeneration: 7 } });
  expect(server.get(`${GROUP}/${plural}/a`).body.status).toEqual({});
  const time = "2026-01-01T00:00:00Z";
  const conditions = [{ type: "Seen", status: "True", reason: "E2E", message: "set", lastTransitionTime: time }];
  const patched = server.patch(`${GROUP}/${plural}/a/status`, {
    status: { conditions },
    spec: { failurePolicy: "Ignore" },
  });
  expect(patched.body).toMatchObject({ status: { conditions }, spec: { failurePolicy: "Fail" } });
  const warning = { status: { typeChecking: { expressionWarnings: [{ fieldRef: "", warning: "x" }] } } };
  expect(server.patch(`${GROUP}/${plural}/a/status`, warning).status).toBe(422);
});

it("the writer of a binding must be allowed to read its parameters", () => {
  const server = new Server();
  const grant = (name: string, rules: object[]) => {
    const rbac = "/apis/rbac.authorization.k8s.io/v1";
    server.post(`${rbac}/clusterroles`, { metadata: { name }, rules });
    server.post(`${rbac}/clusterrolebindings`, {
      metadata: { name },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name },
      subjects: [{ kind: "User", name: "jane", apiGroup: "rbac.authorization.k8s.io" }],
    });
  };
  grant("policies", [{ apiGroups: ["admissionregistration.k8s.io"], resources: ["*"], verbs: ["*"] }]);
  const [plural, , spec] = kinds[0]!;
  const policy = { metadata: { name: "p" }, spec };
  expect(server.post(`${GROUP}/${plural}`, policy, { user: JANE }).body).toMatchObject({
    code: 422,
    details: {
      causes: [
        {
          field: "spec.paramKind",
          message:
            'Forbidden: user &{jane  [developers system:authenticated] map[]} must have "get" permission on all objects of ' +
            "the referenced paramKind (kind=ConfigMap, apiVersion=v1)",
        },
      ],
    },
  });
  grant("reader", [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get"] }]);
  expect(server.post(`${GROUP}/${plural}`, policy, { user: JANE }).status).toBe(201);
  const bindings = `${GROUP}/validatingadmissionpolicybindings`;
  const bound = (paramRef: object) => ({
    metadata: { name: "b" },
    spec: { policyName: "p", validationActions: ["Deny"], paramRef: { parameterNotFoundAction: "Deny", ...paramRef } },
  });
  expect(server.post(bindings, bound({ selector: {} }), { user: JANE }).body.message).toContain(
    'does not have "list" permission on the object referenced by paramRef',
  );
  expect(server.post(bindings, bound({ name: "limits", namespace: "default" }), { user: JANE }).status).toBe(201);
});

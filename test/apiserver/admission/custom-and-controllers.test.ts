/** Policies that match custom resources or take them as parameters, and their effect on the cluster's controllers. */
import { describe, expect, it } from "vitest";
import { controllers } from "../../../src/controllers/registry.ts";
import { definition, serverWith, version, WIDGETS, widget } from "../custom/widgets.ts";
import { CONFIG_MAPS, configMap, Server } from "../server.ts";

const GROUP = "/apis/admissionregistration.k8s.io/v1";

function bind(server: Server, kind: "validating" | "mutating", spec: object, binding: object): void {
  const policy = server.post(`${GROUP}/${kind}admissionpolicies`, { metadata: { name: "p" }, spec });
  if (policy.status !== 201) throw new Error(policy.text);
  const bound = { metadata: { name: "p" }, spec: { policyName: "p", ...binding } };
  const answer = server.post(`${GROUP}/${kind}admissionpolicybindings`, bound);
  if (answer.status !== 201) throw new Error(answer.text);
}

const rules = (resource: string, group = "", versions = ["v1"]) => ({
  resourceRules: [
    { apiGroups: [group], apiVersions: versions, operations: ["CREATE", "UPDATE"], resources: [resource] },
  ],
});

describe("custom resources", () => {
  it("are parameters", () => {
    const server = serverWith(definition());
    const spec = {
      paramKind: { apiVersion: "example.com/v1", kind: "Widget" },
      matchConstraints: rules("configmaps"),
      validations: [{ expression: "size(object.data) <= params.spec.size" }],
    };
    const paramRef = { name: "limit", namespace: "default", parameterNotFoundAction: "Deny" };
    bind(server, "validating", spec, { paramRef, validationActions: ["Deny"] });
    server.post(WIDGETS, widget("limit", { size: 1 }));
    expect(server.post(CONFIG_MAPS, configMap("a", { a: "1" })).status).toBe(201);
    expect(server.post(CONFIG_MAPS, configMap("b", { a: "1", b: "2" })).body.message).toMatch(/failed expression/);
  });

  it("are validated and mutated, in each of their versions", () => {
    const versions = [version("v1"), version("v2", { storage: false })];
    const server = serverWith(definition({ versions }));
    const matchConstraints = rules("widgets", "example.com", ["v2"]);
    bind(
      server,
      "validating",
      {
        matchConstraints,
        validations: [{ expression: "object.apiVersion == 'example.com/v2' && object.spec.size < 9" }],
      },
      { validationActions: ["Deny"] },
    );
    const mutation = "Object{spec: Object.spec{color: 'blue', ?parts: object.spec.?parts}}";
    bind(
      server,
      "mutating",
      {
        matchConstraints: rules("widgets", "example.com"),
        reinvocationPolicy: "Never",
        mutations: [{ patchType: "ApplyConfiguration", applyConfiguration: { expression: mutation } }],
        matchConditions: [{ name: "plain", expression: "!has(object.spec.parts)" }],
      },
      {},
    );
    const made = server.post(WIDGETS, widget("a", { size: 3 }));
    expect(made).toMatchObject({
      status: 201,
      body: { spec: { size: 3, color: "blue" }, apiVersion: "example.com/v1" },
    });
    expect(server.post(WIDGETS, widget("b", { size: 10 })).body.message).toContain("denied request: failed expression");
    const v2 = WIDGETS.replace("/v1/", "/v2/");
    const other = { ...widget("c", { size: 2 }), apiVersion: "example.com/v2" };
    expect(server.post(v2, other)).toMatchObject({
      status: 201,
      body: { apiVersion: "example.com/v2", spec: { color: "blue" } },
    });
  });
});

describe("controllers", () => {
  const deployment = {
    metadata: { name: "web" },
    spec: {
      selector: { matchLabels: { app: "web" } },
      template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "c", image: "nginx" }] } },
    },
  };

  it("are refused like users, and report it in Events", () => {
    const server = new Server(controllers);
    const validations = [{ expression: "object.spec.containers.all(c, c.image.contains(':'))", message: "no tag" }];
    bind(server, "validating", { matchConstraints: rules("pods"), validations }, { validationActions: ["Deny"] });
    server.post("/apis/apps/v1/namespaces/default/deployments", deployment);
    server.pass(2_000);
    const events = server.get("/api/v1/namespaces/default/events").body.items as { reason: string; message: string }[];
    expect(events.filter(({ reason }) => reason === "FailedCreate")[0]?.message).toMatch(
      /^Error creating: pods "web-\w+-\w+" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p' denied request: no tag$/,
    );
    server.delete(`${GROUP}/validatingadmissionpolicybindings/p`);
    server.pass(600_000);
    expect(server.get("/api/v1/namespaces/default/pods").body.items).toHaveLength(1);
  });

  it("act under the names of their ServiceAccounts", () => {
    const server = new Server(controllers);
    const validations = [
      { expression: "request.userInfo.username == 'system:serviceaccount:kube-system:replicaset-controller'" },
    ];
    bind(server, "validating", { matchConstraints: rules("pods"), validations }, { validationActions: ["Deny"] });
    server.post("/apis/apps/v1/namespaces/default/deployments", deployment);
    server.pass(2_000);
    expect(server.get("/api/v1/namespaces/default/pods").body.items).toHaveLength(1);
    const pod = { metadata: { name: "p" }, spec: deployment.spec.template.spec };
    expect(server.post("/api/v1/namespaces/default/pods", pod).status).toBe(422);
  });
});

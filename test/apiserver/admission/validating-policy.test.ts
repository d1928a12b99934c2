import { describe, expect, it } from "vitest";
import { CONFIG_MAPS, configMap, JANE, Server } from "../server.ts";

const GROUP = "/apis/admissionregistration.k8s.io/v1";
const POLICIES = `${GROUP}/validatingadmissionpolicies`;
const BINDINGS = `${GROUP}/validatingadmissionpolicybindings`;
const DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";

const rule = (resource: string, operations = ["CREATE", "UPDATE"], group = "", version = "v1") => ({
  apiGroups: [group],
  apiVersions: [version],
  operations,
  resources: [resource],
});
const deployments = { resourceRules: [rule("deployments", ["CREATE", "UPDATE"], "apps")] };
const configMaps = { resourceRules: [rule("configmaps", ["CREATE", "UPDATE", "DELETE"])] };

interface Spec {
  [field: string]: unknown;
}

/** A server with a policy and a binding of the same name. */
function serverWith(spec: Spec, binding: Spec = {}, server = new Server(), name = "limit"): Server {
  const created = server.post(POLICIES, { metadata: { name }, spec: { matchConstraints: configMaps, ...spec } });
  if (created.status !== 201) throw new Error(created.text);
  const bound = server.post(BINDINGS, {
    metadata: { name: `${name}-binding` },
    spec: { policyName: name, validationActions: ["Deny"], ...binding },
  });
  if (bound.status !== 201) throw new Error(bound.text);
  return server;
}

const deployment = (replicas: number) => ({
  metadata: { name: "web" },
  spec: {
    replicas,
    selector: { matchLabels: { app: "web" } },
    template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "c", image: "nginx" }] } },
  },
});

describe("a policy", () => {
  it("refuses objects that do not fulfil it, with Kubernetes' message", () => {
    const server = serverWith({
      matchConstraints: deployments,
      validations: [{ expression: "object.spec.replicas <= 5" }],
    });
    expect(server.post(DEPLOYMENTS, deployment(6)).body).toEqual({
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message:
        "deployments.apps \"web\" is forbidden: ValidatingAdmissionPolicy 'limit' with binding 'limit-binding' denied " +
        "request: failed expression: object.spec.replicas <= 5",
      reason: "Invalid",
      details: {
        name: "web",
        group: "apps",
        kind: "deployments",
        causes: [
          {
            message:
              "ValidatingAdmissionPolicy 'limit' with binding 'limit-binding' denied request: failed expression: " +
              "object.spec.replicas <= 5",
          },
        ],
      },
      code: 422,
    });
    expect(server.post(DEPLOYMENTS, deployment(5)).status).toBe(201);
    expect(server.patch(`${DEPLOYMENTS}/web`, { spec: { replicas: 9 } }).status).toBe(422);
  });

  it("does nothing without a binding", () => {
    const server = new Server();
    const spec = { matchConstraints: configMaps, validations: [{ expression: "false" }] };
    expect(server.post(POLICIES, { metadata: { name: "limit" }, spec }).status).toBe(201);
    expect(server.post(CONFIG_MAPS, configMap("a")).status).toBe(201);
    serverWith({ validations: [{ expression: "false" }] }, {}, server, "other");
    expect(server.post(CONFIG_MAPS, configMap("b")).status).toBe(422);
    server.delete(`${BINDINGS}/other-binding`);
    expect(server.post(CONFIG_MAPS, configMap("b")).status).toBe(201);
  });

  it("refuses with its own message and its own reason", () => {
    const said = (validation: Spec) => {
      const server = serverWith({ validations: [validation] });
      const { code, reason, message } = server.post(CONFIG_MAPS, configMap("a")).body;
      return [code, reason, message.replace(/^.*denied request: /, "")];
    };
    expect(said({ expression: "false", message: "never" })).toEqual([422, "Invalid", "never"]);
    expect(said({ expression: "false", message: "no", reason: "Forbidden" })).toEqual([403, "Forbidden", "no"]);
    expect(said({ expression: "false", messageExpression: "'not ' + object.metadata.name" })).toEqual([
      422,
      "Invalid",
      "not a",
    ]);
    expect(said({ expression: "false", message: "else", messageExpression: "'x' + object.nosuch" })).toEqual([
      422,
      "Invalid",
      "else",
    ]);
    expect(said({ expression: "false", reason: "RequestEntityTooLarge" }).slice(0, 2)).toEqual([
      413,
      "RequestEntityTooLarge",
    ]);
  });

  it("may use variables, which are evaluated when they are used", () => {
    const server = serverWith({
      variables: [
        { name: "size", expression: "has(object.data) ? size(object.data) : 0" },
        { name: "isLarge", expression: "variables.size > 1" },
        { name: "broken", expression: "object.nosuch.nosuch" },
      ],
      validations: [{ expression: "!variables.isLarge || variables.broken == 1" }],
    });
    expect(server.post(CONFIG_MAPS, configMap("a", { a: "1" })).status).toBe(201);
    expect(server.post(CONFIG_MAPS, configMap("b", { a: "1", b: "2" })).body.message).toContain(
      "denied request: expression '!variables.isLarge || variables.broken == 1' resulted in error: composited variable " +
        '"broken" fails to evaluate: no such key: nosuch',
    );
  });

  it("sees the request, both objects, the namespace and the user's permissions", () => {
    const server = serverWith({
      validations: [
        { expression: "request.operation != 'UPDATE' || oldObject.data.owner == object.data.owner", message: "owner" },
        { expression: "request.operation != 'DELETE' || object == null && oldObject != null", message: "delete" },
        { expression: "request.userInfo.username != 'jane' || 'developers' in request.userInfo.groups" },
        { expression: "namespaceObject.metadata.name == request.namespace", message: "namespace" },
        { expression: "authorizer.group('').resource('secrets').check('get').allowed()", message: "rights" },
        { expression: "request.resource.resource == 'configmaps' && request.kind.kind == 'ConfigMap'" },
        { expression: "request.name == (object == null ? oldObject : object).metadata.name" },
      ],
    });
    expect(server.post(CONFIG_MAPS, configMap("a", { owner: "x" })).status).toBe(201);
    expect(server.patch(`${CONFIG_MAPS}/a`, { data: { owner: "y" } }).body.message).toMatch(/owner$/);
    expect(server.patch(`${CONFIG_MAPS}/a`, { data: { other: "y" } }).status).toBe(200);
    expect(server.delete(`${CONFIG_MAPS}/a`).status).toBe(200);
    server.post("/apis/rbac.authorization.k8s.io/v1/clusterroles", {
      metadata: { name: "writer" },
      rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["create"] }],
    });
    server.post("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", {
      metadata: { name: "writer" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "writer" },
      subjects: [{ kind: "User", name: "jane", apiGroup: "rbac.authorization.k8s.io" }],
    });
    expect(server.post(CONFIG_MAPS, configMap("b"), { user: JANE }).body.message).toMatch(/denied request: rights$/);
  });

  it("applies when its conditions, selectors and rules match", () => {
    const server = serverWith({
      matchConstraints: {
        ...configMaps,
        objectSelector: { matchLabels: { strict: "yes" } },
        excludeResourceRules: [{ ...rule("configmaps", ["*"]), resourceNames: ["spared"] }],
      },
      matchConditions: [{ name: "not-the-other", expression: "object.metadata.name != 'other'" }],
      validations: [{ expression: "false" }],
    });
    const strict = { strict: "yes" };
    expect(server.post(CONFIG_MAPS, configMap("a", {}, strict)).status).toBe(422);
    expect(server.post(CONFIG_MAPS, configMap("a", {})).status).toBe(201);
    expect(server.post(CONFIG_MAPS, configMap("spared", {}, strict)).status).toBe(201);
    expect(server.post(CONFIG_MAPS, configMap("other", {}, strict)).status).toBe(201);
  });

  it("applies in the namespaces that a binding selects", () => {
    const server = serverWith(
      { validations: [{ expression: "false" }] },
      { matchResources: { namespaceSelector: { matchLabels: { env: "prod" } } } },
    );
    server.post("/api/v1/namespaces", { metadata: { name: "prod", labels: { env: "prod" } } });
    expect(server.post(CONFIG_MAPS, configMap("a")).status).toBe(201);
    expect(server.post("/api/v1/namespaces/prod/configmaps", configMap("a")).status).toBe(422);
  });

  it("only warns when the binding's action is Warn", () => {
    const server = serverWith(
      { validations: [{ expression: "false", message: "careful" }] },
      {
        validationActions: ["Warn", "Audit"],
      },
    );
    const answer = server.post(CONFIG_MAPS, configMap("a"));
    expect(answer.status).toBe(201);
    expect(answer.headers["warning"]).toBe(
      "299 - \"Validation failed for ValidatingAdmissionPolicy 'limit' with binding 'limit-binding': careful\"",
    );
  });

  it("sees a Scale when the scale subresource is written", () => {
    const server = serverWith({
      matchConstraints: { resourceRules: [rule("deployments/scale", ["UPDATE"], "apps")] },
      validations: [
        { expression: "object.kind == 'Scale' && request.kind.kind == 'Scale' && object.spec.replicas < 5" },
      ],
    });
    server.post(DEPLOYMENTS, deployment(9));
    expect(server.patch(`${DEPLOYMENTS}/web/scale`, { spec: { replicas: 8 } }).status).toBe(422);
    expect(server.patch(`${DEPLOYMENTS}/web/scale`, { spec: { replicas: 4 } }).status).toBe(200);
  });

  it("matches other versions of the same objects", () => {
    const autoscalers = {
      resourceRules: [rule("horizontalpodautoscalers", ["CREATE"], "autoscaling", "v1")],
      matchPolicy: "Equivalent",
    };
    const validations = [{ expression: "object.spec.targetCPUUtilizationPercentage < 90" }];
    const server = serverWith({ matchConstraints: autoscalers, validations });
    const hpa = (averageUtilization: number) => ({
      metadata: { name: `hpa-${averageUtilization}` },
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
        maxReplicas: 3,
        metrics: [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization } } }],
      },
    });
    const path = "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers";
    expect(server.post(path, hpa(95)).body.message).toContain("failed expression");
    expect(server.post(path, hpa(50)).status).toBe(201);
    server.patch(`${POLICIES}/limit`, { spec: { matchConstraints: { matchPolicy: "Exact" } } });
    expect(server.post(path, hpa(96)).status).toBe(201);
  });
});

describe("parameters", () => {
  const spec = {
    paramKind: { apiVersion: "v1", kind: "ConfigMap" },
    matchConstraints: deployments,
    validations: [
      {
        expression: "object.spec.replicas <= int(params.data.most)",
        messageExpression: "'at most ' + params.data.most",
      },
    ],
  };

  it("come from the object that the binding names", () => {
    const paramRef = { name: "limits", namespace: "default", parameterNotFoundAction: "Deny" };
    const server = serverWith(spec, { paramRef });
    expect(server.post(DEPLOYMENTS, deployment(1)).body).toMatchObject({
      code: 422,
      message:
        "deployments.apps \"web\" is forbidden: ValidatingAdmissionPolicy 'limit' with binding 'limit-binding' denied " +
        "request: failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction",
    });
    server.post(CONFIG_MAPS, configMap("limits", { most: "3" }));
    expect(server.post(DEPLOYMENTS, deployment(4)).body.message).toMatch(/at most 3$/);
    expect(server.post(DEPLOYMENTS, deployment(3)).status).toBe(201);
  });

  it("may be several objects, which all must allow the request, or none", () => {
    const paramRef = { selector: { matchLabels: { limits: "yes" } }, parameterNotFoundAction: "Allow" };
    const server = serverWith(spec, { paramRef });
    expect(server.post(`${DEPLOYMENTS}?dryRun=All`, deployment(9)).status).toBe(201);
    server.post(CONFIG_MAPS, configMap("a", { most: "8" }, { limits: "yes" }));
    server.post(CONFIG_MAPS, configMap("b", { most: "5" }, { limits: "yes" }));
    expect(server.post(DEPLOYMENTS, deployment(7)).body.message).toMatch(/at most 5$/);
    expect(server.post(DEPLOYMENTS, deployment(5)).status).toBe(201);
  });

  it("of a kind that does not exist follow the policy's failure policy", () => {
    const paramRef = { name: "limits", parameterNotFoundAction: "Deny" };
    const missing = { ...spec, paramKind: { apiVersion: "example.com/v1", kind: "Limit" } };
    expect(serverWith(missing, { paramRef }).post(DEPLOYMENTS, deployment(1)).body.message).toContain(
      "ValidatingAdmissionPolicy 'limit' denied request: failed to configure policy: failed to find resource referenced by " +
        "paramKind: 'example.com/v1, Kind=Limit'",
    );
    const ignoring = serverWith({ ...missing, failurePolicy: "Ignore" }, { paramRef });
    expect(ignoring.post(DEPLOYMENTS, deployment(1)).status).toBe(201);
  });
});

describe("an error in a policy", () => {
  it("follows its failure policy", () => {
    const validations = [{ expression: "object.spec.nosuch == 1" }];
    const failing = serverWith({ validations });
    expect(failing.post(CONFIG_MAPS, configMap("a")).body.message).toContain(
      "denied request: expression 'object.spec.nosuch == 1' resulted in error: no such key: spec",
    );
    expect(serverWith({ validations, failurePolicy: "Ignore" }).post(CONFIG_MAPS, configMap("a")).status).toBe(201);
  });

  it("has a cost limit", () => {
    const list = `[${Array.from({ length: 60 }, (_, i) => i).join(",")}]`;
    const expression = `${list}.all(a, ${list}.all(b, ${list}.all(c, ${list}.all(d, a + b + c + d >= 0))))`;
    const server = serverWith({ validations: [{ expression }] });
    expect(server.post(CONFIG_MAPS, configMap("a")).body.message).toMatch(
      /validation failed due to running out of cost budget, no further validation rules will be run$/,
    );
  });

  it("cannot prevent its own repair", () => {
    const everything = {
      resourceRules: [{ apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources: ["*/*"] }],
    };
    const server = serverWith({ matchConstraints: everything, validations: [{ expression: "false" }] });
    expect(server.post(CONFIG_MAPS, configMap("a")).status).toBe(422);
    expect(server.patch(`${POLICIES}/limit`, { spec: { failurePolicy: "Ignore" } }).status).toBe(200);
    expect(server.delete(`${BINDINGS}/limit-binding`).status).toBe(200);
    expect(server.post(CONFIG_MAPS, configMap("a")).status).toBe(201);
  });
});

describe("a policy that cannot work", () => {
  const problems = (spec: Spec) =>
    new Server()
      .post(POLICIES, { metadata: { name: "limit" }, spec: { matchConstraints: configMaps, ...spec } })
      .body.details?.causes?.map(({ field, message }: { field: string; message: string }) => `${field}: ${message}`);

  it("is refused for expressions that do not compile", () => {
    expect(problems({ validations: [{ expression: "objekt.spec == 1" }] })).toEqual([
      'spec.validations[0].expression: Invalid value: "objekt.spec == 1": compilation failed: ERROR: <input>:1:1: ' +
        "undeclared reference to 'objekt' (in container '')\n | objekt.spec == 1\n | ^",
    ]);
    expect(problems({ validations: [{ expression: "1" }] })).toEqual([
      'spec.validations[0].expression: Invalid value: "1": must evaluate to bool but got int',
    ]);
    expect(problems({ validations: [{ expression: "object.spec.x" }] })).toEqual([
      'spec.validations[0].expression: Invalid value: "object.spec.x": must evaluate to bool but got dyn',
    ]);
    expect(problems({ validations: [{ expression: "params == null" }] })?.[0]).toContain(
      "undeclared reference to 'params'",
    );
    expect(
      problems({ matchConditions: [{ name: "a", expression: "x" }], validations: [{ expression: "true" }] })?.[0],
    ).toMatch(/^spec\.matchConditions\[0\]\.expression: .*undeclared reference to 'x'/);
  });

  it("is refused for missing and contradicting fields", () => {
    expect(problems({})).toEqual([
      "spec.validations: Required value: validations or auditAnnotations must contain at least one item",
      "spec.auditAnnotations: Required value: validations or auditAnnotations must contain at least one item",
    ]);
    expect(
      problems({
        matchConstraints: {
          resourceRules: [{ ...rule("pods"), operations: ["*", "CREATE"], resources: ["*/*", "pods"] }],
        },
        validations: [{ expression: "true", reason: "Teapot" }],
      }),
    ).toEqual([
      'spec.matchConstraints.resourceRules[0].operations: Invalid value: ["*","CREATE"]: if \'*\' is present, must not ' +
        "specify other operations",
      'spec.matchConstraints.resourceRules[0].resources: Invalid value: ["*/*","pods"]: if \'*/*\' is present, must not ' +
        "specify other resources",
      'spec.validations[0].reason: Unsupported value: "Teapot": supported values: "Forbidden", "Invalid", ' +
        '"RequestEntityTooLarge"',
    ]);
  });

  it("is refused for more expressions than can be compiled in time", () => {
    const expression = "object.metadata.name != 'a'";
    const long = `'${"x".repeat(60_000)}' != 'a'`;
    expect(problems({ validations: Array(101).fill({ expression }) })).toEqual([
      "spec.validations: Too many: 101: must have at most 100 items",
    ]);
    expect(problems({ validations: [{ expression: long }, { expression: long }] })?.[0]).toMatch(
      /may have 100000 characters together$/,
    );
  });

  it("a binding that cannot work is refused, too", () => {
    const spec = { policyName: "p", paramRef: { name: "a", selector: {} }, validationActions: ["Deny", "Warn"] };
    expect(new Server().post(BINDINGS, { metadata: { name: "b" }, spec }).body.details.causes).toEqual([
      expect.objectContaining({ field: "spec.paramRef.name" }),
      expect.objectContaining({ field: "spec.paramRef.selector" }),
      expect.objectContaining({ field: "spec.paramRef.parameterNotFoundAction", reason: "FieldValueRequired" }),
      expect.objectContaining({ field: "spec.validationActions", reason: "FieldValueInvalid" }),
    ]);
  });
});

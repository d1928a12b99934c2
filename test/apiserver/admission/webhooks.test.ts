import { describe, expect, it } from "vitest";
import { CONFIG_MAPS, configMap, Server } from "../server.ts";

const GROUP = "/apis/admissionregistration.k8s.io/v1";
const VALIDATING = `${GROUP}/validatingwebhookconfigurations`;
const MUTATING = `${GROUP}/mutatingwebhookconfigurations`;

const webhook = (more: object = {}) => ({
  name: "check.example.com",
  clientConfig: { service: { namespace: "default", name: "hook", path: "/check" } },
  rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["configmaps"] }],
  sideEffects: "None",
  admissionReviewVersions: ["v1"],
  ...more,
});
const configuration = (...webhooks: object[]) => ({ metadata: { name: "hooks" }, webhooks });

function problemOf(server: Server): string {
  const { code, reason, message } = server.post(CONFIG_MAPS, configMap("a")).body;
  expect([code, reason]).toEqual([500, "InternalError"]);
  return message;
}

describe("a webhook that applies", () => {
  const failed =
    'Internal error occurred: failed calling webhook "check.example.com": failed to call webhook: Post ' +
    '"https://hook.default.svc:443/check?timeout=10s": ';

  it.each([VALIDATING, MUTATING])("fails like an unreachable webhook: %s", (path) => {
    const server = new Server();
    expect(server.post(path, configuration(webhook())).status).toBe(201);
    expect(problemOf(server)).toBe(`${failed}service "hook" not found`);
    const services = "/api/v1/namespaces/default/services";
    server.post(services, { metadata: { name: "hook" }, spec: { selector: { app: "hook" }, ports: [{ port: 80 }] } });
    expect(problemOf(server)).toBe(`${failed}no service port 443 found for service "hook"`);
    server.patch(`${services}/hook`, { spec: { ports: [{ port: 443 }] } });
    expect(problemOf(server)).toBe(`${failed}no endpoints available for service "hook"`);
    server.post("/apis/discovery.k8s.io/v1/namespaces/default/endpointslices", {
      metadata: { name: "hook-1", labels: { "kubernetes.io/service-name": "hook" } },
      addressType: "IPv4",
      endpoints: [{ addresses: ["10.244.1.77"], conditions: { ready: true } }],
      ports: [{ name: "", port: 8443 }],
    });
    expect(problemOf(server)).toMatch(/dial tcp 10\.96\.\d+\.\d+:443: connect: no route to host$/);
  });

  it("admits requests without a warning when its failure policy is Ignore", () => {
    const server = new Server();
    server.post(VALIDATING, configuration(webhook({ failurePolicy: "Ignore" })));
    const answer = server.post(CONFIG_MAPS, configMap("a"));
    expect(answer.status).toBe(201);
    expect(answer.headers["warning"]).toBeUndefined();
  });

  it("is not called outside of the cluster", () => {
    const server = new Server();
    server.post(
      VALIDATING,
      configuration(webhook({ clientConfig: { url: "https://example.com/x" }, timeoutSeconds: 3 })),
    );
    expect(problemOf(server)).toContain(
      'Post "https://example.com/x?timeout=3s": dial tcp: lookup example.com on 127.0.0.53:53: no such host',
    );
  });
});

describe("a webhook that does not apply", () => {
  const other = [{ apiGroups: ["apps"], apiVersions: ["*"], operations: ["*"], resources: ["*"] }];
  it.each<[string, object]>([
    ["other resources", { rules: other }],
    ["other objects", { objectSelector: { matchLabels: { app: "web" } } }],
    ["other namespaces", { namespaceSelector: { matchLabels: { env: "prod" } } }],
    ["other conditions", { matchConditions: [{ name: "other", expression: "object.metadata.name == 'b'" }] }],
    ["cluster-wide objects", { rules: [{ ...webhook().rules[0], scope: "Cluster" }] }],
  ])("is not called: %s", (_, more) => {
    const server = new Server();
    expect(server.post(VALIDATING, configuration(webhook(more))).status).toBe(201);
    expect(server.post(CONFIG_MAPS, configMap("a")).status).toBe(201);
  });

  it("because of a failing condition: its failure policy decides", () => {
    const matchConditions = [{ name: "broken", expression: "object.nosuch == 1" }];
    const server = new Server();
    const { metadata } = server.post(VALIDATING, configuration(webhook({ matchConditions }))).body;
    expect(server.post(CONFIG_MAPS, configMap("a")).body).toMatchObject({ code: 403, reason: "Forbidden" });
    server.put(`${VALIDATING}/hooks`, {
      ...configuration(webhook({ matchConditions, failurePolicy: "Ignore" })),
      metadata,
    });
    expect(server.post(CONFIG_MAPS, configMap("a")).status).toBe(201);
  });

  it("for requests about webhook configurations, so that they can always be removed", () => {
    const server = new Server();
    const all = [{ apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources: ["*/*"] }];
    server.post(VALIDATING, configuration(webhook({ rules: all })));
    expect(server.post(CONFIG_MAPS, configMap("a")).status).toBe(500);
    expect(server.delete(`${VALIDATING}/hooks`).status).toBe(200);
    expect(server.post(CONFIG_MAPS, configMap("a")).status).toBe(201);
  });
});

describe("a configuration", () => {
  const problems = (...webhooks: object[]) =>
    new Server()
      .post(VALIDATING, configuration(...webhooks))
      .body.details?.causes.map(({ field, message }: { field: string; message: string }) => `${field}: ${message}`);

  it("is refused when it cannot work", () => {
    expect(problems(webhook({ matchConditions: [{ name: "x", expression: "... [] bad expression" }] }))[0]).toContain(
      "compilation failed",
    );
    expect(problems(webhook({ name: "short" }))).toEqual([
      'webhooks[0].name: Invalid value: "short": should be a domain with at least three segments separated by dots',
    ]);
    expect(problems(webhook({ clientConfig: { url: "http://user@host/?a=b#c" } }))).toEqual([
      "webhooks[0].clientConfig.url: Invalid value: \"http\": 'https' is the only allowed URL scheme; desired format: " +
        "https://host[/path]",
      'webhooks[0].clientConfig.url: Invalid value: "user": user information is not permitted in the URL',
      'webhooks[0].clientConfig.url: Invalid value: "c": fragments are not permitted in the URL',
      'webhooks[0].clientConfig.url: Invalid value: "a=b": query parameters are not permitted in the URL',
    ]);
    expect(problems(webhook({ timeoutSeconds: 31, sideEffects: "Some", admissionReviewVersions: ["v2"] }))).toEqual([
      'webhooks[0].sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"',
      "webhooks[0].timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds",
      'webhooks[0].admissionReviewVersions: Invalid value: ["v2"]: must include at least one of v1, v1beta1',
    ]);
    expect(problems(webhook(), webhook())).toEqual(['webhooks[1].name: Duplicate value: "check.example.com"']);
  });

  it("counts its changes and shows its webhooks in tables", () => {
    const server = new Server();
    expect(server.post(MUTATING, configuration(webhook())).body.metadata.generation).toBe(1);
    const changed = server.patch(`${MUTATING}/hooks`, { webhooks: [webhook({ failurePolicy: "Ignore" })] });
    expect(changed.body.metadata.generation).toBe(2);
    const accept = "application/json;as=Table;v=v1;g=meta.k8s.io";
    const table = server.get(MUTATING, { accept });
    expect(table.body.rows[0].cells.slice(0, 2)).toEqual(["hooks", 1]);
  });
});

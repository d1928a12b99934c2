import { describe, expect, it } from "vitest";
import { CONFIG_MAPS, configMap, Server } from "./server.ts";

const DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
const SERVICES = "/api/v1/namespaces/default/services";
const YAML = { type: "application/yaml" };

function withDeployment(): Server {
  const server = new Server();
  const labels = { app: "web" };
  const template = { metadata: { labels }, spec: { containers: [{ name: "c", image: "nginx" }] } };
  const spec = { replicas: 2, selector: { matchLabels: labels }, template };
  server.post(DEPLOYMENTS, { metadata: { name: "web" }, spec });
  return server;
}

describe("numbers that do not fit a field", () => {
  const replicas = (literal: string) =>
    new Server().post(DEPLOYMENTS, `{"metadata":{"name":"x"},"spec":{"replicas":${literal}}}`).body.message;

  it.each(["1e400", "1e26", "1.5", "3.0", "1e2", "2147483648", "99999999999999999999999", "-2147483649"])(
    "are quoted as they were written: %s",
    (literal) => {
      expect(replicas(literal)).toBe(
        `Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal number ${literal} into ` +
          "Go struct field DeploymentSpec.spec.replicas of type int32",
      );
    },
  );

  it("are quoted by types with a decoder of their own, too", () => {
    const port = '{"metadata":{"name":"x"},"spec":{"ports":[{"port":80,"targetPort":1e26}]}}';
    expect(new Server().post(SERVICES, port).body.message).toBe(
      'Service in version "v1" cannot be handled as a Service: json: cannot unmarshal number 1e26 into Go value of type int32',
    );
  });

  it("are numbers in YAML in every notation", () => {
    const server = withDeployment();
    server.put(`${DEPLOYMENTS}/web`, { ...server.get(`${DEPLOYMENTS}/web`).body, spec: undefined });
    const text = JSON.stringify(server.get(`${DEPLOYMENTS}/web`).body).replace('"replicas":2', '"replicas": 3.0');
    expect(server.put(`${DEPLOYMENTS}/web`, text, YAML).body.spec.replicas).toBe(3);
    expect(server.put(`${DEPLOYMENTS}/web`, text).status).toBe(400);
  });
});

describe("YAML that cannot be read", () => {
  it.each([
    ["a: b: c\n", "mapping values are not allowed in this context"],
    ["x: 1\na: b: c\n", "line 2: mapping values are not allowed in this context"],
    ["x: b\n  c: d\n", "line 2: mapping values are not allowed in this context"],
    ["x:\n\tb: c\n", "line 2: found character that cannot start any token"],
    ["x: `y\n", "found character that cannot start any token"],
    ["x: [1, 2\nb: 3\n", "line 2: did not find expected ',' or ']'"],
    ["x: 'y", "found unexpected end of stream"],
    ["x: *y\n", "unknown anchor 'y' referenced"],
    ["x:\n  b: 1\n c: 2\n", "line 2: did not find expected key"],
    [`x: ${"[".repeat(20_000)}`, "exceeded max depth of 10000"],
  ])("is refused with go-yaml's message: %j", (text, why) => {
    const { body } = new Server().post(CONFIG_MAPS, text, YAML);
    const start = `the object provided is unrecognized (must be of type ConfigMap): yaml: ${why} (`;
    expect(body).toMatchObject({ code: 400, message: expect.stringContaining(start) });
    const applied = new Server().patch(`${CONFIG_MAPS}/a?fieldManager=m`, text, "application/apply-patch+yaml");
    expect(applied.body.message).toBe(`error decoding YAML: error converting YAML to JSON: yaml: ${why}`);
  });

  it("has one warning for each repeated key", () => {
    const text = "metadata:\n  name: x\ndata:\n  k: '1'\n  k: '2'\n  l: '1'\n  l: '2'\n";
    const target = `${CONFIG_MAPS}?dryRun=All`;
    expect(new Server().post(target, text, YAML).headers["warning"]).toBe(
      String.raw`299 - "line 5: key \"k\" already set in map", 299 - "line 7: key \"l\" already set in map"`,
    );
    expect(new Server().post(`${target}&fieldValidation=Strict`, text, YAML).body.message).toContain(
      'strict decoding error: yaml: unmarshal errors:\n  line 5: key "k" already set in map\n  line 7: key "l"',
    );
  });

  it("may begin like JSON", () => {
    const text = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {z: '1'}}";
    expect(new Server().post(CONFIG_MAPS, text, YAML).body.data).toEqual({ z: "1" });
  });
});

describe("problems of fields", () => {
  it("are reported in the order of the text, but not within unknown fields", () => {
    const text =
      '{"metadata":{"name":"a","name":"b"},"odd":{"x":1,"x":2},"data":{"k":"1","k":"2"},"other":1,"immutable":true,"immutable":false}';
    const problems = [
      'duplicate field "metadata.name"',
      'unknown field "odd"',
      'duplicate field "data.k"',
      'unknown field "other"',
      'duplicate field "immutable"',
    ];
    const server = new Server();
    expect(server.post(`${CONFIG_MAPS}?fieldValidation=Strict`, text).body.message).toBe(
      `ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: ${problems.join(", ")}`,
    );
    expect(server.post(`${CONFIG_MAPS}?dryRun=All`, text).headers["warning"]).toBe(
      problems.map((problem) => `299 - ${JSON.stringify(problem)}`).join(", "),
    );
  });
});

describe("an empty body", () => {
  it("is an object without a name", () => {
    for (const [body, asked] of [
      ["null", {}],
      ["", YAML],
    ] as const) {
      expect(new Server().post(CONFIG_MAPS, body, asked).body.message).toBe(
        'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
      );
    }
  });
});

describe("patches that cannot be read", () => {
  const types = { json: "json-patch", merge: "merge-patch", strategic: "strategic-merge-patch" } as const;
  it.each([
    ["merge", "{", 400, "error decoding patch: unexpected end of JSON input"],
    [
      "merge",
      "[]",
      400,
      "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}",
    ],
    ["merge", "null", 400, "Invalid JSON Patch"],
    [
      "json",
      '[{"op":"add","path":1}]',
      400,
      "error decoding patch: json: cannot unmarshal number into Go struct field jsonPatchOp.path of type string",
    ],
    ["json", "null", 200, undefined],
    ["strategic", "{", 400, "unexpected end of JSON input"],
    ["strategic", '"x"', 400, "json: cannot unmarshal string into Go value of type map[string]interface {}"],
    ["strategic", "null", 200, undefined],
    [
      "strategic",
      '{"spec":{"replicas":1e400}}',
      400,
      "json: cannot unmarshal number 1e400 into Go value of type float64",
    ],
    [
      "strategic",
      '{"$patch":"delete"}',
      400,
      "the name of the object (web based on URL) was undeterminable: name must be provided",
    ],
    ["strategic", '{"kind":"Other"}', 200, undefined],
  ] as const)("%s: %s", (type, patch, status, message) => {
    const { body } = withDeployment().patch(`${DEPLOYMENTS}/web`, patch, `application/${types[type]}+json`);
    expect(message === undefined ? body : { status: body.code, message: body.message }).toMatchObject(
      message === undefined ? { kind: "Deployment" } : { status, message },
    );
  });

  it.each([
    ['{"spec":{"replicas":1.5}}', "cannot convert float64 to int32"],
    ['{"spec":{"replicas":"x"}}', "unrecognized type: int32"],
    ['{"spec":{"template":"x"}}', "cannot restore struct from: string"],
    ['{"spec":{"template":{"spec":{"containers":"x"}}}}', "cannot restore slice from string"],
    ['{"metadata":{"labels":[]}}', "cannot restore map from slice"],
    ['{"metadata":{"labels":{"a":1}}}', "cannot convert int64 to string"],
    [
      '{"spec":{"strategy":{"rollingUpdate":{"maxSurge":true}}}}',
      "json: cannot unmarshal bool into Go value of type int32",
    ],
  ])("a strategic patch whose values do not fit: %s", (patch, why) => {
    const { body } = withDeployment().patch(`${DEPLOYMENTS}/web`, patch, "application/strategic-merge-patch+json");
    expect(body).toMatchObject({
      code: 422,
      message: expect.stringMatching(/^ "" is invalid: patch: Invalid value: "map\[/),
    });
    expect(body.message.endsWith(`": ${why}`)).toBe(true);
  });
});

describe("an apply that names a uid", () => {
  const apply = (server: Server, uid: string) =>
    server.patch(
      `${CONFIG_MAPS}/a?fieldManager=m`,
      { ...configMap("a"), metadata: { name: "a", uid } },
      "application/apply-patch+yaml",
    ).body;

  it("creates nothing, and changes only the object that has it", () => {
    const server = new Server();
    expect(apply(server, "other")).toMatchObject({
      code: 409,
      message:
        'Operation cannot be fulfilled on configmaps "a": uid mismatch: the provided object specified uid other, and no ' +
        "existing object was found",
    });
    const { uid } = server.post(CONFIG_MAPS, configMap("a")).body.metadata;
    expect(apply(server, "other")).toMatchObject({ code: 422, reason: "Invalid" });
    expect(apply(server, uid).metadata.uid).toBe(uid);
  });
});

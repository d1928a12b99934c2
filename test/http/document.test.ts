/** The document of the platform's API is valid, complete, and agrees with the API's answers. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, test } from "vitest";
import { PROBLEM_CODES } from "../../src/platform/problem.ts";
import { DocumentValidator, documentOf, type OpenApiDocument, operationsOf } from "./openapi-document.ts";
import { ADMIN_TOKEN, TestSandbar } from "./sandbar.ts";

const sandbar = new TestSandbar();
const document: OpenApiDocument = await documentOf(sandbar);
const operations = operationsOf(document);
const validator = new DocumentValidator(document);
const names = operations.map((named) => [named.operation.operationId, named] as const);

describe("the document", () => {
  test("is valid OpenAPI 3.1", async () => {
    const result = await new Validator().validate({ ...document });
    expect(result.errors ?? []).toEqual([]);
    expect(result.valid).toBe(true);
  });

  test.each(names)("describes %s", (_name, { operation, path }) => {
    const { tags = [], summary, description, parameters = [], responses, security } = operation;
    expect(document.tags.map(({ name }) => name)).toContain(tags[0]);
    expect(summary).toMatch(/^[A-Z]/);
    expect(description).toMatch(/\.$/);
    for (const name of path.matchAll(/\{(\w+)\}/g)) {
      expect(parameters.find((each) => each.in === "path" && each.name === name[1])?.schema.example).toBeDefined();
    }
    expect(Object.keys(responses)).toEqual(expect.arrayContaining(["400", "500", "503"]));
    if (security) expect(Object.keys(responses)).toEqual(expect.arrayContaining(["401", "429"]));
    if (path.includes("{")) expect(Object.keys(responses)).toContain("404");
    if (operation.requestBody) expect(Object.keys(responses)).toEqual(expect.arrayContaining(["413", "415", "422"]));
    if (responses["201"]) expect(responses["201"].headers).toHaveProperty("location");
  });

  test.each(names)("has examples of %s that its schemas allow", (_name, { operation }) => {
    const media = [
      operation.requestBody,
      ...Object.entries(operation.responses)
        .filter(isSuccess)
        .map(([, r]) => r),
    ].flatMap((body) => Object.values(body?.content ?? {}));
    for (const { schema, example } of media) {
      expect(example).toBeDefined();
      expect(validator.problems(schema, example)).toEqual([]);
    }
  });

  test("is usable by clients of all languages: patterns, and optional fields without a default", () => {
    const found: string[] = [];
    visit(document.components.schemas, (schema, path) => {
      const { pattern } = schema as { pattern?: string };
      // Not all regular expression engines have Unicode classes and look-around.
      if (typeof pattern === "string" && /^\/|\\p|\(\?/.test(pattern)) found.push(`${path}: ${pattern}`);
    });
    const requests = operations.flatMap(({ operation }) => Object.values(operation.requestBody?.content ?? {}));
    for (const { schema } of requests) {
      const name = (schema as { $ref: string }).$ref.split("/").at(-1)!;
      // Generators treat a field with a default as always present.
      visit(document.components.schemas[name], (each, path) => {
        if ("default" in each && typeof each.default !== "object") found.push(`${name}${path} has a default`);
      });
    }
    expect(found).toEqual([]);
  });

  test("lists every code of a refusal", () => {
    const { properties } = document.components.schemas["Problem"] as { properties: { code: { enum: string[] } } };
    expect(properties.code.enum).toEqual(Object.keys(PROBLEM_CODES));
  });

  test("docs/platform-api.md has the same codes, with their meanings", () => {
    const rows = Object.entries(PROBLEM_CODES).map(
      ([code, { status, meaning }]) => `| \`${code}\` | ${status} | ${meaning} |`,
    );
    const text = readFileSync(join(import.meta.dirname, "../../docs/platform-api.md"), "utf8");
    expect(text.split("\n").filter((line) => /^\| `\w+` \| \d/.test(line))).toEqual(rows);
  });

  test("marks each deprecated name", () => {
    const deprecated = operations.filter(({ operation }) => operation.deprecated).map(({ path }) => path);
    const fields: string[] = [];
    visit(document.components.schemas, (schema, path) => {
      if ((schema as { deprecated?: boolean }).deprecated) fields.push(path);
    });
    expect({ deprecated, fields: fields.sort() }).toEqual({
      deprecated: ["/v1/organization"],
      fields: [
        "/Advanced/properties/revision",
        "/CheckReport/properties/revision",
        "/Query/properties/selector",
        "/QueryPage/properties/cursor",
        "/QueryRow/properties/revision",
      ],
    });
  });
});

describe("the schemas of requests", () => {
  const problems = (name: string, value: unknown) =>
    validator.problems({ $ref: `#/components/schemas/${name}` }, value);

  test.each([
    ["NewOrganization", { name: "Abendschule Zürich – 2026 🎓" }],
    ["NewCluster", {}],
    ["NewCluster", { name: "anna", nodes: [{ name: "big", taints: [{ key: "gpu", effect: "NoSchedule" }] }] }],
    ["NewCredential", { user: "anna@example.com" }],
    ["NewImage", { name: "shop" }],
    ["NewImage", { name: "shop", tags: "any", files: { "/a": { text: "x" }, "/b": { base64: "eA==", mode: "755" } } }],
    ["Query", { cel: "1" }],
    ["Query", { selector: "course=a", cel: "1", limit: 5 }],
    ["Checks", { checks: [{ cel: "true" }, { name: "No old one", absent: { kind: "Service" } }] }],
  ])("%s allows %j", (name, value) => {
    expect(problems(name, value)).toEqual([]);
  });

  test.each([
    ["NewOrganization", { name: "bell\u0007" }],
    ["NewCluster", { nodes: 0 }],
    ["NewCluster", { node: 3 }],
    ["NewCredential", { user: "anna", role: "teacher" }],
    ["NewImage", { name: "shop", tags: ["a b"] }],
    ["NewImage", { name: "shop", env: { A: 1 } }],
    ["NewImage", { name: "shop", files: { "/a": { content: "x" } } }],
    ["NewImage", { name: "shop", server: { answers: [{ path: "x" }] } }],
    ["Checks", { checks: [{ name: "nothing is asked" }] }],
    ["Checks", { checks: [{ cel: "true", object: { kind: "Pod" } }] }],
    ["Checks", { checks: [] }],
  ])("%s refuses %j, as the API does", async (name, value) => {
    expect(problems(name, value)).not.toEqual([]);
    const key = await sandbar.organization();
    const id = await sandbar.cluster(key);
    const { path, method } = operations.find(({ operation }) =>
      JSON.stringify(operation.requestBody ?? {}).includes(`schemas/${name}"`),
    )!;
    const token = name === "NewOrganization" ? ADMIN_TOKEN : key;
    const call = { method: method.toUpperCase(), token, body: value };
    const { status, body } = await sandbar.call(path.replace("{clusterId}", id), call);
    expect([status, body.code]).toEqual([422, "invalid_body"]);
  });
});

test("every operation answers as documented", async () => {
  const { answers, seen } = await tour();
  const wrong = answers.flatMap(({ operation, status, value }) => {
    const content = Object.values(operation.responses[status]?.content ?? {})[0];
    if (!operation.responses[status]) return [`${operation.operationId}: ${status} is not documented`];
    if (!content) return value === undefined ? [] : [`${operation.operationId}: ${status} has a body`];
    return validator.problems(content.schema, value).map((problem) => `${operation.operationId} ${status}: ${problem}`);
  });
  expect(wrong).toEqual([]);
  expect(operations.map(({ operation }) => operation.operationId).filter((id) => !seen.has(id))).toEqual([]);
});

interface Answer {
  operation: (typeof operations)[number]["operation"];
  status: number;
  value: unknown;
}

/** Calls every operation, once with valid arguments and once without a key. */
async function tour(): Promise<{ answers: Answer[]; seen: Set<string> }> {
  const answers: Answer[] = [];
  const seen = new Set<string>();
  const ids: Record<string, string> = { organizationId: "current" };
  const key = await sandbar.organization();
  const call = async (operationId: string, token: string | null, body?: unknown) => {
    const { path, method, operation } = operations.find((each) => each.operation.operationId === operationId)!;
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? "nothing");
    const reply = await sandbar.call(filled, { method: method.toUpperCase(), token, body });
    const value = reply.status === 204 ? undefined : (reply.body ?? reply.text);
    answers.push({ operation, status: reply.status, value });
    if (reply.status < 300) seen.add(operationId);
    return reply.body;
  };
  for (const { operation } of operations) {
    if (operation.security) await call(operation.operationId, null, operation.requestBody && {});
  }
  await call("createOrganization", ADMIN_TOKEN, { name: "School" });
  await call("createOrganization", ADMIN_TOKEN, { name: "" });
  for (const id of ["getHealth", "getOpenApiDocument", "getOrganization", "getOrganizationOfKey"]) await call(id, key);
  ids["apiKeyId"] = (await call("createApiKey", key, { name: "ci" })).id;
  for (const id of ["listApiKeys", "getApiKey", "deleteApiKey", "getApiKey"]) await call(id, key);
  const image = { name: "shop", server: { answers: [{ path: "/" }], signals: { HUP: {} } } };
  ids["imageId"] = (await call("createImage", key, image)).id;
  await call("createImage", key, image);
  for (const id of ["listImages", "getImage"]) await call(id, key);
  await call("replaceImage", key, { ...image, tags: "any", pullSecret: { username: "a", password: "b" } });
  for (const id of ["getImage", "deleteImage", "getImage"]) await call(id, key);
  ids["clusterId"] = (await call("createCluster", key, { labels: { course: "a" }, nodes: 2 })).id;
  for (const id of ["listClusters", "getCluster", "getKubeconfig"]) await call(id, key);
  ids["credentialId"] = (await call("createCredential", key, { user: "anna", role: "viewer" })).id;
  for (const id of ["listCredentials", "getCredential", "revokeCredential"]) await call(id, key);
  ids["faultName"] = (await call("beginFault", key, { kind: "node-down", node: "node-2" })).name;
  await call("beginFault", key, { kind: "node-down", node: "node-2" });
  await call("beginFault", key, { kind: "registry-down", registry: "*" });
  for (const id of ["listFaults", "getFault", "endFault"]) await call(id, key);
  await call("requestFromOutside", key, { nodePort: { port: 30_000 }, body: "x" });
  await call("requestFromOutside", key, { nodePort: { port: 30_000, node: "node-9" } });
  const flow = { target: { nodePort: { port: 30_000 } }, rate: 5, durationSeconds: 60 };
  ids["trafficId"] = (await call("beginTraffic", key, flow)).id;
  await call("beginTraffic", key, {
    target: { nodePort: { port: 30_000, node: "node-9" } },
    rate: 5,
    durationSeconds: 60,
  });
  await call("advanceCluster", key, { seconds: 60 });
  for (const id of ["listTraffic", "getTraffic", "endTraffic"]) await call(id, key);
  await call("checkCluster", key, { checks: [{ cel: "nodes.size() == 2" }, { cel: "node.size()" }] });
  await call("queryClusters", key, { cel: "nodes.size()" });
  await call("queryClusters", key, { cel: "node.size()", labelSelector: "course in (a)" });
  await call("deleteCluster", key);
  for (const { operation, path } of operations) {
    if (path.includes("{clusterId}")) await call(operation.operationId, key, operation.requestBody && {});
  }
  return { answers, seen };
}

function isSuccess([status]: [string, unknown]): boolean {
  return status.startsWith("2");
}

/** Visits every object below a value, with its path. */
function visit(value: unknown, look: (object: Record<string, unknown>, path: string) => void, path = ""): void {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) look(value as Record<string, unknown>, path);
  for (const [name, inner] of Object.entries(value)) visit(inner, look, `${path}/${name}`);
}

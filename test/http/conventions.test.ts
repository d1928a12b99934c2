/** General conventions of HTTP APIs, which every endpoint of the platform keeps. */
import { expect, test } from "vitest";
import { ADMIN_TOKEN, TestSandbar } from "./sandbar.ts";

test("a wrong method is 405, and Allow lists the methods", async () => {
  const sandbar = new TestSandbar();
  for (const [method, path, allow] of [
    ["PUT", "/v1/clusters", "POST, GET, HEAD, OPTIONS"],
    ["PATCH", "/v1/clusters/c1", "GET, DELETE, HEAD, OPTIONS"],
    ["GET", "/v1/query", "POST, OPTIONS"],
    ["POST", "/v1/health", "GET, HEAD, OPTIONS"],
    ["DELETE", "/v1/openapi.json", "GET, HEAD, OPTIONS"],
  ]) {
    const { status, headers, body } = await sandbar.call(path!, { method: method! });
    expect([path, status, headers.get("allow"), body?.code]).toEqual([path, 405, allow, "method_not_allowed"]);
  }
});

test("OPTIONS names the methods, and HEAD answers as GET without a body", async () => {
  const sandbar = new TestSandbar();
  const token = await sandbar.organization();
  const options = await sandbar.call("/v1/clusters", { method: "OPTIONS" });
  expect([options.status, options.headers.get("allow")]).toEqual([204, "POST, GET, HEAD, OPTIONS"]);

  const [head, get] = [
    await sandbar.call("/v1/clusters", { method: "HEAD", token }),
    await sandbar.call("/v1/clusters", { token }),
  ];
  expect([head.status, head.text, head.headers.get("etag")]).toEqual([200, "", get.headers.get("etag")]);
});

test("a slash at the end of a path changes nothing", async () => {
  const sandbar = new TestSandbar();
  const token = await sandbar.organization();
  const id = await sandbar.cluster(token);
  expect((await sandbar.call("/v1/clusters/", { token })).body.items).toHaveLength(1);
  expect((await sandbar.call(`/v1/clusters/${id}/`, { token })).body.id).toBe(id);
  expect((await sandbar.call("/v1/query/", { method: "POST", token, body: { cel: "1" } })).body.rows).toHaveLength(1);
});

test("a misspelt query parameter is refused with the name that was meant", async () => {
  const sandbar = new TestSandbar();
  const token = await sandbar.organization();
  const id = await sandbar.cluster(token);
  const errors = async (path: string) => {
    const { status, body } = await sandbar.call(path, { token });
    return [status, body.code, ...body.errors.map((error: object) => Object.values(error).join(": "))];
  };
  expect(await errors("/v1/clusters?labelselector=a&limits=2")).toEqual([
    ...[400, "invalid_parameter"],
    "query.labelselector: there is no such parameter; did you mean labelSelector?",
    "query.limits: there is no such parameter; did you mean limit?",
  ]);
  expect(await errors("/v1/clusters?sort=name")).toEqual([
    ...[400, "invalid_parameter"],
    "query.sort: there is no such parameter; there are limit, cursor, labelSelector",
  ]);
  expect(await errors(`/v1/clusters/${id}/kubeconfig?expireAt=x`)).toContain(
    "query.expireAt: there is no such parameter; did you mean expiresAt?",
  );
  expect(await errors(`/v1/clusters/${id}?pretty`)).toEqual([
    ...[400, "invalid_parameter"],
    "query.pretty: there is no such parameter",
  ]);
});

test("a misspelt field of a body is refused with the name that was meant", async () => {
  const sandbar = new TestSandbar();
  const token = await sandbar.organization();
  const id = await sandbar.cluster(token);
  const errors = async (path: string, body: object) => {
    const reply = await sandbar.call(path, { method: "POST", token, body });
    return reply.body.errors.map((error: object) => Object.values(error).join(": "));
  };
  expect(await errors("/v1/clusters", { node: 3, lable: {}, xyz: 1 })).toEqual([
    "body.node: there is no such field; did you mean nodes?",
    "body.lable: there is no such field; did you mean labels?",
    "body.xyz: there is no such field",
  ]);
  const nodes = [{}, { taints: [{ keys: "a", key: "a", effect: "NoSchedule" }] }];
  expect(await errors("/v1/clusters", { nodes })).toEqual([
    "body.nodes[1].taints[0].keys: there is no such field; did you mean key?",
  ]);
  expect(await errors(`/v1/clusters/${id}/checks`, { checks: [{ name: "a", Cel: "1" }] })).toContain(
    "body.checks[0].Cel: there is no such field; did you mean cel?",
  );
});

test("a creation's answer has the Location of the resource", async () => {
  const sandbar = new TestSandbar();
  const token = await sandbar.organization();
  const id = await sandbar.cluster(token);
  for (const [path, body] of [
    ["/v1/api-keys", { name: "ci" }],
    ["/v1/clusters", {}],
    [`/v1/clusters/${id}/credentials`, { user: "anna" }],
    [`/v1/clusters/${id}/faults`, { kind: "node-down", node: "node-1" }],
  ] as const) {
    const { status, headers, body: created } = await sandbar.call(path, { method: "POST", token, body });
    const location = headers.get("location")!;
    expect([status, location]).toEqual([201, `${path}/${created.id ?? created.name}`]);
    expect(created).toMatchObject((await sandbar.call(location, { token })).body);
  }
  const call = { method: "POST", token: ADMIN_TOKEN, body: { name: "School" } };
  const { headers, body } = await sandbar.call("/v1/organizations", call);
  const own = { token: body.apiKey.key };
  expect((await sandbar.call(headers.get("location")!, own)).body).toMatchObject({ id: body.id, name: "School" });
  expect((await sandbar.call(headers.get("location")!, { token })).status).toBe(404);
});

test("a request with the ETag gets 304 until the resource changes", async () => {
  const sandbar = new TestSandbar();
  const token = await sandbar.organization();
  for (const path of ["/v1/clusters", "/v1/openapi.json", "/v1/health"]) {
    const etag = (await sandbar.call(path, { token })).headers.get("etag")!;
    for (const known of [etag, `W/${etag}`, `"x", ${etag}`, "*"]) {
      const again = await sandbar.call(path, { token, headers: { "if-none-match": known } });
      expect([again.status, again.text, again.headers.get("etag")]).toEqual([304, "", etag]);
      expect(again.headers.get("content-type")).toBeNull();
    }
  }
  const { headers } = await sandbar.call("/v1/clusters", { token });
  await sandbar.cluster(token);
  const changed = await sandbar.call("/v1/clusters", { token, headers: { "if-none-match": headers.get("etag")! } });
  expect([changed.status, changed.body.items.length]).toEqual([200, 1]);
  expect(headers.get("cache-control")).toBe("private, no-cache");
});

test("every refusal has a code of the closed set", async () => {
  const sandbar = new TestSandbar();
  const token = await sandbar.organization();
  const text = { "content-type": "text/plain" };
  const same = { "idempotency-key": "one" };
  const create = (body: object, headers = {}) => ({ method: "POST", token, body, headers });
  await sandbar.call("/v1/clusters", create({ name: "a" }, same));
  for (const [path, call, status, code] of [
    ["/v1", {}, 404, "unknown_path"],
    ["/v1/nowhere", {}, 404, "unknown_path"],
    ["/v1/clusters", {}, 401, "unauthorized"],
    ["/v1/clusters/c1", { token }, 404, "not_found"],
    ["/v1/clusters?limit=0", { token }, 400, "invalid_parameter"],
    ["/v1/clusters?cursor=%21", { token }, 400, "invalid_parameter"],
    ["/v1/clusters?labelSelector=a(", { token }, 400, "invalid_parameter"],
    ["/v1/clusters", { method: "POST", token, body: "{" }, 400, "malformed_body"],
    ["/v1/clusters", create({}, text), 415, "unsupported_media_type"],
    ["/v1/clusters", create({ nodes: 0 }), 422, "invalid_body"],
    ["/v1/clusters", create({ name: "b" }, same), 422, "idempotency_key_reused"],
    ["/v1/clusters", create({ name: "x".repeat(300_000) }), 413, "body_too_large"],
    ["/v1/query", create({ cel: "(" }), 422, "invalid_body"],
    ["/v1/query", create({ cel: "1", labelSelector: "a", selector: "a" }), 422, "invalid_body"],
  ] as const) {
    const reply = await sandbar.call(path, call);
    expect([path, reply.status, reply.body.code]).toEqual([path, status, code]);
    expect(reply.headers.get("content-type")).toBe("application/problem+json");
  }
});

test("the deprecated names still work", async () => {
  const sandbar = new TestSandbar();
  const token = await sandbar.organization();
  const [a] = [await sandbar.cluster(token, { labels: { course: "a" } }), await sandbar.cluster(token)];
  const query = async (body: object) => (await sandbar.call("/v1/query", { method: "POST", token, body })).body;
  const old = await query({ selector: "course=a", cel: "1" });
  expect(old.rows.map((row: { clusterId: string }) => row.clusterId)).toEqual([a]);
  expect(old).toEqual(await query({ labelSelector: "course=a", cel: "1" }));
  expect(old.rows[0].revision).toBe(old.rows[0].resourceVersion);
  const first = await query({ cel: "1", limit: 1 });
  expect(first.cursor).toBe(first.nextCursor);
  expect((await query({ cel: "1", limit: 1, cursor: first.cursor })).nextCursor).toBeNull();
  const organization = await sandbar.call("/v1/organization", { token });
  expect((await sandbar.call("/v1/organizations/current", { token })).body).toEqual(organization.body);
});

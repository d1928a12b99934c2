/** Refusals, and the information that they must not reveal. */
import { describe, expect, test, vi } from "vitest";
import { discardBody } from "../../src/http/body.ts";
import { StoreUnavailableError } from "../../src/storage/store.ts";
import { ADMIN_TOKEN, TestSandbar } from "./sandbar.ts";

describe("the platform's API", () => {
  const UNKNOWN_KEY = `sbk_${"x".repeat(43)}`;

  test.each([
    ["no key", null],
    ["an unknown key", UNKNOWN_KEY],
    ["the operator's token", ADMIN_TOKEN],
    ["nonsense", "nonsense"],
  ])("%s opens no organization", async (_name, token) => {
    const sandbar = new TestSandbar();
    const key = await sandbar.organization();
    const id = await sandbar.cluster(key);

    for (const [method, path] of [
      ["GET", "/v1/organization"],
      ["GET", "/v1/api-keys"],
      ["GET", "/v1/clusters"],
      ["GET", `/v1/clusters/${id}`],
      ["DELETE", `/v1/clusters/${id}`],
      ["GET", `/v1/clusters/${id}/kubeconfig`],
      ["GET", `/v1/clusters/${id}/credentials`],
    ] as const) {
      const { status, body, headers } = await sandbar.call(path, { method, token });
      expect([path, status]).toEqual([path, 401]);
      expect(headers.get("content-type")).toBe("application/problem+json");
      expect(headers.get("www-authenticate")).toBe("Bearer");
      expect(body).toMatchObject({ status: 401, title: "Unauthorized", requestId: headers.get("x-request-id") });
    }
    const created = await sandbar.call("/v1/clusters", { method: "POST", token, body: {} });
    expect(created.status).toBe(401);
  });

  test("an organization's key creates no organization", async () => {
    const sandbar = new TestSandbar();
    const key = await sandbar.organization();
    const reply = await sandbar.call("/v1/organizations", { method: "POST", token: key, body: { name: "mine" } });
    expect(reply.status).toBe(401);
  });

  test("resources of another organization are not found", async () => {
    const sandbar = new TestSandbar();
    const [mine, theirs] = [await sandbar.organization("mine"), await sandbar.organization("theirs")];
    const id = await sandbar.cluster(theirs, { labels: { secret: "yes" } });
    const credential = await sandbar.call(`/v1/clusters/${id}/credentials`, {
      method: "POST",
      token: theirs,
      body: { user: "ada" },
    });
    const keyId = (await sandbar.call("/v1/api-keys", { token: theirs })).body.items[0].id;

    const withoutRequestId = ({ requestId: _requestId, ...body }: { requestId: string }) => body;
    for (const [method, path, missing] of [
      ["GET", `/v1/clusters/${id}`, "/v1/clusters/cnone"],
      ["DELETE", `/v1/clusters/${id}`, "/v1/clusters/cnone"],
      ["GET", `/v1/clusters/${id}/kubeconfig`, "/v1/clusters/cnone/kubeconfig"],
      ["GET", `/v1/clusters/${id}/credentials`, "/v1/clusters/cnone/credentials"],
      ["DELETE", `/v1/clusters/${id}/credentials/${credential.body.id}`, "/v1/clusters/cnone/credentials/none"],
      ["DELETE", `/v1/api-keys/${keyId}`, "/v1/api-keys/none"],
    ] as const) {
      const there = await sandbar.call(path, { method, token: mine });
      const nowhere = await sandbar.call(missing, { method, token: mine });
      expect([path, there.status]).toEqual([path, 404]);
      expect(withoutRequestId(there.body)).toEqual(withoutRequestId(nowhere.body));
    }
    expect((await sandbar.call("/v1/clusters?labelSelector=secret", { token: mine })).body.items).toEqual([]);
    expect((await sandbar.call(`/v1/clusters/${id}`, { token: theirs })).status).toBe(200);
  });

  test.each([
    [{ nodes: 0 }, "body.nodes"],
    [{ nodes: 1.5 }, "body.nodes"],
    [{ nodes: [{ name: "Not A Name" }] }, "body.nodes[0].name"],
    [{ nodes: [{ name: "a" }, { name: "a" }] }, "body.nodes[1].name"],
    [{ nodes: [{ capacity: { cpu: "lots" } }] }, "body.nodes[0].capacity.cpu"],
    [{ nodes: [{ taints: [{ key: "a", effect: "Never" }] }] }, "body.nodes[0].taints[0].effect"],
    [{ nodes: [{ capacity: { memory: "-1Gi" } }] }, "body.nodes[0].capacity.memory"],
    [{ labels: { "-": "x" } }, "body.labels.-"],
    [{ labels: JSON.parse('{"__proto__": "x"}') }, "body.labels"],
    [{ nodes: [{ labels: JSON.parse('{"__proto__": "x"}') }] }, "body.nodes[0].labels"],
    [{ name: "a\u0000b" }, "body.name"],
    [{ name: "a\ud800b" }, "body.name"],
    [{ seed: "a\u0000b" }, "body.seed"],
    [{ labels: { a: "no spaces" } }, "body.labels.a"],
    [{ latency: "slow" }, "body.latency"],
    [{ nodez: 3 }, "body.nodez"],
    [{ name: "" }, "body.name"],
    [[], "body"],
  ])("a cluster with %j is refused with the path of the error", async (body, location) => {
    const sandbar = new TestSandbar();
    const key = await sandbar.organization();

    const { status, body: problem } = await sandbar.call("/v1/clusters", { method: "POST", token: key, body });

    expect(status).toBe(422);
    expect(problem.errors.map((error: { location: string }) => error.location)).toEqual([location]);
    expect(problem.errors[0].message).not.toBe("");
  });

  test.each([
    ["/v1/clusters?limit=0", "query.limit"],
    ["/v1/clusters?limit=many", "query.limit"],
    ["/v1/clusters?labelSelector=a%20b", "query.labelSelector"],
    ["/v1/clusters?cursor=%00", "query.cursor"],
  ])("%s is refused with the name of the parameter", async (path, location) => {
    const sandbar = new TestSandbar();
    const { status, body } = await sandbar.call(path, { token: await sandbar.organization() });
    expect([status, body.errors[0].location]).toEqual([400, location]);
  });

  test("bodies must be JSON and of bounded size", async () => {
    const sandbar = new TestSandbar();
    const token = await sandbar.organization();
    const post = (body: string, headers = {}) => sandbar.call("/v1/clusters", { method: "POST", token, body, headers });
    expect((await post("{")).status).toBe(400);
    expect((await post("{}", { "content-type": "text/plain" })).status).toBe(415);
    expect((await post(JSON.stringify({ name: "x".repeat(300_000) }))).status).toBe(413);
  });

  test("names are text that a database can hold", async () => {
    const sandbar = new TestSandbar();
    const token = await sandbar.organization();
    const id = await sandbar.cluster(token);
    const locations = async (path: string, body: object, by = token) => {
      const { status, body: problem } = await sandbar.call(path, { method: "POST", token: by, body });
      return [status, ...problem.errors.map((error: { location: string }) => error.location)];
    };
    expect(await locations("/v1/organizations", { name: "a\u0000" }, ADMIN_TOKEN)).toEqual([422, "body.name"]);
    expect(await locations("/v1/api-keys", { name: "\u0007" })).toEqual([422, "body.name"]);
    const credentials = `/v1/clusters/${id}/credentials`;
    expect(await locations(credentials, { user: "a\u0000" })).toEqual([422, "body.user"]);
    expect(await locations(credentials, { user: "a\n  - b" })).toEqual([422, "body.user"]);
    expect(await locations(credentials, { user: "a", groups: ["b", "\ud800"] })).toEqual([422, "body.groups[1]"]);
    expect((await sandbar.call(credentials, { token })).body.items).toHaveLength(0);

    sandbar.roundTrips.length = 0;
    for (const path of ["/v1/clusters/%00", `/v1/clusters/${id}%00/kubeconfig`, "/v1/clusters/x/credentials/%00"]) {
      expect((await sandbar.call(path, { token, method: "DELETE" })).status).toBe(404);
    }
    expect(sandbar.roundTrips).toEqual([]);
  });

  test("a too large body is read to its end", async () => {
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 100_000;
        if (sent > 1_000_000) controller.close();
        else controller.enqueue(new Uint8Array(100_000).fill(0x20));
      },
    });
    await discardBody(new Request("https://sandbar.test", { method: "POST", body, duplex: "half" } as RequestInit));
    expect(sent).toBeGreaterThan(1_000_000);
  });

  test("a credential cannot be made to expire in the past", async () => {
    const sandbar = new TestSandbar();
    const token = await sandbar.organization();
    const id = await sandbar.cluster(token);
    const body = { user: "ada", expiresAt: "2020-01-01T00:00:00Z" };
    const reply = await sandbar.call(`/v1/clusters/${id}/credentials`, { method: "POST", token, body });
    expect([reply.status, reply.body.errors[0].location]).toEqual([422, "body.expiresAt"]);
  });

  test("unknown paths are answered with a problem document", async () => {
    const { status, body } = await new TestSandbar().call("/v1/nowhere");
    expect([status, body.title]).toEqual([404, "Not Found"]);
  });
});

describe("the clusters' APIs", () => {
  test("no credential: version and health, nothing else, and no round trip to the store", async () => {
    const sandbar = new TestSandbar();
    const key = await sandbar.organization();
    const id = await sandbar.cluster(key);
    sandbar.roundTrips.length = 0;

    for (const root of [`/clusters/${id}`, "/clusters/cnone", ""]) {
      expect((await sandbar.call(`${root}/version`)).body.major).toBe("1");
      expect((await sandbar.call(`${root}/healthz`)).text).toBe("ok");
      const refused = await sandbar.call(`${root}/api/v1/namespaces/default/pods`);
      expect([refused.status, refused.body.message]).toEqual([
        403,
        'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" in the namespace "default"',
      ]);
    }
    expect(sandbar.roundTrips).toEqual([]);
  });

  test("an unknown token, another cluster's token, an API key: 401 as in a real server", async () => {
    const sandbar = new TestSandbar();
    const key = await sandbar.organization();
    const [one, two] = [await sandbar.cluster(key), await sandbar.cluster(key)];
    const token = await sandbar.adminOf(key, one);
    const forged = `sbx_${two}_${token.split("_")[2]}`;

    for (const [path, shown] of [
      [`/clusters/${one}/api/v1/pods`, `sbx_${one}_${"x".repeat(43)}`],
      [`/clusters/${two}/api/v1/pods`, token],
      [`/clusters/${two}/api/v1/pods`, forged],
      ["/clusters/cnone/api/v1/pods", token],
      ["/clusters/cnone/api/v1/pods", `sbx_cnone_${"x".repeat(43)}`],
      [`/clusters/${one}/api/v1/pods`, key],
      [`/clusters/${one}/apis`, forged],
      ["/api/v1/pods", "nonsense"],
    ] as const) {
      const { status, body, headers } = await sandbar.call(path, { token: shown });
      expect([path, status]).toEqual([path, 401]);
      expect(body).toEqual({
        ...{ kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure" },
        ...{ message: "Unauthorized", reason: "Unauthorized", code: 401 },
      });
      expect(headers.get("cache-control")).toBe("no-cache, private");
      expect(headers.get("audit-id")).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  test("a body beyond the limit is refused before it is read to its end", async () => {
    const sandbar = new TestSandbar();
    const key = await sandbar.organization();
    const id = await sandbar.cluster(key);
    const token = await sandbar.adminOf(key, id);
    const body = JSON.stringify({ kind: "ConfigMap", apiVersion: "v1", data: { x: "x".repeat(3_200_000) } });
    const path = `/clusters/${id}/api/v1/namespaces/default/configmaps`;
    const reply = await sandbar.call(path, { method: "POST", token, body });
    expect([reply.status, reply.body.message]).toEqual([413, "Request entity too large: limit is 3145728"]);
  });

  test("a watch is an unbuffered stream, and ends with its cluster", async () => {
    const sandbar = new TestSandbar();
    const key = await sandbar.organization();
    const id = await sandbar.cluster(key);
    const token = await sandbar.adminOf(key, id);
    const path = `/clusters/${id}/api/v1/namespaces/default/configmaps?watch=true`;

    const response = await sandbar.raw(path, { token });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-encoding")).toBe("identity");
    expect(response.headers.get("content-type")).toMatch(/^application\/json/);
    const text = response.text();
    await sandbar.call(`/v1/clusters/${id}`, { method: "DELETE", token: key });
    const lines = (await sandbar.clock.until(text)).trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).object.metadata.name)).toEqual(["kube-root-ca.crt"]);
  });
});

describe("internal failures", () => {
  test("an unavailable database is a 503 in the form of each API", async () => {
    let away = false;
    const fail = <T extends object>(store: T): T =>
      new Proxy(store, {
        get: (target, name, receiver) =>
          away ? () => Promise.reject(new StoreUnavailableError("away")) : Reflect.get(target, name, receiver),
      });
    const sandbar = new TestSandbar((stores) => ({
      ...stores,
      cluster: (access) => fail(stores.cluster(access)),
      organization: (keyHash) => fail(stores.organization(keyHash)),
    }));
    const key = await sandbar.organization();
    const id = await sandbar.cluster(key);
    const token = await sandbar.adminOf(key, id);
    away = true;

    const platform = await sandbar.call("/v1/clusters", { token: key });
    const kubernetes = await sandbar.call(`/clusters/${id}/api/v1/pods`, { token });

    expect([platform.status, platform.body.title]).toEqual([503, "Service Unavailable"]);
    expect([kubernetes.status, kubernetes.body.reason]).toEqual([503, "ServiceUnavailable"]);
    expect(kubernetes.headers.get("retry-after")).toBe("1");
  });

  test("a bug is a 500 with a request id, and a log line that holds no secret", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const sandbar = new TestSandbar((stores) => ({
      ...stores,
      cluster: (access) => ({
        ...stores.cluster(access),
        sync: () => Promise.reject(new TypeError("x is not a function")),
      }),
    }));
    const key = await sandbar.organization();
    const id = await sandbar.cluster(key);
    const token = await sandbar.adminOf(key, id);

    const { status, body, headers } = await sandbar.call(`/clusters/${id}/api/v1/pods?token=${token}`, { token });

    expect([status, body.kind, body.reason]).toEqual([500, "Status", "InternalError"]);
    const requestId = headers.get("audit-id");
    expect(body.message).toContain(requestId);
    const line = log.mock.calls.flat().join("\n");
    expect(JSON.parse(line)).toMatchObject({
      level: "error",
      requestId,
      method: "GET",
      path: `/clusters/${id}/api/v1/pods`,
    });
    expect(line).not.toContain(token.slice(-43));
    log.mockRestore();
  });
});

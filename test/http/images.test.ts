/** Organizations' own images through the platform's API, and in the clusters of the organization. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { MAX_IMAGE_BYTES, MAX_IMAGE_FILES } from "../../src/lib/container-limits.ts";
import { controlPlane } from "../../src/runtime/control-plane.ts";
import { ADMIN_TOKEN, type Reply, TestSandbar } from "./sandbar.ts";

let sandbar: TestSandbar;
let key: string;

const SHOP = { name: "shop", tags: ["1.0"], server: { answers: [{ path: "/", body: "welcome\n" }] } };

beforeEach(async () => {
  sandbar = new TestSandbar(undefined, controlPlane);
  key = await organization("School");
});

async function organization(name: string): Promise<string> {
  const { body } = await sandbar.call("/v1/organizations", { method: "POST", token: ADMIN_TOKEN, body: { name } });
  return body.apiKey.key;
}

function post(body: unknown, { token = key, headers = {} }: { token?: string; headers?: Record<string, string> } = {}) {
  return sandbar.call("/v1/images", { method: "POST", token, body, headers });
}

function send(method: string, id: string, body?: unknown, headers: Record<string, string> = {}, token = key) {
  return sandbar.call(`/v1/images/${id}`, { method, token, headers, ...(body !== undefined && { body }) });
}

/** A cluster of the organization: its path, and requests as its administrator. */
async function cluster(token = key): Promise<(method: string, path: string, body?: unknown) => Promise<Reply>> {
  const request = { name: "anna", nodes: 1, latency: "instant" };
  const { body } = await sandbar.call("/v1/clusters", { method: "POST", token, body: request });
  const credential = { user: "anna", role: "admin" };
  const path = `/v1/clusters/${body.id}/credentials`;
  const { body: made } = await sandbar.call(path, { method: "POST", token, body: credential });
  return async (method, target, sent) => {
    const call = { method, token: made.token, ...(sent !== undefined && { body: sent }) };
    return sandbar.clock.until(sandbar.call(`/clusters/${body.id}${target}`, call), 1);
  };
}

function podOf(name: string, image: string, imagePullPolicy = "IfNotPresent") {
  const spec = { containers: [{ name: "c", image, imagePullPolicy }] };
  return { apiVersion: "v1", kind: "Pod", metadata: { name }, spec };
}

const PODS = "/api/v1/namespaces/default/pods";

describe("the API", () => {
  test("registers, lists, reads, replaces and deletes an image", async () => {
    const created = await post({ ...SHOP, pullSecret: { username: "bob", password: "s3cret" } });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      ...SHOP,
      ...{ base: "alpine", pullSecret: { username: "bob" }, id: expect.stringMatching(/^img-/) },
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    });
    expect(created.text).not.toContain("s3cret");
    const { id } = created.body;
    expect(created.headers.get("location")).toBe(`/v1/images/${id}`);
    const read = await send("GET", id);
    expect(read.body).toEqual(created.body);
    const { base: _b, server: _s, ...summary } = created.body;
    expect((await sandbar.call("/v1/images", { token: key })).body).toEqual({ items: [summary], nextCursor: null });

    const etag = read.headers.get("etag")!;
    const replaced = await send("PUT", id, { ...SHOP, tags: "any" }, { "if-match": etag });
    expect(replaced.status).toBe(200);
    expect(replaced.body).toMatchObject({ id, tags: "any", pullSecret: null, digest: created.body.digest });
    expect((await send("PUT", id, SHOP, { "if-match": etag })).body).toMatchObject({
      ...{ status: 412, code: "precondition_failed" },
    });
    expect((await send("DELETE", id, undefined, { "if-match": etag })).status).toBe(412);
    expect((await send("DELETE", id, undefined, { "if-match": "*" })).status).toBe(204);
    expect((await send("GET", id)).body).toMatchObject({ code: "not_found", detail: "There is no such image." });
    expect((await send("DELETE", id)).status).toBe(404);
    expect((await send("PUT", id, SHOP)).status).toBe(404);
  });

  test("answers a retry as the first request, pages, and 304", async () => {
    const headers = { "idempotency-key": "k1" };
    const first = await post(SHOP, { headers });
    expect((await post(SHOP, { headers })).body).toEqual(first.body);
    expect((await post({ ...SHOP, tags: ["2.0"] }, { headers })).body.code).toBe("idempotency_key_reused");
    await sandbar.clock.pass(1_000);
    await post({ ...SHOP, tags: ["2.0"] });
    const page = await sandbar.call("/v1/images?limit=1", { token: key });
    expect(page.body.items).toHaveLength(1);
    const next = await sandbar.call(`/v1/images?limit=1&cursor=${page.body.nextCursor}`, { token: key });
    expect(next.body).toMatchObject({ items: [{ tags: ["2.0"] }], nextCursor: null });
    const etag = page.headers.get("etag")!;
    expect((await sandbar.call("/v1/images?limit=1", { token: key, headers: { "if-none-match": etag } })).status).toBe(
      304,
    );
    await send("DELETE", first.body.id);
    expect((await post(SHOP, { headers })).body.code).toBe("gone");
  });

  test("keeps a tag for one document", async () => {
    await post(SHOP);
    const taken = await post({ ...SHOP, name: "docker.io/library/shop", tags: ["2.0", "1.0"] });
    expect(taken.body).toMatchObject({
      ...{ status: 409, code: "tag_taken" },
      detail: "Another image of this name has the tag 1.0; replace that one, or delete it.",
    });
    expect((await post({ ...SHOP, name: "registry.example.com/shop" })).status).toBe(201);
  });

  test("shows another organization nothing", async () => {
    const { id } = (await post(SHOP)).body;
    const other = await organization("Other school");
    expect((await send("GET", id, undefined, {}, other)).status).toBe(404);
    expect((await send("PUT", id, SHOP, {}, other)).status).toBe(404);
    expect((await send("DELETE", id, undefined, {}, other)).status).toBe(404);
    expect((await sandbar.call("/v1/images", { token: other })).body.items).toEqual([]);
    expect((await post(SHOP, { token: other })).status).toBe(201);
    for (const token of ["sbk_wrong", ADMIN_TOKEN]) {
      expect((await post({ nonsense: true }, { token })).status).toBe(401);
      expect((await sandbar.call("/v1/images", { token })).status).toBe(401);
    }
  });

  const answer = (fields: object) => ({ ...SHOP, server: { answers: [{ path: "/", ...fields }] } });
  test.each([
    [{}, "body.name"],
    [{ ...SHOP, name: "Shop" }, "body.name"],
    [{ ...SHOP, name: "shop:1.0" }, "body.name"],
    [{ ...SHOP, name: `shop@sha256:${"0".repeat(64)}` }, "body.name"],
    [{ ...SHOP, tags: [] }, "body.tags"],
    [{ ...SHOP, tags: ["*"] }, "body.tags[0]"],
    [{ ...SHOP, tags: ["a b"] }, "body.tags[0]"],
    [{ ...SHOP, base: "no-such-thing" }, "body.base"],
    [{ ...SHOP, base: "nginx:1.91" }, "body.base"],
    [{ ...SHOP, bass: "alpine" }, "body.bass"],
    [{ ...SHOP, user: "a:b:c" }, "body.user"],
    [{ ...SHOP, workingDir: "srv" }, "body.workingDir"],
    [{ ...SHOP, env: { "a=b": "x" } }, 'body.env["a=b"]'],
    [{ ...SHOP, env: { A: "a\0b" } }, "body.env.A"],
    [{ ...SHOP, ports: [0] }, "body.ports[0]"],
    [{ ...SHOP, ports: [65_536] }, "body.ports[0]"],
    [{ ...SHOP, stopSignal: "SIGSTOP" }, "body.stopSignal"],
    [{ ...SHOP, pullSecret: { username: "a:b", password: "x" } }, "body.pullSecret.username"],
    [{ ...SHOP, files: { "etc/x": { text: "" } } }, 'body.files["etc/x"]'],
    [{ ...SHOP, files: { "/a/../b": { text: "" } } }, 'body.files["/a/../b"]'],
    [{ ...SHOP, files: { "/a": { text: "", base64: "" } } }, 'body.files["/a"]'],
    [{ ...SHOP, files: { "/a": { text: "", mode: "0999" } } }, 'body.files["/a"].mode'],
    [{ ...SHOP, files: { "/a": { text: "", owner: "root" } } }, 'body.files["/a"].owner'],
    [{ ...SHOP, files: { "/a": { base64: "a" } } }, 'body.files["/a"].base64'],
    [{ ...SHOP, files: { "/etc": { text: "" } } }, 'body.files["/etc"]'],
    [{ ...SHOP, files: { "/etc/passwd/x": { text: "" } } }, 'body.files["/etc/passwd/x"]'],
    [{ ...SHOP, files: { "/a": { text: "" }, "/a/b": { text: "" } } }, 'body.files["/a/b"]'],
    [
      {
        ...SHOP,
        files: Object.fromEntries(Array.from({ length: MAX_IMAGE_FILES + 1 }, (_, i) => [`/${i}`, { text: "" }])),
      },
      "body.files",
    ],
    [{ ...SHOP, script: "x".repeat(MAX_IMAGE_BYTES) }, "body"],
    [{ ...SHOP, base: "scratch", script: "echo x" }, "body.script"],
    [{ ...SHOP, script: "#!/usr/bin/env python3\nprint(1)" }, "body.script"],
    [{ ...SHOP, script: "#!/bin/bash\necho 1" }, "body.script"],
    [answer({ path: "x" }), "body.server.answers[0].path"],
    [answer({ path: "/a*b" }), "body.server.answers[0].path"],
    [answer({ method: "GTE" }), "body.server.answers[0].method"],
    [answer({ status: 99 }), "body.server.answers[0].status"],
    [answer({ body: "{{nothing}}" }), "body.server.answers[0].body"],
    [answer({ body: "{{env}}" }), "body.server.answers[0].body"],
    [answer({ headers: { "a b": "x" } }), 'body.server.answers[0].headers["a b"]'],
    [answer({ headers: { a: "x\ny" } }), "body.server.answers[0].headers.a"],
    [answer({ delayMs: -1 }), "body.server.answers[0].delayMs"],
    [{ ...SHOP, server: { log: [{ line: "{{path}}" }] } }, "body.server.log[0].line"],
    [{ ...SHOP, server: { log: [{ line: "a\nb" }] } }, "body.server.log[0].line"],
    [{ ...SHOP, server: { signals: { KILL: {} } } }, "body.server.signals"],
    [{ ...SHOP, server: { exit: { code: 1 } } }, "body.server.exit.afterMs"],
  ])("refuses %j at %s", async (body, location) => {
    const { status, body: problem } = await post(body);
    expect(status).toBe(422);
    const locations = problem.errors.map((error: { location: string }) => error.location);
    expect(
      locations.some((each: string) => each.startsWith(location)),
      JSON.stringify(problem.errors),
    ).toBe(true);
    expect((await sandbar.call("/v1/images", { token: key })).body.items).toEqual([]);
  });

  test("refuses a larger body, another type and a misspelt parameter", async () => {
    expect((await post({ ...SHOP, script: "x".repeat(300_000) })).status).toBe(413);
    expect((await post(SHOP, { headers: { "content-type": "text/plain" } })).status).toBe(415);
    expect((await sandbar.call("/v1/images?limt=1", { token: key })).status).toBe(400);
    expect((await send("PATCH", "img-1", {})).status).toBe(405);
  });
});

test("the documents of docs/own-images.md are valid, and their pods log and answer as the page says", async () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/own-images.md"), "utf8");
  const documents = [...page.matchAll(/^register '(\{.*?^\})'/gms)].map(([, text = ""]) => JSON.parse(text));
  expect(documents).toHaveLength(2);
  for (const document of documents) expect((await post(document)).status).toBe(201);
  const kubernetes = await cluster();
  for (const [name, tag] of [
    ["old", "1.0"],
    ["new", "2.0"],
  ] as const) {
    await kubernetes("POST", PODS, podOf(name, `registry.example.com/team/shop:${tag}`));
  }
  await sandbar.clock.pass(20_000);
  const log = async (name: string) => (await kubernetes("GET", `${PODS}/${name}/log`)).text;
  expect(await log("old")).toBe("shop 1.0 starts on old\ngoods are loaded\n");
  expect(await log("new")).toBe("shop 2.0 starts\n");
});

test("changes of images count as ten requests", async () => {
  sandbar = new TestSandbar(undefined, controlPlane, { platformRate: { burst: 25, perSecond: 0.001 } });
  key = await organization("School");
  const { id } = (await post(SHOP)).body;
  expect((await send("PUT", id, SHOP)).status).toBe(200);
  for (let i = 0; i < 5; i++) expect((await send("GET", id)).status).toBe(200);
  expect((await send("DELETE", id)).status).toBe(429);
});

describe("in a cluster", () => {
  test("a registered image is pulled at once, in isolates that knew the cluster before", async () => {
    const kubernetes = await cluster();
    await kubernetes("GET", PODS);
    const knowing = sandbar.newIsolate();
    await kubernetes("GET", PODS);
    sandbar.newIsolate();
    await post(SHOP);
    sandbar.useIsolate(knowing);
    expect((await kubernetes("POST", PODS, podOf("p", "shop:1.0"))).status).toBe(201);
    await sandbar.clock.pass(10_000);
    const { body } = await kubernetes("GET", `${PODS}/p`);
    const digest = (await sandbar.call("/v1/images", { token: key })).body.items[0].digest;
    expect(body.status.containerStatuses[0]).toMatchObject({
      ...{ ready: true, imageID: `docker.io/library/shop@${digest}` },
    });
  });

  test("another organization's clusters do not have it", async () => {
    await post(SHOP);
    const kubernetes = await cluster(await organization("Other school"));
    await kubernetes("POST", PODS, podOf("p", "shop:1.0"));
    await sandbar.clock.pass(20_000);
    const { body } = await kubernetes("GET", `${PODS}/p`);
    expect(body.status.containerStatuses[0].state.waiting.reason).toMatch(/ErrImagePull|ImagePullBackOff/);
  });

  test("requests that pull no such image cost what they cost without any, and a pull costs one round trip", async () => {
    const count = async (image: string): Promise<string[]> => {
      const kubernetes = await cluster();
      await kubernetes("GET", PODS);
      sandbar.roundTrips.length = 0;
      await kubernetes("POST", PODS, podOf("p", image));
      for (let i = 0; i < 5; i++) {
        await sandbar.clock.pass(1_000);
        await kubernetes("GET", `${PODS}/p`);
      }
      const { body } = await kubernetes("GET", `${PODS}/p`);
      expect(body.status.containerStatuses[0].ready).toBe(true);
      return [...sandbar.roundTrips];
    };
    const without = await count("nginx");
    await post(SHOP);
    expect(await count("nginx")).toEqual(without);
    const own = await count("shop:1.0");
    expect(own.filter((name) => name === "findImages")).toHaveLength(1);
    expect(own.filter((name) => name !== "findImages")).toEqual(without);
  });

  test("a pull that raced with a change of the image is decided again", async () => {
    const kubernetes = await cluster();
    await kubernetes("GET", PODS);
    const isolate = sandbar.newIsolate();
    await kubernetes("GET", PODS);
    await kubernetes("POST", PODS, podOf("p", "shop:1.0"));
    // The pull is due; this isolate's copy of the cluster's row does not know the image yet.
    sandbar.newIsolate();
    const { body: image } = await post(SHOP);
    sandbar.useIsolate(isolate);
    await sandbar.clock.pass(2_000);
    const configMap = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x" } };
    sandbar.roundTrips.length = 0;
    await kubernetes("POST", "/api/v1/namespaces/default/configmaps", configMap);
    expect(sandbar.roundTrips).toEqual(["commit", "findImages", "commit"]);
    await sandbar.clock.pass(2_000);
    const { body } = await kubernetes("GET", `${PODS}/p`);
    expect(body.status.containerStatuses[0].imageID).toBe(`docker.io/library/shop@${image.digest}`);
  });

  test("an advance of the platform pulls it, and a fresh isolate goes on with the same image", async () => {
    const request = { name: "anna", nodes: 1 };
    const made = await sandbar.call("/v1/clusters", { method: "POST", token: key, body: request });
    const credentials = `/v1/clusters/${made.body.id}/credentials`;
    const credential = { user: "anna", role: "admin" };
    const { token } = (await sandbar.call(credentials, { method: "POST", token: key, body: credential })).body;
    await post(SHOP);
    const path = `/clusters/${made.body.id}${PODS}`;
    await sandbar.call(path, { method: "POST", token, body: podOf("p", "shop:1.0") });
    const advance = { method: "POST", token: key, body: { seconds: 120 } };
    const advanced = await sandbar.clock.until(sandbar.call(`/v1/clusters/${made.body.id}/advance`, advance), 1);
    expect(advanced.status).toBe(200);
    const id = (await sandbar.call("/v1/images", { token: key })).body.items[0].id;
    await send("DELETE", id);
    sandbar.newIsolate();
    const { body } = await sandbar.call(`${path}/p`, { token });
    expect(body.status.containerStatuses[0]).toMatchObject({ ready: true, restartCount: 0 });
  });
});

/** The effects that an unauthenticated client can have, and the headers of every answer. */
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  MAX_CHECK_NAME_LENGTH,
  MAX_CHECK_TEXT_LENGTH,
  MAX_PROBLEM_ERRORS,
  MAX_STATUS_CAUSES_LENGTH,
  MAX_STATUS_MESSAGE_LENGTH,
} from "../../src/lib/limits.ts";
import { controlPlane } from "../../src/runtime/control-plane.ts";
import type { Engine } from "../../src/runtime/engine.ts";
import { ADMIN_TOKEN, TestSandbar } from "./sandbar.ts";

const UNKNOWN_KEY = `sbk_${"x".repeat(43)}`;

/** 10,000 labels, each wrong in key and value: some 180 kB. */
const badLabels = { labels: Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`-${i}-`, "no value"])) };

describe("an unauthenticated client", () => {
  test.each([
    ["no key", null, 0],
    ["what is no key", "nonsense", 0],
    ["a key that was never given", UNKNOWN_KEY, 1],
  ])("%s: gets no details about errors in its request", async (_name, token, trips) => {
    const sandbar = new TestSandbar();
    const clusters = (call: object) => sandbar.call("/v1/clusters", { method: "POST", token, ...call });

    for (const call of [
      { body: badLabels },
      { body: "{" },
      { body: "{}", headers: { "content-type": "text/plain" } },
      { body: JSON.stringify({ name: "x".repeat(300_000) }) },
    ]) {
      const { status, text } = await clusters(call);
      expect(status).toBe(401);
      expect(text.length).toBeLessThan(500);
    }
    for (const path of ["/v1/clusters?limit=many", "/v1/clusters?limits=3"]) {
      expect((await sandbar.call(path, { token })).status).toBe(401);
    }
    expect(sandbar.roundTrips).toEqual(Array.from({ length: trips * 6 }, () => "organization"));
  });

  test("the operator's endpoint, too, refuses before it reads the body", async () => {
    const sandbar = new TestSandbar();
    for (const token of [null, "guess", UNKNOWN_KEY]) {
      const body = { name: 7, ...badLabels };
      expect((await sandbar.call("/v1/organizations", { method: "POST", token, body })).status).toBe(401);
    }
    const reply = await sandbar.call("/v1/organizations", { method: "POST", token: ADMIN_TOKEN, body: { name: 7 } });
    expect(reply.status).toBe(422);
  });
});

describe("refusals are small for any number of errors", () => {
  test("a problem document names the first errors, and how many more there are", async () => {
    const sandbar = new TestSandbar();
    const token = await sandbar.organization();
    const { status, body, text } = await sandbar.call("/v1/clusters", { method: "POST", token, body: badLabels });
    expect(status).toBe(422);
    expect(body.errors).toHaveLength(MAX_PROBLEM_ERRORS);
    expect(body.detail).toMatch(/^The request is not valid\. \d+ more errors are not named\.$/);
    expect(text.length).toBeLessThan(50_000);

    const long = "-".repeat(100_000);
    const keys = await sandbar.call("/v1/clusters", {
      method: "POST",
      token,
      body: { labels: { [long]: "x" }, [long]: 1 },
    });
    expect(keys.status).toBe(422);
    expect(keys.text.length).toBeLessThan(5_000);
  });

  test("a Status has no large values and a limited number of causes", async () => {
    const sandbar = new TestSandbar();
    const key = await sandbar.organization();
    const id = await sandbar.cluster(key);
    const token = await sandbar.adminOf(key, id);
    const post = (metadata: object, data: object = {}) =>
      sandbar.call(`/clusters/${id}/api/v1/namespaces/default/configmaps`, {
        ...{ method: "POST", token },
        body: { apiVersion: "v1", kind: "ConfigMap", metadata, data },
      });
    const labels = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`a-${i}`, `no ${"v".repeat(100)}`]));
    for (const refused of [
      await post({ name: `A${"b".repeat(1_000_000)}` }),
      await post({ name: "a", labels }),
      await post({ name: "a", labels: { a: "b ".repeat(500_000) } }),
      await post({ name: "a" }, { ["?".repeat(1_000_000)]: "x" }),
    ]) {
      expect([refused.status, refused.body.reason]).toEqual([422, "Invalid"]);
      expect(refused.body.message.length).toBeLessThanOrEqual(MAX_STATUS_MESSAGE_LENGTH + 1);
      expect(refused.body.details.causes.length).toBeGreaterThan(0);
      expect(JSON.stringify(refused.body.details.causes).length).toBeLessThan(2 * MAX_STATUS_CAUSES_LENGTH);
    }
  });
});

test("the report of a check does not repeat its author's long texts", async () => {
  const sandbar = new TestSandbar((stores) => stores, controlPlane as unknown as Engine);
  const token = await sandbar.organization();
  const id = await sandbar.cluster(token);
  const long = "k".repeat(9_000);
  const checks = [
    { cel: `size("${long}") == 1` },
    { object: { apiVersion: long, kind: long, metadata: { name: "x" } } },
    { object: { apiVersion: "v1", kind: "Pod", metadata: { name: long } } },
    { object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "default" }, [long]: 1 } },
    { name: "𝄞".repeat(100), cel: "true" },
  ];
  const { body } = await sandbar.call(`/v1/clusters/${id}/checks`, { method: "POST", token, body: { checks } });
  expect(body.results).toHaveLength(checks.length);
  for (const { name, message, error = "" } of body.results) {
    expect(name.length).toBeLessThanOrEqual(MAX_CHECK_NAME_LENGTH + 1);
    expect(message.length + error.length).toBeLessThanOrEqual(MAX_CHECK_TEXT_LENGTH + 200);
  }
  expect(body.results.at(-1).name).toBe("𝄞".repeat(100));
});

test("every answer forbids guessing its type, and has a cache policy", async () => {
  const sandbar = new TestSandbar();
  const key = await sandbar.organization();
  const id = await sandbar.cluster(key);
  const token = await sandbar.adminOf(key, id);
  const api = `/clusters/${id}`;
  const calls: [string, object][] = [
    ["/v1/health", {}],
    ["/v1/openapi.json", {}],
    ["/v1/organization", { token: key }],
    ["/v1/clusters", { token: key }],
    ["/v1/clusters", {}],
    ["/v1/clusters", { token: key, method: "PUT" }],
    ["/v1/clusters", { token: key, method: "POST", body: {} }],
    ["/v1/clusters", { token: key, method: "POST", body: { no: 1 } }],
    ["/v1/clusters", { method: "OPTIONS" }],
    [`/v1/clusters/${id}/kubeconfig`, { token: key }],
    [`/v1/clusters/${id}/credentials`, { token: key }],
    [`/v1/clusters/${id}/checks`, { token: key, method: "POST", body: { checks: [{ cel: "true" }] } }],
    ["/v1/nowhere", {}],
    [`${api}/api/v1/pods`, { token }],
    [`${api}/api/v1/pods`, {}],
    [`${api}/api/v1/pods`, { token: "nonsense" }],
    [`${api}/api/v1/namespaces/none`, { token }],
    [`${api}/api/v1/pods?watch=true&timeoutSeconds=1`, { token }],
    [`${api}/openapi/v3`, { token }],
    [`${api}/openapi/v3/none`, { token }],
    [`${api}/healthz`, {}],
    [`${api}/nowhere`, { token }],
  ];
  for (const [path, call] of calls) {
    const { status, headers } = await sandbar.raw(path, call);
    const asked = `${path} ${JSON.stringify(call)}: ${status}`;
    expect([asked, headers.get("x-content-type-options")]).toEqual([asked, "nosniff"]);
    expect([asked, headers.get("cache-control")]).toEqual([asked, expect.stringMatching(/no-store|no-cache/)]);
    expect([asked, headers.get("cache-control")]).toEqual([asked, expect.not.stringContaining("public")]);
  }
});

describe("a client that aborts its request", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test("is not logged as an error, on both APIs", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const sandbar = new TestSandbar();
    const key = await sandbar.organization();
    const id = await sandbar.cluster(key);
    const token = await sandbar.adminOf(key, id);
    const isolate = sandbar.newIsolate();
    for (const [path, secret] of [
      ["/v1/clusters", key],
      ["/v1/clusters", "nonsense"],
      [`/clusters/${id}/api/v1/namespaces/default/configmaps`, token],
      [`/clusters/${id}/api/v1/namespaces/default/configmaps`, "nonsense"],
    ] as const) {
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          controller.error(new TypeError("Network connection lost."));
        },
      });
      const headers = { authorization: `Bearer ${secret}`, "content-type": "application/json" };
      const sent = { method: "POST", headers, body, duplex: "half" } as RequestInit;
      const response = await isolate.request(new Request(`https://sandbar.test${path}`, sent));
      expect([path, response.status]).toEqual([path, 499]);
    }
    expect(log.mock.calls).toEqual([]);
  });
});

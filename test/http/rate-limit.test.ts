/** A client beyond its rate gets a Retry-After; other clients are not affected. */
import { expect, test } from "vitest";
import { TestSandbar } from "./sandbar.ts";

test("requests beyond a credential's rate get a 429 on which clients wait, for each credential separately", async () => {
  const sandbar = new TestSandbar(undefined, undefined, { rate: { burst: 3, perSecond: 0.5 } });
  const apiKey = await sandbar.organization();
  const clusterId = await sandbar.cluster(apiKey);
  const admin = await sandbar.adminOf(apiKey, clusterId);
  const ask = (token: string, path = "/api/v1/nodes") => sandbar.call(`/clusters/${clusterId}${path}`, { token });
  const body = {};
  const tokens = `/clusters/${clusterId}/api/v1/namespaces/default/serviceaccounts/default/token`;
  const { body: answer } = await sandbar.call(tokens, { method: "POST", body, token: admin });

  const statuses = [await ask(admin), await ask(admin, "/apis"), await ask(admin)].map(({ status }) => status);
  expect(statuses).toEqual([200, 200, 429]);
  const before = sandbar.roundTrips.length;
  const refused = await ask(admin);
  expect(refused.headers.get("retry-after")).toBe("2");
  expect(refused.body).toMatchObject({
    kind: "Status",
    code: 429,
    reason: "TooManyRequests",
    message: "Too many requests, please try again later.",
    details: { retryAfterSeconds: 2 },
  });
  expect(sandbar.roundTrips.length).toBe(before);
  expect((await ask(answer.status.token, "/apis")).status).toBe(200);
  await sandbar.clock.pass(2_000);
  expect((await ask(admin)).status).toBe(200);
});

test("a platform key beyond its rate gets a Retry-After, before any lookup", async () => {
  const platformRate = { burst: 12, perSecond: 0.5 };
  const sandbar = new TestSandbar(undefined, undefined, { platformRate });
  const school = await sandbar.organization();
  const other = await sandbar.organization("other school");
  const list = (token: string) => sandbar.call("/v1/clusters", { token });

  const id = await sandbar.cluster(school);
  expect((await list(school)).status).toBe(200);
  const advance = () =>
    sandbar.call(`/v1/clusters/${id}/advance`, { method: "POST", token: school, body: { seconds: 1 } });
  expect((await advance()).status).toBe(200);
  const before = sandbar.roundTrips.length;
  const refused = await list(school);
  expect(refused.status).toBe(429);
  expect(refused.headers.get("retry-after")).toBe("2");
  expect(refused.headers.get("content-type")).toContain("application/problem+json");
  expect(refused.body).toMatchObject({ code: "too_many_requests", status: 429 });
  expect(sandbar.roundTrips.length).toBe(before);
  expect((await list(other)).status).toBe(200);
  await sandbar.clock.pass(2_000);
  expect((await list(school)).status).toBe(200);
  // A request that may be expensive counts as many requests.
  await sandbar.clock.pass(6_000);
  expect((await advance()).headers.get("retry-after")).toBe("14");
});

test("answers name their flow schema and priority level", async () => {
  const sandbar = new TestSandbar();
  const apiKey = await sandbar.organization();
  const clusterId = await sandbar.cluster(apiKey);
  const admin = await sandbar.adminOf(apiKey, clusterId);
  const credential = { method: "POST", token: apiKey, body: { user: "jane" } };
  const jane = (await sandbar.call(`/v1/clusters/${clusterId}/credentials`, credential)).body.token;
  const ask = (path: string, token: string | null) => sandbar.call(`/clusters/${clusterId}${path}`, { token });
  const flowOf = async (path: string, token: string | null) => {
    const { headers } = await ask(path, token);
    const uids = ["flowschema", "prioritylevel"].map((name) => headers.get(`x-kubernetes-pf-${name}-uid`));
    return uids.map((uid) => names.get(uid ?? ""));
  };
  const names = new Map<string, string>();
  for (const plural of ["flowschemas", "prioritylevelconfigurations"]) {
    const { body } = await ask(`/apis/flowcontrol.apiserver.k8s.io/v1/${plural}`, admin);
    for (const { metadata } of body.items) names.set(metadata.uid, metadata.name);
  }
  const tokens = `/clusters/${clusterId}/api/v1/namespaces/kube-system/serviceaccounts/default/token`;
  const account = (await sandbar.call(tokens, { method: "POST", body: {}, token: admin })).body.status.token;

  expect(await flowOf("/api/v1/nodes", admin)).toEqual(["exempt", "exempt"]);
  expect(await flowOf("/api/v1/nodes", jane)).toEqual(["global-default", "global-default"]);
  expect(await flowOf("/healthz", jane)).toEqual(["probes", "exempt"]);
  expect(await flowOf("/api/v1/namespaces/none/pods", account)).toEqual([
    "kube-system-service-accounts",
    "workload-high",
  ]);
});

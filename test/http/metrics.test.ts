/** Metrics and health of a cluster's control plane, and the authorization to read them. */
import { beforeAll, describe, expect, it } from "vitest";
import { TestSandbar } from "./sandbar.ts";

let sandbar: TestSandbar;
let clusterId: string;
let admin: string;
let jane: string;

const get = (path: string, token: string | null = admin) => sandbar.call(`/clusters/${clusterId}${path}`, { token });

/** Values by name and labels. */
async function metrics(path = "/metrics"): Promise<Map<string, number>> {
  const { text } = await get(path);
  const samples = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(samples.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]));
}

beforeAll(async () => {
  sandbar = new TestSandbar();
  const apiKey = await sandbar.organization();
  clusterId = await sandbar.cluster(apiKey);
  admin = await sandbar.adminOf(apiKey, clusterId);
  const credential = { method: "POST", token: apiKey, body: { user: "jane", groups: ["system:monitoring"] } };
  jane = (await sandbar.call(`/v1/clusters/${clusterId}/credentials`, credential)).body.token;
});

describe("metrics", () => {
  it("are text for Prometheus, for users with a role for the path", async () => {
    const reply = await get("/metrics", jane);
    expect([reply.status, reply.headers.get("content-type")]).toEqual([
      200,
      "text/plain; version=0.0.4; charset=utf-8; escaping=underscores",
    ]);
    expect(reply.text).toMatch(/^# HELP \S+ .+\n# TYPE \S+ gauge\n/);
    expect((await get("/metrics", null)).body.message).toBe(
      'forbidden: User "system:anonymous" cannot get path "/metrics"',
    );
  });

  it("count the existing objects and the answered requests", async () => {
    const configMaps = 'apiserver_resource_objects{group="",resource="configmaps"}';
    const before = await metrics();
    const body = { metadata: { name: "x" }, data: { a: "b" } };
    const created = `/clusters/${clusterId}/api/v1/namespaces/default/configmaps`;
    await sandbar.call(created, { method: "POST", body, token: admin });
    await get("/api/v1/namespaces/default/configmaps/none");
    await get("/apis/nothing.example.com/v1/wombats");
    const after = await metrics();
    expect(after.get(configMaps)).toBe(before.get(configMaps)! + 1);
    const request = (labels: string) => after.get(`apiserver_request_total{${labels}}`);
    expect([
      request(
        'code="201",component="apiserver",dry_run="",group="",resource="configmaps",scope="namespace",subresource="",verb="POST",version="v1"',
      ),
      request(
        'code="404",component="apiserver",dry_run="",group="",resource="configmaps",scope="resource",subresource="",verb="GET",version="v1"',
      ),
      request(
        'code="404",component="apiserver",dry_run="",group="",resource="",scope="",subresource="",verb="LIST",version=""',
      ),
    ]).toEqual([1, 1, 1]);
  });

  it("report the health of the components", async () => {
    const parts = await metrics("/metrics/slis");
    expect(parts.get('kubernetes_healthcheck{name="etcd",type="livez"}')).toBe(1);
    expect((await get("/livez/etcd")).text).toBe("ok");
    expect((await get("/livez/etcd", null)).status).toBe(403);
    expect((await get("/livez/nothing")).status).toBe(404);
    expect((await get("/readyz?verbose&exclude=ping&exclude=x")).text).toMatch(
      /^\[\+\]ping excluded: ok\n[\s\S]*warn: some health checks cannot be excluded: no matches for "x"\nreadyz check passed\n$/,
    );
  });

  it("report the uptime and the flags of the server", async () => {
    const { text } = await get("/statusz");
    expect(text).toMatch(
      /^\nkube-apiserver statusz\nWarning: .*\n\nStarted: \w{3} \w{3} [ \d]\d [\d:]{8} UTC \d{4}\nUp: 0 hr 00 min \d\d sec\n/,
    );
    expect(text).toContain("\nBinary version: 1.36.2\nEmulation version: 1.36\nPaths: /flagz /healthz");
    expect((await get("/flagz")).text).toMatch(
      /\nauthorization-mode=Node,RBAC\n[\s\S]*\nservice-cluster-ip-range=10\.96\.0\.0\/16\n/,
    );
    expect((await get("/statusz", null)).status).toBe(403);
  });
});

import { describe, expect, it } from "vitest";
import { CONFIG_MAPS, configMap, Server, START_MS } from "./server.ts";

const PODS = "/api/v1/namespaces/default/pods";

function filled(...names: string[]): Server {
  const server = new Server();
  server.delete(CONFIG_MAPS);
  for (const name of names) server.post(CONFIG_MAPS, configMap(name, undefined, { app: "x" }));
  return server;
}

/** The changes that watchers see after a revision. */
function changesAfter(server: Server, after: number) {
  server.tx.flush();
  return server.tx.writeSet.changes.filter(({ revision }) => revision > after);
}

const namesOf = (list: { items: { metadata: { name: string } }[] }) => list.items.map(({ metadata }) => metadata.name);

describe("a collection's deletion", () => {
  it("answers with the list as it was, page by page", () => {
    const server = filled("a", "b", "c");
    const { revision } = server.tx;
    const first = server.delete(`${CONFIG_MAPS}?limit=2&labelSelector=app%3Dx`).body;
    expect(namesOf(first)).toEqual(["a", "b"]);
    expect(first.metadata).toEqual({ resourceVersion: String(revision), continue: expect.any(String) });
    expect(first.items[0].metadata).not.toHaveProperty("deletionTimestamp");
    expect(namesOf(server.get(CONFIG_MAPS).body)).toEqual(["c"]);
  });

  it("reports the remaining item count when there is no selector", () => {
    expect(filled("a", "b", "c").delete(`${CONFIG_MAPS}?limit=1&dryRun=All`).body.metadata.remainingItemCount).toBe(2);
  });

  it("deletes nothing on a dry run", () => {
    const server = filled("a", "b");
    expect(namesOf(server.delete(`${CONFIG_MAPS}?dryRun=All`).body)).toEqual(["a", "b"]);
    expect(namesOf(server.get(CONFIG_MAPS).body)).toEqual(["a", "b"]);
  });
});

describe("options of a deletion", () => {
  it.each([
    ["{", "couldn't get version/kind; json parse error: unexpected end of JSON input"],
    [
      '{"gracePeriodSeconds":"x"}',
      "json: cannot unmarshal string into Go struct field DeleteOptions.gracePeriodSeconds of type int64",
    ],
  ])("that cannot be read are refused without preamble: %s", (body, message) => {
    expect(filled("a").delete(`${CONFIG_MAPS}/a`, { body }).body).toMatchObject({ code: 400, message });
  });

  it("are refused when the body has another kind", () => {
    const server = filled("a");
    const { body } = server.delete(`${CONFIG_MAPS}/a`, { body: { apiVersion: "v1", kind: "Pod" } });
    expect(body).toMatchObject({
      code: 400,
      message: expect.stringContaining('no kind "Pod" is registered for version "v1"'),
    });
    expect(server.delete(`${CONFIG_MAPS}/a`, { body: { apiVersion: "apps/v1", kind: "DeleteOptions" } }).status).toBe(
      200,
    );
  });

  it("may be empty", () => {
    expect(filled("a").delete(`${CONFIG_MAPS}/a`, { body: "null" }).status).toBe(200);
  });

  it("of the old kind are answered 202 while something holds the object", () => {
    const server = filled();
    const metadata = { name: "a", finalizers: ["example.com/hold"] };
    server.post(CONFIG_MAPS, { ...configMap("a"), metadata });
    expect(server.delete(`${CONFIG_MAPS}/a`, { body: { orphanDependents: false } }).status).toBe(202);
    expect(server.delete(`${CONFIG_MAPS}/a`, { body: { propagationPolicy: "Background" } }).status).toBe(200);
  });

  it.each([
    ["without a node", {}],
    ["with a grace period of zero", { nodeName: "node-1" }],
  ])("show a pod %s as terminating before it is removed", (_, spec) => {
    const server = new Server();
    const containers = [{ name: "c", image: "nginx" }];
    server.post(PODS, { apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec: { containers, ...spec } });
    const { revision } = server.tx;
    const query = "nodeName" in spec ? "?gracePeriodSeconds=0" : "";
    const { metadata } = server.delete(`${PODS}/p${query}`).body;
    const terminating = { generation: 2, deletionGracePeriodSeconds: 0, deletionTimestamp: expect.any(String) };
    expect(metadata).toMatchObject(terminating);
    const seen = changesAfter(server, revision);
    expect(seen.map(({ type }) => type)).toEqual(["MODIFIED", "DELETED"]);
    for (const { body } of seen) expect(JSON.parse(body!).metadata).toMatchObject(terminating);
    expect(server.get(`${PODS}/p`).status).toBe(404);
  });

  it("show an object that loses its finalizers at once as terminating first", () => {
    const server = new Server();
    const held = configMap("held");
    server.post(CONFIG_MAPS, { ...held, metadata: { ...held.metadata, finalizers: ["example.com/f"] } });
    const { revision } = server.tx;
    server.delete(`${CONFIG_MAPS}/held`);
    server.patch(`${CONFIG_MAPS}/held`, { metadata: { finalizers: null } });
    const seen = changesAfter(server, revision);
    expect(seen.map(({ type }) => type)).toEqual(["MODIFIED", "DELETED"]);
  });

  it("treat a negative grace period as one second", () => {
    const server = filled();
    const spec = { nodeName: "n", containers: [{ name: "c", image: "nginx" }] };
    server.post(PODS, { metadata: { name: "p" }, spec });
    const { metadata } = server.delete(`${PODS}/p?gracePeriodSeconds=-5`).body;
    expect(metadata).toMatchObject({ deletionGracePeriodSeconds: 1, deletionTimestamp: "2026-01-01T00:00:01Z" });
  });

  it("shorten a running grace period, but never into the past", () => {
    const server = filled();
    const spec = { nodeName: "n", containers: [{ name: "c", image: "nginx" }] };
    server.post(PODS, { metadata: { name: "p" }, spec });
    server.delete(`${PODS}/p?gracePeriodSeconds=30`);
    server.tx.writeSet.nowMs = START_MS + 10_000;
    expect(server.delete(`${PODS}/p?gracePeriodSeconds=20`).body.metadata).toMatchObject({
      deletionGracePeriodSeconds: 20,
      deletionTimestamp: "2026-01-01T00:00:20Z",
    });
    expect(server.delete(`${PODS}/p?gracePeriodSeconds=5`).body.metadata).toMatchObject({
      deletionGracePeriodSeconds: 1,
      deletionTimestamp: "2026-01-01T00:00:10Z",
    });
  });
});

describe("a field manager that cannot be printed", () => {
  it("is refused character by character", () => {
    const { body } = new Server().post(`${CONFIG_MAPS}?fieldManager=%C3%BC%07a%00`, configMap("a"));
    expect(body.details.causes.map(({ message }: { message: string }) => message)).toEqual([
      'Invalid value: "ü\\u0007a\\u0000": invalid character U+0007 (at position 2)',
      'Invalid value: "ü\\u0007a\\u0000": invalid character U+0000 (at position 4)',
    ]);
  });
});

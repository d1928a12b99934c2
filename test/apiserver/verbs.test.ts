import { describe, expect, it } from "vitest";
import { needKey } from "../../src/cluster/needs.ts";
import { CONFIG_MAPS, configMap, Server } from "./server.ts";

describe("creating", () => {
  it("answers with the stored object and its version", () => {
    const server = new Server();
    const created = server.post(CONFIG_MAPS, configMap("web", { a: "1" }));
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      kind: "ConfigMap",
      apiVersion: "v1",
      metadata: { name: "web", namespace: "default", creationTimestamp: "2026-01-01T00:00:00Z" },
      data: { a: "1" },
    });
    expect(created.body.metadata.managedFields).toMatchObject([{ manager: "test", operation: "Update" }]);
    expect(server.get(`${CONFIG_MAPS}/web`).body).toEqual(created.body);
  });

  it("generates names from a prefix", () => {
    const server = new Server();
    const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { generateName: "web-" } };
    const names = [1, 2, 3].map(() => server.post(CONFIG_MAPS, body).body.metadata.name);
    expect(new Set(names).size).toBe(3);
    for (const name of names) expect(name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  });

  it("leaves nothing behind on a dry run", () => {
    const server = new Server();
    const { revision } = server.tx;
    const created = server.post(`${CONFIG_MAPS}?dryRun=All`, configMap("web"));
    expect(created.status).toBe(201);
    expect(created.body.metadata.resourceVersion).toBeUndefined();
    expect(server.get(`${CONFIG_MAPS}/web`).status).toBe(404);
    expect(server.tx.revision).toBe(revision);
  });

  it("refuses an invalid body with the decoder's message", () => {
    const server = new Server();
    const message = (body: unknown, query = "", type?: string) =>
      server.post(CONFIG_MAPS + query, body, { type }).body.message;
    expect(message('{"apiVersion":"v1",')).toBe(
      "the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: " +
        'unexpected end of JSON input ({"apiVersion":"v1",)',
    );
    expect(message("[]")).toContain("json: cannot unmarshal array into Go value of type struct { APIVersion string");
    expect(message("[]")).toMatch(/ \(5b5d\)$/);
    expect(message({ ...configMap("x"), apiVersion: "apps/v1" })).toBe(
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: no kind "ConfigMap" is registered for version ' +
        '"apps/v1" in scheme "pkg/api/legacyscheme/scheme.go:30"',
    );
    expect(message({ ...configMap("x"), data: { a: 1 } })).toBe(
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ' +
        "ConfigMap.data of type string",
    );
    const yaml = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: fv}\nbogus: 1\ndata: {a: "1"}\ndata: {b: "2"}\n';
    expect(message(yaml, "?fieldValidation=Strict", "application/yaml")).toBe(
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: yaml: unmarshal errors:\n' +
        '  line 6: key "data" already set in map, unknown field "bogus"',
    );
  });

  it("warns of unknown and repeated fields by default", () => {
    const server = new Server();
    const twice = '{"metadata":{"name":"x"},"data":{"a":"1","a":"2"},"data":{"b":"1"}}';
    const warned = server.post(`${CONFIG_MAPS}?dryRun=All`, twice);
    expect(warned.headers["warning"]).toBe('299 - "duplicate field \\"data.a\\"", 299 - "duplicate field \\"data\\""');
    expect(warned.body.data).toEqual({ a: "2", b: "1" });
    expect(server.post(`${CONFIG_MAPS}?dryRun=All&fieldValidation=Ignore`, twice).headers["warning"]).toBeUndefined();
    expect(server.post(`${CONFIG_MAPS}?dryRun=All&fieldValidation=Strict`, twice).body).toMatchObject({
      code: 400,
      reason: "BadRequest",
    });
  });

  it("reads YAML as Kubernetes does", () => {
    const server = new Server();
    const yaml = "kind: Secret\nmetadata: {name: s}\nimmutable: yes\ntype: Opaque\n";
    const made = server.post("/api/v1/namespaces/default/secrets", yaml, { type: "application/yaml" });
    expect(made.body).toMatchObject({ immutable: true, metadata: { name: "s" } });
  });
});

describe("updating", () => {
  it("needs the newest resourceVersion, or none", () => {
    const server = new Server();
    const first = server.post(CONFIG_MAPS, configMap("web", { a: "1" })).body;
    const second = server.put(`${CONFIG_MAPS}/web`, { ...first, data: { a: "2" } });
    expect(second.body).toMatchObject({ data: { a: "2" }, metadata: { uid: first.metadata.uid } });
    expect(server.put(`${CONFIG_MAPS}/web`, { ...first, data: { a: "3" } }).body).toMatchObject({
      code: 409,
      reason: "Conflict",
      message:
        'Operation cannot be fulfilled on configmaps "web": the object has been modified; please apply your changes ' +
        "to the latest version and try again",
    });
    expect(server.put(`${CONFIG_MAPS}/web`, configMap("web", { a: "4" })).status).toBe(200);
    expect(server.put(`${CONFIG_MAPS}/other`, configMap("web")).body.message).toBe(
      "the name of the object (web) does not match the name on the URL (other)",
    );
  });

  it("needs a resourceVersion for some kinds", () => {
    const server = new Server();
    const leases = "/apis/coordination.k8s.io/v1/namespaces/default/leases";
    const lease = server.post(leases, { metadata: { name: "l" }, spec: {} }).body;
    expect(server.put(`${leases}/l`, { metadata: { name: "l" }, spec: {} }).body).toMatchObject({
      code: 422,
      message:
        'leases.coordination.k8s.io "l" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    });
    expect(server.put(`${leases}/l`, lease).status).toBe(200);
    expect(server.patch(`${leases}/l`, { metadata: { labels: { a: "b" } } }).status).toBe(200);
  });

  it("patches in three ways", () => {
    const server = new Server();
    server.post(CONFIG_MAPS, configMap("web", { a: "1", b: "2" }));
    const target = `${CONFIG_MAPS}/web`;
    expect(server.patch(target, { data: { a: null, c: "3" } }).body.data).toEqual({ b: "2", c: "3" });
    const operations = [{ op: "replace", path: "/data/b", value: "x" }];
    expect(server.patch(target, operations, "application/json-patch+json").body.data).toEqual({ b: "x", c: "3" });
    const strategic = "application/strategic-merge-patch+json";
    expect(server.patch(target, { data: { d: "4" } }, strategic).body.data).toEqual({ b: "x", c: "3", d: "4" });
    expect(server.patch(target, { data: 1 }, strategic).status).toBe(422);
    expect(server.patch(target, {}, "application/json").body).toMatchObject({
      code: 415,
      message: "415: Unsupported Media Type",
    });
  });

  it("keeps the revision when nothing changes", () => {
    const server = new Server();
    server.post(CONFIG_MAPS, configMap("web", { a: "1" }));
    const { revision } = server.tx;
    server.patch(`${CONFIG_MAPS}/web`, { data: { a: "1" } });
    expect(server.tx.revision).toBe(revision);
  });
});

describe("deleting", () => {
  it("answers with a Status, or the object that a finalizer holds", () => {
    const server = new Server();
    const { uid } = server.post(CONFIG_MAPS, configMap("web")).body.metadata;
    expect(server.delete(`${CONFIG_MAPS}/web`).body).toEqual({
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Success",
      details: { name: "web", kind: "configmaps", uid },
    });
    const held = { ...configMap("held"), metadata: { name: "held", finalizers: ["example.com/f"] } };
    server.post(CONFIG_MAPS, held);
    expect(server.delete(`${CONFIG_MAPS}/held`).body.metadata.deletionTimestamp).toBeDefined();
    expect(server.patch(`${CONFIG_MAPS}/held`, { metadata: { finalizers: null } }).status).toBe(200);
    expect(server.get(`${CONFIG_MAPS}/held`).status).toBe(404);
  });

  it("deletes the selected part of a collection", () => {
    const server = new Server();
    for (const name of ["a", "b", "c"]) server.post(CONFIG_MAPS, configMap(name, {}, { keep: String(name === "b") }));
    const deleted = server.delete(`${CONFIG_MAPS}?labelSelector=keep%3Dfalse`);
    expect(deleted.body.kind).toBe("ConfigMapList");
    expect(deleted.body.items.map((item: { metadata: { name: string } }) => item.metadata.name)).toEqual(["a", "c"]);
    expect(server.get(`${CONFIG_MAPS}?labelSelector=keep`).body.items).toHaveLength(1);
  });

  it("keeps the system's namespaces", () => {
    const server = new Server();
    expect(server.delete("/api/v1/namespaces/kube-system").body).toMatchObject({
      code: 403,
      message: 'namespaces "kube-system" is forbidden: this namespace may not be deleted',
    });
  });
});

describe("listing", () => {
  function filled(): Server {
    const server = new Server();
    for (let i = 0; i < 7; i++) server.post(CONFIG_MAPS, configMap(`c${i}`, {}, { even: String(i % 2 === 0) }));
    return server;
  }
  // biome-ignore lint/suspicious/noExplicitAny: any list
  const names = (body: any) => body.items.map((item: any) => item.metadata.name);

  it("has kind and version in the list, not in its items", () => {
    const { body } = filled().get(`${CONFIG_MAPS}?labelSelector=even%3Dtrue`);
    expect(body).toMatchObject({ kind: "ConfigMapList", apiVersion: "v1" });
    expect(names(body)).toEqual(["c0", "c2", "c4", "c6"]);
    expect(body.items[0].kind).toBeUndefined();
    expect(body.items[0].apiVersion).toBeUndefined();
  });

  it("reads all pages at one revision", () => {
    const server = filled();
    const first = server.get(`${CONFIG_MAPS}?limit=3`).body;
    expect(names(first)).toEqual(["c0", "c1", "c2"]);
    expect(first.metadata.remainingItemCount).toBe(5);
    const rest = server.get(`${CONFIG_MAPS}?limit=10&continue=${first.metadata.continue}`).body;
    expect(names(rest)).toEqual(["c3", "c4", "c5", "c6", "kube-root-ca.crt"]);
    expect(rest.metadata).toEqual({ resourceVersion: first.metadata.resourceVersion });
  });

  it("reads past states, and refuses expired ones", () => {
    const server = filled();
    const first = server.get(`${CONFIG_MAPS}?limit=3`).body;
    server.delete(`${CONFIG_MAPS}/c4`);
    const target = `${CONFIG_MAPS}?continue=${first.metadata.continue}`;
    const outcome = server.outcome("GET", target);
    if (outcome.type !== "needs") throw new Error("the past is not in memory");
    expect(outcome.need).toMatchObject({ type: "stateAt", keyPrefix: "core/configmaps/default/" });
    const key = needKey(outcome.need);
    const past = ["c2", "c3", "c4"].map((name) => ({
      kind: "ConfigMap",
      apiVersion: "v1",
      metadata: { name, namespace: "default" },
    }));
    expect(names(server.get(target, { provided: new Map([[key, past as never]]) }).body)).toEqual(["c3", "c4"]);

    const gone = server.get(target, { provided: new Map([[key, "expired"]]) }).body;
    expect(gone).toMatchObject({ code: 410, reason: "Expired" });
    expect(names(server.get(`${CONFIG_MAPS}?continue=${gone.metadata.continue}`).body)).toEqual([
      "c3",
      "c5",
      "c6",
      "kube-root-ca.crt",
    ]);
  });

  it("refuses options that contradict each other", () => {
    const server = filled();
    expect(server.get(`${CONFIG_MAPS}?resourceVersionMatch=Exact`).body.message).toBe(
      'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless ' +
        "resourceVersion is provided",
    );
    expect(server.get(`${CONFIG_MAPS}?limit=abc`).body.message).toBe('strconv.ParseInt: parsing "abc": invalid syntax');
    const future = server.get(`${CONFIG_MAPS}?resourceVersion=99999999`);
    expect(future).toMatchObject({ status: 504, headers: { "retry-after": "1" } });
    expect(server.get(`${CONFIG_MAPS}?fieldSelector=data.a%3D1`).body.message).toBe(
      '"data.a" is not a known field selector: only "metadata.name", "metadata.namespace"',
    );
  });
});

describe("forms", () => {
  it("prints tables and metadata, and JSON to clients that prefer protobuf", () => {
    const server = new Server();
    server.post(CONFIG_MAPS, configMap("web", { a: "1" }));
    const table = server.get(CONFIG_MAPS, {
      accept: "application/json;as=Table;v=v1;g=meta.k8s.io,application/json",
    }).body;
    expect(table).toMatchObject({ kind: "Table", apiVersion: "meta.k8s.io/v1" });
    expect(table.rows[1].object).toMatchObject({ kind: "PartialObjectMetadata", metadata: { name: "web" } });
    const partial = server.get(`${CONFIG_MAPS}/web`, {
      accept: "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io",
    });
    expect(partial.body.kind).toBe("PartialObjectMetadata");
    expect(partial.body.data).toBeUndefined();
    const wanted = { accept: "application/vnd.kubernetes.protobuf, application/json" };
    expect(server.get(`${CONFIG_MAPS}/web`, wanted).body.data).toEqual({ a: "1" });
    expect(server.get(CONFIG_MAPS, { accept: "text/html" }).body).toMatchObject({ code: 406, details: {} });
    const yaml = server.get(`${CONFIG_MAPS}/web`, { accept: "application/yaml" });
    expect(yaml.text).toContain("kind: ConfigMap\n");
  });

  it("shows times by the caller's clock", () => {
    const server = new Server();
    const hour = { offsetMs: 3_600_000 };
    const created = server.post(CONFIG_MAPS, configMap("web"), hour).body;
    expect(created.metadata.creationTimestamp).toBe("2025-12-31T23:00:00Z");
    expect(server.get(`${CONFIG_MAPS}/web`).body.metadata.creationTimestamp).toBe("2026-01-01T00:00:00Z");
    const listed = server.get(`${CONFIG_MAPS}?fieldSelector=metadata.name%3Dweb`, hour).body;
    expect(listed.items[0].metadata.creationTimestamp).toBe("2025-12-31T23:00:00Z");
  });
});

describe("watching", () => {
  it("sends the existing objects, then the changes", () => {
    const server = new Server();
    server.post(CONFIG_MAPS, configMap("a"));
    const plan = server.watch(`${CONFIG_MAPS}?watch=1&fieldSelector=metadata.name%3Da`);
    server.patch(`${CONFIG_MAPS}/a`, { data: { x: "1" } });
    server.post(CONFIG_MAPS, configMap("b"));
    server.delete(`${CONFIG_MAPS}/a`);
    expect(server.seen(plan).map(({ type }) => type)).toEqual(["ADDED", "MODIFIED", "DELETED"]);
  });

  it("turns a change of the selected set into additions and deletions", () => {
    const server = new Server();
    server.post(CONFIG_MAPS, configMap("a", {}, { on: "no" }));
    const plan = server.watch(`${CONFIG_MAPS}?watch=1&labelSelector=on%3Dyes&resourceVersion=${server.tx.revision}`);
    server.patch(`${CONFIG_MAPS}/a`, { metadata: { labels: { on: "yes" } } });
    server.patch(`${CONFIG_MAPS}/a`, { data: { x: "1" } });
    server.patch(`${CONFIG_MAPS}/a`, { metadata: { labels: { on: "no" } } });
    const seen = server.seen(plan);
    expect(seen.map(({ type }) => type)).toEqual(["ADDED", "MODIFIED", "DELETED"]);
    // The last event has the labels that matched last, at the version of the change that ended the match.
    expect(seen[2]!.object.metadata).toMatchObject({
      labels: { on: "yes" },
      resourceVersion: String(server.tx.revision),
    });
  });

  it("marks the end of the initial events if the client asked for it", () => {
    const server = new Server();
    const plan = server.watch(
      `${CONFIG_MAPS}?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
    );
    const last = JSON.parse(plan.initial.at(-1)!);
    expect(last).toEqual({
      type: "BOOKMARK",
      object: {
        kind: "ConfigMap",
        apiVersion: "v1",
        metadata: {
          resourceVersion: String(server.tx.revision),
          annotations: { "k8s.io/initial-events-end": "true" },
        },
      },
    });
    expect(plan.bookmark(99)).toContain('"resourceVersion":"99"');
    expect(server.watch(`${CONFIG_MAPS}?watch=1`).bookmark(99)).toBeNull();
  });

  it("sends a table's columns once", () => {
    const server = new Server();
    server.post(CONFIG_MAPS, configMap("a"));
    const accept = "application/json;as=Table;v=v1;g=meta.k8s.io";
    const lines = server.watch(`${CONFIG_MAPS}?watch=1`, { accept }).initial.map((line) => JSON.parse(line).object);
    expect(lines[0].columnDefinitions.length).toBeGreaterThan(0);
    expect(lines[1].columnDefinitions).toBeNull();
  });
});

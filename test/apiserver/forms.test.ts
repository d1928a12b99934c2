import { describe, expect, it } from "vitest";
import { decodeContinue, encodeContinue } from "../../src/apiserver/continue-token.ts";
import { fieldManager } from "../../src/apiserver/field-manager.ts";
import { shiftTimes } from "../../src/apiserver/time-edge.ts";
import { ApiError } from "../../src/lib/api-error.ts";
import { formatYaml, parseYaml } from "../../src/yaml/yaml.ts";
import { CONFIG_MAPS, configMap, Server } from "./server.ts";

describe("YAML", () => {
  it("is written as the server writes it", () => {
    const value = {
      b: [{ n: 1, t: "2026-01-01T00:00:00Z", v: "14" }],
      a: { ".": {}, "f:x": {} },
      on: "yes",
      empty: [],
    };
    expect(formatYaml(value)).toBe(
      'a:\n  .: {}\n  f:x: {}\nb:\n- "n": 1\n  t: "2026-01-01T00:00:00Z"\n  v: "14"\nempty: []\n"on": "yes"\n',
    );
  });

  it("is read by YAML 1.1's rules, times as text", () => {
    const text = "mode: 0644\nflag: off\nquoted: 'off'\ntime: 2026-01-01T00:00:00Z\nports: 80:80\n---\nsecond: 1\n";
    expect(parseYaml(text).value).toEqual({
      mode: 0o644,
      flag: false,
      quoted: "off",
      time: "2026-01-01T00:00:00Z",
      ports: "80:80",
    });
  });

  it("does not unfold without end", () => {
    const bomb = ["a: &a [1,1,1,1,1,1,1,1,1]"];
    for (const [name, from] of ["ba", "cb", "dc", "ed"].map((pair) => [...pair])) {
      bomb.push(`${name}: &${name} [${Array(9).fill(`*${from}`).join(",")}]`);
    }
    const answer = new Server().post(CONFIG_MAPS, bomb.join("\n"), { type: "application/yaml" });
    expect(answer.body).toMatchObject({ code: 400, reason: "BadRequest" });
  });
});

describe("a review, which has no table form", () => {
  it("is refused with 406 when the client accepts only a table", () => {
    const body = { spec: { resourceAttributes: { verb: "get", resource: "pods" } } };
    const target = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    const accept = "application/json;as=Table;v=v1;g=meta.k8s.io";
    expect(new Server().post(target, body, { accept }).body).toMatchObject({ code: 406, reason: "NotAcceptable" });
    expect(new Server().post(target, body, { accept: `${accept},application/json` }).status).toBe(201);
  });
});

describe("continue tokens", () => {
  it("are decoded to what was encoded, and other texts are refused", () => {
    const token = { revision: 2145, after: "/wl/page-09-ü" };
    expect(decodeContinue(encodeContinue(token))).toEqual(token);
    for (const text of ["abc", "", encodeContinue({ revision: 0, after: "x" }), btoa('{"v":"other","rv":1}')]) {
      expect(() => decodeContinue(text)).toThrow(ApiError);
    }
  });
});

describe("field managers", () => {
  const named = (agent: string, query = "") =>
    fieldManager({ headers: { "user-agent": agent }, query: new URLSearchParams(query) } as never);

  it("are named by the request or the first part of its User-Agent", () => {
    expect(named("kubectl/v1.35.2 (linux/amd64) kubernetes/abc")).toBe("kubectl");
    expect(named("myclient/v1.2 (linux)", "fieldManager=me")).toBe("me");
    expect(named(`${"x".repeat(200)}/v1`)).toHaveLength(128);
  });
});

describe("times at the edge", () => {
  it("moves typed times only", () => {
    const pod = {
      metadata: { creationTimestamp: "2026-01-01T01:00:00Z", annotations: { at: "2026-01-01T01:00:00Z" } },
      status: { conditions: [{ type: "Ready", status: "True", lastTransitionTime: "2026-01-01T02:00:00Z" }] },
    };
    expect(shiftTimes("io.k8s.api.core.v1.Pod", pod, -3_600_000)).toEqual({
      metadata: { creationTimestamp: "2026-01-01T00:00:00Z", annotations: { at: "2026-01-01T01:00:00Z" } },
      status: { conditions: [{ type: "Ready", status: "True", lastTransitionTime: "2026-01-01T01:00:00Z" }] },
    });
  });

  it("keeps Go's zero time", () => {
    const terminated = { exitCode: 128, startedAt: "1970-01-01T00:00:00Z", finishedAt: "2026-01-01T01:00:00Z" };
    const pod = { status: { containerStatuses: [{ name: "c", state: { terminated } }] } };
    const moved = shiftTimes("io.k8s.api.core.v1.Pod", pod, -3_600_000);
    expect(moved.status.containerStatuses[0]!.state.terminated).toEqual({
      ...terminated,
      finishedAt: "2026-01-01T00:00:00Z",
    });
  });

  it("reads what a client sends in its own time", () => {
    const server = new Server();
    const lease = { metadata: { name: "l" }, spec: { renewTime: "2026-01-01T00:00:00.000000Z" } };
    const target = "/apis/coordination.k8s.io/v1/namespaces/default/leases";
    server.post(target, lease, { offsetMs: 3_600_000 });
    expect(server.get(`${target}/l`).body.spec.renewTime).toBe("2026-01-01T01:00:00.000000Z");
    expect(server.get(`${target}/l`, { offsetMs: 3_600_000 }).body.spec.renewTime).toBe("2026-01-01T00:00:00.000000Z");
  });
});

describe("bodies", () => {
  it("may not be larger than three megabytes, counted in bytes", () => {
    const server = new Server();
    const post = (size: number) => server.post(CONFIG_MAPS, configMap("big", { a: "ü".repeat(size) }));
    expect(post(1_600_000).body).toMatchObject({
      code: 413,
      message: "Request entity too large: limit is 3145728",
    });
    expect(post(10).status).toBe(201);
  });

  const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;

  it.each([
    ["POST", "JSON", "application/json", nested(5_000)],
    ["POST", "lists of JSON", "application/json", `{"a":${"[".repeat(5_000)}${"]".repeat(5_000)}}`],
    ["POST", "YAML", "application/yaml", `a: ${nested(5_000)}`],
    ["PATCH", "a JSON patch", "application/json-patch+json", `[${nested(5_000)}]`],
    ["PATCH", "a merge patch", "application/merge-patch+json", nested(5_000)],
    ["PATCH", "a strategic merge patch", "application/strategic-merge-patch+json", nested(5_000)],
    ["PATCH", "an applied object", "application/apply-patch+yaml", `a: ${nested(5_000)}`],
  ])("may not be nested without end: %s of %s", (method, _name, type, body) => {
    const server = new Server();
    server.post(CONFIG_MAPS, configMap("there"));
    const { revision } = server.tx;
    const target = method === "POST" ? CONFIG_MAPS : `${CONFIG_MAPS}/there?fieldManager=me`;
    expect(server.send(method, target, { body, type }).body).toMatchObject({ code: 400, reason: "BadRequest" });
    expect(server.tx.revision).toBe(revision);
  });
});

describe("a refusal", () => {
  it("is written as the client reads", () => {
    const server = new Server();
    const target = `${CONFIG_MAPS}/nosuch`;
    expect(server.get(target).text).toMatch(/^\{"kind":"Status".*\}\n$/);
    expect(server.get(target, { accept: "application/yaml" }).text).toContain(
      'message: configmaps "nosuch" not found\n',
    );
    expect(server.get(target, { accept: "application/yaml" }).headers["content-type"]).toBe("application/yaml");
    const pretty = server.outcome("GET", target, { headers: { "user-agent": "curl/8" } });
    expect(pretty).toMatchObject({ response: { body: expect.stringContaining('\n  "code": 404\n') } });
    expect(server.get(target, { accept: "text/html" }).body).toMatchObject({ code: 406 });
  });
});

describe("a parameter that is no longer supported", () => {
  it("is refused with a message about the removal", () => {
    expect(new Server().get(`${CONFIG_MAPS}/kube-root-ca.crt?export=true`).body).toMatchObject({
      code: 400,
      message: "the export parameter, deprecated since v1.14, is no longer supported",
    });
  });
});

describe("JSON as Go writes it", () => {
  const data = { a: "<b> & c\u2028" };
  const escaped = '"data":{"a":"\\u003cb\\u003e \\u0026 c\\u2028"}';

  it("escapes what could end a script in HTML, in objects, lists, tables, watches and refusals", () => {
    const server = new Server();
    const watch = server.watch(
      `${CONFIG_MAPS}?watch=1&resourceVersion=0&sendInitialEvents=true&resourceVersionMatch=NotOlderThan`,
    );
    const created = server.post(CONFIG_MAPS, configMap("c", data));
    expect(created.text).toContain(escaped);
    expect(created.body.data).toEqual(data);
    expect(server.get(`${CONFIG_MAPS}/c`).text).toContain(escaped);
    expect(server.get(CONFIG_MAPS).text).toContain(escaped);
    expect(server.seen(watch).at(-1)?.object["data"]).toEqual(data);
    const lines = server.tx.writeSet.committed().changes.map((change) => watch.render(change, server.tx.nowMs));
    expect(lines.join("")).toContain(escaped);
    expect(server.get(`${CONFIG_MAPS}/%3Cx%3E`).text).toContain("\\u003cx\\u003e");
  });

  it("leaves YAML as it is", () => {
    const server = new Server();
    server.post(CONFIG_MAPS, configMap("c", { a: "<b>" }));
    expect(server.get(`${CONFIG_MAPS}/c`, { accept: "application/yaml" }).text).toContain("<b>");
  });
});

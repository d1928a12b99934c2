import { describe, expect, it } from "vitest";
import { CONFIG_MAPS, configMap, Server } from "../server.ts";

const GROUP = "/apis/admissionregistration.k8s.io/v1";
const POLICIES = `${GROUP}/mutatingadmissionpolicies`;
const BINDINGS = `${GROUP}/mutatingadmissionpolicybindings`;
const PODS = "/api/v1/namespaces/default/pods";

const rule = (resource: string) => ({
  apiGroups: [""],
  apiVersions: ["v1"],
  operations: ["CREATE", "UPDATE"],
  resources: [resource],
});
const apply = (expression: string) => ({ patchType: "ApplyConfiguration", applyConfiguration: { expression } });
const patch = (expression: string) => ({ patchType: "JSONPatch", jsonPatch: { expression } });

function bind(server: Server, name: string, spec: Record<string, unknown>, binding = {}): Server {
  const policy = {
    metadata: { name },
    spec: { matchConstraints: { resourceRules: [rule("configmaps")] }, reinvocationPolicy: "Never", ...spec },
  };
  const created = server.post(POLICIES, policy);
  if (created.status !== 201) throw new Error(created.text);
  server.post(BINDINGS, { metadata: { name }, spec: { policyName: name, ...binding } });
  return server;
}

describe("a mutating policy", () => {
  it("merges as server-side apply does", () => {
    const server = bind(new Server(), "labels", {
      mutations: [
        apply(
          'Object{metadata: Object.metadata{labels: {"team": "web"}, ?annotations: optional.none()}, ' +
            "data: {'size': string(size(object.data))}}",
        ),
      ],
    });
    const { body } = server.post(CONFIG_MAPS, configMap("a", { x: "1" }, { app: "a" }));
    expect(body).toMatchObject({ metadata: { labels: { app: "a", team: "web" } }, data: { x: "1", size: "1" } });
    expect(body.metadata.annotations).toBeUndefined();
  });

  it("merges lists of named items; added fields are defaulted and admitted like a client's fields", () => {
    const server = bind(new Server(), "sidecar", {
      matchConstraints: { resourceRules: [rule("pods")] },
      variables: [{ name: "image", expression: "'proxy:' + object.metadata.name" }],
      mutations: [
        apply(
          "Object{spec: Object.spec{initContainers: [Object.spec.initContainers{name: 'proxy', image: variables.image, " +
            "restartPolicy: 'Always'}]}}",
        ),
      ],
      matchConditions: [{ name: "once", expression: "!has(object.spec.initContainers)" }],
    });
    const { body } = server.post(PODS, {
      metadata: { name: "p" },
      spec: { containers: [{ name: "c", image: "nginx" }] },
    });
    expect(body.spec.initContainers).toMatchObject([
      { name: "proxy", image: "proxy:p", imagePullPolicy: "IfNotPresent", volumeMounts: [{ readOnly: true }] },
    ]);
    expect(body.spec.containers).toHaveLength(1);
  });

  it("patches", () => {
    const server = bind(new Server(), "patch", {
      mutations: [
        patch(
          "has(object.data.secret) ? [JSONPatch{op: 'remove', path: '/data/secret'}, " +
            "JSONPatch{op: 'add', path: '/metadata/labels', value: {'cleaned': 'yes'}}] : []",
        ),
        patch("[JSONPatch{op: 'test', path: '/data/x', value: 'no'}, JSONPatch{op: 'remove', path: '/data/x'}]"),
        patch("[JSONPatch{op: 'add', path: '/metadata/labels/' + jsonpatch.escapeKey('a.b/c'), value: 'd'}]"),
      ],
    });
    const { body } = server.post(CONFIG_MAPS, configMap("a", { x: "1", secret: "s" }));
    expect(body.metadata).toMatchObject({ uid: expect.any(String), labels: { cleaned: "yes", "a.b/c": "d" } });
    expect(body.data).toEqual({ x: "1" });
  });

  it("runs again after a later policy changed the object, if its reinvocation policy asks for it", () => {
    const count = (name: string, reinvocationPolicy: string) => ({
      reinvocationPolicy,
      mutations: [apply(`Object{data: {'${name}': has(object.data.late) ? 'late' : 'early'}}`)],
    });
    const server = bind(new Server(), "a-once", count("once", "Never"));
    bind(server, "b-again", count("again", "IfNeeded"));
    bind(server, "c-late", { mutations: [apply("Object{data: {'late': 'yes'}}")] });
    expect(server.post(CONFIG_MAPS, configMap("a", { x: "1" })).body.data).toEqual({
      x: "1",
      late: "yes",
      once: "early",
      again: "late",
    });
  });

  it("is checked by validating policies and validation", () => {
    const server = bind(new Server(), "bad", { mutations: [apply("Object{data: {'not a key': 'x'}}")] });
    expect(server.post(CONFIG_MAPS, configMap("a")).body).toMatchObject({ code: 422, reason: "Invalid" });
  });

  it("refuses an object that it cannot change", () => {
    const failing = (mutation: object, more = {}) =>
      bind(new Server(), "bad", { mutations: [mutation], ...more }).post(CONFIG_MAPS, configMap("a")).body;
    expect(failing(apply("Object{nosuch: 1}")).message).toBe(
      "policy 'bad' with binding 'bad' denied request: error applying patch: failed to convert patch object to typed " +
        "object: .nosuch: field not declared in schema",
    );
    expect(failing(apply("Object{data: {'a': object.nosuch}}")).message).toContain(
      "denied request: expression 'Object{data: {'a': object.nosuch}}' resulted in error: no such key: nosuch",
    );
    expect(failing(patch("[JSONPatch{op: 'remove', path: '/nosuch'}]")).message).toContain(
      "denied request: JSON Patch: ",
    );
    expect(failing(apply("Object{nosuch: 1}"), { failurePolicy: "Ignore" }).metadata.name).toBe("a");
  });

  it("is refused when it cannot work", () => {
    const problems = (spec: object) =>
      new Server()
        .post(POLICIES, {
          metadata: { name: "p" },
          spec: { matchConstraints: { resourceRules: [rule("pods")] }, reinvocationPolicy: "Never", ...spec },
        })
        .body.details.causes.map(({ field, message }: { field: string; message: string }) => `${field}: ${message}`);
    expect(problems({})).toEqual(["spec.mutations: Required value: mutations must contain at least one item"]);
    expect(problems({ mutations: [apply("object.spec")] })[0]).toMatch(/must evaluate to Object but got dyn$/);
    expect(problems({ mutations: [patch("'a'")] })[0]).toMatch(/must evaluate to list\(JSONPatch\) but got string$/);
    expect(problems({ mutations: [{ patchType: "Merge" }] })[0]).toMatch(
      /^spec\.mutations\[0\]\.patchType: Unsupported value/,
    );
    expect(problems({ mutations: [patch("[]")], reinvocationPolicy: "Often" })[0]).toMatch(/^spec\.reinvocationPolicy/);
  });
});

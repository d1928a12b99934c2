import { describe, expect, it } from "vitest";
import { answerWithoutObjects, isRead } from "../../src/apiserver/handle.ts";
import type { ApiRequest, User } from "../../src/apiserver/request.ts";
import { withInfo } from "../../src/apiserver/request-info.ts";
import { ADMIN, ANONYMOUS, CONFIG_MAPS, configMap, JANE, Server } from "./server.ts";

const RBAC = "/apis/rbac.authorization.k8s.io/v1";

describe("authorization", () => {
  it("refuses a request that no role grants, with Kubernetes' message", () => {
    const server = new Server();
    const message = (method: string, target: string, user: User = JANE) =>
      server.send(method, target, { user }).body.message;
    const pods = "/api/v1/namespaces/errs/pods";
    expect(message("GET", pods)).toBe(
      'pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "errs"',
    );
    expect(message("GET", `${pods}?watch=1`)).toContain("cannot watch");
    expect(message("DELETE", pods)).toContain("cannot deletecollection");
    expect(message("GET", `${pods}/x/log`)).toBe(
      'pods "x" is forbidden: User "jane" cannot get resource "pods/log" in API group "" in the namespace "errs"',
    );
    expect(message("GET", "/api/v1/nodes")).toBe(
      'nodes is forbidden: User "jane" cannot list resource "nodes" in API group "" at the cluster scope',
    );
    expect(message("PATCH", "/apis/apps/v1/namespaces/errs/deployments/x/scale")).toBe(
      'deployments.apps "x" is forbidden: User "jane" cannot patch resource "deployments/scale" in API group "apps" in the namespace "errs"',
    );
    expect(message("GET", pods, ANONYMOUS)).toContain('User "system:anonymous" cannot list');
    expect(message("GET", "/metrics")).toBe('forbidden: User "jane" cannot get path "/metrics"');
  });

  it("grants the rules of a role in the namespace, and no more", () => {
    const server = new Server();
    server.post(`${RBAC}/namespaces/default/roles`, {
      metadata: { name: "reader" },
      rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list"], resourceNames: [] }],
    });
    server.post(`${RBAC}/namespaces/default/rolebindings`, {
      metadata: { name: "readers" },
      subjects: [{ kind: "Group", apiGroup: "rbac.authorization.k8s.io", name: "developers" }],
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "reader" },
    });
    expect(server.get(CONFIG_MAPS, { user: JANE }).status).toBe(200);
    expect(server.get("/api/v1/namespaces/kube-system/configmaps", { user: JANE }).status).toBe(403);
    expect(server.post(CONFIG_MAPS, configMap("x"), { user: JANE }).status).toBe(403);
  });

  it("forbids granting permissions that the writer does not hold", () => {
    const server = new Server();
    server.post(`${RBAC}/clusterroles`, {
      metadata: { name: "granter" },
      rules: [
        { apiGroups: ["rbac.authorization.k8s.io"], resources: ["roles", "rolebindings"], verbs: ["create"] },
        { apiGroups: [""], resources: ["configmaps"], verbs: ["*"] },
      ],
    });
    server.post(`${RBAC}/clusterrolebindings`, {
      metadata: { name: "jane-grants" },
      subjects: [{ kind: "User", apiGroup: "rbac.authorization.k8s.io", name: "jane" }],
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "granter" },
    });
    const grant = (name: string, resource: string) =>
      server.post(
        `${RBAC}/namespaces/default/roles`,
        { metadata: { name }, rules: [{ apiGroups: [""], resources: [resource], verbs: ["get", "list"] }] },
        { user: JANE },
      );
    expect(grant("fine", "configmaps").status).toBe(201);
    expect(grant("too-much", "secrets").body).toMatchObject({
      code: 403,
      message:
        'roles.rbac.authorization.k8s.io "too-much" is forbidden: user "jane" (groups=["developers" ' +
        '"system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n' +
        '{APIGroups:[""], Resources:["secrets"], Verbs:["get" "list"]}',
    });
    const binding = {
      metadata: { name: "up" },
      subjects: [{ kind: "User", apiGroup: "rbac.authorization.k8s.io", name: "jane" }],
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
    };
    const bound = server.post(`${RBAC}/namespaces/default/rolebindings`, binding, { user: JANE });
    expect(bound.body).toMatchObject({ code: 403, reason: "Forbidden" });
  });

  it("answers can-i and whoami by the same rules", () => {
    const server = new Server();
    const review = (verb: string, user: User) =>
      server.post(
        "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
        { spec: { resourceAttributes: { namespace: "default", verb, resource: "pods" } } },
        { user },
      );
    expect(review("list", ADMIN).body.status).toEqual({ allowed: true });
    expect(review("list", JANE)).toMatchObject({ status: 201, body: { status: { allowed: false } } });
    const who = server.post("/apis/authentication.k8s.io/v1/selfsubjectreviews", {}, { user: JANE });
    expect(who.body.status).toEqual({ userInfo: { username: "jane", groups: JANE.groups } });
  });

  it("lets administrators act as others, who then have their own rights", () => {
    const server = new Server();
    const headers = { "impersonate-user": "bob", "impersonate-group": "dev" };
    expect(server.get("/api/v1/nodes", { headers }).body.message).toContain('User "bob" cannot list');
    expect(server.get("/api/v1/nodes", { headers, user: JANE }).body.message).toBe(
      'nodes is forbidden: User "jane" cannot impersonate-on:user-info:list resource "nodes" in API group "" at the cluster scope',
    );
  });
});

describe("routes", () => {
  it("answers unknown paths and methods as the recordings do", () => {
    const server = new Server();
    const notFound = { code: 404, message: "the server could not find the requested resource", details: {} };
    expect(server.get("/apis/apps/v1/wombats").body).toMatchObject(notFound);
    expect(server.get("/apis/apps/v9").body).toMatchObject(notFound);
    expect(server.get(`${CONFIG_MAPS}/kube-root-ca.crt/status`).body).toMatchObject(notFound);
    expect(server.get("/apis/nope.example.com").text).toBe("404 page not found\n");
    expect(server.get("/nope").text).toBe("404 page not found\n");
    const refused = { code: 405, message: "the server does not allow this method on the requested resource" };
    expect(server.put(CONFIG_MAPS, configMap("x")).body).toMatchObject(refused);
    expect(server.post(`${CONFIG_MAPS}/x`, configMap("x")).body).toMatchObject(refused);
    expect(server.send("OPTIONS", "/api/v1/pods").body).toMatchObject(refused);
    expect(server.delete("/api/v1/namespaces").body).toMatchObject(refused);
  });

  it("answers for kinds that are not stored", () => {
    const server = new Server();
    const listed = server.get("/api/v1/componentstatuses");
    expect(listed.headers["warning"]).toBe('299 - "v1 ComponentStatus is deprecated in v1.19+"');
    expect(listed.body.items).toHaveLength(3);
    expect(server.get("/api/v1/componentstatuses/scheduler").body.conditions[0].status).toBe("True");
    expect(server.get("/api/v1/componentstatuses/nope").body).toMatchObject({ code: 404, reason: "NotFound" });
    expect(server.post("/api/v1/componentstatuses", { metadata: { name: "x" } }).status).toBe(405);
    const reviews = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    expect([server.get(reviews).status, server.get(`${reviews}/x`).status]).toEqual([405, 404]);
  });

  it("knows which requests need no objects", () => {
    const request = (method: string, target: string, user = ADMIN): ApiRequest => {
      const url = new URL(target, "http://server");
      return withInfo({
        method,
        path: url.pathname,
        query: url.searchParams,
        headers: {},
        body: "",
        caller: { type: "user" as const, user },
        requestId: "r",
        offsetMs: 0,
      });
    };
    const needsObjects = (asked: ApiRequest) => answerWithoutObjects(asked, asked.caller) === undefined;
    const builtIn = [
      "/api",
      "/apis/apps",
      "/apis/apps/v1",
      "/openapi/v3/apis/apps/v1",
      "/api/v1/nope",
      "/apis/apps/v1/nope",
    ];
    for (const target of [...builtIn, "/version", "/readyz?verbose", "/nope"]) {
      expect([target, needsObjects(request("GET", target))]).toEqual([target, false]);
    }
    const mayBeCustom = ["/apis/example.com", "/apis/example.com/v1", "/apis/example.com/v1/widgets"];
    for (const target of [
      ...mayBeCustom,
      "/",
      "/apis",
      "/openapi/v2",
      "/openapi/v3",
      "/openapi/v3/apis/example.com/v1",
    ]) {
      expect([target, needsObjects(request("GET", target))]).toEqual([target, true]);
    }
    expect(needsObjects(request("GET", "/api/v1/pods"))).toBe(true);
    expect(needsObjects(request("GET", "/api/v1/pods", ANONYMOUS))).toBe(false);
    const document = request("GET", "/openapi/v3/apis/apps/v1");
    expect(answerWithoutObjects(document, document.caller)).toEqual({ type: "openapi", name: "v3/apis/apps/v1" });
    expect(answerWithoutObjects(document, { type: "unidentified" })).toMatchObject({ type: "openapi" });
    for (const target of ["/api/v1/nope", "/nope", "/metrics", "/apis"]) {
      expect([target, answerWithoutObjects(request("GET", target), { type: "unidentified" })]).toEqual([
        target,
        undefined,
      ]);
    }
    const yaml = { ...request("GET", "/api/v1/pods", ANONYMOUS), headers: { accept: "application/yaml" } };
    expect(answerWithoutObjects(yaml, yaml.caller)).toMatchObject({
      response: { status: 403, headers: { "content-type": "application/yaml" } },
    });
    expect(isRead(request("GET", "/api/v1/pods"))).toBe(true);
    expect(isRead(request("POST", "/api/v1/namespaces/default/pods"))).toBe(false);
    expect(isRead(request("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"))).toBe(true);
  });
});

describe("discovery", () => {
  it("has the same content in both forms", () => {
    const server = new Server();
    const accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";
    const aggregated = server.get("/api", { accept });
    expect(aggregated.headers["content-type"]).toContain("as=APIGroupDiscoveryList");
    const legacy = server.get("/api/v1").body.resources.map((resource: { name: string }) => resource.name);
    const items = aggregated.body.items[0].versions[0].resources.flatMap(
      (resource: { resource: string; subresources?: { subresource: string }[] }) => [
        resource.resource,
        ...(resource.subresources ?? []).map((sub) => `${resource.resource}/${sub.subresource}`),
      ],
    );
    expect(items).toEqual(legacy);
    expect(legacy).toContain("pods/log");
    const again = server.get("/api", { accept, headers: { "if-none-match": aggregated.headers["etag"]! } });
    expect(again).toMatchObject({ status: 304, text: "" });
  });

  it("orders groups as clients look for kinds", () => {
    const names = new Server().get("/apis").body.groups.map((group: { name: string }) => group.name);
    expect(names.indexOf("apps")).toBeLessThan(names.indexOf("rbac.authorization.k8s.io"));
    expect(names.indexOf("authorization.k8s.io")).toBeLessThan(names.indexOf("coordination.k8s.io"));
  });

  it("is healthy, in detail if asked", () => {
    const server = new Server();
    expect(server.get("/livez").text).toBe("ok");
    expect(server.get("/readyz?verbose").text).toMatch(
      /^\[\+\]ping ok\n[\s\S]*\[\+\]shutdown ok\nreadyz check passed\n$/,
    );
    expect(server.get("/version").body).toMatchObject({ major: "1", minor: "36" });
  });
});

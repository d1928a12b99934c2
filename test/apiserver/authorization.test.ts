/** Authorization, impersonation and the right to grant permissions. */
import { beforeEach, describe, expect, it } from "vitest";
import type { User } from "../../src/apiserver/request.ts";
import { JANE, Server } from "./server.ts";

const RBAC = "/apis/rbac.authorization.k8s.io/v1";
const API_GROUP = "rbac.authorization.k8s.io";
const PODS = "/api/v1/namespaces/default/pods";

let server: Server;
beforeEach(() => {
  server = new Server();
});

/** Grants these rules to jane in the whole cluster. */
function allow(...rules: object[]): void {
  server.post(`${RBAC}/clusterroles`, { metadata: { name: "of-jane" }, rules });
  bind("of-jane", "of-jane");
}

function bind(name: string, role: string, user = "jane") {
  return server.post(`${RBAC}/clusterrolebindings`, {
    metadata: { name },
    subjects: [{ kind: "User", apiGroup: API_GROUP, name: user }],
    roleRef: { apiGroup: API_GROUP, kind: "ClusterRole", name: role },
  });
}

function whoami(headers: Record<string, string>, user: User = JANE) {
  return server.post("/apis/authentication.k8s.io/v1/selfsubjectreviews", {}, { headers, user }).body;
}

describe("impersonation", () => {
  const verbs = ["impersonate"];

  it("checks the name and each group, uid and extra value, as in older versions", () => {
    allow(
      { apiGroups: [""], resources: ["users", "groups"], verbs, resourceNames: ["bob", "dev"] },
      { apiGroups: ["authentication.k8s.io"], resources: ["uids", "userextras/scopes"], verbs },
    );
    const headers = {
      "impersonate-user": "bob",
      "impersonate-group": "dev",
      "impersonate-uid": "7",
      "impersonate-extra-scopes": "view, edit",
    };
    expect(whoami(headers).status.userInfo).toEqual({
      username: "bob",
      uid: "7",
      groups: ["dev", "system:authenticated"],
      extra: { scopes: ["view", "edit"] },
    });
    const refusal =
      'selfsubjectreviews.authentication.k8s.io is forbidden: User "jane" cannot impersonate-on:user-info:create resource ' +
      '"selfsubjectreviews" in API group "authentication.k8s.io" at the cluster scope';
    const others: Record<string, string>[] = [
      { "impersonate-user": "alice" },
      { "impersonate-user": "bob", "impersonate-group": "dev, admins" },
      { "impersonate-user": "bob", "impersonate-extra-roles": "x" },
    ];
    for (const other of others) expect(whoami(other).message).toBe(refusal);
  });

  it("can be allowed for some verbs only", () => {
    allow(
      { apiGroups: ["authentication.k8s.io"], resources: ["users"], verbs: ["impersonate:user-info"] },
      { apiGroups: [""], resources: ["pods"], verbs: ["impersonate-on:user-info:list"] },
    );
    bind("of-bob", "view", "bob");
    const asBob = { headers: { "impersonate-user": "bob" }, user: JANE };
    expect(server.get(PODS, asBob).status).toBe(200);
    expect(server.get("/api/v1/namespaces/default/services", asBob).body.message).toContain(
      'User "jane" cannot impersonate-on:user-info:list resource "services"',
    );
    const tooFar = { ...asBob, headers: { ...asBob.headers, "impersonate-group": "system:masters" } };
    expect(server.get(PODS, tooFar).body.message).toContain("impersonating the system:masters group is not allowed");
  });

  it("knows ServiceAccounts by their names, and their groups", () => {
    allow({ apiGroups: [""], resources: ["serviceaccounts"], verbs });
    const name = "system:serviceaccount:default:builder";
    expect(whoami({ "impersonate-user": name }).status.userInfo.groups).toEqual([
      "system:serviceaccounts",
      "system:serviceaccounts:default",
      "system:authenticated",
    ]);
    expect(whoami({ "impersonate-user": "bob" }).code).toBe(403);
  });

  it("needs a name", () => {
    expect(whoami({ "impersonate-group": "dev" })).toMatchObject({
      code: 400,
      message:
        'requested &user.DefaultInfo{Name:"", UID:"", Groups:[]string{"dev"}, Extra:map[string][]string(nil)} without ' +
        "impersonating a user name",
    });
  });
});

describe("roles", () => {
  it("that are missing are named in refusals and reviews", () => {
    bind("lost", "no-such-role");
    const reason = 'RBAC: clusterrole.rbac.authorization.k8s.io "no-such-role" not found';
    expect(server.get(PODS, { user: JANE }).body.message).toBe(
      `pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default": ${reason}`,
    );
    const review = server.post("/apis/authorization.k8s.io/v1/subjectaccessreviews", {
      spec: { user: "jane", resourceAttributes: { verb: "get", resource: "pods" } },
    });
    expect(review.body.status).toEqual({ allowed: false, reason });
    const rules = server.post(
      "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
      { spec: { namespace: "default" } },
      { user: JANE },
    );
    expect(rules.body.status.evaluationError).toBe('clusterrole.rbac.authorization.k8s.io "no-such-role" not found');
  });

  it("are aggregated by administrators only, and bound by users who hold them or have the verb bind", () => {
    const everything = { apiGroups: [API_GROUP], resources: ["*"], verbs: ["create", "update", "get"] };
    allow(everything, {
      apiGroups: [API_GROUP],
      resources: ["clusterroles"],
      resourceNames: ["view"],
      verbs: ["bind"],
    });
    const aggregating = { metadata: { name: "all" }, aggregationRule: { clusterRoleSelectors: [{}] }, rules: [] };
    expect(server.post(`${RBAC}/clusterroles`, aggregating, { user: JANE }).body.message).toBe(
      'clusterroles.rbac.authorization.k8s.io "all" is forbidden: must have cluster-admin privileges to use the aggregationRule',
    );
    const binding = (role: string) =>
      server.post(
        `${RBAC}/namespaces/default/rolebindings`,
        { metadata: { name: role }, roleRef: { apiGroup: API_GROUP, kind: "ClusterRole", name: role } },
        { user: JANE },
      );
    expect(binding("view").status).toBe(201);
    expect(binding("edit").body).toMatchObject({ code: 403 });
    expect(binding("none").body).toMatchObject({
      code: 404,
      message: 'clusterrole.rbac.authorization.k8s.io "none" not found',
    });
  });
});

describe("reviews", () => {
  const review = (kind: string, spec: object, path = kind, metadata?: object) =>
    server.post(`/apis/authorization.k8s.io/v1/${path}`, { spec, ...(metadata && { metadata }) }).body;

  it("are refused with the cause when they are invalid", () => {
    const pods = { verb: "get", resource: "pods", namespace: "default" };
    const local = "namespaces/default/localsubjectaccessreviews";
    const messages = [
      review("subjectaccessreviews", {}),
      review("subjectaccessreviews", { user: "a", resourceAttributes: pods, nonResourceAttributes: { path: "/" } }),
      review("selfsubjectaccessreviews", { resourceAttributes: pods }, undefined, { name: "x" }),
      review("", { user: "a", resourceAttributes: { ...pods, namespace: "other" } }, local),
    ].map(({ code, details }) => [code, ...details.causes.map(({ field, message }: never) => `${field}: ${message}`)]);
    expect(messages).toEqual([
      [
        422,
        "spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified",
        'spec.user: Invalid value: "": at least one of user or group must be specified',
      ],
      [
        422,
        'spec.nonResourceAttributes: Invalid value: {"Path":"/","Verb":""}: cannot be specified in combination with resourceAttributes',
      ],
      [422, expect.stringMatching(/^metadata: Invalid value: \{"name":"x","managedFields":\[.*\]\}: must be empty$/)],
      [422, 'spec.resourceAttributes.namespace: Invalid value: "other": must match metadata.namespace'],
    ]);
  });

  it("count the subject's groups and its local rights", () => {
    server.post(`${RBAC}/namespaces/default/rolebindings`, {
      metadata: { name: "devs" },
      subjects: [{ kind: "Group", apiGroup: API_GROUP, name: "dev" }],
      roleRef: { apiGroup: API_GROUP, kind: "ClusterRole", name: "edit" },
    });
    const asked = (namespace: string) => ({
      groups: ["dev"],
      resourceAttributes: { verb: "create", resource: "pods", namespace },
    });
    const local = (namespace: string) =>
      review("", asked(namespace), `namespaces/${namespace}/localsubjectaccessreviews`).status;
    expect(local("default")).toEqual({
      allowed: true,
      reason: 'RBAC: allowed by RoleBinding "devs/default" of ClusterRole "edit" to Group "dev"',
    });
    expect(local("kube-system")).toEqual({ allowed: false });
  });
});

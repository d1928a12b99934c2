/** Roles of credentials, and the administrator's kubeconfig. */
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { TestSandbar } from "./sandbar.ts";

async function school() {
  const sandbar = new TestSandbar();
  const key = await sandbar.organization();
  const id = await sandbar.cluster(key);
  const credential = async (body: object) =>
    (await sandbar.call(`/v1/clusters/${id}/credentials`, { method: "POST", token: key, body })).body;
  return { sandbar, key, id, credential };
}

type School = Awaited<ReturnType<typeof school>>;

/** The same request as `kubectl auth can-i`. */
async function canI({ sandbar, id }: School, token: string, question: string): Promise<boolean> {
  const [verb, name, namespace] = question.split(" ");
  const [resource, group = ""] = name!.split(/\.(.*)/);
  const body = {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectAccessReview",
    spec: { resourceAttributes: { verb, resource, group, ...(namespace && { namespace }) } },
  };
  const path = `/clusters/${id}/apis/authorization.k8s.io/v1/selfsubjectaccessreviews`;
  const reply = await sandbar.call(path, { method: "POST", token, body });
  expect(reply.status).toBe(201);
  return reply.body.status.allowed;
}

const READS_CLUSTER = [
  "list nodes",
  "get persistentvolumes",
  "watch storageclasses.storage.k8s.io",
  "list customresourcedefinitions.apiextensions.k8s.io",
  "list namespaces",
  "get leases.coordination.k8s.io kube-node-lease",
  "list clusterroles.rbac.authorization.k8s.io",
];

const WORKS = [
  "create deployments.apps default",
  "delete pods kube-public",
  "create pods/exec default",
  "get secrets default",
  "create rolebindings.rbac.authorization.k8s.io default",
  "update jobs.batch default",
  "create namespaces",
  "delete namespaces",
  "create persistentvolumes",
  "create resourcequotas default",
];

const ADMINISTERS = [
  "delete nodes",
  "patch nodes",
  "create storageclasses.storage.k8s.io",
  "delete customresourcedefinitions.apiextensions.k8s.io",
  "create clusterrolebindings.rbac.authorization.k8s.io",
  "create validatingwebhookconfigurations.admissionregistration.k8s.io",
];

describe("roles", () => {
  test.each([
    { role: "student", may: [...READS_CLUSTER, ...WORKS], not: ADMINISTERS },
    { role: "viewer", may: [...READS_CLUSTER, "list pods default"], not: [...WORKS, ...ADMINISTERS] },
    { role: "admin", may: [...READS_CLUSTER, ...WORKS, ...ADMINISTERS], not: [] },
  ])("$role", async ({ role, may, not }) => {
    const at = await school();
    const { token, role: shown, groups } = await at.credential({ user: "anna", role });
    const allowed: string[] = [];
    for (const question of [...may, ...not]) if (await canI(at, token, question)) allowed.push(question);
    expect(allowed).toEqual(may);
    expect([shown, groups]).toEqual([
      role,
      [{ student: "sandbar:students", viewer: "sandbar:viewers" }[role] ?? "system:masters"],
    ]);
  });

  test("are RBAC objects that all users can read, created once and only when they are needed", async () => {
    const { sandbar, key, id, credential } = await school();
    const token = await sandbar.adminOf(key, id);
    const named = async (plural: string) => {
      const path = `/clusters/${id}/apis/rbac.authorization.k8s.io/v1/${plural}`;
      const items: { metadata: { name: string; uid: string } }[] = (await sandbar.call(path, { token })).body.items;
      return items.filter(({ metadata }) => metadata.name.startsWith("sandbar:")).map(({ metadata }) => metadata);
    };
    await credential({ user: "ada", role: "admin" });
    await credential({ user: "eve", groups: ["sandbar:students"] });
    expect(await named("clusterrolebindings")).toEqual([]);

    await credential({ user: "anna", role: "student" });
    const [roles, bindings] = [await named("clusterroles"), await named("clusterrolebindings")];
    expect(roles.map(({ name }) => name)).toEqual(["sandbar:student"]);
    expect(bindings.map(({ name }) => name)).toEqual(["sandbar:student", "sandbar:students:admin"]);

    await credential({ user: "ben", role: "student" });
    expect([await named("clusterroles"), await named("clusterrolebindings")]).toEqual([roles, bindings]);
  });

  test("may be combined with custom groups", async () => {
    const at = await school();
    const groups = ["team-a", "sandbar:students"];
    const both = await at.credential({ user: "anna", role: "student", groups });
    expect([both.role, both.groups]).toEqual(["student", ["sandbar:students", "team-a"]]);
    const alone = await at.credential({ user: "ben", groups: ["team-a"] });
    expect([alone.role, alone.groups]).toEqual([null, ["team-a"]]);
    expect(await canI(at, alone.token, "list pods default")).toBe(false);
  });

  test("a cluster whose rules refuse the bindings reports it, and creates no credential", async () => {
    const { sandbar, key, id } = await school();
    const token = await sandbar.adminOf(key, id);
    const api = `/clusters/${id}/apis/admissionregistration.k8s.io/v1`;
    const spec = {
      matchConstraints: {
        resourceRules: [
          {
            ...{ apiGroups: ["rbac.authorization.k8s.io"], apiVersions: ["*"], operations: ["CREATE"] },
            resources: ["clusterrolebindings"],
          },
        ],
      },
      validations: [{ expression: "false", message: "no bindings here" }],
    };
    const post = async (path: string, body: object) =>
      expect((await sandbar.call(`${api}/${path}`, { method: "POST", token, body })).status).toBe(201);
    await post("validatingadmissionpolicies", { metadata: { name: "none" }, spec });
    const binding = { policyName: "none", validationActions: ["Deny"] };
    await post("validatingadmissionpolicybindings", { metadata: { name: "none" }, spec: binding });

    const call = { method: "POST", token: key, body: { user: "anna", role: "viewer" } };
    const reply = await sandbar.call(`/v1/clusters/${id}/credentials`, call);
    expect([reply.status, reply.body.code]).toEqual([409, "refused_by_cluster"]);
    expect(reply.body.detail).toContain("no bindings here");
    const { items } = (await sandbar.call(`/v1/clusters/${id}/credentials`, { token: key })).body;
    expect(items.map(({ user }: { user: string }) => user)).toEqual(["kubernetes-admin"]);
  });
});

describe("the administrator's kubeconfig", () => {
  test("is the same at every call, on every isolate, with one credential", async () => {
    const { sandbar, key, id } = await school();
    const kubeconfig = async (query = "") =>
      (await sandbar.call(`/v1/clusters/${id}/kubeconfig${query}`, { token: key })).text;
    const first = await kubeconfig();
    sandbar.roundTrips.length = 0;
    sandbar.newIsolate();
    expect(await kubeconfig()).toBe(first);
    expect(sandbar.roundTrips).toHaveLength(1);
    const { items } = (await sandbar.call(`/v1/clusters/${id}/credentials`, { token: key })).body;
    expect(items).toMatchObject([{ user: "kubernetes-admin", role: "admin", expiresAt: null }]);
    expect((await sandbar.call(`/clusters/${id}/api/v1/pods`, { token: tokenOf(first) })).status).toBe(200);

    const ending = `?expiresAt=${new Date(sandbar.clock.now() + 60_000).toISOString()}`;
    expect(await kubeconfig(ending)).toBe(await kubeconfig(ending));
    expect(await kubeconfig(ending)).not.toBe(first);
    const { body } = await sandbar.call(`/v1/clusters/${id}/kubeconfig?expiresAt=2020-01-01T00:00:00Z`, { token: key });
    expect([body.status, body.errors[0].location]).toEqual([400, "query.expiresAt"]);
  });

  test("after revocation, another one opens the cluster, and the old one stays revoked", async () => {
    const { sandbar, key, id } = await school();
    const old = await sandbar.adminOf(key, id);
    const { items } = (await sandbar.call(`/v1/clusters/${id}/credentials`, { token: key })).body;
    await sandbar.call(`/v1/clusters/${id}/credentials/${items[0].id}`, { method: "DELETE", token: key });
    const next = await sandbar.adminOf(key, id);
    const pods = `/clusters/${id}/api/v1/pods`;
    expect((await sandbar.call(pods, { token: next })).status).toBe(200);
    expect((await sandbar.call(pods, { token: old })).status).toBe(401);
  });

  test("each API key and each cluster has its own", async () => {
    const { sandbar, key, id } = await school();
    const body = { name: "second" };
    const { key: second } = (await sandbar.call("/v1/api-keys", { method: "POST", token: key, body })).body;
    const other = await sandbar.cluster(key);
    const tokens = [
      await sandbar.adminOf(key, id),
      await sandbar.adminOf(second, id),
      await sandbar.adminOf(key, other),
    ];
    expect(new Set(tokens.map((token) => token.split("_")[2])).size).toBe(3);
    expect(await sandbar.adminOf(key, id)).toBe(tokens[0]);
  });
});

function tokenOf(kubeconfig: string): string {
  return parse(kubeconfig).users[0].user.token;
}

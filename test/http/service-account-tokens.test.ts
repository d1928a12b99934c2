/** Tokens of ServiceAccounts, requested and used like by clients: the whole Worker over stores in memory. */
import { createPublicKey, verify } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { type Call, TestSandbar } from "./sandbar.ts";

const NAMESPACE = "/api/v1/namespaces/default";
const RBAC = "/apis/rbac.authorization.k8s.io/v1";
const AUDIENCE = "https://kubernetes.default.svc.cluster.local";

let sandbar: TestSandbar;
let apiKey: string;
let clusterId: string;
let admin: string;

function at(path: string, call: Call & { cluster?: string } = {}) {
  return sandbar.call(`/clusters/${call.cluster ?? clusterId}${path}`, { token: admin, ...call });
}

function post(path: string, body: object, call: Call = {}) {
  return at(path, { method: "POST", body, ...call });
}

async function tokenOf(account = "default", spec: object = {}) {
  const reply = await post(`${NAMESPACE}/serviceaccounts/${account}/token`, { spec });
  expect(reply.status).toBe(201);
  return reply.body.status.token as string;
}

function claimsOf(token: string) {
  return JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString());
}

const whoami = (token: string, cluster = clusterId) =>
  at("/apis/authentication.k8s.io/v1/selfsubjectreviews", { method: "POST", body: {}, token, cluster });

beforeAll(async () => {
  sandbar = new TestSandbar();
  apiKey = await sandbar.organization();
  clusterId = await sandbar.cluster(apiKey);
  admin = await sandbar.adminOf(apiKey, clusterId);
});

describe("a credential", () => {
  it("is a user with its own id, in reviews of the user and of the token", async () => {
    const created = await sandbar.call(`/v1/clusters/${clusterId}/credentials`, {
      method: "POST",
      token: apiKey,
      body: { user: "jane", groups: ["developers"] },
    });
    const { id, token } = created.body;
    const user = { username: "jane", uid: id, groups: ["developers", "system:authenticated"] };
    expect((await whoami(token)).body.status.userInfo).toEqual(user);
    const review = await post("/apis/authentication.k8s.io/v1/tokenreviews", { spec: { token } });
    expect(review.body.status).toEqual({ authenticated: true, user, audiences: [AUDIENCE] });
  });
});

describe("a token", () => {
  it("has the claims of Kubernetes and a signature that the published key verifies", async () => {
    const { body } = await post(`${NAMESPACE}/serviceaccounts/default/token`, { spec: { expirationSeconds: 600 } });
    expect(body).toMatchObject({
      kind: "TokenRequest",
      apiVersion: "authentication.k8s.io/v1",
      metadata: { name: "default", namespace: "default" },
      spec: { audiences: [AUDIENCE], expirationSeconds: 600, boundObjectRef: null },
    });
    const account = await at(`${NAMESPACE}/serviceaccounts/default`);
    const claims = claimsOf(body.status.token);
    const { iat } = claims;
    expect(claims).toEqual({
      aud: [AUDIENCE],
      exp: iat + 600,
      iat,
      iss: AUDIENCE,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
      "kubernetes.io": {
        namespace: "default",
        serviceaccount: { name: "default", uid: account.body.metadata.uid },
      },
      nbf: iat,
      sub: "system:serviceaccount:default:default",
    });
    expect(Object.keys(claims)).toEqual(Object.keys(claims).toSorted());
    expect(Date.parse(body.status.expirationTimestamp)).toBe((iat + 600) * 1000);

    const keys = await at("/openid/v1/jwks", { headers: { accept: "application/jwk-set+json" } });
    const [key] = JSON.parse(keys.text).keys;
    const [header, payload, signature] = body.status.token.split(".");
    expect(JSON.parse(Buffer.from(header, "base64url").toString())).toEqual({ alg: "ES256", kid: key.kid });
    const publicKey = createPublicKey({ key, format: "jwk" });
    const proof = { key: publicKey, dsaEncoding: "ieee-p1363" } as const;
    expect(verify("sha256", Buffer.from(`${header}.${payload}`), proof, Buffer.from(signature, "base64url"))).toBe(
      true,
    );
  });

  it("authenticates its bearer as the account, below the cluster's path and at the root, with its permissions only", async () => {
    const token = await tokenOf();
    const { body } = await whoami(token);
    expect(body.status.userInfo).toEqual({
      username: "system:serviceaccount:default:default",
      uid: claimsOf(token)["kubernetes.io"].serviceaccount.uid,
      groups: ["system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"],
      extra: { "authentication.kubernetes.io/credential-id": [`JTI=${claimsOf(token).jti}`] },
    });
    const refused = await at(`${NAMESPACE}/pods`, { token });
    expect(refused.body.message).toBe(
      'pods is forbidden: User "system:serviceaccount:default:default" cannot list resource "pods" in API group "" in ' +
        'the namespace "default"',
    );
    await post(`${RBAC}/namespaces/default/rolebindings`, {
      metadata: { name: "view" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" },
      subjects: [{ kind: "ServiceAccount", name: "default", namespace: "default" }],
    });
    expect((await at(`${NAMESPACE}/pods`, { token })).status).toBe(200);
    expect((await sandbar.call(`${NAMESPACE}/pods`, { token })).status).toBe(200);
    expect((await sandbar.call("/apis", { token })).status).toBe(200);
    expect((await sandbar.call("/.well-known/openid-configuration", { token })).body).toMatchObject({
      issuer: AUDIENCE,
    });
  });

  it("opens no other cluster, and no cluster when it was changed", async () => {
    const token = await tokenOf();
    const other = await sandbar.cluster(apiKey);
    const otherAdmin = await sandbar.adminOf(apiKey, other);
    await sandbar.call(`/clusters/${other}${NAMESPACE}/serviceaccounts/default/token`, {
      method: "POST",
      body: {},
      token: otherAdmin,
    });
    const [header, payload, signature] = token.split(".") as [string, string, string];
    const forged = (claims: object) =>
      `${header}.${Buffer.from(JSON.stringify({ ...claimsOf(token), ...claims })).toString("base64url")}.${signature}`;
    const elsewhere = Buffer.from(Buffer.from(header, "base64url").toString().replace(clusterId, other)).toString(
      "base64url",
    );
    const refusals = [
      await whoami(token, other),
      await whoami(`${elsewhere}.${payload}.${signature}`, other),
      await whoami(`${elsewhere}.${payload}.${signature}`),
      await whoami(forged({ sub: "system:serviceaccount:kube-system:default" })),
      await whoami(`${header}.${payload}.`),
      await whoami(`${header}.${payload}.${"A".repeat(86)}`),
      await whoami(JSON.parse(Buffer.from(header, "base64url").toString()).kid),
    ];
    for (const { status, body } of refusals) {
      expect([status, body.message, body.reason]).toEqual([401, "Unauthorized", "Unauthorized"]);
    }
    expect((await whoami(token)).status).toBe(201);
  });

  it("ends with its expiry, its account and its bound object", async () => {
    const short = await tokenOf("default", { expirationSeconds: 600 });
    await post(`${NAMESPACE}/serviceaccounts`, { metadata: { name: "sa" } });
    await post(`${NAMESPACE}/secrets`, { metadata: { name: "bound" } });
    const token = await tokenOf("sa");
    const boundObjectRef = { kind: "Secret", apiVersion: "v1", name: "bound" };
    const bound = await tokenOf("sa", { boundObjectRef, expirationSeconds: 7200 });
    expect(claimsOf(bound)["kubernetes.io"].secret.name).toBe("bound");
    expect((await whoami(bound)).status).toBe(201);

    await at(`${NAMESPACE}/secrets/bound`, { method: "DELETE" });
    expect((await whoami(bound)).status).toBe(401);
    await at(`${NAMESPACE}/serviceaccounts/sa`, { method: "DELETE" });
    expect((await whoami(token)).status).toBe(401);
    await post(`${NAMESPACE}/serviceaccounts`, { metadata: { name: "sa" } });
    expect((await whoami(token)).status).toBe(401);

    await sandbar.clock.pass(655_000);
    expect((await whoami(short)).status).toBe(201);
    await sandbar.clock.pass(10_000);
    expect((await whoami(short)).status).toBe(401);
  });

  it("for another audience is refused by the API, but can be reviewed", async () => {
    const token = await tokenOf("default", { audiences: ["vault"] });
    expect((await whoami(token)).status).toBe(401);
    const review = (spec: object) => post("/apis/authentication.k8s.io/v1/tokenreviews", { spec });
    expect((await review({ token, audiences: ["vault", "x"] })).body.status).toMatchObject({
      authenticated: true,
      audiences: ["vault"],
      user: { username: "system:serviceaccount:default:default" },
    });
    expect((await review({ token })).body.status).toEqual({
      user: {},
      error: `token audiences ["vault"] is invalid for the target audiences ["${AUDIENCE}"]`,
    });
    expect((await review({ token: "zzz" })).body.status).toEqual({ user: {}, error: "invalid bearer token" });
    expect((await review({ token: "" })).body).toMatchObject({ code: 400 });
    expect((await review({ token: admin })).body.status).toEqual({
      authenticated: true,
      audiences: [AUDIENCE],
      user: {
        uid: expect.stringMatching(/^cred-/),
        username: "kubernetes-admin",
        groups: ["system:masters", "system:authenticated"],
      },
    });
  });

  it("costs the same as a credential: one round trip for a read; the key is created only once", async () => {
    const token = await tokenOf();
    const count = async (work: () => Promise<unknown>) => {
      const before = sandbar.roundTrips.length;
      await work();
      return sandbar.roundTrips.slice(before);
    };
    await whoami(token);
    expect(await count(() => whoami(token))).toEqual(["sync"]);
    expect(await count(() => tokenOf())).toEqual(["sync"]);
    sandbar.newIsolate();
    expect(await count(() => at("/apis/apps/v1", { token }))).toEqual(["sync"]);
    sandbar.newIsolate();
    expect(await count(() => at(`${NAMESPACE}/pods`, { token }))).toEqual(["sync"]);
    expect((await sandbar.call(`/v1/clusters/${clusterId}/credentials`, { token: apiKey })).text).not.toContain(
      "issuer",
    );
  });

  it("is refused with Kubernetes' message when the request is invalid", async () => {
    const request = (spec: object, account = "default") =>
      post(`${NAMESPACE}/serviceaccounts/${account}/token`, { spec }).then(({ body }) => body);
    expect(await request({ expirationSeconds: 5 })).toMatchObject({
      code: 422,
      message:
        'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 5: may not specify a ' +
        "duration less than 10 minutes",
    });
    expect(await request({ expirationSeconds: 2 ** 33 })).toMatchObject({ code: 422 });
    expect(await request({}, "none")).toMatchObject({ code: 404, message: 'serviceaccounts "none" not found' });
    const bound = (reference: object) => request({ boundObjectRef: reference });
    expect(await bound({ kind: "Pod", apiVersion: "v1", name: "none" })).toMatchObject({
      code: 404,
      message: 'pods "none" not found',
    });
    expect(await bound({ kind: "ConfigMap", apiVersion: "v1", name: "x" })).toMatchObject({
      code: 400,
      message: "cannot bind token to object of type /v1, Kind=ConfigMap",
    });
  });
});

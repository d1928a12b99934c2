/**
 * Tests of sig-auth.
 * Kubernetes: test/e2e/auth
 */
import { expect } from "vitest";
import { apiOperations } from "./api-case.ts";
import type { Json } from "./cluster.ts";
import { AGNHOST, agnhost, alwaysPod, named, pod } from "./objects.ts";
import { type Stories, stories } from "./stories.ts";

const account = named("v1", "ServiceAccount");

const auth: Stories = {
  "ServiceAccounts should mount an API token into pods": async (cluster) => {
    const token = "/var/run/secrets/kubernetes.io/serviceaccount";
    await cluster.create(account("inclusterclient"));
    await cluster.createSync(
      alwaysPod("pod-service-account", agnhost(["pause"]), { serviceAccountName: "inclusterclient" }),
    );
    const read = (file: string) => cluster.shell("pod-service-account", "test", `cat ${token}/${file}`);
    expect(await read("namespace")).toBe(cluster.namespace);
    const authority = await cluster.get({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "kube-root-ca.crt" },
    });
    expect(await read("ca.crt")).toBe(authority.data["ca.crt"].trim());
    const review = {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenReview",
      spec: { token: await read("token") },
    };
    const { body } = await cluster.request("POST", "/apis/authentication.k8s.io/v1/tokenreviews", review);
    expect(body.status.authenticated).toBe(true);
    expect(body.status.user.username).toBe(`system:serviceaccount:${cluster.namespace}:inclusterclient`);
    expect(body.status.user.groups).toEqual(expect.arrayContaining(["system:authenticated", "system:serviceaccounts"]));
  },
  "ServiceAccounts should allow opting out of API token automount": async (cluster) => {
    const own = { mount: true, nomount: false, default: undefined };
    for (const [name, automountServiceAccountToken] of Object.entries(own)) {
      if (name !== "default") await cluster.create({ ...account(name), automountServiceAccountToken });
    }
    for (const [ofAccount, isMounted] of Object.entries(own)) {
      for (const [ofPod, wanted] of [
        ["defaultspec", undefined],
        ["mountspec", true],
        ["nomountspec", false],
      ] as const) {
        const spec = {
          serviceAccountName: ofAccount,
          ...(wanted !== undefined && { automountServiceAccountToken: wanted }),
        };
        const made = await cluster.create(pod(`pod-service-account-${ofAccount}-${ofPod}`, [{ image: AGNHOST }], spec));
        const mounts = made.spec.containers[0].volumeMounts ?? [];
        expect(mounts.length > 0).toBe(wanted ?? isMounted ?? true);
      }
    }
  },
  "ServiceAccounts should mount projected service account token": async (cluster) => {
    const sources = [{ serviceAccountToken: { path: "token", expirationSeconds: 43200 } }];
    const container = agnhost(["mounttest", "--file_content=/test-volume/token"], {
      volumeMounts: [{ name: "sa-token", mountPath: "/test-volume" }],
    });
    const made = pod("test-pod", [container], { volumes: [{ name: "sa-token", projected: { sources } }] });
    await cluster.create(made);
    await cluster.phase(made, "Succeeded");
    expect(await cluster.log("test-pod")).toMatch(/content of file "\/test-volume\/token": \S+\.\S+\.\S+/);
  },
  "ServiceAccounts should guarantee kube-root-ca.crt exist in any namespace": async (cluster) => {
    const root = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "kube-root-ca.crt" } };
    const { data } = await cluster.eventually(async () => cluster.get(root));
    await cluster.delete(root);
    await cluster.eventually(async () => (await cluster.request("GET", cluster.pathOf(root))).status === 200);
    await cluster.update(root, (draft) => (draft.data = { "ca.crt": "" }));
    await cluster.eventually(async () => (await cluster.get(root)).data["ca.crt"] === data["ca.crt"]);
  },
  "ServiceAccounts should run through the lifecycle of a ServiceAccount": (c) => apiOperations(c, { object: account }),
  "ServiceAccounts should update a ServiceAccount": async (cluster) => {
    await cluster.create({ ...account("e2e-sa"), automountServiceAccountToken: false });
    const updated = await cluster.update(account("e2e-sa"), (draft) => (draft.automountServiceAccountToken = true));
    expect(updated.automountServiceAccountToken).toBe(true);
  },
  "ServiceAccounts should create a serviceAccountToken and ensure a successful TokenReview": async (cluster) => {
    await cluster.create(account("e2e-sa"));
    const request = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { expirationSeconds: 3600 } };
    const { body: made } = await cluster.request("POST", `${cluster.pathOf(account("e2e-sa"))}/token`, request);
    const review = { apiVersion: "authentication.k8s.io/v1", kind: "TokenReview", spec: { token: made.status.token } };
    const { body } = await cluster.request("POST", "/apis/authentication.k8s.io/v1/tokenreviews", review);
    expect([body.status.authenticated, body.status.error]).toEqual([true, undefined]);
  },
  "ServiceAccounts ServiceAccountIssuerDiscovery should support OIDC discovery of service account issuer": async (
    cluster,
  ) => {
    const sources = [
      { serviceAccountToken: { path: "sa-token", expirationSeconds: 7200, audience: "oidc-discovery-test" } },
    ];
    const container = agnhost(
      [
        "test-service-account-issuer-discovery",
        "--token-path",
        "/var/run/secrets/tokens/sa-token",
        "--audience",
        "oidc-discovery-test",
      ],
      {
        volumeMounts: [{ name: "sa-token", mountPath: "/var/run/secrets/tokens", readOnly: true }],
      },
    );
    await cluster.create({
      ...named("rbac.authorization.k8s.io/v1", "ClusterRoleBinding")("oidc-discovery-validator"),
      roleRef: {
        apiGroup: "rbac.authorization.k8s.io",
        kind: "ClusterRole",
        name: "system:service-account-issuer-discovery",
      },
      subjects: [{ kind: "ServiceAccount", name: "default", namespace: cluster.namespace }],
    });
    const made = pod("oidc-discovery-validator", [container], {
      volumes: [{ name: "sa-token", projected: { sources } }],
    });
    await cluster.create(made);
    await cluster.phase(made, "Succeeded").catch(async (error: Error) => {
      throw new Error(`${await cluster.log("oidc-discovery-validator")}\n${error.message}`);
    });
  },
  "SubjectReview should support SubjectReview API operations": async (cluster) => {
    const user = `system:serviceaccount:${cluster.namespace}:e2e`;
    const resourceAttributes = { verb: "list", resource: "configmaps", version: "v1", namespace: cluster.namespace };
    const spec = { resourceAttributes, user };
    const review = { apiVersion: "authorization.k8s.io/v1", kind: "SubjectAccessReview", spec };
    const all = await cluster.request("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", review);
    const local = await cluster.request("POST", cluster.path("authorization.k8s.io/v1", "localsubjectaccessreviews"), {
      ...{ ...review, kind: "LocalSubjectAccessReview", metadata: { namespace: cluster.namespace } },
    });
    expect([all.status, local.status]).toEqual([201, 201]);
    expect([all.body.status.allowed, local.body.status.allowed]).toEqual([false, false]);
  },
  "Certificates API [Privileged:ClusterAdmin] should support CSR API operations": async (cluster) => {
    const groups = (await cluster.request("GET", "/apis")).body.groups.map(({ name }: Json) => name);
    expect(groups).toContain("certificates.k8s.io");
    const { resources } = (await cluster.request("GET", "/apis/certificates.k8s.io/v1")).body;
    const names = resources.map(({ name }: Json) => name);
    for (const part of ["", "/approval", "/status"]) expect(names).toContain(`certificatesigningrequests${part}`);
  },
};

stories("[sig-auth]", auth);

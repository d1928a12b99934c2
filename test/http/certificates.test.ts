/** Certificate signing requests: created, approved, signed by the cluster's own authority, and cleaned up. */
import "reflect-metadata"; // @peculiar/x509 needs this import before its own.
import { X509Certificate } from "node:crypto";
import { Pkcs10CertificateRequestGenerator } from "@peculiar/x509";
import { beforeAll, describe, expect, it } from "vitest";
import { controlPlane } from "../../src/runtime/control-plane.ts";
import type { Engine } from "../../src/runtime/engine.ts";
import { type Call, TestSandbar } from "./sandbar.ts";

const REQUESTS = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
const RBAC = "/apis/rbac.authorization.k8s.io/v1";
const CLIENT = "kubernetes.io/kube-apiserver-client";

let sandbar: TestSandbar;
let clusterId: string;
let admin: string;
let jane: string;

function at(path: string, call: Call = {}) {
  return sandbar.call(`/clusters/${clusterId}${path}`, { token: admin, ...call });
}

async function pkcs10(subject: string): Promise<string> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = (await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"])) as CryptoKeyPair;
  const request = await Pkcs10CertificateRequestGenerator.create({ name: subject, keys, signingAlgorithm: algorithm });
  return btoa(`${request.toString("pem")}\n`);
}

async function ask(name: string, subject: string, spec: object = {}, call: Call = {}) {
  const request = await pkcs10(subject);
  const all = { request, signerName: CLIENT, usages: ["client auth"], ...spec };
  const body = {
    apiVersion: "certificates.k8s.io/v1",
    kind: "CertificateSigningRequest",
    metadata: { name },
    spec: all,
  };
  return (await at(REQUESTS, { method: "POST", body, ...call })).body;
}

function decide(name: string, type: string, call: Call = {}) {
  const conditions = [{ type, status: "True", reason: "Test", message: "by a test" }];
  const headers = { "content-type": "application/merge-patch+json" };
  return at(`${REQUESTS}/${name}/approval`, { method: "PATCH", headers, body: { status: { conditions } }, ...call });
}

const get = async (name: string) => (await at(`${REQUESTS}/${name}`)).body;

beforeAll(async () => {
  sandbar = new TestSandbar((stores) => stores, controlPlane as unknown as Engine);
  const apiKey = await sandbar.organization();
  clusterId = await sandbar.cluster(apiKey, { nodes: 1 });
  admin = await sandbar.adminOf(apiKey, clusterId);
  const credential = { method: "POST", token: apiKey, body: { user: "jane", groups: ["dev"] } };
  jane = (await sandbar.call(`/v1/clusters/${clusterId}/credentials`, credential)).body.token;
  await at(`${RBAC}/clusterroles`, {
    method: "POST",
    body: {
      metadata: { name: "asks" },
      rules: [
        { apiGroups: ["certificates.k8s.io"], resources: ["certificatesigningrequests"], verbs: ["create", "get"] },
        { apiGroups: ["certificates.k8s.io"], resources: ["certificatesigningrequests/approval"], verbs: ["patch"] },
      ],
    },
  });
  await at(`${RBAC}/clusterrolebindings`, {
    method: "POST",
    body: {
      metadata: { name: "asks" },
      subjects: [{ kind: "Group", apiGroup: "rbac.authorization.k8s.io", name: "dev" }],
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "asks" },
    },
  });
});

describe("a signing request", () => {
  it("has its creator, and once approved a certificate signed by the published authority", async () => {
    const asked = await ask("jane", "CN=jane, O=dev", { expirationSeconds: 3600, username: "root" }, { token: jane });
    expect(asked.spec).toMatchObject({ username: "jane", groups: ["dev", "system:authenticated"] });
    expect(asked.status).toEqual({});
    expect((await decide("jane", "Approved", { token: jane })).body.message).toBe(
      'certificatesigningrequests.certificates.k8s.io "jane" is forbidden: user not permitted to approve requests with ' +
        `signerName "${CLIENT}"`,
    );
    expect((await decide("jane", "Approved")).status).toBe(200);
    await sandbar.clock.pass(1_000);
    const { status } = await get("jane");
    expect(status.conditions).toMatchObject([{ type: "Approved", lastUpdateTime: expect.stringMatching(/Z$/) }]);

    const certificate = new X509Certificate(atob(status.certificate));
    expect(certificate.subject.split("\n")).toEqual(["CN=jane", "O=dev"]);
    expect(certificate.keyUsage).toEqual(["1.3.6.1.5.5.7.3.2"]);
    expect(certificate.ca).toBe(false);
    const { body } = await at("/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication");
    const [, authority] = (body.data["client-ca-file"] as string).split(/(?<=-----END CERTIFICATE-----\n)/);
    const issuer = new X509Certificate(authority!);
    expect([certificate.checkIssued(issuer), certificate.verify(issuer.publicKey)]).toEqual([true, true]);
    const lifetimeMs = Date.parse(certificate.validTo) - Date.parse(asked.metadata.creationTimestamp);
    expect(Math.abs(lifetimeMs - 3_600_000)).toBeLessThan(5_000);
  });

  it("is refused if its signer could not sign it", async () => {
    const messages = [
      await ask("a", "CN=x", { request: btoa("nothing") }),
      await ask("b", "CN=x", {
        request: btoa("-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n"),
      }),
      await ask("c", "CN=x", { usages: ["flying"], signerName: "kubernetes.io/legacy-unknown" }),
      await ask("d", "CN=x", { expirationSeconds: 5, signerName: "x" }),
      await ask("e", "CN=x, O=system:masters"),
    ].map(({ code, message }) => `${code} ${message.slice(0, 300)}`);
    expect(messages).toEqual([
      expect.stringMatching(/^422 .*spec\.request: Invalid value: .*PEM block type must be CERTIFICATE REQUEST$/),
      expect.stringMatching(/^422 .*spec\.request: Invalid value: .*asn1: structure error: tags don't match$/),
      expect.stringMatching(/^422 .*spec\.usages\[0\]: Unsupported value: "flying"/),
      expect.stringMatching(/^422 .*spec\.signerName: Invalid value: "x"/),
      '403 certificatesigningrequests.certificates.k8s.io "e" is forbidden: use of kubernetes.io/kube-apiserver-client ' +
        "signer with system:masters group is not allowed",
    ]);
  });

  it("that a signer cannot sign fails with the reason; a decision is final", async () => {
    await ask("odd", "CN=x", { usages: ["server auth"] });
    await decide("odd", "Approved");
    await sandbar.clock.pass(1_000);
    expect((await get("odd")).status).toMatchObject({
      conditions: [
        { type: "Approved" },
        {
          type: "Failed",
          reason: "SignerValidationFailure",
          message: "invalid usage for client certificate: server auth",
        },
      ],
    });
    // One changed byte of the key makes the signature invalid.
    const forged = Buffer.from(atob(await pkcs10("CN=x")).replaceAll(/-----.*-----|\n/g, ""), "base64");
    forged[60] = forged[60]! ^ 1;
    const text = `-----BEGIN CERTIFICATE REQUEST-----\n${forged.toString("base64")}\n-----END CERTIFICATE REQUEST-----\n`;
    expect((await ask("forged", "CN=x", { request: btoa(text) })).kind).toBe("CertificateSigningRequest");
    await decide("forged", "Approved");
    await sandbar.clock.pass(1_000);
    expect((await get("forged")).status).toMatchObject({ conditions: [{ type: "Approved" }] });
    expect((await get("forged")).status.certificate).toBeUndefined();
    await ask("no", "CN=x");
    expect((await decide("no", "Denied")).status).toBe(200);
    expect((await decide("no", "Approved")).body.message).toContain(
      'updates may not remove a condition of type "Denied"',
    );
    const put = { ...(await get("no")), status: { certificate: btoa("x") } };
    const answer = await at(`${REQUESTS}/no/status`, { method: "PUT", body: put });
    expect(answer.body.message).toContain("must contain at least one CERTIFICATE PEM block");
  });

  it("of an authorized kubelet is approved at once; decided requests are removed after an hour", async () => {
    await at(`${RBAC}/clusterrolebindings`, {
      method: "POST",
      body: {
        metadata: { name: "nodes" },
        subjects: [{ kind: "User", apiGroup: "rbac.authorization.k8s.io", name: "kubernetes-admin" }],
        roleRef: {
          apiGroup: "rbac.authorization.k8s.io",
          kind: "ClusterRole",
          name: "system:certificates.k8s.io:certificatesigningrequests:nodeclient",
        },
      },
    });
    const spec = {
      signerName: "kubernetes.io/kube-apiserver-client-kubelet",
      usages: ["client auth", "digital signature"],
    };
    await ask("kubelet", "CN=system:node:node-9, O=system:nodes", spec);
    await ask("stranger", "CN=node-9, O=system:nodes", spec);
    await sandbar.clock.pass(1_000);
    const { status } = await get("kubelet");
    expect(status.conditions).toMatchObject([{ type: "Approved", reason: "AutoApproved" }]);
    expect(status.certificate).toBeDefined();
    expect((await get("stranger")).status).toEqual({});
    await sandbar.clock.pass(3_700_000);
    expect([(await get("kubelet")).code, (await get("stranger")).status]).toEqual([404, {}]);
    await sandbar.clock.pass(24 * 3_600_000);
    expect((await get("stranger")).code).toBe(404);
  });
});

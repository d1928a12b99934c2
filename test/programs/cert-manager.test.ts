/** cert-manager's programs and kube-webhook-certgen in pods: they use the API with their own accounts. */
import { beforeEach, describe, expect, it } from "vitest";
import { installSigningKey } from "../../src/cluster/issuer/issuer.ts";
import { validatingWebhookConfigurationKind } from "../../src/kinds/admissionregistration/validating-webhook-configuration.ts";
import { customResourceDefinitionKind } from "../../src/kinds/apiextensions/custom-resource-definition.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { secretKind } from "../../src/kinds/core/secret.ts";
import type { KindDefinition } from "../../src/kinds/kind.ts";
import { clusterRoleBindingKind } from "../../src/kinds/rbac/cluster-role-binding.ts";
import { ecdsaKeyPair, issueCertificate } from "../../src/lib/signing/issue.ts";
import { certificateProblem } from "../../src/lib/signing/verification.ts";
import { clusterWith, podWith } from "../kubelet/clusters.ts";

let cluster: ReturnType<typeof clusterWith>;
const GROUP = "cert-manager.io";
const FREE = { type: "object", "x-kubernetes-preserve-unknown-fields": true };

function define(kind: string, plural: string, scope = "Namespaced"): void {
  cluster.create(customResourceDefinitionKind, {
    metadata: { name: `${plural}.${GROUP}` },
    spec: {
      ...{ group: GROUP, scope, names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` } },
      versions: [
        { name: "v1", served: true, storage: true, subresources: { status: {} }, schema: { openAPIV3Schema: FREE } },
      ],
    },
  } as never);
}

// biome-ignore lint/suspicious/noExplicitAny: custom objects have every shape
type Free = any;
const kindOf = (plural: string) =>
  cluster.write((tx) => tx.kinds.byResource(`${GROUP}/${plural}`)) as unknown as KindDefinition<Free>;
const make = (plural: string, kind: string, name: string, spec: Free) =>
  cluster.create(kindOf(plural), {
    ...{ apiVersion: `${GROUP}/v1`, kind, metadata: { name, namespace: "default" }, spec },
  });
const get = (plural: string, name: string): Free => cluster.get(kindOf(plural), name);
const condition = (object: Free, type = "Ready") =>
  object?.status?.conditions?.find((each: Free) => each.type === type);
const text = (name: string, key: string) => atob(String(cluster.get(secretKind, name)?.data?.[key] ?? ""));

beforeEach(() => {
  cluster = clusterWith({ latency: "instant" });
  cluster.write((tx) => installSigningKey(tx, { keyId: "test-key", privateKey: "1".padStart(64, "0") }));
  const subjects = [{ kind: "Group", name: "system:serviceaccounts", apiGroup: "rbac.authorization.k8s.io" }];
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" };
  cluster.create(clusterRoleBindingKind, { metadata: { name: "all" }, subjects, roleRef } as never);
});

function start(name: string, image: string, args: string[] = [], more: object = {}): void {
  cluster.create(podKind, podWith(name, { image, args }, more));
  cluster.advance(20_000);
}

describe("cert-manager", () => {
  beforeEach(() => {
    define("Issuer", "issuers");
    define("ClusterIssuer", "clusterissuers", "Cluster");
    define("Certificate", "certificates");
    define("CertificateRequest", "certificaterequests");
    cluster.advance(5000);
    start("controller", "quay.io/jetstack/cert-manager-controller:v1.19.2");
  });

  it("makes an authority and a certificate that it signs", () => {
    make("issuers", "Issuer", "root", { selfSigned: {} });
    make("certificates", "Certificate", "ca", {
      ...{ isCA: true, commonName: "my-ca", secretName: "ca-key", issuerRef: { name: "root" } },
    });
    make("issuers", "Issuer", "ca", { ca: { secretName: "ca-key" } });
    make("certificates", "Certificate", "web", {
      ...{ secretName: "web-tls", dnsNames: ["web.default.svc"], issuerRef: { name: "ca", kind: "Issuer" } },
    });
    cluster.advance(20_000);
    expect(condition(get("issuers", "ca"))).toMatchObject({ status: "True", reason: "KeyPairVerified" });
    expect(condition(get("certificates", "web"))).toMatchObject({
      ...{ status: "True", reason: "Ready", message: "Certificate is up to date and has not expired" },
    });
    expect(get("certificaterequests", "web-1").status.conditions.map(({ type }: Free) => type)).toEqual([
      "Approved",
      "Ready",
    ]);
    const presented = text("web-tls", "tls.crt");
    const trusts = text("ca-key", "tls.crt");
    const verify = (host: string, nowMs = cluster.nowMs) =>
      certificateProblem({ presented, trusts, host, nowMs })?.text;
    expect(verify("web.default.svc")).toBeUndefined();
    expect(verify("other.default.svc")).toBe("x509: certificate is valid for web.default.svc, not other.default.svc");
    expect(verify("web.default.svc", cluster.nowMs + 91 * 24 * 3600_000)).toContain("has expired");
    expect(text("web-tls", "ca.crt")).toBe(trusts);
    expect(cluster.events().join("\n")).toContain("The certificate has been successfully issued");
  });

  it("is not due while nothing changes, and renews before the end", () => {
    make("issuers", "Issuer", "root", { selfSigned: {} });
    make("certificates", "Certificate", "web", { secretName: "web", dnsNames: ["web"], issuerRef: { name: "root" } });
    cluster.advance(60_000);
    const first = text("web", "tls.crt");
    const { revision } = cluster.snapshot.meta;
    cluster.advance(3600_000);
    expect(cluster.snapshot.meta.revision - revision).toBeLessThan(5);
    cluster.advance(61 * 24 * 3600_000);
    expect(text("web", "tls.crt")).not.toBe(first);
    expect(get("certificates", "web").status.revision).toBe(2);
  });

  it("names what is missing", () => {
    make("issuers", "Issuer", "ca", { ca: { secretName: "none" } });
    make("certificates", "Certificate", "web", { secretName: "web", dnsNames: ["web"], issuerRef: { name: "ca" } });
    cluster.advance(20_000);
    expect(condition(get("issuers", "ca")).message).toBe(
      'Error getting keypair for CA issuer: secret "none" not found',
    );
    expect(condition(get("certificates", "web"), "Issuing")).toMatchObject({ status: "True", reason: "DoesNotExist" });
    const pair = ecdsaKeyPair(7n);
    const order = { notBeforeMs: cluster.nowMs, notAfterMs: cluster.nowMs + 1e10, serial: new Uint8Array(16).fill(5) };
    const certificate = issueCertificate({
      ...{ ...order, names: { commonName: "late" }, publicKey: pair.publicKey, signer: pair.signer, isAuthority: true },
      usages: ["digital signature"],
    });
    cluster.create(secretKind, {
      metadata: { name: "none", namespace: "default" },
      data: { "tls.crt": btoa(certificate), "tls.key": btoa(pair.pem) },
    } as never);
    cluster.advance(20_000);
    expect(condition(get("certificates", "web"))?.status).toBe("True");
  });
});

describe("kube-webhook-certgen", () => {
  it("creates a Secret and writes its authority into the webhook", () => {
    const webhooks = [
      {
        ...{ name: "a.example.com", sideEffects: "None", admissionReviewVersions: ["v1"], failurePolicy: "Ignore" },
        clientConfig: { service: { namespace: "default", name: "hook" } },
        rules: [{ apiGroups: ["batch"], apiVersions: ["v1"], operations: ["CREATE"], resources: ["jobs"] }],
      },
    ];
    cluster.create(validatingWebhookConfigurationKind, { metadata: { name: "hook" }, webhooks } as never);
    const image = "registry.k8s.io/ingress-nginx/kube-webhook-certgen:v1.6.5";
    const once = { restartPolicy: "Never" };
    const target = ["--namespace=default", "--secret-name=hook-certs"];
    start("create", image, ["create", "--host=hook,hook.default.svc", ...target], once);
    start(
      "patch",
      image,
      ["patch", "--webhook-name=hook", ...target, "--patch-mutating=false", "--patch-failure-policy=Fail"],
      once,
    );
    const [patched] = cluster.get(validatingWebhookConfigurationKind, "hook")!.webhooks!;
    expect(patched).toMatchObject({
      failurePolicy: "Fail",
      clientConfig: { caBundle: btoa(text("hook-certs", "ca")) },
    });
    const verified = { presented: text("hook-certs", "cert"), trusts: text("hook-certs", "ca"), nowMs: cluster.nowMs };
    expect(certificateProblem({ ...verified, host: "hook.default.svc" })).toBeUndefined();
  });
});

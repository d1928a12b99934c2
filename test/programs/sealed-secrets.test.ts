/** sealed-secrets: what `kubeseal` encrypts with the controller's certificate becomes a Secret. */
import { constants, createCipheriv, publicEncrypt, randomBytes, X509Certificate } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { eventKind } from "../../src/kinds/core/event.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { secretKind } from "../../src/kinds/core/secret.ts";
import { podWith } from "../kubelet/clusters.ts";
import { type Cluster, define, type Free, kindOf, operatorCluster, restMs } from "./operator-cluster.ts";

const IMAGE = "docker.io/bitnami/sealed-secrets-controller:0.36.6";
const PREFIX = "sealedsecrets.bitnami.com/";

let cluster: Cluster;

beforeEach(() => {
  cluster = operatorCluster();
  define(cluster, "bitnami.com/v1alpha1", "SealedSecret");
  cluster.advance(5000);
  start("controller");
});

function start(name: string): void {
  cluster.create(podKind, podWith(name, { image: IMAGE }));
  cluster.advance(20_000);
}

const keys = () =>
  cluster.list(secretKind, "default").filter(({ metadata }) => metadata.labels?.[`${PREFIX}sealed-secrets-key`]);
const certificate = () => atob(String(keys()[0]?.data?.["tls.crt"]));
const sealedKind = () => kindOf(cluster, "bitnami.com/sealedsecrets");
const condition = (name: string) => cluster.get(sealedKind(), name)?.status?.conditions?.[0];
const value = (name: string, key: string) => atob(String(cluster.get(secretKind, name)?.data?.[key] ?? ""));
const reasons = () =>
  cluster
    .list(eventKind, "default")
    .flatMap(({ source, reason, message }: Free) =>
      source?.component === "sealed-secrets" ? [`${reason}: ${message}`] : [],
    );

/** As kubeseal does it. */
function seal(text: string, label: string): string {
  const session = randomBytes(32);
  const key = new X509Certificate(certificate()).publicKey;
  const options = { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" };
  const encrypted = publicEncrypt({ ...options, oaepLabel: Buffer.from(label) }, session);
  const cipher = createCipheriv("aes-256-gcm", session, Buffer.alloc(12));
  const body = Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]);
  const length = Buffer.from([encrypted.length >> 8, encrypted.length & 255]);
  return Buffer.concat([length, encrypted, body]).toString("base64");
}

function create(name: string, spec: Free, annotations: Record<string, string> = {}): void {
  const metadata = { name, namespace: "default", annotations };
  cluster.create(sealedKind(), { apiVersion: "bitnami.com/v1alpha1", kind: "SealedSecret", metadata, spec } as Free);
  cluster.advance(10_000);
}

describe("sealed-secrets", () => {
  it("makes a key pair once, for RSA with 4096 bits", () => {
    expect(keys()).toMatchObject([{ type: "kubernetes.io/tls" }]);
    expect(keys()[0]?.metadata.name).toMatch(/^sealed-secrets-key[a-z0-9]{5}$/);
    const { publicKey, ca, validTo } = new X509Certificate(certificate());
    expect([publicKey.asymmetricKeyType, publicKey.asymmetricKeyDetails?.modulusLength, ca]).toEqual([
      "rsa",
      4096,
      true,
    ]);
    expect(new Date(validTo).getTime() - cluster.nowMs).toBeGreaterThan(9 * 365 * 24 * 3600_000);
    start("again");
    expect(keys()).toHaveLength(1);
  });

  it("opens a secret with its template, and keeps it", () => {
    const template = {
      ...{ type: "kubernetes.io/basic-auth", metadata: { labels: { app: "db" } } },
      data: { url: "postgres://{{ .username }}:{{ .password }}@db" },
    };
    const encryptedData = { username: seal("admin", "default/db"), password: seal("s3cret", "default/db") };
    create("db", { encryptedData, template });
    expect(cluster.get(secretKind, "db")).toMatchObject({
      type: "kubernetes.io/basic-auth",
      metadata: { labels: { app: "db" }, ownerReferences: [{ kind: "SealedSecret", name: "db", controller: true }] },
    });
    expect([value("db", "username"), value("db", "url")]).toEqual(["admin", "postgres://admin:s3cret@db"]);
    expect(condition("db")).toMatchObject({ type: "Synced", status: "True" });
    expect(reasons()).toEqual(["Unsealed: SealedSecret unsealed successfully"]);
    cluster.delete(secretKind, cluster.get(secretKind, "db")!);
    cluster.advance(10_000);
    expect(value("db", "password")).toBe("s3cret");
    expect(restMs(cluster)).toBeGreaterThan(600_000);
    cluster.delete(sealedKind(), cluster.get(sealedKind(), "db"));
    cluster.advance(30_000);
    expect(cluster.get(secretKind, "db")).toBeUndefined();
  });

  it("binds a secret to its name and namespace, unless the scope is wider", () => {
    create("moved", { encryptedData: { a: seal("1", "default/other"), b: seal("2", "default/other") } });
    expect(condition("moved")).toMatchObject({ status: "False", message: "no key could decrypt secret (a, b)" });
    expect(reasons()).toEqual(["ErrUnsealFailed: Failed to unseal: no key could decrypt secret (a, b)"]);
    create("namespaced", { encryptedData: { a: seal("1", "default") } }, { [`${PREFIX}namespace-wide`]: "true" });
    create("anywhere", { encryptedData: { a: seal("2", "") } }, { [`${PREFIX}cluster-wide`]: "true" });
    expect([value("namespaced", "a"), value("anywhere", "a")]).toEqual(["1", "2"]);
    create("invalid", { encryptedData: { foo: "AgBy3i4OJSWK+PiTySYZZA9rO43cGDEq....." } });
    expect(condition("invalid")?.message).toBe("illegal base64 data at input byte 32 (foo)");
  });

  it("takes over a Secret only if it may", () => {
    const own = (name: string, annotations = {}) =>
      cluster.create(secretKind, {
        metadata: { name, namespace: "default", annotations },
        data: { old: "eA==" },
      } as Free);
    own("mine");
    own("managed", { [`${PREFIX}managed`]: "true" });
    own("patched", { [`${PREFIX}patch`]: "true" });
    for (const name of ["mine", "managed", "patched"]) {
      create(name, { encryptedData: { a: seal("1", `default/${name}`) } });
    }
    const message = 'failed update: Resource "mine" already exists and is not managed by SealedSecret';
    expect(condition("mine")).toMatchObject({ status: "False", message });
    const names = (name: string) => Object.keys(cluster.get(secretKind, name)?.data ?? {});
    expect([names("mine"), names("managed"), names("patched")]).toEqual([["old"], ["a"], ["a", "old"]]);
  });
});

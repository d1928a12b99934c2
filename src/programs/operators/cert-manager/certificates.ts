/**
 * Certificates: a key, a request, and the Secret with the signed certificate.
 * Source: github.com/cert-manager/cert-manager pkg/controller/certificates
 */
import type { JsonObject } from "../../../lib/json.ts";
import { ecdsaKeyPair, encodeRequest, issueCertificate, type Names } from "../../../lib/signing/issue.ts";
import { privateKeyFrom } from "../../../lib/signing/p256.ts";
import { pemBlocks } from "../../../lib/signing/pem.ts";
import { signerOf } from "../../../lib/signing/private-key.ts";
import { attributeOf, parseCertificate, serverNames } from "../../../lib/signing/x509.ts";
import { objectIn } from "../../kubectl/core/parts.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import type { Api } from "../controller-program.ts";
import { recordEvent } from "../events.ts";
import { create, ensure, find, list, metadataOf, nameOf, namespaceOf, replace, secretText } from "../objects.ts";
import { secretBytes } from "../server-certificates.ts";
import { conditionOf, timeText, withConditions } from "./conditions.ts";
import { type Authority, GROUP, issuerKey } from "./issuers.ts";

const DEFAULT_MS = 90 * 24 * 3600_000;
const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000 };

/** Issues what is missing or due. Returns the instant of the next renewal, ms. */
export function* reconcileCertificates(api: Api, issuers: ReadonlyMap<string, Authority>): Steps<number | undefined> {
  let nextAtMs: number | undefined;
  for (const item of yield* list(api.client, `${GROUP}/certificates`)) {
    const certificate = { ...item, apiVersion: "cert-manager.io/v1", kind: "Certificate" };
    const renewalMs = yield* reconcileOne(api, certificate, issuers);
    if (renewalMs !== undefined) nextAtMs = Math.min(nextAtMs ?? renewalMs, renewalMs);
  }
  return nextAtMs;
}

function listOf(spec: JsonObject, field: string): string[] {
  const value = spec[field];
  return Array.isArray(value) ? value.map(String) : [];
}

function namesOf(spec: JsonObject): Names {
  return {
    commonName: String(spec["commonName"] ?? ""),
    organizations: listOf(objectIn(spec["subject"]), "organizations"),
    ...{ dnsNames: listOf(spec, "dnsNames"), addresses: listOf(spec, "ipAddresses") },
    ...{ emails: listOf(spec, "emailAddresses"), uris: listOf(spec, "uris") },
  };
}

function durationMs(value: unknown, fallback: number): number {
  const parts = [...String(value ?? "").matchAll(/(\d+)([hms])/g)];
  return parts.length === 0
    ? fallback
    : parts.reduce((sum, [, n, unit = ""]) => sum + Number(n) * (UNITS[unit] ?? 0), 0);
}

/** Why the Secret is not the certificate that is wanted; undefined if it is. */
function outdated(
  certificate: JsonObject,
  secret: JsonObject | undefined,
  nowMs: number,
): [string, string] | undefined {
  if (!secret) return ["DoesNotExist", "Issuing certificate as Secret does not exist"];
  const text = secretText(secret, "tls.crt");
  const [block] = pemBlocks(text ?? "");
  if (!block || secretText(secret, "tls.key") === undefined) {
    return ["MissingData", "Issuing certificate as Secret does not contain a certificate"];
  }
  const spec = objectIn(certificate["spec"]);
  const annotations = objectIn(metadataOf(secret)["annotations"]);
  const issuer = objectIn(spec["issuerRef"]);
  const named = String(annotations["cert-manager.io/issuer-name"] ?? "");
  if (named !== issuer["name"]) {
    const why = `Issuing certificate as Secret was previously issued by "Issuer.cert-manager.io/${named}"`;
    return ["IncorrectIssuer", why];
  }
  const parsed = parseCertificate(block.bytes);
  const wanted = namesOf(spec);
  const { dnsNames, addresses } = serverNames(parsed);
  const differs = [
    ...(attributeOf(parsed.subject, "2.5.4.3") === (wanted.commonName ?? "") ? [] : ["spec.commonName"]),
    ...(dnsNames.join() === (wanted.dnsNames ?? []).join() ? [] : ["spec.dnsNames"]),
    ...(addresses.join() === (wanted.addresses ?? []).join() ? [] : ["spec.ipAddresses"]),
  ];
  if (differs.length > 0) {
    return ["RequestChanged", `Fields on existing CertificateRequest resource not up to date: [${differs.join(" ")}]`];
  }
  const renewalMs = renewalOf(spec, parsed);
  if (nowMs < renewalMs) return undefined;
  return ["Renewing", `Renewing certificate as renewal was scheduled at ${timeText(renewalMs)}`];
}

/** At two thirds of the lifetime, unless the Certificate states a time before its end. */
function renewalOf(spec: JsonObject, { notBeforeMs, notAfterMs }: { notBeforeMs: number; notAfterMs: number }): number {
  const beforeMs = durationMs(spec["renewBefore"], (notAfterMs - notBeforeMs) / 3);
  return notAfterMs - beforeMs;
}

function* reconcileOne(
  api: Api,
  certificate: JsonObject,
  issuers: ReadonlyMap<string, Authority>,
): Steps<number | undefined> {
  const { client } = api;
  const namespace = namespaceOf(certificate);
  const spec = objectIn(certificate["spec"]);
  const secretName = String(spec["secretName"] ?? "");
  const secret = yield* find(client, `/api/v1/namespaces/${namespace}/secrets/${secretName}`);
  const why = outdated(certificate, secret, api.nowMs);
  if (!why) return yield* writeReady(api, certificate, secret!);
  const [reason, message] = why;
  let current = yield* writeIssuing(api, certificate, { reason, message });
  const { kind = "Issuer", name = "" } = objectIn(spec["issuerRef"]);
  const authority = issuers.get(issuerKey(String(kind), namespace, String(name)));
  // The issuer's own change leads to the next run.
  if (!authority) return undefined;
  const revision = Number(objectIn(current["status"])["revision"] ?? 0) + 1;
  const made = sign(api, current, authority, revision);
  yield* writeRequest(api, current, { revision, ...made });
  yield* writeSecret(api, current, secret, made);
  yield* recordEvent(api, current, {
    ...{
      reason: "Issuing",
      message: "The certificate has been successfully issued",
      component: "cert-manager-certificates-issuing",
    },
  });
  const path = `${GROUP}/namespaces/${namespace}/certificates/${nameOf(current)}`;
  current = { ...(yield* client.json(path)), apiVersion: "cert-manager.io/v1", kind: "Certificate" };
  const conditions = objectIn(current["status"])["conditions"];
  const others = Array.isArray(conditions) ? conditions.filter((each) => objectIn(each)["type"] !== "Issuing") : [];
  const issued = { ...current, status: { ...objectIn(current["status"]), conditions: others, revision } };
  const stored = yield* find(client, `/api/v1/namespaces/${namespace}/secrets/${secretName}`);
  return yield* writeReady(api, issued, stored!, { isNew: true });
}

interface Made {
  request: string;
  certificate: string;
  authority: string;
  key: string;
}

function sign(api: Api, certificate: JsonObject, authority: Authority, revision: number): Made {
  const { process, nowMs } = api;
  const spec = objectIn(certificate["spec"]);
  const label = `${String(metadataOf(certificate)["uid"])}/${revision}`;
  const own = ecdsaKeyPair(privateKeyFrom(secretBytes(process, label)));
  const usages = listOf(spec, "usages");
  const startMs = Math.floor(nowMs / 1000) * 1000;
  const order = {
    names: namesOf(spec),
    publicKey: own.publicKey,
    isAuthority: spec["isCA"] === true,
    usages: usages.length > 0 ? usages : ["digital signature", "key encipherment"],
    serial: secretBytes(process, `${label}/serial`).subarray(0, 16),
    notBeforeMs: startMs,
    notAfterMs: startMs + durationMs(spec["duration"], DEFAULT_MS),
  };
  const request = encodeRequest({ ...order, signer: own.signer });
  if (authority.type === "selfSigned") {
    const text = issueCertificate({ ...order, signer: own.signer });
    return { request, certificate: text, authority: text, key: own.pem };
  }
  const issuer = parseCertificate(pemBlocks(authority.certificate)[0]!.bytes).subject.whole;
  const text = issueCertificate({ ...order, signer: signerOf(authority.key)!, issuer });
  return { request, certificate: text, authority: authority.certificate, key: own.pem };
}

function* writeIssuing(
  api: Api,
  certificate: JsonObject,
  { reason, message }: { reason: string; message: string },
): Steps<JsonObject> {
  const { client } = api;
  const isReady = conditionOf(certificate, "Ready")?.["status"] === "True";
  const issuing = { type: "Issuing", status: "True", reason, message } as const;
  const ready = { type: "Ready", status: "False", reason, message } as const;
  const { status, isChanged } = withConditions(certificate, isReady ? [issuing] : [ready, issuing], api.nowMs);
  if (!isChanged) return certificate;
  const path = `${GROUP}/namespaces/${namespaceOf(certificate)}/certificates/${nameOf(certificate)}/status`;
  const written = yield* replace(client, path, { ...certificate, status });
  yield* recordEvent(api, certificate, { reason: "Issuing", message, component: "cert-manager-certificates-trigger" });
  return { ...written, apiVersion: "cert-manager.io/v1", kind: "Certificate" };
}

function* writeRequest(
  api: Api,
  certificate: JsonObject,
  { revision, request: asked, certificate: signed, authority }: Made & { revision: number },
): Steps<void> {
  const { client } = api;
  const namespace = namespaceOf(certificate);
  const name = `${nameOf(certificate)}-${revision}`;
  const { uid = "" } = metadataOf(certificate);
  const spec = objectIn(certificate["spec"]);
  const owner = { apiVersion: "cert-manager.io/v1", kind: "Certificate", name: nameOf(certificate), uid };
  const path = `${GROUP}/namespaces/${namespace}/certificaterequests`;
  const made = yield* find(client, `${path}/${name}`);
  const request =
    made ??
    (yield* create(client, path, {
      ...{ apiVersion: "cert-manager.io/v1", kind: "CertificateRequest" },
      metadata: {
        ...{ name, namespace, ownerReferences: [{ ...owner, controller: true, blockOwnerDeletion: true }] },
        annotations: {
          "cert-manager.io/certificate-name": nameOf(certificate),
          "cert-manager.io/certificate-revision": String(revision),
        },
      },
      spec: { issuerRef: spec["issuerRef"] ?? {}, request: btoa(asked), ...(spec["isCA"] === true && { isCA: true }) },
    }));
  const conditions = [
    {
      ...({ type: "Approved", status: "True", reason: "cert-manager.io" } as const),
      message: "Certificate request has been approved by cert-manager.io",
    },
    {
      type: "Ready",
      status: "True",
      reason: "Issued",
      message: "Certificate fetched from issuer successfully",
    } as const,
  ];
  const { status } = withConditions({ ...request, kind: "CertificateRequest" }, conditions, api.nowMs);
  yield* replace(client, `${path}/${name}/status`, {
    ...{ ...request, apiVersion: "cert-manager.io/v1", kind: "CertificateRequest" },
    status: { ...status, certificate: btoa(signed), ca: btoa(authority) },
  });
  if (made) return;
  const requested = `Created new CertificateRequest resource ${JSON.stringify(name)}`;
  yield* recordEvent(api, certificate, {
    ...{ reason: "Requested", message: requested, component: "cert-manager-certificates-request-manager" },
  });
}

function* writeSecret(api: Api, certificate: JsonObject, present: JsonObject | undefined, made: Made): Steps<void> {
  const { client } = api;
  const spec = objectIn(certificate["spec"]);
  const namespace = namespaceOf(certificate);
  const name = String(spec["secretName"] ?? "");
  const { name: issuerName = "", kind = "Issuer", group = "cert-manager.io" } = objectIn(spec["issuerRef"]);
  const names = namesOf(spec);
  const template = objectIn(spec["secretTemplate"]);
  const annotations = {
    ...objectIn(template["annotations"]),
    "cert-manager.io/alt-names": (names.dnsNames ?? []).join(","),
    "cert-manager.io/certificate-name": nameOf(certificate),
    "cert-manager.io/common-name": names.commonName ?? "",
    "cert-manager.io/ip-sans": (names.addresses ?? []).join(","),
    "cert-manager.io/issuer-group": group,
    "cert-manager.io/issuer-kind": kind,
    "cert-manager.io/issuer-name": issuerName,
    "cert-manager.io/uri-sans": (names.uris ?? []).join(","),
  };
  const labels = { ...objectIn(template["labels"]), "controller.cert-manager.io/fao": "true" };
  const data = { "ca.crt": btoa(made.authority), "tls.crt": btoa(made.certificate), "tls.key": btoa(made.key) };
  const path = `/api/v1/namespaces/${namespace}/secrets`;
  if (!present) {
    const metadata = { name, namespace, annotations, labels };
    yield* ensure(client, path, { apiVersion: "v1", kind: "Secret", metadata, type: "kubernetes.io/tls", data });
    return;
  }
  const metadata = metadataOf(present);
  yield* replace(client, `${path}/${name}`, {
    ...present,
    metadata: {
      ...metadata,
      annotations: { ...objectIn(metadata["annotations"]), ...annotations },
      labels: { ...objectIn(metadata["labels"]), ...labels },
    },
    data: { ...objectIn(present["data"]), ...data },
  });
}

/** Returns the instant of the renewal. */
function* writeReady(
  api: Api,
  certificate: JsonObject,
  secret: JsonObject,
  { isNew = false } = {},
): Steps<number | undefined> {
  const { client } = api;
  const [block] = pemBlocks(secretText(secret, "tls.crt") ?? "");
  if (!block) return undefined;
  const parsed = parseCertificate(block.bytes);
  const renewalMs = renewalOf(objectIn(certificate["spec"]), parsed);
  const message = "Certificate is up to date and has not expired";
  const ready = { type: "Ready", status: "True", reason: "Ready", message } as const;
  const { status, isChanged } = withConditions(certificate, [ready], api.nowMs);
  if (!isChanged && !isNew) return renewalMs;
  const times = {
    notBefore: timeText(parsed.notBeforeMs),
    notAfter: timeText(parsed.notAfterMs),
    renewalTime: timeText(renewalMs),
  };
  const path = `${GROUP}/namespaces/${namespaceOf(certificate)}/certificates/${nameOf(certificate)}/status`;
  yield* replace(client, path, { ...certificate, status: { ...status, ...times } });
  return renewalMs;
}

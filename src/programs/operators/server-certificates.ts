/** Certificates that operators make for their own webhooks, and the trust that they write into the API's objects. */
import type { JsonObject, JsonValue } from "../../lib/json.ts";
import { ecdsaKeyPair, issueCertificate, type Names } from "../../lib/signing/issue.ts";
import { privateKeyFrom } from "../../lib/signing/p256.ts";
import { pemBlocks } from "../../lib/signing/pem.ts";
import { sha256 } from "../../lib/signing/sha256.ts";
import { parseCertificate } from "../../lib/signing/x509.ts";
import type { ProcessView } from "../../shell/program.ts";
import { type Client, ServerError } from "../kubectl/core/client.ts";
import { objectIn, objectsIn } from "../kubectl/core/parts.ts";
import type { Steps } from "../kubectl/core/session.ts";
import { list, metadataOf, nameOf, replace } from "./objects.ts";

const YEAR_MS = 365 * 24 * 3600_000;

/**
 * 32 secret bytes of the process for one purpose: the same for the same label, because a controller's run is repeated
 * from its start after each wait.
 */
export function secretBytes(process: ProcessView, label: string): Uint8Array {
  process.state["seed"] ??= Array.from({ length: 8 }, () => process.random());
  return sha256(new TextEncoder().encode(`${label}/${JSON.stringify(process.state["seed"])}`));
}

export interface ServerKeys {
  authority: string;
  authorityKey: string;
  certificate: string;
  key: string;
}

/** An authority and a certificate for a server that it signs, PEM. */
export function serverKeys(
  process: ProcessView,
  { server, ...options }: { authority: Names; server: Names; years?: number },
): ServerKeys {
  const { authority, authorityKey, pairs } = signedKeys(process, { ...options, servers: [server] });
  return { authority, authorityKey, ...pairs[0]! };
}

export interface SignedKeys {
  authority: string;
  authorityKey: string;
  pairs: { certificate: string; key: string }[];
}

/** An authority and certificates for servers that it signs, PEM. */
export function signedKeys(
  process: ProcessView,
  { authority, servers, years = 10 }: { authority: Names; servers: readonly Names[]; years?: number },
): SignedKeys {
  const bytes = (label: string) => secretBytes(process, `${JSON.stringify(servers)}/${label}`);
  const root = ecdsaKeyPair(privateKeyFrom(bytes("authority")));
  // The same instant when the run is repeated.
  process.state["keysAtMs"] ??= process.nowMs;
  const notBeforeMs = Number(process.state["keysAtMs"]);
  const validity = { notBeforeMs, notAfterMs: notBeforeMs + years * YEAR_MS };
  const rootCertificate = issueCertificate({
    ...{ ...validity, names: authority, publicKey: root.publicKey, signer: root.signer, isAuthority: true },
    ...{ usages: ["digital signature", "key encipherment"], serial: bytes("authority serial").subarray(0, 16) },
  });
  const issuer = parseCertificate(pemBlocks(rootCertificate)[0]!.bytes).subject.whole;
  const pairs = servers.map((names, i) => {
    const own = ecdsaKeyPair(privateKeyFrom(bytes(`server ${i}`)));
    const certificate = issueCertificate({
      ...{ ...validity, names, publicKey: own.publicKey, issuer, signer: root.signer, isAuthority: false },
      usages: ["digital signature", "key encipherment", "server auth"],
      serial: bytes(`server serial ${i}`).subarray(0, 16),
    });
    return { certificate, key: own.pem };
  });
  return { authority: rootCertificate, authorityKey: root.pem, pairs };
}

/** The names of a Service inside the cluster. */
export function serviceNames(service: string, namespace: string): string[] {
  return [
    service,
    `${service}.${namespace}`,
    `${service}.${namespace}.svc`,
    `${service}.${namespace}.svc.cluster.local`,
  ];
}

const REGISTRATION = "/apis/admissionregistration.k8s.io/v1";
export const VALIDATING = `${REGISTRATION}/validatingwebhookconfigurations`;
export const MUTATING = `${REGISTRATION}/mutatingwebhookconfigurations`;
export const API_SERVICES = "/apis/apiregistration.k8s.io/v1/apiservices";
export const DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/** The object with this authority in all its client configurations. */
export function withAuthority(object: JsonObject, caBundle: string): JsonObject {
  const spec = objectIn(object["spec"]);
  const trusting = (config: JsonValue | undefined) => ({ ...objectIn(config), caBundle });
  switch (object["kind"]) {
    case "APIService": {
      const { insecureSkipTLSVerify: _insecure, ...rest } = spec;
      return { ...object, spec: { ...rest, caBundle } };
    }
    case "CustomResourceDefinition": {
      const conversion = objectIn(spec["conversion"]);
      if (conversion["strategy"] !== "Webhook") return object;
      const webhook = objectIn(conversion["webhook"]);
      const next = { ...webhook, clientConfig: trusting(webhook["clientConfig"]) };
      return { ...object, spec: { ...spec, conversion: { ...conversion, webhook: next } } };
    }
    default: {
      const webhooks = objectsIn(object["webhooks"]).map((webhook) => ({
        ...webhook,
        clientConfig: trusting(webhook["clientConfig"]),
      }));
      return { ...object, webhooks };
    }
  }
}

/** Writes the authority into the objects of a collection that refer to a Service of the operator. */
export function* injectAuthority(
  client: Client,
  collection: string,
  authority: string,
  concerns: (object: JsonObject) => boolean,
): Steps<string[]> {
  const changed: string[] = [];
  for (const item of yield* permittedList(client, collection)) {
    const kind = KINDS[collection.slice(collection.lastIndexOf("/") + 1)] ?? "";
    const object = { ...item, kind, apiVersion: collection.replace(/^\/apis\/|\/[^/]+$/g, "") };
    if (!concerns(object)) continue;
    const next = withAuthority(object, btoa(authority));
    if (JSON.stringify(next) === JSON.stringify(object)) continue;
    yield* replace(client, `${collection}/${nameOf(object)}`, next);
    changed.push(nameOf(object));
  }
  return changed;
}

/** An operator without the right to list them has no such objects. */
function* permittedList(client: Client, collection: string): Steps<JsonObject[]> {
  try {
    return yield* list(client, collection);
  } catch (error) {
    if (error instanceof ServerError && error.reason === "Forbidden") return [];
    throw error;
  }
}

const KINDS: Readonly<Record<string, string>> = {
  validatingwebhookconfigurations: "ValidatingWebhookConfiguration",
  mutatingwebhookconfigurations: "MutatingWebhookConfiguration",
  apiservices: "APIService",
  customresourcedefinitions: "CustomResourceDefinition",
};

/** True if a client configuration of the object names a Service of this namespace. */
export function callsServiceIn(object: JsonObject, namespace: string, service?: string): boolean {
  const spec = objectIn(object["spec"]);
  const webhook = objectIn(objectIn(spec["conversion"])["webhook"]);
  const configs = [
    spec["service"],
    objectIn(webhook["clientConfig"])["service"],
    ...objectsIn(object["webhooks"]).map((each) => objectIn(each["clientConfig"])["service"]),
  ];
  return configs
    .map(objectIn)
    .some((each) => each["namespace"] === namespace && (service === undefined || each["name"] === service));
}

/** Annotations of an object as texts. */
export function annotationsOf(object: JsonObject): JsonObject {
  return objectIn(metadataOf(object)["annotations"]);
}

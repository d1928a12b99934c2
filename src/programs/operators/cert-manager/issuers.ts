/**
 * Issuers and ClusterIssuers: self-signed, and those of an authority in a Secret.
 * Source: github.com/cert-manager/cert-manager pkg/issuer/ca/setup.go, pkg/issuer/selfsigned/setup.go
 */
import type { JsonObject } from "../../../lib/json.ts";
import { parseCertificateRequest } from "../../../lib/signing/certificate-request.ts";
import { DerError } from "../../../lib/signing/der.ts";
import { pemBlocks } from "../../../lib/signing/pem.ts";
import { signerOf } from "../../../lib/signing/private-key.ts";
import { parseCertificate } from "../../../lib/signing/x509.ts";
import { objectIn } from "../../kubectl/core/parts.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import { flagOf } from "../../servers/server.ts";
import type { Api } from "../controller-program.ts";
import { recordEvent } from "../events.ts";
import { find, list, nameOf, namespaceOf, replace, secretText } from "../objects.ts";
import { type Condition, withConditions } from "./conditions.ts";

export const GROUP = "/apis/cert-manager.io/v1";

/** An issuer that can sign: with its own key, or with that of each request. */
export type Authority = { type: "selfSigned" } | { type: "authority"; certificate: string; key: string };

/** Writes the condition Ready of all issuers. Returns the issuers that can sign, by kind, namespace and name. */
export function* reconcileIssuers(api: Api): Steps<Map<string, Authority>> {
  const known = new Map<string, Authority>();
  for (const [collection, kind] of [
    ["issuers", "Issuer"],
    ["clusterissuers", "ClusterIssuer"],
  ] as const) {
    for (const item of yield* list(api.client, `${GROUP}/${collection}`)) {
      const issuer = { ...item, apiVersion: "cert-manager.io/v1", kind };
      const { authority, condition } = yield* judge(api, issuer);
      if (authority) known.set(issuerKey(kind, namespaceOf(issuer), nameOf(issuer)), authority);
      const { status, isChanged } = withConditions(issuer, [condition], api.nowMs);
      if (!isChanged) continue;
      const scope = kind === "Issuer" ? `namespaces/${namespaceOf(issuer)}/` : "";
      yield* replace(api.client, `${GROUP}/${scope}${collection}/${nameOf(issuer)}/status`, { ...issuer, status });
      if (condition.message === "") continue;
      const type = condition.status === "True" ? "Normal" : "Warning";
      yield* recordEvent(api, issuer, { ...condition, type, component: `cert-manager-${collection}` });
    }
  }
  return known;
}

export function issuerKey(kind: string, namespace: string, name: string): string {
  return kind === "ClusterIssuer" ? `ClusterIssuer/${name}` : `Issuer/${namespace}/${name}`;
}

function* judge(api: Api, issuer: JsonObject): Steps<{ authority?: Authority; condition: Condition }> {
  const spec = objectIn(issuer["spec"]);
  const ready = (reason: string, message: string): Condition => ({ type: "Ready", status: "True", reason, message });
  const not = (reason: string, message: string): Condition => ({ type: "Ready", status: "False", reason, message });
  if (spec["selfSigned"]) return { authority: { type: "selfSigned" }, condition: ready("IsReady", "") };
  if (!spec["ca"]) {
    const server = String(objectIn(spec["acme"])["server"] ?? "");
    const host = /^https?:\/\/([^/:]+)/.exec(server)?.[1] ?? "";
    const why = `Get ${JSON.stringify(server)}: dial tcp: lookup ${host} on 10.96.0.10:53: no such host`;
    return { condition: not("ErrRegisterACMEAccount", `Failed to register ACME account: ${why}`) };
  }
  const name = String(objectIn(spec["ca"])["secretName"] ?? "");
  // Secrets of cluster-wide issuers are in one namespace.
  const own = flagOf(api.process.argv, "cluster-resource-namespace") ?? api.namespace;
  const namespace =
    issuer["kind"] === "ClusterIssuer" ? own.replace("$(POD_NAMESPACE)", api.namespace) : namespaceOf(issuer);
  const secret = yield* find(api.client, `/api/v1/namespaces/${namespace}/secrets/${name}`);
  const [certificate, key] = [secretText(secret, "tls.crt"), secretText(secret, "tls.key")];
  if (!secret) {
    return { condition: not("ErrGetKeyPair", `Error getting keypair for CA issuer: secret "${name}" not found`) };
  }
  if (certificate === undefined || key === undefined || !signerOf(key) || !isReadable(certificate)) {
    const why = `error decoding certificate PEM block`;
    return { condition: not("ErrInvalidKeyPair", `Error getting keypair for CA issuer: ${why}`) };
  }
  const condition = ready("KeyPairVerified", "Signing CA verified");
  return { authority: { type: "authority", certificate, key }, condition };
}

function isReadable(certificate: string): boolean {
  const [block] = pemBlocks(certificate);
  try {
    return block !== undefined && parseCertificate(block.bytes) !== undefined;
  } catch (error) {
    if (error instanceof DerError) return false;
    throw error;
  }
}

/** A request in PEM; undefined if it cannot be read. */
export function readRequest(text: string) {
  try {
    return parseCertificateRequest(text);
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}

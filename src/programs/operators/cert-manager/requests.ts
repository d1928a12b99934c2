/**
 * CertificateRequests of users: approved, and signed by their issuer.
 * Source: github.com/cert-manager/cert-manager pkg/controller/certificaterequests
 */
import type { JsonObject } from "../../../lib/json.ts";
import { issueCertificate, requestedNames } from "../../../lib/signing/issue.ts";
import { pemBlocks } from "../../../lib/signing/pem.ts";
import { signerOf } from "../../../lib/signing/private-key.ts";
import { parseCertificate } from "../../../lib/signing/x509.ts";
import { objectIn } from "../../kubectl/core/parts.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import type { Api } from "../controller-program.ts";
import { list, metadataOf, nameOf, namespaceOf, replace } from "../objects.ts";
import { secretBytes } from "../server-certificates.ts";
import { type Condition, conditionOf, withConditions } from "./conditions.ts";
import { type Authority, GROUP, issuerKey, readRequest } from "./issuers.ts";

const DEFAULT_MS = 90 * 24 * 3600_000;

export function* reconcileRequests(api: Api, issuers: ReadonlyMap<string, Authority>): Steps<void> {
  for (const item of yield* list(api.client, `${GROUP}/certificaterequests`)) {
    const request = { ...item, apiVersion: "cert-manager.io/v1", kind: "CertificateRequest" };
    const isDecided = conditionOf(request, "Ready")?.["status"] === "True" || conditionOf(request, "Denied");
    // Those of a Certificate are written with it.
    if (isDecided || objectIn(metadataOf(request)["annotations"])["cert-manager.io/certificate-name"]) continue;
    yield* decide(api, request, issuers);
  }
}

function* decide(api: Api, request: JsonObject, issuers: ReadonlyMap<string, Authority>): Steps<void> {
  const { client } = api;
  const spec = objectIn(request["spec"]);
  const { kind = "Issuer", name = "" } = objectIn(spec["issuerRef"]);
  const authority = issuers.get(issuerKey(String(kind), namespaceOf(request), String(name)));
  const message = "Certificate request has been approved by cert-manager.io";
  const approved: Condition = { type: "Approved", status: "True", reason: "cert-manager.io", message };
  const outcome = authority ? signed(api, request, authority) : pending(String(kind), String(name));
  const { status, isChanged } = withConditions(request, [approved, outcome.condition], api.nowMs);
  if (!isChanged) return;
  const path = `${GROUP}/namespaces/${namespaceOf(request)}/certificaterequests/${nameOf(request)}/status`;
  yield* replace(client, path, { ...request, status: { ...status, ...outcome.data } });
}

interface Outcome {
  condition: Condition;
  data: JsonObject;
}

function pending(kind: string, name: string): Outcome {
  const message = `Referenced "${kind}" not found: ${kind.toLowerCase()}.cert-manager.io "${name}" not found`;
  return { condition: { type: "Ready", status: "False", reason: "Pending", message }, data: {} };
}

function signed({ process, nowMs }: Api, request: JsonObject, authority: Authority): Outcome {
  const failed = (message: string): Outcome => ({
    condition: { type: "Ready", status: "False", reason: "Failed", message },
    data: {},
  });
  const spec = objectIn(request["spec"]);
  const asked = readRequest(atob(String(spec["request"] ?? "")));
  if (!asked) return failed("Failed to decode CSR in spec.request: error decoding certificate request PEM block");
  if (authority.type === "selfSigned") {
    return failed(
      'Annotation "cert-manager.io/private-key-secret-name" missing or reference empty: secret name missing',
    );
  }
  const startMs = Math.floor(nowMs / 1000) * 1000;
  const usages = Array.isArray(spec["usages"]) ? spec["usages"].map(String) : ["digital signature", "key encipherment"];
  const certificate = issueCertificate({
    ...{ names: requestedNames(asked), publicKey: asked.publicKey, isAuthority: spec["isCA"] === true, usages },
    signer: signerOf(authority.key)!,
    issuer: parseCertificate(pemBlocks(authority.certificate)[0]!.bytes).subject.whole,
    serial: secretBytes(process, `request/${String(metadataOf(request)["uid"])}`).subarray(0, 16),
    ...{ notBeforeMs: startMs, notAfterMs: startMs + DEFAULT_MS },
  });
  const message = "Certificate fetched from issuer successfully";
  return {
    condition: { type: "Ready", status: "True", reason: "Issued", message },
    data: { certificate: btoa(certificate), ca: btoa(authority.certificate) },
  };
}

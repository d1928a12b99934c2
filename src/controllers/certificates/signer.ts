/**
 * Signs approved requests for the built-in signers, with the cluster's own authority.
 * Kubernetes: pkg/controller/certificates/signer/signer.go
 */
import { authorityKeyOf, signingKeyOf } from "../../cluster/issuer/issuer.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { certificateSigningRequestKind } from "../../kinds/certificates/certificate-signing-request.ts";
import { signCertificate } from "../../lib/signing/certificate.ts";
import { isSignedByHolder } from "../../lib/signing/certificate-proof.ts";
import { type CertificateRequest, parseCertificateRequest } from "../../lib/signing/certificate-request.ts";
import { integerOf } from "../../lib/signing/p256.ts";
import { sha256 } from "../../lib/signing/sha256.ts";
import { formatTime } from "../../lib/time.ts";
import type { CertificateSigningRequest } from "../../schema/index.ts";
import { type Controller, self } from "../controller.ts";
import { SIGNERS } from "./signers.ts";

const LONGEST_SECONDS = 365 * 24 * 3600;
/** notBefore is this much earlier than now, to allow for clock skew. */
const BACKDATE_MS = 5 * 60 * 1000;
/** Certificates of a shorter duration have their full duration after now; longer ones lose the backdated time. */
const SHORT_SECONDS = 8 * 3600;

export const certificateSigner: Controller = {
  name: "csrsigning",
  manager: "kube-controller-manager",
  watches: [self(certificateSigningRequestKind)],

  reconcile(tx, key) {
    const csr = tx.getByKey(key) as CertificateSigningRequest | undefined;
    const validate = csr && SIGNERS[csr.spec.signerName];
    if (!csr || !validate || csr.status.certificate || !isApproved(csr) || has(csr, "Failed")) return;
    const request = parseCertificateRequest(atob(csr.spec.request));
    const problem = validate(request, csr.spec.usages ?? []);
    if (problem) return fail(tx, csr, problem);
    // As in Kubernetes, such a request stays approved and is never signed; no condition and no Event reports it.
    if (!isSignedByHolder(atob(csr.spec.request))) return;
    const certificate = certificateFor(tx, csr, request);
    if (certificate === undefined) return;
    tx.updateStatus(certificateSigningRequestKind, csr, ({ status }) => {
      status.certificate = btoa(certificate);
    });
  },
};

function has({ status }: CertificateSigningRequest, wanted: string): boolean {
  return (status.conditions ?? []).some(({ type }) => type === wanted);
}

function isApproved(csr: CertificateSigningRequest): boolean {
  return has(csr, "Approved") && !has(csr, "Denied");
}

function fail(tx: Transaction, csr: CertificateSigningRequest, message: string): void {
  tx.updateStatus(certificateSigningRequestKind, csr, ({ status }) => {
    const lastUpdateTime = formatTime(tx.nowMs);
    const failed = { type: "Failed", status: "True", reason: "SignerValidationFailure", message, lastUpdateTime };
    status.conditions = [...(status.conditions ?? []), failed];
  });
}

function certificateFor(
  tx: Transaction,
  { metadata, spec }: CertificateSigningRequest,
  request: CertificateRequest,
): string | undefined {
  // The creation of a request asks for the key through `needs`, so it exists.
  const key = signingKeyOf(tx);
  if (!key) return undefined;
  const seconds = Math.min(spec.expirationSeconds ?? LONGEST_SECONDS, LONGEST_SECONDS);
  const backMs = seconds < SHORT_SECONDS ? 0 : BACKDATE_MS;
  return signCertificate({
    privateKey: authorityKeyOf(key),
    request,
    usages: spec.usages ?? [],
    serial: serialOf(metadata.uid ?? ""),
    notBeforeMs: tx.nowMs - BACKDATE_MS,
    notAfterMs: tx.nowMs + seconds * 1000 - backMs,
  });
}

/** A serial number from the request's uid, never 0. */
function serialOf(uid: string): Uint8Array {
  const serial = sha256(new TextEncoder().encode(uid)).slice(0, 16);
  if (integerOf(serial) === 0n) serial[15] = 1;
  return serial;
}

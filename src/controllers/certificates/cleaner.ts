/**
 * Deletes requests that are pending for 24 hours, and decided ones after one hour.
 * Kubernetes: pkg/controller/certificates/cleaner/cleaner.go
 */
import { certificateSigningRequestKind } from "../../kinds/certificates/certificate-signing-request.ts";
import type { CertificateSigningRequest } from "../../schema/index.ts";
import { type Controller, self } from "../controller.ts";

const HOUR_MS = 3600 * 1000;
const PENDING_MS = 24 * HOUR_MS;
const DECIDED_MS = HOUR_MS;

export const certificateCleaner: Controller = {
  name: "csrcleaner",
  manager: "kube-controller-manager",
  watches: [self(certificateSigningRequestKind)],

  reconcile(tx, key, nowMs) {
    const csr = tx.getByKey(key) as CertificateSigningRequest | undefined;
    if (!csr) return;
    const atMs = expiresAtMs(csr);
    if (nowMs <= atMs) return atMs + 1;
    tx.delete(certificateSigningRequestKind as never, csr);
  },
};

function expiresAtMs({ metadata, status }: CertificateSigningRequest): number {
  const decided = (status.conditions ?? []).map(({ lastUpdateTime }) => Date.parse(lastUpdateTime ?? ""));
  if (decided.length === 0) return Date.parse(metadata.creationTimestamp ?? "") + PENDING_MS;
  return Math.min(...decided.filter(Number.isFinite)) + DECIDED_MS;
}

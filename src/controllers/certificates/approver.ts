/**
 * Approves requests of kubelets for client certificates, if the requester is authorized. The authorizer belongs to the
 * API server, so it is passed as an argument.
 * Kubernetes: pkg/controller/certificates/approver/sarapprove.go
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { certificateSigningRequestKind } from "../../kinds/certificates/certificate-signing-request.ts";
import { parseCertificateRequest } from "../../lib/signing/certificate-request.ts";
import { formatTime } from "../../lib/time.ts";
import type { CertificateSigningRequest } from "../../schema/index.ts";
import { type Controller, self } from "../controller.ts";
import { KUBELET_CLIENT_SIGNER, kubeletClientProblem } from "./signers.ts";

/** True if the requester may create this subresource of CertificateSigningRequests. */
export type MayCreate = (tx: Transaction, spec: CertificateSigningRequest["spec"], subresource: string) => boolean;

const RECOGNIZED = [
  {
    subresource: "selfnodeclient",
    suits: (commonName: string, username: string) => commonName === username,
    message: "Auto approving self kubelet client certificate after SubjectAccessReview.",
  },
  {
    subresource: "nodeclient",
    suits: () => true,
    message: "Auto approving kubelet client certificate after SubjectAccessReview.",
  },
];

export function certificateApprover(mayCreate: MayCreate): Controller {
  return {
    name: "csrapproving",
    manager: "kube-controller-manager",
    watches: [self(certificateSigningRequestKind)],

    reconcile(tx, key) {
      const csr = tx.getByKey(key) as CertificateSigningRequest | undefined;
      if (csr?.spec.signerName !== KUBELET_CLIENT_SIGNER || csr.status.certificate || isDecided(csr)) return;
      const { spec } = csr;
      const request = parseCertificateRequest(atob(spec.request));
      if (kubeletClientProblem(request, spec.usages ?? [])) return;
      const found = RECOGNIZED.find(
        ({ suits, subresource }) => suits(request.commonName, spec.username ?? "") && mayCreate(tx, spec, subresource),
      );
      if (found) approve(tx, csr, found.message);
    },
  };
}

function isDecided({ status }: CertificateSigningRequest): boolean {
  return (status.conditions ?? []).some(({ type }) => type === "Approved" || type === "Denied");
}

function approve(tx: Transaction, csr: CertificateSigningRequest, message: string): void {
  tx.updateSubresource(certificateSigningRequestKind, "approval", csr, ({ status }) => {
    const lastUpdateTime = formatTime(tx.nowMs);
    const approved = { type: "Approved", status: "True", reason: "AutoApproved", message, lastUpdateTime };
    status.conditions = [...(status.conditions ?? []), approved];
  });
}

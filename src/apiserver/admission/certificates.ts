/**
 * Rights to request, approve and sign certificates: the plugins CertificateApproval, CertificateSigning and
 * CertificateSubjectRestriction. A new request also records its user, which is the storage's task in Kubernetes.
 *
 * Kubernetes: plugin/pkg/admission/certificates.
 */
import { equalJson } from "../../lib/json.ts";
import { parseCertificateRequest } from "../../lib/signing/certificate-request.ts";
import type { CertificateSigningRequest } from "../../schema/index.ts";
import { authorize, SUPERUSERS } from "../authorization/rbac.ts";
import type { User } from "../request.ts";
import { type AdmissionContext, type AdmissionPlugin, forbidden, isWriteTo } from "./context.ts";

const GROUP = "certificates.k8s.io";
const PLURAL = "certificatesigningrequests";
const CLIENT_SIGNER = "kubernetes.io/kube-apiserver-client";

export const certificateRequester: AdmissionPlugin = {
  name: "CertificateRequester",

  admit(context) {
    if (context.operation !== "CREATE" || !context.user || !isWriteTo(context, GROUP, PLURAL)) return;
    const { spec } = requestOf(context);
    if (!spec) return;
    const { name, uid, groups, extra } = context.user as User;
    for (const field of ["username", "uid", "groups", "extra"] as const) delete spec[field];
    spec.username = name;
    if (uid) spec.uid = uid;
    spec.groups = [...groups];
    if (extra) spec.extra = Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]]));
  },
};

export const certificateApproval: AdmissionPlugin = {
  name: "CertificateApproval",

  validate(context) {
    if (!isUpdateOf(context, "approval")) return;
    refuseUnlessAllowed(context, "approve");
  },
};

export const certificateSigning: AdmissionPlugin = {
  name: "CertificateSigning",

  validate(context) {
    if (!isUpdateOf(context, "status")) return;
    const { status } = requestOf(context);
    const { status: old } = context.old as unknown as CertificateSigningRequest;
    const failed = ({ conditions }: typeof status) => (conditions ?? []).filter(({ type }) => type === "Failed");
    if (status.certificate === old.certificate && equalJson(failed(status), failed(old))) return;
    refuseUnlessAllowed(context, "sign");
  },
};

export const certificateSubjectRestriction: AdmissionPlugin = {
  name: "CertificateSubjectRestriction",

  validate(context) {
    if (context.operation !== "CREATE" || !isWriteTo(context, GROUP, PLURAL)) return;
    const { spec } = requestOf(context);
    if (spec.signerName !== CLIENT_SIGNER) return;
    if (!parseCertificateRequest(atob(spec.request)).organizations.includes(SUPERUSERS)) return;
    throw forbidden(context, `use of ${CLIENT_SIGNER} signer with ${SUPERUSERS} group is not allowed`);
  },
};

function requestOf({ object }: AdmissionContext): CertificateSigningRequest {
  return object as unknown as CertificateSigningRequest;
}

/** True for a user's update. Controllers need no right to sign. */
function isUpdateOf({ kind, operation, subresource, user }: AdmissionContext, wanted: string): boolean {
  return user !== undefined && operation === "UPDATE" && kind.plural === PLURAL && subresource === wanted;
}

/** Requires the right to the signer, or to all signers of its domain. Throws Forbidden. */
function refuseUnlessAllowed(context: AdmissionContext, verb: "approve" | "sign"): void {
  const { signerName } = (context.old as unknown as CertificateSigningRequest).spec;
  const domain = signerName.split("/")[0] ?? "";
  const place = { group: GROUP, resource: "signers", subresource: "", namespace: "" };
  const user = context.user as User;
  const mayUse = (name: string) => authorize(context.tx, { isResource: true, user, verb, name, ...place }).allowed;
  if (mayUse(signerName) || mayUse(`${domain}/*`)) return;
  throw forbidden(context, `user not permitted to ${verb} requests with signerName ${JSON.stringify(signerName)}`);
}

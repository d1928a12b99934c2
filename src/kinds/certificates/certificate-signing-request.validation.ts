/**
 * Validation of CertificateSigningRequests, and of the changes that each of their paths allows.
 *
 * Kubernetes: pkg/apis/certificates/validation/validation.go  (ValidateCertificateSigningRequest*)
 */
import { dnsSubdomainProblems } from "../../lib/names.ts";
import { parseCertificateRequest } from "../../lib/signing/certificate-request.ts";
import { DerError } from "../../lib/signing/der.ts";
import { pemBlocks } from "../../lib/signing/pem.ts";
import type { CertificateSigningRequest, CertificateSigningRequestCondition } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { duplicate, forbidden, invalid, invalidFor, notSupported, required } from "../validation/field-errors.ts";
import { validateObjectMeta, validateObjectMetaUpdate } from "../validation/object-meta.ts";

/** Sorted, as they are printed. */
const USAGES = [
  "any",
  "cert sign",
  "client auth",
  "code signing",
  "content commitment",
  "crl sign",
  "data encipherment",
  "decipher only",
  "digital signature",
  "email protection",
  "encipher only",
  "ipsec end system",
  "ipsec tunnel",
  "ipsec user",
  "key agreement",
  "key encipherment",
  "microsoft sgc",
  "netscape sgc",
  "ocsp signing",
  "s/mime",
  "server auth",
  "signing",
  "timestamping",
];
const LEAST_SECONDS = 600;
const APPROVED = "Approved";
const DENIED = "Denied";
/** Conditions that updates must not remove. */
const LASTING = [APPROVED, DENIED, "Failed"];
/** The signer of the first API versions. */
const LEGACY_SIGNER = "kubernetes.io/legacy-unknown";

export function validateSigningRequest(request: CertificateSigningRequest): FieldError[] {
  const { spec } = request;
  const errors = validateObjectMeta(request, { namespaced: false, name: () => [] });
  errors.push(...validateRequest(spec.request));
  errors.push(...validateUsages(spec.usages ?? []));
  errors.push(...validateSignerName(spec.signerName));
  const { expirationSeconds } = spec;
  if (expirationSeconds !== undefined && expirationSeconds < LEAST_SECONDS) {
    const problem = "may not specify a duration less than 600 seconds (10 minutes)";
    errors.push(invalid("spec.expirationSeconds", expirationSeconds, problem));
  }
  return [...errors, ...validateConditions(request)];
}

/** Checks an update of a request. `may` names the parts that the path may change. */
export function validateSigningRequestUpdate(
  request: CertificateSigningRequest,
  old: CertificateSigningRequest,
  may: { setCertificate?: boolean; decide?: boolean } = {},
): FieldError[] {
  const errors = [...validateSigningRequest(request), ...validateObjectMetaUpdate(request, old)];
  for (const type of LASTING) {
    const [before, after] = [countOf(old, type), countOf(request, type)];
    if (after < before) errors.push(forbidden(CONDITIONS, `updates may not remove a condition of type "${type}"`));
    if (after > before && !may.decide && type !== "Failed") {
      errors.push(forbidden(CONDITIONS, `updates may not add a condition of type "${type}"`));
    }
  }
  const [before, after] = [old.status.certificate ?? "", request.status.certificate ?? ""];
  if (before === after) return errors;
  if (!may.setCertificate) errors.push(forbidden(CERTIFICATE, "updates may not set certificate content"));
  else if (before !== "") errors.push(forbidden(CERTIFICATE, "updates may not modify existing certificate content"));
  return [...errors, ...validateCertificate(after)];
}

const CONDITIONS = "status.conditions";
const CERTIFICATE = "status.certificate";

function countOf({ status }: CertificateSigningRequest, wanted: string): number {
  return (status.conditions ?? []).filter(({ type }) => type === wanted).length;
}

function validateRequest(base64: string | null | undefined): FieldError[] {
  try {
    parseCertificateRequest(atob(base64 ?? ""));
    return [];
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    return [invalid("spec.request", base64 ?? "", error.message)];
  }
}

function validateConditions({ status }: CertificateSigningRequest): FieldError[] {
  const errors: FieldError[] = [];
  const types = (status.conditions ?? []).map(({ type }) => type);
  for (const [i, condition] of (status.conditions ?? []).entries()) {
    const path = `${CONDITIONS}[${i}]`;
    if (!condition.type) errors.push(required(`${path}.type`));
    const earlier = types.slice(0, i);
    if (condition.type && earlier.includes(condition.type)) errors.push(duplicate(`${path}.type`, condition.type));
    const isOpposite = [APPROVED, DENIED].includes(condition.type);
    const opposite = condition.type === APPROVED ? DENIED : APPROVED;
    if (isOpposite && earlier.includes(opposite)) {
      const why = `${APPROVED} and ${DENIED} conditions are mutually exclusive`;
      errors.push(invalid(`${path}.type`, condition.type, why));
    }
    errors.push(...validateConditionStatus(condition, `${path}.status`));
  }
  return errors;
}

function validateConditionStatus({ type, status }: CertificateSigningRequestCondition, path: string): FieldError[] {
  if (!status) return [required(path)];
  const allowed = LASTING.includes(type) ? ["True"] : ["False", "True", "Unknown"];
  return allowed.includes(status) ? [] : [notSupported(path, status, allowed)];
}

/** One or more certificates and nothing else. */
function validateCertificate(base64: string): FieldError[] {
  const blocks = base64 === "" ? [] : pemBlocks(atob(base64));
  const odd = blocks.find(({ type }) => type !== "CERTIFICATE");
  const problem = odd
    ? `only CERTIFICATE PEM blocks are allowed, found ${JSON.stringify(odd.type)}`
    : blocks.some(({ hasHeaders }) => hasHeaders)
      ? "no PEM block headers are permitted"
      : blocks.length === 0 && base64 !== ""
        ? "must contain at least one CERTIFICATE PEM block"
        : undefined;
  return problem === undefined ? [] : [invalid(CERTIFICATE, "<certificate data>", problem)];
}

function validateUsages(usages: readonly string[]): FieldError[] {
  if (usages.length === 0) return [required("spec.usages")];
  const errors: FieldError[] = [];
  for (const [i, usage] of usages.entries()) {
    const field = `spec.usages[${i}]`;
    if (!USAGES.includes(usage)) errors.push(notSupported(field, usage, USAGES));
    if (usages.indexOf(usage) < i) errors.push(duplicate(field, usage));
  }
  return errors;
}

function validateSignerName(signerName: string | undefined): FieldError[] {
  const field = "spec.signerName";
  if (!signerName) return [required(field)];
  if (signerName === LEGACY_SIGNER) {
    return [invalid(field, signerName, "the legacy signerName is not allowed via this API version")];
  }
  const [domain = "", ...path] = signerName.split("/");
  if (path.length !== 1 || !domain.includes(".")) {
    const form = "must be a fully qualified domain and path of the form 'example.com/signer-name'";
    return [invalid(field, signerName, form)];
  }
  return [domain, path[0]!].flatMap((part) => invalidFor(field, signerName, dnsSubdomainProblems(part)));
}

/** Validation of CertificateSigningRequests. The PKCS#10 structure inside of the PEM block is not looked into. */
import { dnsSubdomainProblems } from "../../lib/names.ts";
import type { CertificateSigningRequest } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { duplicate, invalid, invalidFor, notSupported, required } from "./field-errors.ts";
import { validateObjectMeta } from "./object-meta.ts";

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
const PEM_BLOCK = /^-----BEGIN CERTIFICATE REQUEST-----\r?\n[\s\S]+\n-----END CERTIFICATE REQUEST-----/m;

export function validateSigningRequest(request: CertificateSigningRequest): FieldError[] {
  const { spec } = request;
  const errors = validateObjectMeta(request, { namespaced: false, name: () => [] });
  if (!PEM_BLOCK.test(textOf(spec.request))) {
    errors.push(invalid("spec.request", spec.request ?? "", "PEM block type must be CERTIFICATE REQUEST"));
  }
  errors.push(...validateUsages(spec.usages ?? []));
  errors.push(...validateSignerName(spec.signerName));
  const { expirationSeconds } = spec;
  if (expirationSeconds !== undefined && expirationSeconds < LEAST_SECONDS) {
    const problem = "may not specify a duration less than 600 seconds (10 minutes)";
    errors.push(invalid("spec.expirationSeconds", expirationSeconds, problem));
  }
  return errors;
}

function textOf(base64: string | null | undefined): string {
  return atob(base64 ?? "");
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
  const [domain = "", ...path] = signerName.split("/");
  if (path.length !== 1 || !domain.includes(".")) {
    const form = "must be a fully qualified domain and path of the form 'example.com/signer-name'";
    return [invalid(field, signerName, form)];
  }
  return [domain, path[0]!].flatMap((part) => invalidFor(field, signerName, dnsSubdomainProblems(part)));
}

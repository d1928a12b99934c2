/**
 * Verifies the certificate of a server as Go's TLS client does, with its messages.
 * https://pkg.go.dev/crypto/x509#Certificate.Verify
 */
import { BoundedCache } from "../bounded-cache.ts";
import { MAX_CHECKED_SIGNATURES } from "../container-limits.ts";
import { toHex } from "../encoding.ts";
import { DerError } from "./der.ts";
import { pemBlocks } from "./pem.ts";
import { concatBytes, sha256 } from "./sha256.ts";
import { isSignatureOf } from "./signature.ts";
import { attributeOf, type Certificate, extensionOf, parseCertificate, serverNames } from "./x509.ts";

export interface Verified {
  /** The server's certificate and its intermediates, PEM. */
  presented: string;
  /** The authorities that the client trusts, PEM. */
  trusts: string;
  /** The name or address by which the client calls the server. */
  host: string;
  nowMs: number;
  /** The client compares the common name of a certificate without alternative names, as OpenSSL does. */
  comparesCommonName?: boolean;
}

/** Why a client refuses a certificate: as one of few kinds, and in Go's words. */
export interface CertificateProblem {
  kind: CertificateFlaw;
  text: string;
}

/** In the order of OpenSSL, which looks at the name last. */
export type CertificateFlaw = "selfSigned" | "unknownAuthority" | "expired" | "wrongName";

const COMMON_NAME = "2.5.4.3";
const BASIC_CONSTRAINTS = "2.5.29.19";
const UNKNOWN = "x509: certificate signed by unknown authority";
/** An authority, one or two intermediates, and the server. */
const MAX_DEPTH = 4;

/** Signatures are slow to check and never change. Keyed by both certificates. */
const checked = new BoundedCache<string, boolean>(MAX_CHECKED_SIGNATURES);

/** Why the client refuses the certificate; undefined if it accepts it. */
export function certificateProblem(wanted: Verified): CertificateProblem | undefined {
  const { presented, trusts, nowMs } = wanted;
  const [leaf, ...others] = certificatesIn(presented);
  if (!leaf) return { kind: "unknownAuthority", text: UNKNOWN };
  const expired = expiryProblem(leaf, nowMs);
  const wrongName = nameProblem(leaf, wanted);
  const untrusted = chainProblem(leaf, { roots: certificatesIn(trusts), others, nowMs }, 0);
  const text = expired ?? wrongName ?? untrusted;
  if (text === undefined) return undefined;
  if (untrusted !== undefined) return { kind: isSelfIssued(leaf) ? "selfSigned" : "unknownAuthority", text };
  return { kind: expired === undefined ? "wrongName" : "expired", text };
}

function isSelfIssued({ subject, issuer }: Certificate): boolean {
  return equalBytes(subject.whole, issuer.whole);
}

function certificatesIn(text: string): Certificate[] {
  return pemBlocks(text)
    .filter(({ type }) => type === "CERTIFICATE")
    .flatMap(({ bytes }) => {
      try {
        return [parseCertificate(bytes)];
      } catch (error) {
        if (error instanceof DerError) return [];
        throw error;
      }
    });
}

function expiryProblem({ notBeforeMs, notAfterMs }: Certificate, nowMs: number): string | undefined {
  const expired = "x509: certificate has expired or is not yet valid: current time";
  if (nowMs < notBeforeMs) return `${expired} ${timeText(nowMs)} is before ${timeText(notBeforeMs)}`;
  if (nowMs > notAfterMs) return `${expired} ${timeText(nowMs)} is after ${timeText(notAfterMs)}`;
  return undefined;
}

function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

function nameProblem(
  certificate: Certificate,
  { host, comparesCommonName }: Pick<Verified, "host" | "comparesCommonName">,
): string | undefined {
  const { dnsNames, addresses } = serverNames(certificate);
  const commonName = attributeOf(certificate.subject, COMMON_NAME);
  if (comparesCommonName && dnsNames.length + addresses.length === 0 && matchesName(commonName, host)) return undefined;
  if (/^[\d.]+$|:/.test(host)) {
    if (addresses.includes(host)) return undefined;
    return addresses.length === 0
      ? `x509: cannot validate certificate for ${host} because it doesn't contain any IP SANs`
      : `x509: certificate is valid for ${addresses.join(", ")}, not ${host}`;
  }
  if (dnsNames.some((pattern) => matchesName(pattern, host))) return undefined;
  if (dnsNames.length > 0) return `x509: certificate is valid for ${dnsNames.join(", ")}, not ${host}`;
  if (addresses.length === 0 && commonName !== "") {
    return "x509: certificate relies on legacy Common Name field, use SANs instead";
  }
  return `x509: certificate is not valid for any names, but wanted to match ${host}`;
}

/** `*.example.com` stands for one label. */
/** Whether a name of a certificate, maybe with a wildcard, is that of the host. */
export function matchesName(pattern: string, host: string): boolean {
  const [first = "", ...rest] = host.toLowerCase().split(".");
  const wanted = pattern.toLowerCase();
  return wanted === [first, ...rest].join(".") || wanted === ["*", ...rest].join(".");
}

interface Pool {
  roots: readonly Certificate[];
  others: readonly Certificate[];
  nowMs: number;
}

function chainProblem(certificate: Certificate, pool: Pool, depth: number): string | undefined {
  if (pool.roots.some(({ whole }) => equalBytes(whole, certificate.whole))) return undefined;
  if (depth >= MAX_DEPTH) return UNKNOWN;
  let hint = "";
  for (const issuer of [...pool.roots, ...pool.others]) {
    if (!equalBytes(issuer.subject.whole, certificate.issuer.whole)) continue;
    const isRoot = pool.roots.includes(issuer);
    const problem = issuerProblem(certificate, issuer, pool.nowMs);
    const further = problem === undefined && !isRoot ? chainProblem(issuer, pool, depth + 1) : undefined;
    if (problem === undefined && further === undefined) return undefined;
    if (problem !== undefined && hint === "") {
      const name = JSON.stringify(attributeOf(issuer.subject, COMMON_NAME));
      hint = ` (possibly because of ${JSON.stringify(problem)} while trying to verify candidate authority certificate ${name})`;
    }
  }
  return UNKNOWN + hint;
}

function issuerProblem(certificate: Certificate, issuer: Certificate, nowMs: number): string | undefined {
  if (!isSigned(certificate, issuer)) {
    return certificate.algorithm.startsWith("1.2.840.113549")
      ? "crypto/rsa: verification error"
      : "x509: ECDSA verification failure";
  }
  if (!isAuthority(issuer)) return "x509: invalid signature: parent certificate cannot sign this kind of certificate";
  return expiryProblem(issuer, nowMs);
}

function isSigned({ body, algorithm, signature, whole }: Certificate, issuer: Certificate): boolean {
  const key = toHex(sha256(concatBytes(whole, issuer.key.whole)));
  return checked.getOrCompute(key, () => {
    try {
      return isSignatureOf({ id: algorithm, message: body, signature, publicKey: issuer.key });
    } catch (error) {
      if (error instanceof DerError) return false;
      throw error;
    }
  });
}

function isAuthority(certificate: Certificate): boolean {
  const constraints = extensionOf(certificate, BASIC_CONSTRAINTS);
  return certificate.version < 3 || constraints?.content[2] === 0xff;
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
